/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include "git/ship-git-mirror.h"
#include "session/ship-turn-commit.h"

#include <glib/gi18n-lib.h>

/*
 * From the end of a turn to its commit: with a limit, since what is inside decides how long it
 * takes.
 *
 *   start_commit -> committed_cb -> (end_task)
 *                                -> (late: the branch tells) -> late_branch_cb -> (end_task)
 */

#define COMMIT_SECONDS 900 /* what is inside decides how long it takes: it must end */
#define STOP_COMMIT_MS 1500

/* A commit that was broken off may have been made all the same: the branch tells. */
static void
late_branch_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *tip = ship_git_mirror_read_branch_finish (result, &error);

  if (tip != NULL && !g_str_equal (tip, self->row->head_commit))
    {
      g_free (self->row->head_commit);
      self->row->head_commit = g_strdup (tip);
      ship_transcript_writer_note (self->writer, "commit", tip);
      ship_session_end_task (self, "complete", NULL, tip, -1);
    }
  else if (self->state == SHIP_SESSION_STATE_STOPPING)
    {
      ship_transcript_writer_note (self->writer,
                                   "notice",
                                   _ ("Stopped before the changes were committed: they stay in the "
                                      "working copy and go into the next commit"));
      ship_session_end_task (self, "cancelled", NULL, NULL, -1);
    }
  else
    ship_session_end_task (self, "failed", self->down, NULL, -1);
}

/* What is still at work inside is ended. */
static void
end_late_commit (ShipSession *self)
{
  g_autoptr (GError) error =
    g_error_new_literal (SHIP_SANDBOX_ERROR,
                         SHIP_SANDBOX_ERROR_FAILED,
                         _ ("The changes could not be taken out of the sandbox in time"));

  ship_session_bring_down (self, error);
  ship_git_mirror_read_branch_async (ship_runtime_get_mirror_path (self->runtime),
                                     self->row->branch,
                                     self->row->head_commit,
                                     NULL,
                                     late_branch_cb,
                                     g_object_ref (self));
}

static void
committed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipTurnCommitResult) commit =
    ship_turn_commit_run_finish (SHIP_TURN_COMMIT (object), result, &error);
  gboolean is_late = g_cancellable_is_cancelled (self->commit_cancellable);

  g_clear_handle_id (&self->commit_timer, g_source_remove);
  g_clear_object (&self->commit_cancellable);
  if (commit == NULL && is_late)
    {
      end_late_commit (self);
      return;
    }
  if (commit == NULL)
    {
      ship_session_end_task (self, "failed", error, NULL, -1);
      return;
    }

  if (commit->commit != NULL)
    {
      g_free (self->row->head_commit);
      self->row->head_commit = g_strdup (commit->commit);
      ship_transcript_writer_note (self->writer, "commit", commit->commit);
    }
  if (commit->notice != NULL)
    ship_transcript_writer_note (self->writer, "notice", commit->notice);
  ship_session_end_task (self, "complete", NULL, commit->commit, commit->files_changed);
}

static gboolean
commit_over_cb (gpointer user_data)
{
  ShipSession *self = user_data;

  self->commit_timer = 0;
  g_cancellable_cancel (self->commit_cancellable);

  return G_SOURCE_REMOVE;
}

void
ship_session_hurry_commit (ShipSession *self)
{
  g_clear_handle_id (&self->commit_timer, g_source_remove);
  self->commit_timer = g_timeout_add (STOP_COMMIT_MS, commit_over_cb, self);
}

void
ship_session_start_commit (ShipSession *self, ShipTurn *turn)
{
  g_autoptr (ShipTurnCommit) operation = NULL;
  ShipSandbox *sandbox = ship_runtime_get_sandbox (self->runtime);

  if (sandbox == NULL)
    {
      g_autoptr (GError) error =
        g_error_new_literal (SHIP_SANDBOX_ERROR,
                             SHIP_SANDBOX_ERROR_GONE,
                             _ ("The sandbox ended before the changes could be committed"));

      ship_session_end_task (self, "failed", error, NULL, -1);
      return;
    }

  ship_session_set_activity (self, "committing");
  operation = ship_turn_commit_new (sandbox,
                                    ship_runtime_get_mirror_path (self->runtime),
                                    self->row,
                                    ship_turn_get_summary (turn),
                                    self->task->prompt);
  self->commit_cancellable = g_cancellable_new ();
  if (self->state == SHIP_SESSION_STATE_STOPPING)
    ship_session_hurry_commit (self);
  else
    self->commit_timer = g_timeout_add_seconds (COMMIT_SECONDS, commit_over_cb, self);
  ship_turn_commit_run_async (operation,
                              self->commit_cancellable,
                              committed_cb,
                              g_object_ref (self));
}
