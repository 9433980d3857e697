/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-settings.h"
#include "client/ship-contacts.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/*
 * shipctl egress: what a session's sandbox may reach outside, and what it asked for.
 *
 *   egress -> list | connected -> changed
 */

typedef struct
{
  ShipCliTarget target;
  char         *mode;    /* (owned) (nullable) */
  char         *allow;   /* (owned) (nullable): a pattern */
  char         *forbid;  /* (owned) (nullable) */
  gboolean      is_once; /* until the session sleeps */
  gboolean      is_always;
} Egress;

/* --- what there is --- */

static void
print_json (ShipCli *cli, const ShipSessionSnapshot *snapshot)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  ship_cli_json_string (builder, "mode", snapshot->egress->mode);
  json_builder_set_member_name (builder, "allowed");
  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshot->egress->hosts->len; i++)
    json_builder_add_string_value (builder, snapshot->egress->hosts->pdata[i]);
  json_builder_end_array (builder);
  json_builder_set_member_name (builder, "contacts");
  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshot->contacts->len; i++)
    {
      const ShipContactRow *contact = snapshot->contacts->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "host", contact->host);
      ship_cli_json_int (builder, "port", contact->port);
      ship_cli_json_string (builder, "verdict", contact->verdict);
      ship_cli_json_int (builder, "count", contact->count);
      ship_cli_json_int (builder, "bytes_out", (gint64) contact->n_up);
      ship_cli_json_int (builder, "bytes_in", (gint64) contact->n_down);
      ship_cli_json_time (builder, "first_at", contact->first_at);
      ship_cli_json_time (builder, "last_at", contact->last_at);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  ship_cli_print_json (cli, builder, TRUE);
}

static void
print_contact (ShipCli *cli, const ShipContactRow *contact)
{
  g_autofree char *address = g_strdup_printf ("%s:%u", contact->host, contact->port);
  g_autofree char *age = ship_cli_format_age (contact->last_at);
  g_autofree char *bytes = NULL;
  gboolean         is_reached = g_str_equal (contact->verdict, "connected");

  if (is_reached)
    {
      g_autofree char *up = g_format_size (contact->n_up);
      g_autofree char *down = g_format_size (contact->n_down);

      bytes = g_strdup_printf (_ (", %s out, %s in"), up, down);
    }
  ship_cli_print (cli,
                  "%-40s  %s%s%s ×%" G_GINT64_FORMAT "%s, %s\n",
                  address,
                  ship_cli_style (cli, is_reached ? SHIP_CLI_STYLE_GREEN : SHIP_CLI_STYLE_YELLOW),
                  ship_contact_describe_verdict (contact->verdict),
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN),
                  contact->count,
                  bytes != NULL ? bytes : "",
                  age);
}

/* The settings' mode, when the session has none of its own. (transfer full) */
static char *
dup_preset (ShipCli *cli)
{
  g_autoptr (GSettings) settings = ship_settings_new (cli->paths, NULL);

  return settings != NULL ? g_settings_get_string (settings, SHIP_SETTING_EGRESS_MODE) : NULL;
}

static void
list (ShipCliTarget *target, gpointer user_data)
{
  ShipCli                   *cli = target->cli;
  const ShipSessionSnapshot *snapshot = target->snapshot;
  g_autofree char           *preset = dup_preset (cli);
  const char                *mode = snapshot->egress->mode;

  if (cli->is_json)
    {
      print_json (cli, snapshot);
      ship_cli_end (cli, SHIP_CLI_OK);
      return;
    }
  if (mode != NULL)
    ship_cli_print (cli, "%s\n", mode);
  else
    ship_cli_print (cli, _ ("%s (as in the settings)\n"), preset != NULL ? preset : "");
  for (guint i = 0; i < snapshot->egress->hosts->len; i++)
    ship_cli_print (cli, _ ("allowed: %s\n"), (const char *) snapshot->egress->hosts->pdata[i]);
  for (guint i = 0; i < snapshot->contacts->len; i++)
    print_contact (cli, snapshot->contacts->pdata[i]);
  if (snapshot->contacts->len == 0)
    ship_cli_print (cli, "%s\n", _ ("Nothing outside was asked for yet."));
  ship_cli_end (cli, SHIP_CLI_OK);
}

/* --- what changes --- */

static void
changed (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  Egress     *self = user_data;
  const char *pattern = self->allow != NULL ? self->allow : self->forbid;

  if (self->mode != NULL)
    ship_cli_target_call (
      target,
      "SetEgress",
      g_variant_new ("(s)", g_str_equal (self->mode, "default") ? "" : self->mode),
      changed,
      self);
  else
    ship_cli_target_call (
      target,
      "AllowHost",
      g_variant_new ("(ssb)", pattern, self->is_once ? "once" : "session", self->allow != NULL),
      changed,
      self);
}

/* For every session, from now on: awake ones follow the settings. */
static int
allow_always (ShipCli *cli, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (cli->paths, &error);

  if (settings != NULL && ship_contacts_allow_always (settings, text, &error))
    return SHIP_CLI_OK;
  ship_cli_complain ("%s", error->message);
  return settings != NULL ? SHIP_CLI_USAGE : SHIP_CLI_FAILED;
}

static int
run (Egress *self, const char *session)
{
  ShipCli *cli = self->target.cli;
  int      n_changes = (self->mode != NULL) + (self->allow != NULL) + (self->forbid != NULL);

  if (n_changes > 1 || (self->is_once && self->is_always) ||
      ((self->is_once || self->is_always) && self->allow == NULL))
    {
      ship_cli_complain (_ ("One change at a time: --mode, --allow (once or always) or --forbid"));
      return SHIP_CLI_USAGE;
    }
  if (self->is_always)
    return allow_always (cli, self->allow);
  if (n_changes == 1)
    ship_cli_target_connect (&self->target, session, TRUE, connected, self);
  else
    ship_cli_target_read (&self->target, session, list, self);
  return ship_cli_wait (cli);
}

int
ship_cli_egress (ShipCli *cli, int argc, char **argv)
{
  Egress             self = { .target = { .cli = cli } };
  const char        *host = _ ("HOST");
  const GOptionEntry entries[] = {
    { "mode",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.mode,
      N_ ("offline, allowlist, open, or default"),
      _ ("MODE") },
    { "allow",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.allow,
      N_ ("Allows HOST, *.HOST or HOST:PORT in this session"),
      host },
    { "once", 0, 0, G_OPTION_ARG_NONE, &self.is_once, N_ ("Only until the session sleeps"), NULL },
    { "always",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.is_always,
      N_ ("In every session, by the settings"),
      NULL },
    { "forbid",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.forbid,
      N_ ("No longer allows it in this session"),
      host },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION"),
                      _ ("Shows what a session's sandbox may reach outside and what it asked for, "
                         "or changes it. Addresses of this machine and of private networks are "
                         "never reached."),
                      entries,
                      TRUE,
                      1,
                      1,
                      &argc,
                      &argv))
    status = run (&self, argv[1]);
  ship_cli_target_clear (&self.target);
  g_free (self.mode);
  g_free (self.allow);
  g_free (self.forbid);
  return status;
}
