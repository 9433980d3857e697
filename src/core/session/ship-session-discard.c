/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-watch-private.h"

#include "git/ship-git-error.h"
#include "git/ship-git-scripts.h"
#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>

/*
 * Giving up what failed and stopped tasks left in the working copy. That it is wanted is on disk
 * before anything happens; it is done at the end of a wake, when git runs inside and before the
 * next turn can begin, and doing it twice does no harm.
 *
 *   discard_leftovers -> discarded_cb -> checked_out_cb -> noted_cb -> (the wake ends)
 */

#define MAX_SCRIPT_OUTPUT (64 * 1024)

/* @error: filled when the script did not do it. */
static gboolean
take_result (GObject *object, GAsyncResult *result, GError **error)
{
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, error);

  if (run == NULL)
    return FALSE;
  if (run->wait_status == 0)
    return TRUE;

  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("The working copy could not be put back to the last commit: %s"),
               run->error_text[0] != '\0' ? run->error_text : _ ("git ended without a reason"));
  return FALSE;
}

static void
noted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      self->discard = SHIP_DISCARD_DONE;
      ship_transcript_writer_note (self->writer,
                                   "notice",
                                   _ ("Changes that were not committed were discarded."));
    }
  ship_session_end_wake (self, error);
}

static void
checked_out_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  ShipSessionJob *job;

  if (!take_result (object, result, &error))
    {
      ship_session_end_wake (self, error);
      return;
    }

  job = ship_session_job_new (SHIP_SESSION_JOB_SET_DISCARD);
  job->discard = SHIP_DISCARD_DONE;
  ship_session_run_job (self, job, noted_cb, g_object_ref (self));
}

static void
discarded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  ShipSandboxCommand *command;

  if (!take_result (object, result, &error))
    {
      ship_session_end_wake (self, error);
      return;
    }

  command = ship_sandbox_command_new ("/bin/sh",
                                      "-c",
                                      ship_git_script_checkout (),
                                      "checkout",
                                      self->row->head_commit,
                                      self->row->branch,
                                      self->row->user_name,
                                      self->row->user_email,
                                      NULL);
  ship_sandbox_run_async (SHIP_SANDBOX (object),
                          command,
                          NULL,
                          MAX_SCRIPT_OUTPUT,
                          self->wake_cancellable,
                          checked_out_cb,
                          g_object_ref (self));
}

void
ship_session_discard_leftovers (ShipSession *self)
{
  ShipSandbox        *sandbox = ship_runtime_get_sandbox (self->runtime);
  ShipSandboxCommand *command;

  if (self->discard != SHIP_DISCARD_WANTED)
    {
      ship_session_end_wake (self, NULL);
      return;
    }
  if (sandbox == NULL)
    {
      g_autoptr (GError) error =
        g_error_new_literal (SHIP_SANDBOX_ERROR,
                             SHIP_SANDBOX_ERROR_GONE,
                             _ ("The sandbox ended before the changes could be discarded"));

      ship_session_end_wake (self, error);
      return;
    }

  ship_session_set_detail (self, _ ("Discarding what was not committed"));
  command = ship_sandbox_command_new ("/bin/sh",
                                      "-c",
                                      ship_git_script_discard (),
                                      "discard",
                                      self->row->head_commit,
                                      NULL);
  ship_sandbox_run_async (sandbox,
                          command,
                          NULL,
                          MAX_SCRIPT_OUTPUT,
                          self->wake_cancellable,
                          discarded_cb,
                          g_object_ref (self));
}

const char *
ship_session_take_discard_note (ShipSession *self)
{
  ShipSessionJob *job;

  if (self->discard != SHIP_DISCARD_DONE)
    return NULL;

  self->discard = SHIP_DISCARD_NONE;
  job = ship_session_job_new (SHIP_SESSION_JOB_SET_DISCARD);
  job->discard = SHIP_DISCARD_NONE;
  ship_session_run_job_and_forget (self, job);

  /* Not for people: not translated. */
  return "The user has discarded all changes of earlier turns that were not committed: the working "
         "copy is at the last commit of the branch. Do not rely on what you remember of the files.";
}
