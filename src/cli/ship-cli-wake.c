/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl wake: sandbox and agent, before there is a prompt. */

static void
woken (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  ship_cli_target_call (target, "Wake", NULL, woken, NULL);
}

int
ship_cli_wake (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };
  const GOptionEntry entries[] = { { NULL } };

  if (!ship_cli_parse (cli,
                       _ ("SESSION"),
                       _ ("Gets a session's sandbox and agent ready, so that the next prompt is "
                          "worked on at once. Does not wait for it: shipctl show says how far it "
                          "is."),
                       entries,
                       FALSE,
                       1,
                       1,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  ship_cli_target_connect (&target, argv[1], TRUE, connected, NULL);
  return ship_cli_wait (cli);
}
