/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl stop: ends the running turn, or lets the session sleep. */

static void
stopped (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  const gboolean *sleep = user_data;

  if (target->client != NULL)
    ship_cli_target_call (target, *sleep ? "Hibernate" : "Stop", NULL, stopped, NULL);
  else if (*sleep)
    ship_cli_end (target->cli, SHIP_CLI_OK);
  else
    {
      ship_cli_complain (_ ("Nothing is running"));
      ship_cli_end (target->cli, SHIP_CLI_FAILED);
    }
}

int
ship_cli_stop (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };
  gboolean           sleep = FALSE;
  const GOptionEntry entries[] = {
    { "sleep", 0, 0, G_OPTION_ARG_NONE, &sleep, N_ ("Also end its sandbox and its process"), NULL },
    { NULL },
  };

  if (!ship_cli_parse (cli,
                       _ ("SESSION"),
                       _ ("Stops what the session is doing. What waits in its queue is held: "
                          "shipctl resume goes on."),
                       entries,
                       FALSE,
                       1,
                       1,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  ship_cli_target_connect (&target, argv[1], FALSE, connected, &sleep);
  return ship_cli_wait (cli);
}
