/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-deletion.h"
#include "client/ship-session-losses.h"
#include "git/ship-git-rescue.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

/*
 * shipctl delete: says what would be lost and asks, then deletes.
 *
 *   delete -> resolved_cb -> read_cb -> deleted_cb
 */

typedef struct
{
  ShipCliTarget      target;
  ShipSessionLosses *losses; /* (owned) (nullable) */
  gboolean           yes;
  gboolean           force;
} Delete;

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete  *self = user_data;
  ShipCli *cli = self->target.cli;
  g_autoptr (GError) error = NULL;

  if (!ship_session_delete_finish (result, &error))
    {
      ship_cli_fail (cli, error);
      return;
    }
  if (self->losses->has_commits)
    fprintf (stderr,
             _ ("Its commits are kept for %d days: shipctl rescue %.8s brings them back.\n"),
             SHIP_GIT_RESCUE_DAYS,
             self->target.id);
  ship_cli_end (cli, SHIP_CLI_OK);
}

/* What would be lost or has to be known, one line each. */
static void
print_losses (const ShipSessionLosses *losses)
{
  const ShipSessionRow *session = losses->snapshot->session;
  g_autofree char      *title = ship_cli_clean_line (session->title, 60);
  g_autofree char      *branch = ship_cli_clean_line (session->branch, 100);

  fprintf (stderr, _ ("Session %s: %s\n"), session->id, title);
  if (!g_str_equal (session->state, "hibernated") && !g_str_equal (session->state, "idle"))
    fprintf (stderr, _ ("  It is %s; what it is doing will be lost.\n"), session->state);
  if (losses->has_leftovers)
    fprintf (stderr,
             "%s",
             _ ("  Its last task was not committed; what it left in the working copy will be "
                "lost.\n"));
  if (losses->n_pending > 0)
    fprintf (stderr,
             g_dngettext (GETTEXT_PACKAGE,
                          "  %u prompt waits in its queue and will be lost.\n",
                          "  %u prompts wait in its queue and will be lost.\n",
                          losses->n_pending),
             losses->n_pending);
  if (losses->n_commits > 0)
    fprintf (stderr,
             g_dngettext (GETTEXT_PACKAGE,
                          "  %d commit is on no branch of %s.\n",
                          "  %d commits are on no branch of %s.\n",
                          (gulong) losses->n_commits),
             losses->n_commits,
             session->repository);
  else if (losses->has_commits)
    fprintf (stderr, _ ("  The branch %s stays in %s.\n"), branch, session->repository);
}

static gboolean
is_confirmed (const Delete *self)
{
  char answer[16];

  if (self->losses->snapshot != NULL)
    print_losses (self->losses);
  else
    fprintf (stderr, _ ("Session %s cannot be read.\n"), self->target.id);
  fprintf (stderr, "%s", _ ("Delete it with its conversation? [y/N] "));
  if (fgets (answer, sizeof answer, stdin) == NULL)
    return FALSE;
  return answer[0] == 'y' || answer[0] == 'Y';
}

static void
proceed (Delete *self)
{
  ShipCli *cli = self->target.cli;

  if (!self->yes && !isatty (STDIN_FILENO))
    {
      ship_cli_complain (_ ("Nobody can be asked here: say --yes"));
      ship_cli_end (cli, SHIP_CLI_USAGE);
    }
  else if (!self->yes && !is_confirmed (self))
    ship_cli_end (cli, SHIP_CLI_FAILED);
  else
    ship_session_delete_async (cli->paths,
                               self->target.id,
                               self->force,
                               cli->cancellable,
                               deleted_cb,
                               self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;
  g_autoptr (GError) error = NULL;

  self->losses = ship_session_losses_load_finish (result, &error);
  if (self->losses == NULL)
    ship_cli_fail (self->target.cli, error);
  else
    proceed (self);
}

static void
resolved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;
  g_autoptr (GError) error = NULL;

  self->target.id = ship_cli_resolve_finish (result, &error);
  if (self->target.id == NULL)
    ship_cli_fail (self->target.cli, error);
  else
    ship_session_losses_load_async (self->target.cli->paths,
                                    self->target.id,
                                    self->target.cli->cancellable,
                                    read_cb,
                                    self);
}

int
ship_cli_delete (ShipCli *cli, int argc, char **argv)
{
  Delete             self = { .target = { .cli = cli } };
  const GOptionEntry entries[] = {
    { "yes", 'y', 0, G_OPTION_ARG_NONE, &self.yes, N_ ("Do not ask"), NULL },
    { "force",
      'f',
      0,
      G_OPTION_ARG_NONE,
      &self.force,
      N_ ("Even if its commits cannot be kept"),
      NULL },
    { NULL },
  };
  int status = SHIP_CLI_USAGE;

  if (ship_cli_parse (
        cli,
        _ ("SESSION"),
        _ ("Deletes a session: its conversation, its sandbox and its working copy. "
           "The branch in your repository stays, and its commits are kept for a while "
           "(see shipctl rescue)."),
        entries,
        FALSE,
        1,
        1,
        &argc,
        &argv))
    {
      ship_cli_resolve_async (cli, argv[1], resolved_cb, &self);
      status = ship_cli_wait (cli);
    }
  g_clear_pointer (&self.losses, ship_session_losses_free);
  ship_cli_target_clear (&self.target);
  return status;
}
