/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-follow.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl watch: the conversation so far, and what follows. */

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  const gint64 *task = user_data;

  ship_cli_follow (target->cli, target->id, target->client, *task);
}

int
ship_cli_watch (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };
  gint64             task = 0;
  const GOptionEntry entries[] = {
    { "task",
      0,
      0,
      G_OPTION_ARG_INT64,
      &task,
      N_ ("Only this task, with its summary at the end"),
      N_ ("NUMBER") },
    { NULL },
  };

  if (!ship_cli_parse (cli,
                       _ ("SESSION"),
                       _ ("Shows the whole conversation and follows it until nothing runs any "
                          "more. With --json: one "
                          "JSON object a line."),
                       entries,
                       TRUE,
                       1,
                       1,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  ship_cli_target_connect (&target, argv[1], FALSE, connected, &task);
  return ship_cli_wait (cli);
}
