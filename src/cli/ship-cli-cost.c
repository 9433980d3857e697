/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-reconciliation.h"
#include "session/ship-session-tables.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"
#include "ship-cli-usage.h"
#include "usage/ship-model-catalog.h"

#include <glib/gi18n.h>

/* shipctl cost: of one session by task, message and model, or of everything by day, session and
 * model from the ledger. */

#define DEFAULT_DAYS 30

/* A line of a table: what is added up, and under what name. */
typedef struct
{
  char        *name; /* (owned) */
  ShipCliUsage usage;
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->name);
  g_free (line);
}

/* The line of that name, made at the end if it is new. */
static Line *
get_line (GPtrArray *lines, const char *name)
{
  Line *line;

  for (guint i = 0; i < lines->len; i++)
    if (g_str_equal (((Line *) lines->pdata[i])->name, name))
      return lines->pdata[i];
  line = g_new0 (Line, 1);
  line->name = g_strdup (name);
  g_ptr_array_add (lines, line);
  return line;
}

static void
print_line (ShipCli *cli, const char *name, const ShipCliUsage *usage)
{
  g_autofree char *known = ship_usage_format_cost (usage->cost);
  g_autofree char *cost = ship_cli_usage_format_cost (usage);
  g_autofree char *note = usage->n_unknown > 0
                            ? g_strdup_printf (_ ("  (%s known, %d of %d requests have no price)"),
                                               known,
                                               usage->n_unknown,
                                               usage->n_requests)
                            : g_strdup ("");
  g_autofree char *clean = ship_cli_clean_line (name, 44);

  ship_cli_print (cli,
                  "%-44s %12" G_GINT64_FORMAT " %12" G_GINT64_FORMAT " %12s%s\n",
                  clean,
                  usage->input,
                  usage->output,
                  cost,
                  note);
}

static void
print_title (ShipCli *cli, const char *title)
{
  ship_cli_print (cli,
                  "%s%-44s %12s %12s %12s%s\n",
                  ship_cli_style (cli, SHIP_CLI_STYLE_BOLD),
                  title,
                  _ ("tokens in"),
                  _ ("tokens out"),
                  _ ("cost"),
                  ship_cli_style (cli, SHIP_CLI_STYLE_PLAIN));
}

static void
json_usage (JsonBuilder *builder, const ShipCliUsage *usage)
{
  ship_cli_json_int (builder, "requests", usage->n_requests);
  ship_cli_json_int (builder, "input_tokens", usage->input);
  ship_cli_json_int (builder, "output_tokens", usage->output);
  ship_cli_json_cost (builder, "cost", ship_cli_usage_get_cost (usage));
  ship_cli_json_cost (builder, "known_cost", usage->cost);
  ship_cli_json_int (builder, "requests_without_price", usage->n_unknown);
}

static void
json_lines (JsonBuilder *builder, const char *member, const char *key, GPtrArray *lines)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
  for (guint i = 0; i < lines->len; i++)
    {
      const Line *line = lines->pdata[i];

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, key, line->name);
      json_usage (builder, &line->usage);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* The day the prices were taken; NULL when there are none. (transfer full) (nullable) */
static char *
dup_price_date (ShipCli *cli)
{
  g_autofree char *path =
    g_build_filename (ship_paths_get_asset_dir (cli->paths), "models.json", NULL);
  g_autoptr (ShipModelCatalog) catalog = ship_model_catalog_new_from_file (path, NULL);

  return catalog != NULL ? g_strdup (ship_model_catalog_get_date (catalog)) : NULL;
}

static void
print_price_date (ShipCli *cli)
{
  g_autofree char *date = dup_price_date (cli);

  if (date != NULL)
    ship_cli_print (cli,
                    _ ("Prices of %s, where the provider does not say the cost itself.\n"),
                    date);
}

static void
json_price_date (ShipCli *cli, JsonBuilder *builder)
{
  g_autofree char *date = dup_price_date (cli);

  ship_cli_json_string (builder, "price_date", date);
}

/* --- one session --- */

/* What a message cost, by what the gateway measured for it. */
static ShipCliUsage
sum_message (const ShipSessionSnapshot *snapshot, const ShipMessageRow *message)
{
  ShipCliUsage usage = { 0 };

  for (guint i = 0; i < snapshot->exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = snapshot->exchanges->pdata[i];

      if (ship_reconciliation_find_message (snapshot->messages, exchange) == message)
        ship_cli_usage_add (&usage, exchange);
    }
  return usage;
}

static void
json_messages (JsonBuilder *builder, const ShipSessionSnapshot *snapshot)
{
  json_builder_set_member_name (builder, "messages");
  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshot->messages->len; i++)
    {
      const ShipMessageRow *message = snapshot->messages->pdata[i];
      ShipCliUsage          usage;

      if (!g_str_equal (message->role, "assistant"))
        continue;
      usage = sum_message (snapshot, message);
      json_builder_begin_object (builder);
      ship_cli_json_int (builder, "message", message->id);
      ship_cli_json_int (builder, "task", message->task);
      ship_cli_json_string (builder, "agent_session", message->agent_session);
      ship_cli_json_string (builder, "model", message->model);
      json_usage (builder, &usage);
      ship_cli_json_cost (builder, "agent_cost", message->usage.reported_cost);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_messages (ShipCli *cli, const ShipSessionSnapshot *snapshot)
{
  print_title (cli, _ ("Message"));
  for (guint i = 0; i < snapshot->messages->len; i++)
    {
      const ShipMessageRow *message = snapshot->messages->pdata[i];
      gboolean              is_sub_agent =
        g_strcmp0 (message->agent_session, snapshot->session->agent_session) != 0;
      g_autofree char *name = NULL;
      ShipCliUsage     usage;

      if (!g_str_equal (message->role, "assistant"))
        continue;
      usage = sum_message (snapshot, message);
      name = g_strdup_printf ("%" G_GINT64_FORMAT "%s %s/%s",
                              message->id,
                              is_sub_agent ? _ (" (sub-agent)") : "",
                              message->provider != NULL ? message->provider : "",
                              message->model != NULL ? message->model : "");
      print_line (cli, name, &usage);
    }
}

/* Where both sides do not agree. */
static void
print_differences (ShipCli *cli, const ShipSessionSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];
      ShipReconciliation both =
        ship_reconciliation_new (snapshot->exchanges, snapshot->messages, task->id);
      g_autofree char *sentence = ship_reconciliation_dup_sentence (&both);
      g_autofree char *number = g_strdup_printf ("%" G_GINT64_FORMAT, task->id);

      /* Of a turn under way one side always knows more. */
      if (sentence != NULL && task->ended_at != 0)
        ship_cli_print (cli, _ ("Task %s: %s.\n"), number, sentence);
    }
}

static void
json_side (JsonBuilder *builder, const char *name, const ShipReconciliationSide *side)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
  ship_cli_json_int (builder, "requests", side->n_requests);
  ship_cli_json_int (builder, "input_tokens", side->input);
  ship_cli_json_int (builder, "output_tokens", side->output);
  ship_cli_json_cost (builder, "cost", side->cost);
  json_builder_end_object (builder);
}

static void
json_reconciliation (JsonBuilder *builder, const ShipSessionSnapshot *snapshot, gint64 task)
{
  ShipReconciliation both = ship_reconciliation_new (snapshot->exchanges, snapshot->messages, task);

  json_builder_set_member_name (builder, "reconciliation");
  json_builder_begin_object (builder);
  ship_cli_json_boolean (builder, "differs", both.has_difference);
  json_side (builder, "measured", &both.gateway);
  json_side (builder, "measured_asides", &both.asides);
  json_side (builder, "agent", &both.agent);
  ship_cli_json_int (builder, "estimates", both.n_estimates);
  json_builder_end_object (builder);
}

static GPtrArray *
lines_by_model (GPtrArray *exchanges)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (line_free);

  for (guint i = 0; i < exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = exchanges->pdata[i];
      g_autofree char       *name = g_strconcat (exchange->provider, "/", exchange->model, NULL);

      ship_cli_usage_add (&get_line (lines, name)->usage, exchange);
    }
  return lines;
}

static void
json_tasks (JsonBuilder *builder, const ShipSessionSnapshot *snapshot)
{
  json_builder_set_member_name (builder, "tasks");
  json_builder_begin_array (builder);
  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];
      ShipCliUsage       usage = ship_cli_usage_sum (snapshot->exchanges, task->id);

      json_builder_begin_object (builder);
      ship_cli_json_int (builder, "task", task->id);
      ship_cli_json_string (builder, "title", task->title);
      json_usage (builder, &usage);
      json_reconciliation (builder, snapshot, task->id);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
print_session (ShipCliTarget *target, gpointer user_data)
{
  ShipCli                   *cli = target->cli;
  const ShipSessionSnapshot *snapshot = target->snapshot;
  const gboolean            *with_messages = user_data;
  ShipCliUsage               total = ship_cli_usage_sum (snapshot->exchanges, 0);
  g_autoptr (GPtrArray) models = lines_by_model (snapshot->exchanges);

  if (cli->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_json_string (builder, "session", snapshot->session->id);
      json_price_date (cli, builder);
      json_tasks (builder, snapshot);
      if (*with_messages)
        json_messages (builder, snapshot);
      json_lines (builder, "models", "model", models);
      json_builder_set_member_name (builder, "total");
      json_builder_begin_object (builder);
      json_usage (builder, &total);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
      ship_cli_print_json (cli, builder, TRUE);
      ship_cli_end (cli, SHIP_CLI_OK);
      return;
    }
  print_title (cli, _ ("Task"));
  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];
      ShipCliUsage       usage = ship_cli_usage_sum (snapshot->exchanges, task->id);
      g_autofree char   *name = g_strdup_printf ("%" G_GINT64_FORMAT " %s", task->id, task->title);

      print_line (cli, name, &usage);
    }
  if (*with_messages)
    print_messages (cli, snapshot);
  print_title (cli, _ ("Model"));
  for (guint i = 0; i < models->len; i++)
    print_line (cli, ((Line *) models->pdata[i])->name, &((Line *) models->pdata[i])->usage);
  print_line (cli, _ ("total"), &total);
  print_differences (cli, snapshot);
  print_price_date (cli);
  ship_cli_end (cli, SHIP_CLI_OK);
}

/* --- everything by day --- */

typedef struct
{
  ShipCli   *cli;
  int        n_days;
  char      *from; /* (owned): the first day */
  GPtrArray *rows; /* (owned) (nullable) (element-type ShipLedgerRow) */
} Ledger;

static gboolean
read_ledger_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Ledger *self = data;

  self->rows = ship_ledger_table_list (db, self->from, error);
  return self->rows != NULL;
}

static void
add_row (ShipCliUsage *usage, const ShipLedgerRow *row)
{
  usage->input += row->usage.input;
  usage->output += row->usage.output;
  usage->cost += row->cost;
  usage->n_requests += row->n_requests;
  usage->n_unknown += row->n_unknown;
}

static void
print_lines (ShipCli *cli, const char *title, GPtrArray *lines)
{
  print_title (cli, title);
  for (guint i = 0; i < lines->len; i++)
    print_line (cli, ((Line *) lines->pdata[i])->name, &((Line *) lines->pdata[i])->usage);
}

static void
print_days (Ledger *self)
{
  g_autoptr (GPtrArray) days = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (GPtrArray) sessions = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (line_free);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  ShipCliUsage total = { 0 };

  for (guint i = 0; i < self->rows->len; i++)
    {
      const ShipLedgerRow *row = self->rows->pdata[i];
      g_autofree char     *model = g_strconcat (row->provider, "/", row->model, NULL);

      add_row (&get_line (days, row->day)->usage, row);
      add_row (&get_line (sessions, row->session)->usage, row);
      add_row (&get_line (models, model)->usage, row);
      add_row (&total, row);
    }
  if (self->cli->is_json)
    {
      json_builder_begin_object (builder);
      json_price_date (self->cli, builder);
      json_lines (builder, "days", "day", days);
      json_lines (builder, "sessions", "session", sessions);
      json_lines (builder, "models", "model", models);
      json_builder_set_member_name (builder, "total");
      json_builder_begin_object (builder);
      json_usage (builder, &total);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
      ship_cli_print_json (self->cli, builder, TRUE);
      return;
    }
  print_lines (self->cli, _ ("Day"), days);
  print_lines (self->cli, _ ("Session"), sessions);
  print_lines (self->cli, _ ("Model"), models);
  print_line (self->cli, _ ("total"), &total);
  print_price_date (self->cli);
}

static void
ledger_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Ledger *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_store_once_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      ship_cli_fail (self->cli, error);
      return;
    }
  if (self->rows == NULL)
    self->rows = g_ptr_array_new ();
  print_days (self);
  ship_cli_end (self->cli, SHIP_CLI_OK);
}

static int
print_ledger (ShipCli *cli, int n_days)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) first = g_date_time_add_days (now, 1 - n_days);
  g_autofree char *index = ship_paths_dup_index_file (cli->paths);
  Ledger self = { .cli = cli, .n_days = n_days, .from = g_date_time_format (first, "%Y-%m-%d") };
  int    status;

  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              read_ledger_job,
                              &self,
                              cli->cancellable,
                              ledger_read_cb,
                              &self);
  status = ship_cli_wait (cli);
  g_free (self.from);
  g_clear_pointer (&self.rows, g_ptr_array_unref);
  return status;
}

int
ship_cli_cost (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };
  int                n_days = DEFAULT_DAYS;
  gboolean           with_messages = FALSE;
  const GOptionEntry entries[] = {
    { "days",
      0,
      0,
      G_OPTION_ARG_INT,
      &n_days,
      N_ ("How many days back (default: 30)"),
      N_ ("NUMBER") },
    { "messages",
      0,
      0,
      G_OPTION_ARG_NONE,
      &with_messages,
      N_ ("Each answer of the agent, too"),
      NULL },
    { NULL },
  };

  if (!ship_cli_parse (
        cli,
        _ ("[SESSION]"),
        _ ("Prints tokens and dollars: of a session by task and model, or of all by day. “—” is a "
           "price that is not known."),
        entries,
        TRUE,
        0,
        1,
        &argc,
        &argv))
    return SHIP_CLI_USAGE;
  if (n_days < 1 || n_days > 36500)
    {
      ship_cli_complain (_ ("“%d” is no number of days"), n_days);
      return SHIP_CLI_USAGE;
    }
  if (argc < 2)
    return print_ledger (cli, n_days);
  ship_cli_target_read (&target, argv[1], print_session, &with_messages);
  return ship_cli_wait (cli);
}
