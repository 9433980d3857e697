/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-watch-private.h"

#include "base/ship-names.h"

#include <glib/gi18n-lib.h>

/*
 * What the user asks of a session. Each command is on disk before anything acts on it.
 */

#define MAX_TITLE_CHARS 80

/* A command under way: the task that is returned from, and its job. */
typedef struct
{
  GTask          *task; /* (owned) */
  ShipSessionJob *job;  /* (owned) */
} Command;

/* It counts until its callback is through: what it has begun is then under way. */
static void
command_free (Command *command)
{
  g_autoptr (ShipSession) self = g_object_ref (g_task_get_source_object (command->task));

  g_clear_object (&command->task);
  g_clear_pointer (&command->job, ship_session_job_unref);
  g_free (command);
  self->n_commands--;
  ship_session_check_close (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

/* Takes @job. @next: called with the Command when the job is done; finishes it with end_job(). */
static void
start_job (GTask *task, ShipSessionJob *job, GAsyncReadyCallback next)
{
  ShipSession *self = g_task_get_source_object (task);
  Command     *command = g_new0 (Command, 1);

  self->n_commands++;
  command->task = g_object_ref (task);
  command->job = ship_session_job_ref (job);
  ship_session_run_job (self, job, next, command);
}

/* FALSE when the job failed: the task has then been returned from. */
static gboolean
end_job (Command *command, GObject *store, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (store), result, &error))
    return TRUE;

  g_task_return_error (command->task, g_steal_pointer (&error));
  return FALSE;
}

/* A prompt that is taken while the session closes would be run by nobody: whoever asks is told. */
static gboolean
refuse_when_closing (ShipSession *self, GTask *task)
{
  if (!self->is_closing)
    return FALSE;

  g_task_return_new_error (task,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_CLOSING,
                           _ ("The session is just going to sleep: try again in a moment"));
  return TRUE;
}

/* Gets the queue going, whatever holds it. */
static void
go_on (ShipSession *self)
{
  self->is_unasked = FALSE;
  if (self->is_closing || ship_session_money_is_held (self))
    return;

  ship_session_book_again (self);
  if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_kick (self);
  else if (self->state == SHIP_SESSION_STATE_STOPPING)
    self->is_released = TRUE; /* whoever sends more after a stop wants that to run */
  else if (ship_session_can (self, SHIP_SESSION_EVENT_WAKE))
    ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
}

void
ship_session_go_on (ShipSession *self)
{
  go_on (self);
}

gboolean
ship_session_stop (ShipSession *self, GError **error)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), FALSE);

  /* Between two tasks: the next one is on its way out of the store, and is put back there. */
  if (self->state == SHIP_SESSION_STATE_IDLE && self->is_starting)
    {
      ship_session_apply (self,
                          SHIP_SESSION_EVENT_HOLD,
                          _ ("Stopped; the rest of the queue waits for you"),
                          NULL);
      return TRUE;
    }
  if (!ship_session_can (self, SHIP_SESSION_EVENT_STOP))
    {
      g_set_error_literal (error,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_CONFLICT,
                           _ ("Nothing is running"));
      return FALSE;
    }

  self->is_released = FALSE;
  ship_session_apply (self, SHIP_SESSION_EVENT_STOP, NULL, NULL);
  ship_transcript_writer_interrupt (self->writer);
  if (self->turn != NULL)
    ship_turn_stop (self->turn);
  else if (self->wake_cancellable != NULL)
    g_cancellable_cancel (self->wake_cancellable);
  else if (self->commit_cancellable != NULL)
    ship_session_hurry_commit (self); /* its work is kept, if it ends in time */

  return TRUE;
}

static GTask *
new_command (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_session_command_finish);
  return task;
}

gboolean
ship_session_command_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_command_finish), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
requeued_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = g_task_get_source_object (command->task);

  self->is_requeueing = FALSE;
  if (!end_job (command, object, result))
    return;

  if (command->job->id == 0)
    {
      g_task_return_new_error (command->task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_NOT_FOUND,
                               _ ("No task has failed or was stopped"));
      return;
    }

  ship_session_emit_changed (self, "task", command->job->id);
  go_on (self);
  g_task_return_boolean (command->task, TRUE);
}

void
ship_session_resume_async (ShipSession        *self,
                           gboolean            again,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_command (self, callback, user_data);
  if (refuse_when_closing (self, task))
    return;
  /* Two at once would put back two tasks, the second one long done with. */
  if (!ship_session_is_at_rest (self) || self->is_requeueing)
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_CONFLICT,
                               _ ("The session is already working"));
      return;
    }

  if (ship_session_money_is_held (self))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_CONFLICT,
                               _ ("%s. Allow more to go on"),
                               self->detail);
      return;
    }

  if (again)
    {
      self->is_requeueing = TRUE;
      start_job (task, ship_session_job_new (SHIP_SESSION_JOB_REQUEUE), requeued_cb);
      return;
    }

  if ((self->state == SHIP_SESSION_STATE_FAILED || self->state == SHIP_SESSION_STATE_HOLDING) &&
      self->discard != SHIP_DISCARD_WANTED)
    ship_transcript_writer_note (
      self->writer,
      "notice",
      _ ("The queue goes on. What the last task changed stays in the working copy and is "
         "committed with the next one."));
  go_on (self);
  g_task_return_boolean (task, TRUE);
}

static void
discard_stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = g_task_get_source_object (command->task);

  self->is_requeueing = FALSE;
  if (!end_job (command, object, result))
    return;

  /* An idle session is woken, too: what it does on waking is what is wanted. */
  self->discard = command->job->discard;
  if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_apply (self, SHIP_SESSION_EVENT_SLEEP, NULL, NULL);
  go_on (self);
  g_task_return_boolean (command->task, TRUE);
}

void
ship_session_discard_async (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipSessionJob *job;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_command (self, callback, user_data);
  if (refuse_when_closing (self, task))
    return;
  /* A look at the queue that is under way is no work: what it takes is put back. */
  if (self->task != NULL || self->wake_cancellable != NULL || self->is_requeueing ||
      ship_session_state_is_working (self->state))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_CONFLICT,
                               _ ("The session is working: stop it first"));
      return;
    }

  self->is_requeueing = TRUE;
  job = ship_session_job_new (SHIP_SESSION_JOB_SET_DISCARD);
  job->discard = SHIP_DISCARD_WANTED;
  start_job (task, job, discard_stored_cb);
}

static void
task_cancelled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = g_task_get_source_object (command->task);

  if (!end_job (command, object, result))
    return;

  if (command->job->is_done)
    {
      ship_session_money_forget_task (self, command->job->id);
      ship_session_emit_changed (self, "task", command->job->id);
      ship_index_writer_touch (self->index, self->store);
      g_task_return_boolean (command->task, TRUE);
    }
  else
    {
      g_task_return_new_error (command->task,
                               SHIP_SESSION_ERROR,
                               command->job->task != NULL ? SHIP_SESSION_ERROR_CONFLICT
                                                          : SHIP_SESSION_ERROR_NOT_FOUND,
                               command->job->task != NULL ? _ ("The task is not waiting any more")
                                                          : _ ("There is no such task"));
    }
}

void
ship_session_cancel_task_async (ShipSession        *self,
                                gint64              id,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipSessionJob *job;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_command (self, callback, user_data);
  job = ship_session_job_new (SHIP_SESSION_JOB_CANCEL_TASK);
  job->id = id;
  start_job (task, job, task_cancelled_cb);
}

static void
row_set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = g_task_get_source_object (command->task);

  if (!end_job (command, object, result))
    return;

  ship_session_emit_changed (self, "session", 0);
  ship_index_writer_touch (self->index, self->store);
  g_task_return_boolean (command->task, TRUE);
}

void
ship_session_set_title_async (ShipSession        *self,
                              const char         *title,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *line = NULL;
  ShipSessionJob  *job;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (title != NULL);

  task = new_command (self, callback, user_data);
  line = ship_names_title (title, MAX_TITLE_CHARS);
  if (line[0] == '\0')
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("The title is empty"));
      return;
    }

  g_free (self->row->title);
  self->row->title = g_strdup (line);
  g_free (self->row->title_source);
  self->row->title_source = g_strdup ("user");
  job = ship_session_job_new (SHIP_SESSION_JOB_SET_TITLE);
  job->title = g_steal_pointer (&line);
  start_job (task, job, row_set_cb);
}
