/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-settings.h"
#include "client/ship-day-money.h"
#include "session/ship-budget.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"
#include "ship-cli-usage.h"

#include <glib/gi18n.h>

/*
 * shipctl budget: what may be spent, everywhere or in one session.
 *
 *   budget [SESSION] -> (read) -> print
 *   budget SESSION --turn … --session … --more … -> connected -> set_next … -> (end)
 */

#define UNCHANGED G_MAXDOUBLE

typedef struct
{
  ShipCli      *cli;                           /* (unowned) */
  ShipCliTarget target;                        /* of cli's, too */
  char         *texts[SHIP_BUDGET_N_SCOPES];   /* (owned) (nullable): as they were written */
  double        dollars[SHIP_BUDGET_N_SCOPES]; /* UNCHANGED, 0: default, negative: no limit */
  char         *more;                          /* (owned) (nullable) */
  double        amount;
  guint         next;     /* the next one to set */
  GSettings    *settings; /* (owned) */
  ShipDayMoney  today;
} Budget;

/* "0.5", "$0.50", "none", "default". */
static gboolean
read_dollars (const char *text, double *dollars)
{
  char *end = NULL;

  if (g_str_equal (text, "none"))
    *dollars = -1;
  else if (g_str_equal (text, "default"))
    *dollars = 0;
  else
    {
      const char *digits = text[0] == '$' ? text + 1 : text;

      *dollars = g_ascii_strtod (digits, &end);
      if (end == digits || *end != '\0' || !ship_budget_is_amount (*dollars) || *dollars <= 0)
        {
          ship_cli_complain (_ ("“%s” is no amount of dollars: write 0.50, none or default"), text);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
read_arguments (Budget *self, gboolean has_session)
{
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    {
      self->dollars[i] = UNCHANGED;
      if (self->texts[i] != NULL && !read_dollars (self->texts[i], &self->dollars[i]))
        return FALSE;
    }
  if (self->more != NULL && (!read_dollars (self->more, &self->amount) || self->amount <= 0))
    {
      ship_cli_complain (_ ("--more wants an amount of dollars"));
      return FALSE;
    }
  if (has_session && self->dollars[SHIP_BUDGET_DAY] != UNCHANGED)
    ship_cli_complain (_ ("The day's budget is of all sessions together: set it without SESSION"));
  else if (!has_session && self->more != NULL)
    ship_cli_complain (_ ("--more is for a session that waits for it"));
  else
    return TRUE;
  return FALSE;
}

static const char *
get_key (ShipBudgetScope scope)
{
  static const char *const keys[] = { SHIP_SETTING_TURN_BUDGET,
                                      SHIP_SETTING_SESSION_BUDGET,
                                      SHIP_SETTING_DAY_BUDGET };

  return keys[scope];
}

/* --- showing --- */

/* @spent: negative: not told */
static void
show_line (ShipCli *cli, const char *name, double limit, double spent, const char *note)
{
  g_autofree char *dollars = limit > 0 ? ship_budget_format (limit) : g_strdup (_ ("no limit"));
  g_autofree char *cost = ship_usage_format_cost (spent);

  ship_cli_print (cli, "%-10s %12s", name, dollars);
  if (spent >= 0)
    ship_cli_print (cli, _ ("   spent %s"), cost);
  ship_cli_print (cli, "%s%s\n", note != NULL ? "   " : "", note != NULL ? note : "");
}

static void
show_json (JsonBuilder *builder, const char *name, double limit, double spent, gboolean is_own)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  ship_cli_json_cost (builder, "limit", limit > 0 ? limit : -1.0);
  ship_cli_json_cost (builder, "spent", spent);
  ship_cli_json_boolean (builder, "own", is_own);
  json_builder_end_object (builder);
}

static void
show (Budget *self, const ShipSessionSnapshot *snapshot)
{
  const char *const     names[] = { _ ("turn"), _ ("session"), _ ("day") };
  const ShipSessionRow *session = snapshot != NULL ? snapshot->session : NULL;
  double                own[] = { session != NULL ? session->turn_budget : 0,
                   session != NULL ? session->session_budget : 0,
                   0 };
  double spent[] = { -1, -1, self->today.spent };
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  if (snapshot != NULL)
    spent[SHIP_BUDGET_SESSION] = ship_cli_usage_sum (snapshot->exchanges, 0).cost;
  json_builder_begin_object (builder);
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    {
      double limit =
        ship_budget_resolve (own[i], g_settings_get_double (self->settings, get_key (i)));

      if (i == SHIP_BUDGET_DAY && limit > 0)
        limit += self->today.allowed;
      if (self->cli->is_json)
        show_json (builder, ship_budget_scope_to_string (i), limit, spent[i], own[i] != 0);
      else
        show_line (self->cli,
                   names[i],
                   limit,
                   spent[i],
                   own[i] != 0 ? _ ("(this session's own)")
                   : i == SHIP_BUDGET_DAY && self->today.allowed > 0
                     ? _ ("(more was allowed today)")
                     : NULL);
    }
  json_builder_end_object (builder);
  if (self->cli->is_json)
    ship_cli_print_json (self->cli, builder, TRUE);
  ship_cli_end (self->cli, SHIP_CLI_OK);
}

static void
today_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Budget *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_day_money_load_finish (result, &self->today, &error))
    ship_cli_fail (self->cli, error);
  else
    show (self, self->target.snapshot);
}

static void
read_today (ShipCliTarget *target, gpointer user_data)
{
  ship_day_money_load_async (target->cli->paths,
                             target->cli->cancellable,
                             today_read_cb,
                             user_data);
}

/* --- setting --- */

static void set_next (ShipCliTarget *target, gpointer user_data);

static void
allow_more (ShipCliTarget *target, gpointer user_data)
{
  Budget      *self = user_data;
  GVariantDict options;
  gint64       request = 0;

  for (guint i = 0; i < target->snapshot->requests->len; i++)
    {
      const ShipRequestRow *row = target->snapshot->requests->pdata[i];

      if (g_str_equal (row->kind, "budget"))
        request = row->id;
    }
  if (request == 0)
    {
      ship_cli_complain (_ ("The session does not wait for money"));
      ship_cli_end (self->cli, SHIP_CLI_FAILED);
      return;
    }

  g_clear_pointer (&self->more, g_free);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "allow", "b", TRUE);
  g_variant_dict_insert (&options, "amount", "d", self->amount);
  ship_cli_target_call (target,
                        "Answer",
                        g_variant_new ("(x@a{sv})", request, g_variant_dict_end (&options)),
                        set_next,
                        self);
}

static void
set_next (ShipCliTarget *target, gpointer user_data)
{
  Budget *self = user_data;

  while (self->next < SHIP_BUDGET_DAY && self->dollars[self->next] == UNCHANGED)
    self->next++;
  if (self->next < SHIP_BUDGET_DAY)
    {
      const char *scope = ship_budget_scope_to_string (self->next);

      ship_cli_target_call (target,
                            "SetBudget",
                            g_variant_new ("(sd)", scope, self->dollars[self->next++]),
                            set_next,
                            self);
    }
  else if (self->more != NULL)
    allow_more (target, self);
  else
    ship_cli_end (self->cli, SHIP_CLI_OK);
}

/* The rows first: which request waits; then the process. */
static void
read_before_setting (ShipCliTarget *target, gpointer user_data)
{
  g_autofree char *id = g_steal_pointer (&target->id);

  ship_cli_target_connect (target, id, TRUE, set_next, user_data);
}

static void
set_globally (Budget *self)
{
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    if (self->dollars[i] != UNCHANGED)
      g_settings_set_double (self->settings, get_key (i), MAX (self->dollars[i], 0));
}

static gboolean
changes_anything (const Budget *self)
{
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    if (self->dollars[i] != UNCHANGED)
      return TRUE;
  return self->more != NULL;
}

static int
run (Budget *self, const char *session)
{
  g_autoptr (GError) error = NULL;

  self->target.cli = self->cli;
  self->settings = ship_settings_new (self->cli->paths, &error);
  if (self->settings == NULL)
    {
      ship_cli_complain ("%s", error->message);
      return SHIP_CLI_FAILED;
    }
  if (changes_anything (self) && session == NULL)
    {
      set_globally (self);
      return SHIP_CLI_OK;
    }
  if (changes_anything (self))
    ship_cli_target_read (&self->target, session, read_before_setting, self);
  else if (session != NULL)
    ship_cli_target_read (&self->target, session, read_today, self);
  else
    read_today (&self->target, self);
  return ship_cli_wait (self->cli);
}

int
ship_cli_budget (ShipCli *cli, int argc, char **argv)
{
  Budget             self = { .cli = cli };
  const GOptionEntry entries[] = {
    { "turn",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.texts[0],
      N_ ("What a turn may cost"),
      N_ ("DOLLARS") },
    { "session",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.texts[1],
      N_ ("What a session may cost"),
      N_ ("DOLLARS") },
    { "day",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.texts[2],
      N_ ("What all sessions of a day may cost"),
      N_ ("DOLLARS") },
    { "more",
      0,
      0,
      G_OPTION_ARG_STRING,
      &self.more,
      N_ ("Allow that much more, and go on"),
      N_ ("DOLLARS") },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (
        cli,
        _ ("[SESSION]"),
        _ ("Shows what may be spent, or sets it: for all sessions, or for one. DOLLARS "
           "is an amount, “none”, or “default”."),
        entries,
        TRUE,
        0,
        1,
        &argc,
        &argv) &&
      read_arguments (&self, argc > 1))
    status = run (&self, argc > 1 ? argv[1] : NULL);
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    g_free (self.texts[i]);
  g_free (self.more);
  ship_cli_target_clear (&self.target);
  g_clear_object (&self.settings);
  return status;
}
