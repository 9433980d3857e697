/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include "base/ship-names.h"
#include "session/ship-queue-job-private.h"
#include "session/ship-slash-command.h"

#include <glib/gi18n-lib.h>

/* What the user changes of the queue. Whether a task still waits is known to the store alone: see
 * ship-queue-job.c. */

#define MAX_TITLE_CHARS  80
#define MAX_PROMPT_BYTES (1024 * 1024)

typedef struct
{
  GTask        *task; /* (owned) */
  ShipQueueJob *job;  /* (owned) */
} Change;

static void
change_free (Change *change)
{
  g_clear_object (&change->task);
  g_clear_pointer (&change->job, ship_queue_job_unref);
  g_free (change);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Change, change_free)

static void
changed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Change) change = user_data;
  ShipSession *self = g_task_get_source_object (change->task);
  GError      *error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (change->task, error);
      return;
    }

  ship_session_emit_changed (self, "task", change->job->id);
  ship_index_writer_touch (self->index, self->store);
  g_task_return_boolean (change->task, TRUE);
}

/* Takes @job. */
static void
start (ShipSession *self, GTask *task, ShipQueueJob *job, GAsyncReadyCallback callback)
{
  Change *change = g_new0 (Change, 1);

  change->task = g_object_ref (task);
  change->job = ship_queue_job_ref (job);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        ship_queue_job_run_thread,
                        job,
                        (GDestroyNotify) ship_queue_job_unref,
                        NULL,
                        callback,
                        change);
}

static GTask *
new_task (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_session_command_finish);
  return task;
}

static ShipSlashCommand *
parse_text (const char *text, GError **error)
{
  g_autoptr (ShipSlashCommand) command = NULL;
  g_autofree char *stripped = NULL;

  if (strlen (text) > MAX_PROMPT_BYTES || !g_utf8_validate (text, -1, NULL))
    {
      g_set_error_literal (error,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_INVALID,
                           _ ("The prompt is not text, or longer than 1 MiB"));
      return NULL;
    }
  command = ship_slash_command_parse (text, error);
  if (command == NULL)
    return NULL;

  stripped = g_strstrip (g_strdup (text));
  if (stripped[0] == '\0')
    g_set_error_literal (error,
                         SHIP_SESSION_ERROR,
                         SHIP_SESSION_ERROR_INVALID,
                         _ ("The prompt is empty"));
  else if (command->kind != SHIP_SLASH_TEXT && command->kind != SHIP_SLASH_AGENT)
    g_set_error (error,
                 SHIP_SESSION_ERROR,
                 SHIP_SESSION_ERROR_INVALID,
                 _ ("/%s is done at once and does not wait in the queue"),
                 command->name);
  else
    return g_steal_pointer (&command);

  return NULL;
}

void
ship_session_edit_task_async (ShipSession        *self,
                              gint64              id,
                              const char         *text,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ShipSlashCommand) command = NULL;
  g_autofree char *stripped = NULL;
  GError          *error = NULL;
  ShipQueueJob    *job;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (text != NULL);

  task = new_task (self, callback, user_data);
  command = parse_text (text, &error);
  if (command == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  job = ship_queue_job_new (SHIP_QUEUE_JOB_EDIT);
  job->id = id;
  job->text = g_strdup (command->argument);
  stripped = g_strstrip (g_strdup (command->kind == SHIP_SLASH_AGENT ? text : command->argument));
  job->title = ship_names_title (stripped, MAX_TITLE_CHARS);
  if (command->kind == SHIP_SLASH_AGENT)
    job->command = g_strdup (command->name);
  start (self, task, job, changed_cb);
}

static void
restored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Change) change = user_data;
  ShipSession *self = g_task_get_source_object (change->task);
  GError      *error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (change->task, error);
      return;
    }

  ship_session_emit_changed (self, "task", change->job->id);
  ship_index_writer_touch (self->index, self->store);
  ship_session_go_on (self); /* as a prompt that was sent */
  g_task_return_boolean (change->task, TRUE);
}

void
ship_session_restore_task_async (ShipSession        *self,
                                 gint64              id,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipQueueJob *job;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_task (self, callback, user_data);
  job = ship_queue_job_new (SHIP_QUEUE_JOB_RESTORE);
  job->id = id;
  start (self, task, job, restored_cb);
}

void
ship_session_move_task_async (ShipSession        *self,
                              gint64              id,
                              gint64              before,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipQueueJob *job;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_task (self, callback, user_data);
  job = ship_queue_job_new (SHIP_QUEUE_JOB_MOVE);
  job->id = id;
  job->before = before;
  start (self, task, job, changed_cb);
}
