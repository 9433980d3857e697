/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-private.h"

#include "base/ship-names.h"

#include <glib/gi18n-lib.h>

/*
 * What the user asks of a session. Each command is on disk before anything acts on it.
 */

#define MAX_TITLE_CHARS  80
#define MAX_PROMPT_BYTES (1024 * 1024)

/* A command under way: the task that is returned from, and its job. */
typedef struct
{
  GTask          *task; /* (owned) */
  ShipSessionJob *job;  /* (owned) */
} Command;

static void
command_free (Command *command)
{
  g_clear_object (&command->task);
  g_clear_pointer (&command->job, ship_session_job_unref);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

/* Takes @job. @next: called with the Command when the job is done; finishes it with end_job(). */
static void
start_job (GTask *task, ShipSessionJob *job, GAsyncReadyCallback next)
{
  ShipSession *self = g_task_get_source_object (task);
  Command     *command = g_new0 (Command, 1);

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
                           SHIP_SESSION_ERROR_CONFLICT,
                           _ ("The session is just going to sleep: try again in a moment"));
  return TRUE;
}

/* Gets the queue going, whatever holds it. */
static void
go_on (ShipSession *self)
{
  if (self->is_closing)
    return;

  if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_kick (self);
  else if (ship_session_can (self, SHIP_SESSION_EVENT_WAKE))
    ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
}

static void
enqueued_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = g_task_get_source_object (command->task);

  if (!end_job (command, object, result))
    return;

  ship_session_emit_changed (self, "task", command->job->id);
  ship_index_writer_touch (self->index, self->store);
  go_on (self);
  g_task_return_int (command->task, command->job->id);
}

void
ship_session_send_async (ShipSession        *self,
                         const char         *text,
                         const char         *mode,
                         const char         *model,
                         const char         *title,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *stripped = NULL;
  ShipSessionJob  *job;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (self->row != NULL);
  g_return_if_fail (text != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_send_async);
  if (refuse_when_closing (self, task))
    return;

  stripped = g_strstrip (g_strdup (text));
  if (stripped[0] == '\0' || strlen (text) > MAX_PROMPT_BYTES || !g_utf8_validate (text, -1, NULL))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               stripped[0] == '\0'
                                 ? _ ("The prompt is empty")
                                 : _ ("The prompt is not text, or longer than 1 MiB"));
      return;
    }
  if (mode != NULL && !g_str_equal (mode, "build") && !g_str_equal (mode, "plan"))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("There is no mode “%s”: use build or plan"),
                               mode);
      return;
    }

  job = ship_session_job_new (SHIP_SESSION_JOB_ENQUEUE);
  job->text = g_strdup (text);
  job->mode = g_strdup (mode != NULL ? mode : self->row->mode);
  job->model = g_strdup (model != NULL ? model : self->row->model);
  job->title = title != NULL ? g_strdup (title) : ship_names_title (stripped, MAX_TITLE_CHARS);
  start_job (task, job, enqueued_cb);
}

gint64
ship_session_send_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  gssize id;

  g_return_val_if_fail (g_task_is_valid (result, self), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_send_async), 0);

  id = g_task_propagate_int (G_TASK (result), error);
  return id > 0 ? id : 0;
}

gboolean
ship_session_stop (ShipSession *self, GError **error)
{
  g_return_val_if_fail (SHIP_IS_SESSION (self), FALSE);

  if (!ship_session_can (self, SHIP_SESSION_EVENT_STOP))
    {
      g_set_error_literal (error,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_CONFLICT,
                           _ ("Nothing is running"));
      return FALSE;
    }

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
  if (!ship_session_is_quiet (self) || self->is_requeueing)
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_CONFLICT,
                               _ ("The session is already working"));
      return;
    }

  if (again)
    {
      self->is_requeueing = TRUE;
      start_job (task, ship_session_job_new (SHIP_SESSION_JOB_REQUEUE), requeued_cb);
      return;
    }

  go_on (self);
  g_task_return_boolean (task, TRUE);
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

void
ship_session_set_model_async (ShipSession        *self,
                              const char         *model,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *note = NULL;
  ShipSessionJob  *job;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (model != NULL);

  task = new_command (self, callback, user_data);
  if (strchr (model, '/') == NULL)
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("“%s” is not a model: write provider/model"),
                               model);
      return;
    }

  g_free (self->row->model);
  self->row->model = g_strdup (model);
  note = g_strdup_printf (_ ("The model is %s from the next turn on"), model);
  ship_transcript_writer_note (self->writer, "notice", note);
  job = ship_session_job_new (SHIP_SESSION_JOB_SET_MODEL);
  job->model = g_strdup (model);
  start_job (task, job, row_set_cb);
}

/* --- answers --- */

/* An answer on its way: request -> store (so that it is not lost) -> agent. */
typedef struct
{
  gint64   request;
  gboolean allow;
  char    *message;  /* (owned) (nullable) */
  GStrv    answers;  /* (owned) (nullable) */
  char    *agent_id; /* (owned) (nullable) */
  gboolean is_permission;
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->message);
  g_strfreev (answer->answers);
  g_free (answer->agent_id);
  g_free (answer);
}

static void
permission_answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_agent_answer_permission_finish (SHIP_AGENT (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
question_answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_agent_answer_question_finish (SHIP_AGENT (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
answer_stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = g_task_get_source_object (command->task);
  Answer      *answer = g_task_get_task_data (command->task);

  if (!end_job (command, object, result))
    return;

  ship_session_emit_changed (self, "request", answer->request);
  ship_index_writer_touch (self->index, self->store);
  if (answer->is_permission)
    ship_agent_answer_permission_async (self->agent,
                                        answer->agent_id,
                                        answer->allow,
                                        answer->message,
                                        NULL,
                                        permission_answered_cb,
                                        g_object_ref (command->task));
  else
    ship_agent_answer_question_async (self->agent,
                                      answer->agent_id,
                                      (const char *const *) answer->answers,
                                      NULL,
                                      question_answered_cb,
                                      g_object_ref (command->task));
}

static char *
answer_to_text (Answer *answer)
{
  if (answer->is_permission)
    return answer->allow             ? g_strdup ("allow")
           : answer->message != NULL ? g_strdup_printf ("deny: %s", answer->message)
                                     : g_strdup ("deny");

  return answer->answers != NULL ? g_strjoinv (", ", answer->answers) : g_strdup ("reject");
}

static void
request_loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession    *self = g_task_get_source_object (command->task);
  Answer         *answer = g_task_get_task_data (command->task);
  ShipRequestRow *row;
  ShipSessionJob *job;

  if (!end_job (command, object, result))
    return;

  row = command->job->request;
  if (row == NULL || !g_str_equal (row->state, "open") || self->agent == NULL)
    {
      g_task_return_new_error (
        command->task,
        SHIP_SESSION_ERROR,
        row == NULL ? SHIP_SESSION_ERROR_NOT_FOUND : SHIP_SESSION_ERROR_CONFLICT,
        row == NULL ? _ ("There is no such request")
                    : _ ("The request does not wait for an answer any more"));
      return;
    }

  answer->is_permission = row->permission != NULL;
  answer->agent_id = g_strdup (row->agent_id);
  job = ship_session_job_new (SHIP_SESSION_JOB_CLOSE_REQUEST);
  job->text = g_strdup (row->agent_id);
  job->state = g_strdup ("answered");
  job->title = answer_to_text (answer);
  start_job (command->task, job, answer_stored_cb);
}

void
ship_session_answer_async (ShipSession        *self,
                           gint64              request,
                           gboolean            allow,
                           const char         *message,
                           const char *const  *answers,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Answer         *answer;
  ShipSessionJob *job;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_command (self, callback, user_data);
  answer = g_new0 (Answer, 1);
  answer->request = request;
  answer->allow = allow;
  answer->message = g_strdup (message);
  answer->answers = g_strdupv ((char **) answers);
  g_task_set_task_data (task, answer, answer_free);
  job = ship_session_job_new (SHIP_SESSION_JOB_LOAD_REQUEST);
  job->id = request;
  start_job (task, job, request_loaded_cb);
}
