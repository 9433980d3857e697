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

static void
cancelled (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  const gint64 *task = user_data;

  ship_cli_target_call (target, "CancelTask", g_variant_new ("(x)", *task), cancelled, NULL);
}

int
ship_cli_tasks (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };
  gint64             cancel = 0;
  const GOptionEntry entries[] = {
    { "cancel",
      0,
      0,
      G_OPTION_ARG_INT64,
      &cancel,
      N_ ("Take a waiting task out of the queue"),
      N_ ("NUMBER") },
    { NULL },
  };

  if (!ship_cli_parse (cli,
                       _ ("SESSION"),
                       _ ("Lists the session's tasks in their order."),
                       entries,
                       TRUE,
                       1,
                       1,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  if (cancel != 0)
    ship_cli_target_connect (&target, argv[1], TRUE, connected, &cancel);
  else
    ship_cli_target_read (&target, argv[1], print_tasks, NULL);
  return ship_cli_wait (cli);
}
