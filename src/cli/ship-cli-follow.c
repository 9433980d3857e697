/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-follow.h"

#include "ship-cli-live.h"
#include "ship-cli-summary.h"

#include <glib/gi18n.h>

/*
 * Main thread.
 *
 *   follow -> lived_cb -> [ summary_cb ] -> (the command ends)
 */

typedef struct
{
  ShipCli     *cli; /* (unowned) */
  char        *id;  /* (owned) */
  gint64       task;
  ShipCliLive *live; /* (owned) */
} Follow;

static void
follow_free (Follow *self)
{
  g_free (self->id);
  g_clear_object (&self->live);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Follow, follow_free)

static void
summary_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Follow) self = user_data;
  g_autoptr (GError) error = NULL;
  ShipCliStatus status = ship_cli_summary_print_finish (result, &error);

  if (error != NULL)
    ship_cli_fail (self->cli, error);
  else
    ship_cli_end (self->cli, status);
}

static void
lived_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Follow) self = user_data;
  g_autoptr (GError) error = NULL;
  ShipCliStatus status = ship_cli_live_run_finish (self->live, result, &error);

  self->cli->interrupt = NULL;
  if (error != NULL)
    ship_cli_fail (self->cli, error);
  else if (self->task == 0 || (status != SHIP_CLI_OK && status != SHIP_CLI_FAILED))
    ship_cli_end (self->cli, status);
  else
    {
      Follow *followed = g_steal_pointer (&self);

      ship_cli_summary_print_async (followed->cli,
                                    followed->id,
                                    followed->task,
                                    summary_cb,
                                    followed);
    }
}

static void
interrupted (gpointer data)
{
  Follow *self = data;

  ship_cli_complain (
    _ ("The session goes on without you. To come back: shipctl watch %s — to stop it: "
       "shipctl stop %s"),
    self->id,
    self->id);
  ship_cli_live_detach (self->live);
}

void
ship_cli_follow (ShipCli *cli, const char *session_id, ShipSessionClient *client, gint64 task)
{
  Follow *self = g_new0 (Follow, 1);

  self->cli = cli;
  self->id = g_strdup (session_id);
  self->task = task;
  self->live = ship_cli_live_new (cli, session_id, client, task);
  cli->interrupt = interrupted;
  cli->interrupt_data = self;
  ship_cli_live_run_async (self->live, lived_cb, self);
}
