/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-rows.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl tasks: what a session was asked to do, and what became of it. */

static void
print_tasks (ShipCliTarget *target, gpointer user_data)
{
  ShipCli *cli = target->cli;

  if (cli->is_json)
    {
      g_autoptr (JsonBuilder) builder = json_builder_new ();

      json_builder_begin_object (builder);
      ship_cli_rows_json_tasks (builder, target->snapshot);
      json_builder_end_object (builder);
      ship_cli_print_json (cli, builder, TRUE);
    }
  else if (target->snapshot->tasks->len > 0)
    ship_cli_rows_print_tasks (cli, target->snapshot);
  else
    ship_cli_print (cli, "%s\n", _ ("No tasks yet."));
  ship_cli_end (cli, SHIP_CLI_OK);
}

typedef struct
{
  ShipCliTarget target;
  gint64        cancel;
  gint64        edit;
  gint64        move;
  gint64        before;
  gint64        now;
  gboolean      is_first;
  char         *text; /* (owned) (nullable): of an edit */
} Tasks;

static void
changed (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

/* The first task that waits; 0: none. */
static gint64
find_first (ShipSessionSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];

      if (g_str_equal (task->state, "pending"))
        return task->id;
    }
  return 0;
}

static void
first_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Tasks *self = user_data;
  g_autoptr (GError) error = NULL;

  self->target.snapshot = ship_session_snapshot_load_finish (result, &error);
  if (self->target.snapshot == NULL)
    ship_cli_fail (self->target.cli, error);
  else
    ship_cli_target_call (&self->target,
                          "MoveTask",
                          g_variant_new ("(xx)", self->move, find_first (self->target.snapshot)),
                          changed,
                          NULL);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Tasks *self = user_data;
  g_autoptr (GError) error = NULL;

  ship_session_client_send_finish (self->target.client, result, &error);
  if (error != NULL)
    ship_cli_fail (self->target.cli, error);
  else
    ship_cli_end (self->target.cli, SHIP_CLI_OK);
}

static void
send_now (Tasks *self)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "steer", "b", TRUE);
  g_variant_dict_insert (&options, "task", "x", self->now);
  ship_session_client_send_async (self->target.client,
                                  "",
                                  g_variant_dict_end (&options),
                                  self->target.cli->cancellable,
                                  sent_cb,
                                  self);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  Tasks *self = user_data;

  if (self->cancel != 0)
    ship_cli_target_call (target, "CancelTask", g_variant_new ("(x)", self->cancel), changed, NULL);
  else if (self->edit != 0)
    ship_cli_target_call (target,
                          "EditTask",
                          g_variant_new ("(xs)", self->edit, self->text),
                          changed,
                          NULL);
  else if (self->now != 0)
    send_now (self);
  else if (self->is_first)
    ship_session_snapshot_load_async (target->cli->paths,
                                      target->id,
                                      target->cli->cancellable,
                                      first_read_cb,
                                      self);
  else
    ship_cli_target_call (target,
                          "MoveTask",
                          g_variant_new ("(xx)", self->move, self->before),
                          changed,
                          NULL);
}

/* What was asked for: one change, or none for the list; FALSE after a sentence was printed. */
static gboolean
check (Tasks *self, int argc, char **argv)
{
  int n_changes = (self->cancel != 0) + (self->edit != 0) + (self->move != 0) + (self->now != 0);

  if (n_changes > 1)
    ship_cli_complain (_ ("Only one of --cancel, --edit, --move and --now at a time"));
  else if (self->move == 0 && (self->is_first || self->before != 0))
    ship_cli_complain (_ ("--first and --before say where --move puts a task"));
  else if (self->is_first && self->before != 0)
    ship_cli_complain (_ ("Only one of --first and --before"));
  else if (self->edit == 0 && argc > 2)
    ship_cli_complain (_ ("“%s” is one too many"), argv[2]);
  else if (self->edit != 0)
    return (self->text = ship_cli_read_prompt (argc - 1, argv + 1)) != NULL;
  else
    return TRUE;
  return FALSE;
}

static int
run (ShipCli *cli, Tasks *self, int argc, char **argv)
{
  if (!check (self, argc, argv))
    return SHIP_CLI_USAGE;
  if (self->cancel != 0 || self->edit != 0 || self->move != 0 || self->now != 0)
    ship_cli_target_connect (&self->target, argv[1], TRUE, connected, self);
  else
    ship_cli_target_read (&self->target, argv[1], print_tasks, NULL);
  return ship_cli_wait (cli);
}

int
ship_cli_tasks (ShipCli *cli, int argc, char **argv)
{
  Tasks self = { .target = { .cli = cli } };
  /* clang-format off */
  const GOptionEntry entries[] = {
    { "cancel", 0, 0, G_OPTION_ARG_INT64, &self.cancel, N_ ("Take a waiting task out of the queue"), N_ ("NUMBER") },
    { "edit", 0, 0, G_OPTION_ARG_INT64, &self.edit, N_ ("Give a waiting task another PROMPT (“-”: from standard input)"), N_ ("NUMBER") },
    { "move", 0, 0, G_OPTION_ARG_INT64, &self.move, N_ ("Move a waiting task: to the end, or"), N_ ("NUMBER") },
    { "before", 0, 0, G_OPTION_ARG_INT64, &self.before, N_ ("… before this one, or"), N_ ("NUMBER") },
    { "first", 0, 0, G_OPTION_ARG_NONE, &self.is_first, N_ ("… before all that wait"), NULL },
    { "now", 0, 0, G_OPTION_ARG_INT64, &self.now, N_ ("Say a waiting task into the turn that runs; first in the queue if none does"), N_ ("NUMBER") },
    { NULL },
  };
  /* clang-format on */
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli,
                      _ ("SESSION [PROMPT]"),
                      _ ("Lists the session's tasks in their order, or changes one that waits."),
                      entries,
                      TRUE,
                      1,
                      G_MAXINT - 1,
                      &argc,
                      &argv))
    status = run (cli, &self, argc, argv);
  ship_cli_target_clear (&self.target);
  g_free (self.text);
  return status;
}
