/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/*
 * shipctl rules: what a session's agent may do without asking.
 *
 *   rules -> list | connected -> set
 */

typedef struct
{
  ShipCliTarget target;
  char         *allow;  /* (owned) (nullable): PERMISSION[:PATTERN] */
  char         *ask;    /* (owned) (nullable) */
  char         *deny;   /* (owned) (nullable) */
  char         *remove; /* (owned) (nullable) */
} Rules;

static void
print_json (ShipCli *cli, GPtrArray *rules)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "rules");
  json_builder_begin_array (builder);
  for (guint i = 0; i < rules->len; i++)
    {
      const ShipRuleRow *rule = rules->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "permission", rule->permission);
      ship_cli_json_string (builder, "pattern", rule->pattern);
      ship_cli_json_string (builder, "action", rule->action);
      ship_cli_json_time (builder, "created_at", rule->created_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, TRUE);
}

static void
list (ShipCliTarget *target, gpointer user_data)
{
  ShipCli   *cli = target->cli;
  GPtrArray *rules = target->snapshot->rules;

  if (cli->is_json)
    print_json (cli, rules);
  else
    for (guint i = 0; i < rules->len; i++)
      {
        const ShipRuleRow *rule = rules->pdata[i];
        g_autofree char   *pattern = ship_cli_clean_line (rule->pattern, 200);

        ship_cli_print (cli, "%-5s  %s:%s\n", rule->action, rule->permission, pattern);
      }
  if (!cli->is_json)
    ship_cli_print (cli,
                    "%s\n",
                    rules->len > 0 ? _ ("The last one that matches counts; what none matches is "
                                        "allowed in the sandbox.")
                                   : _ ("No rules: everything is allowed in the sandbox."));
  ship_cli_end (cli, SHIP_CLI_OK);
}

static void
set (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  Rules           *self = user_data;
  const char      *text = self->allow != NULL  ? self->allow
                          : self->ask != NULL  ? self->ask
                          : self->deny != NULL ? self->deny
                                               : self->remove;
  const char      *action = self->allow != NULL  ? "allow"
                            : self->ask != NULL  ? "ask"
                            : self->deny != NULL ? "deny"
                                                 : "";
  const char      *colon = strchr (text, ':');
  g_autofree char *permission = colon != NULL ? g_strndup (text, colon - text) : g_strdup (text);

  ship_cli_target_call (
    target,
    "SetRule",
    g_variant_new ("(sss)", permission, colon != NULL ? colon + 1 : "*", action),
    set,
    self);
}

int
ship_cli_rules (ShipCli *cli, int argc, char **argv)
{
  Rules              self = { .target = { .cli = cli } };
  const char        *value = _ ("PERMISSION[:PATTERN]");
  const GOptionEntry entries[] = {
    { "allow", 0, 0, G_OPTION_ARG_STRING, &self.allow, N_ ("May be done without asking"), value },
    { "ask", 0, 0, G_OPTION_ARG_STRING, &self.ask, N_ ("Has to be asked"), value },
    { "deny", 0, 0, G_OPTION_ARG_STRING, &self.deny, N_ ("May not be done"), value },
    { "remove", 0, 0, G_OPTION_ARG_STRING, &self.remove, N_ ("Removes the rule for it"), value },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION"),
                      _ ("Shows the rules of a session, or sets one. A rule that the agent has to "
                         "know holds from the next turn on."),
                      entries,
                      TRUE,
                      1,
                      1,
                      &argc,
                      &argv))
    {
      int n_changes =
        (self.allow != NULL) + (self.ask != NULL) + (self.deny != NULL) + (self.remove != NULL);

      if (n_changes > 1)
        ship_cli_complain (_ ("One change at a time: --allow, --ask, --deny or --remove"));
      else if (n_changes == 1)
        ship_cli_target_connect (&self.target, argv[1], TRUE, connected, &self);
      else
        ship_cli_target_read (&self.target, argv[1], list, &self);
      if (n_changes <= 1)
        status = ship_cli_wait (cli);
    }
  ship_cli_target_clear (&self.target);
  g_free (self.allow);
  g_free (self.ask);
  g_free (self.deny);
  g_free (self.remove);
  return status;
}
