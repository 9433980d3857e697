/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-follow.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>

/* shipctl resume: on after a failure, a stop or a held queue. */

typedef struct
{
  gboolean again;
  gboolean is_discarding;
  gboolean is_watched;
} Resume;

static void
resumed (ShipCliTarget *target, gpointer user_data)
{
  const Resume *self = user_data;

  if (self->is_watched)
    ship_cli_follow (target->cli, target->id, target->client, 0);
  else
    ship_cli_end (target->cli, SHIP_CLI_OK);
}

static void
connected (ShipCliTarget *target, gpointer user_data)
{
  const Resume *self = user_data;

  if (self->is_discarding)
    ship_cli_target_call (target, "Discard", NULL, resumed, user_data);
  else
    ship_cli_target_call (target, "Resume", g_variant_new ("(b)", self->again), resumed, user_data);
}

int
ship_cli_resume (ShipCli *cli, int argc, char **argv)
{
  g_auto (ShipCliTarget) target = { .cli = cli };
  Resume             self = { FALSE, FALSE, FALSE };
  const GOptionEntry entries[] = {
    { "again",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.again,
      N_ ("Go on with the task that failed or was stopped"),
      NULL },
    { "discard",
      0,
      0,
      G_OPTION_ARG_NONE,
      &self.is_discarding,
      N_ ("Give up what that task changed and did not commit"),
      NULL },
    { "watch",
      'w',
      0,
      G_OPTION_ARG_NONE,
      &self.is_watched,
      N_ ("Watch until nothing runs any more"),
      NULL },
    { NULL },
  };

  if (!ship_cli_parse (cli,
                       _ ("SESSION"),
                       _ ("Goes on with the next task after a failure or a stop. What the last one "
                          "changed stays in the working copy and is committed with the next task, "
                          "unless --discard is given."),
                       entries,
                       FALSE,
                       1,
                       1,
                       &argc,
                       &argv))
    return SHIP_CLI_USAGE;
  if (self.again && self.is_discarding)
    {
      ship_cli_complain ("%s", _ ("Use --again or --discard, not both"));
      return SHIP_CLI_USAGE;
    }
  ship_cli_target_connect (&target, argv[1], TRUE, connected, &self);
  return ship_cli_wait (cli);
}
