/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-creator.h"
#include "git/ship-git-rescue.h"
#include "ship-cli-output.h"
#include "ship-cli-target.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

/*
 * shipctl delete: says what would be lost and asks, ends the process, deletes what is on disk.
 *
 *   delete -> resolved_cb -> read_cb -> [ counted_cb ] -> connected_cb -> [ Delete: asleep_cb ] ->
 * removed_cb
 */

typedef struct
{
  ShipCliTarget target;
  gboolean      yes;
  gboolean      force;
  int           n_lost; /* commits that are only here; -1: not known */
  guint         n_tries;
} Delete;

#define MAX_TRIES 300
#define TRY_MS    50

static void remove_session (Delete *self);

static gboolean
has_commits (const ShipSessionSnapshot *snapshot)
{
  return snapshot != NULL &&
         g_strcmp0 (snapshot->session->head_commit, snapshot->session->base_commit) != 0;
}

static gboolean
try_again_cb (gpointer user_data)
{
  remove_session (user_data);
  return G_SOURCE_REMOVE;
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete  *self = user_data;
  ShipCli *cli = self->target.cli;
  g_autoptr (GError) error = NULL;

  /* Its process was told to end, and is still cleaning up. */
  if (!ship_session_remove_finish (result, &error) &&
      g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT) &&
      self->n_tries++ < MAX_TRIES)
    g_timeout_add (TRY_MS, try_again_cb, self);
  else if (error != NULL)
    ship_cli_fail (cli, error);
  else
    {
      if (has_commits (self->target.snapshot))
        fprintf (stderr,
                 _ ("Its commits are kept for %d days: shipctl rescue %.8s brings them back.\n"),
                 SHIP_GIT_RESCUE_DAYS,
                 self->target.id);
      ship_cli_end (cli, SHIP_CLI_OK);
    }
}

static void
remove_session (Delete *self)
{
  ShipCli *cli = self->target.cli;

  if (self->force)
    ship_session_remove_by_force_async (cli->paths,
                                        self->target.id,
                                        cli->cancellable,
                                        removed_cb,
                                        self);
  else
    ship_session_remove_async (cli->paths, self->target.id, cli->cancellable, removed_cb, self);
}

static void
asleep_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;
  g_autoptr (GError) error = NULL;

  /* That it ended before it could answer is as good. */
  if (ship_session_client_call_finish (self->target.client, result, &error) ||
      g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE))
    remove_session (self);
  else
    ship_cli_fail (self->target.cli, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;
  g_autoptr (GError) error = NULL;

  if (ship_session_client_connect_finish (self->target.client, result, &error))
    ship_session_client_call_async (self->target.client,
                                    "Delete",
                                    NULL,
                                    self->target.cli->cancellable,
                                    asleep_cb,
                                    self);
  else if (g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE) ||
           g_error_matches (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND))
    remove_session (self);
  else
    ship_cli_fail (self->target.cli, error);
}

/* A turn that did not end well was not committed: the last that began counts. */
static gboolean
has_leftovers (const ShipSessionSnapshot *snapshot)
{
  const ShipTaskRow *last = NULL;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      const ShipTaskRow *task = snapshot->tasks->pdata[i];

      if (task->started_at != 0 && (last == NULL || task->started_at >= last->started_at))
        last = task;
    }
  return last != NULL && !g_str_equal (last->state, "complete");
}

static guint
count_pending (const ShipSessionSnapshot *snapshot)
{
  guint n = 0;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    n += g_str_equal (((ShipTaskRow *) snapshot->tasks->pdata[i])->state, "pending");
  return n;
}

/* What would be lost or has to be known, one line each. */
static void
print_losses (const Delete *self, const ShipSessionSnapshot *snapshot)
{
  const ShipSessionRow *session = snapshot->session;
  g_autofree char      *title = ship_cli_clean_line (session->title, 60);
  g_autofree char      *branch = ship_cli_clean_line (session->branch, 100);
  guint                 n_pending = count_pending (snapshot);

  fprintf (stderr, _ ("Session %s: %s\n"), session->id, title);
  if (!g_str_equal (session->state, "hibernated") && !g_str_equal (session->state, "idle"))
    fprintf (stderr, _ ("  It is %s; what it is doing will be lost.\n"), session->state);
  if (has_leftovers (snapshot))
    fprintf (stderr,
             "%s",
             _ ("  Its last task was not committed; what it left in the working copy will be "
                "lost.\n"));
  if (n_pending > 0)
    fprintf (stderr,
             g_dngettext (GETTEXT_PACKAGE,
                          "  %u prompt waits in its queue and will be lost.\n",
                          "  %u prompts wait in its queue and will be lost.\n",
                          n_pending),
             n_pending);
  if (self->n_lost > 0)
    fprintf (stderr,
             g_dngettext (GETTEXT_PACKAGE,
                          "  %d commit is on no branch of %s.\n",
                          "  %d commits are on no branch of %s.\n",
                          (gulong) self->n_lost),
             self->n_lost,
             session->repository);
  else if (has_commits (snapshot))
    fprintf (stderr, _ ("  The branch %s stays in %s.\n"), branch, session->repository);
}

static gboolean
is_confirmed (const Delete *self, const ShipSessionSnapshot *snapshot)
{
  char answer[16];

  if (snapshot != NULL)
    print_losses (self, snapshot);
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
  else if (!self->yes && !is_confirmed (self, self->target.snapshot))
    ship_cli_end (cli, SHIP_CLI_FAILED);
  else
    {
      self->target.client = ship_session_client_new (cli->paths, self->target.id);
      ship_session_client_connect_async (self->target.client,
                                         FALSE,
                                         cli->cancellable,
                                         connected_cb,
                                         self);
    }
}

static void
counted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;

  self->n_lost = ship_git_rescue_count_finish (result, NULL);
  proceed (self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Delete *self = user_data;

  /* A session whose store cannot be read can still be deleted. */
  self->target.snapshot = ship_session_snapshot_load_finish (result, NULL);
  if (!self->yes && has_commits (self->target.snapshot))
    {
      const ShipSessionRow *row = self->target.snapshot->session;
      g_autofree char *mirror = ship_paths_dup_mirror (self->target.cli->paths, row->repository);

      ship_git_rescue_count_async (mirror,
                                   row->repository,
                                   row->base_commit,
                                   row->head_commit,
                                   self->target.cli->cancellable,
                                   counted_cb,
                                   self);
    }
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
    ship_session_snapshot_load_async (self->target.cli->paths,
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
  ship_cli_target_clear (&self.target);
  return status;
}
