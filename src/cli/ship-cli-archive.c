/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-archiver.h"
#include "ship-cli.h"

#include <glib/gi18n.h>

/* shipctl archive and shipctl restore: one session after the other. */

typedef struct
{
  ShipCli *cli;      /* (unowned) */
  char   **next;     /* (unowned): what is left of argv */
  char    *id;       /* (owned) (nullable): the one under way */
  gboolean archived; /* what they are to be */
  int      status;   /* of the worst */
} Archive;

static void go_on (Archive *self);

static void
fail_one (Archive *self, const GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ship_cli_complain ("%s: %s", *self->next, error->message);
  if (self->status == SHIP_CLI_OK)
    self->status = ship_cli_status_for (error);
}

static void
archived_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Archive *self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_session_archive_finish (result, &error))
    fail_one (self, error);
  self->next++;
  go_on (self);
}

static void
resolved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Archive *self = user_data;
  g_autoptr (GError) error = NULL;

  g_free (self->id);
  self->id = ship_cli_resolve_finish (result, &error);
  if (self->id != NULL)
    {
      ship_session_archive_async (self->cli->paths,
                                  self->id,
                                  self->archived,
                                  self->cli->cancellable,
                                  archived_cb,
                                  self);
      return;
    }
  fail_one (self, error);
  self->next++;
  go_on (self);
}

static void
go_on (Archive *self)
{
  if (*self->next == NULL || g_cancellable_is_cancelled (self->cli->cancellable))
    ship_cli_end (self->cli, self->status);
  else
    ship_cli_resolve_async (self->cli, *self->next, resolved_cb, self);
}

static int
run (ShipCli *cli, gboolean archived, const char *summary, int argc, char **argv)
{
  Archive self = { .cli = cli, .archived = archived };
  int     status = SHIP_CLI_USAGE;

  if (ship_cli_parse (cli, _ ("SESSION…"), summary, NULL, FALSE, 1, G_MAXINT - 1, &argc, &argv))
    {
      self.next = argv + 1;
      go_on (&self);
      status = ship_cli_wait (cli);
    }
  g_free (self.id);
  return status;
}

int
ship_cli_archive (ShipCli *cli, int argc, char **argv)
{
  return run (cli,
              TRUE,
              _ ("Takes sessions out of the list. Nothing of them is lost: shipctl list --archived "
                 "shows them, shipctl restore or a prompt brings them back."),
              argc,
              argv);
}

int
ship_cli_restore (ShipCli *cli, int argc, char **argv)
{
  return run (cli, FALSE, _ ("Puts archived sessions back into the list."), argc, argv);
}
