/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-queue-job-private.h"

#include "base/ship-names.h"
#include "session/ship-session-error.h"
#include "session/ship-session-tables.h"

#include <glib/gi18n-lib.h>

/*
 * What the user sends, as transactions. Whether a task still waits is asked in the transaction that
 * changes it: the queue may have taken it a moment ago. On the store's thread.
 */

#define MAX_TITLE_CHARS 80

typedef gboolean (*JobFunc) (sqlite3 *db, ShipQueueJob *job, GError **error);

ShipQueueJob *
ship_queue_job_new (ShipQueueJobKind kind)
{
  ShipQueueJob *self = g_new0 (ShipQueueJob, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->now_ms = g_get_real_time () / 1000;

  return self;
}

ShipQueueJob *
ship_queue_job_ref (ShipQueueJob *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ship_queue_job_unref (ShipQueueJob *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->session_dir);
  g_clear_pointer (&self->task, ship_task_row_free);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);
  g_free (self->agent_id);
  g_free (self->title);
  g_free (self->text);
  g_free (self->command);
  g_free (self);
}

static gboolean
refuse (GError **error, ShipSessionError code, const char *sentence)
{
  g_set_error_literal (error, SHIP_SESSION_ERROR, code, sentence);
  return FALSE;
}

/* Why a task that was to be changed was not; keeps an error that is there. */
static gboolean
refuse_task (sqlite3 *db, gint64 id, GError **error)
{
  g_autoptr (ShipTaskRow) task = NULL;
  g_autoptr (GError) local = NULL;

  if (error != NULL && *error != NULL)
    return FALSE;

  task = ship_task_table_load (db, id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (task == NULL)
    return refuse (error, SHIP_SESSION_ERROR_NOT_FOUND, _ ("There is no such task"));

  return refuse (error, SHIP_SESSION_ERROR_CONFLICT, _ ("The task is not waiting any more"));
}

/* The files first: a row never names one that is not there. */
static gboolean
insert_attachments (sqlite3 *db, ShipQueueJob *job, gint64 task, gint64 steer, GError **error)
{
  for (guint i = 0; job->attachments != NULL && i < job->attachments->len; i++)
    {
      ShipAttachment   *attachment = job->attachments->pdata[i];
      ShipAttachmentRow row = { .task = task,
                                .steer = steer,
                                .name = attachment->name,
                                .mime = attachment->mime,
                                .size = (gint64) g_bytes_get_size (attachment->content),
                                .digest = attachment->digest };

      if (!ship_attachment_write_thread (attachment, job->session_dir, error) ||
          !ship_attachment_table_insert (db, &row, NULL, error))
        return FALSE;
    }

  return TRUE;
}

/* A task made from a message has its text unless it was given another. */
static gboolean
fill_from_message (sqlite3 *db, ShipTaskRow *task, GError **error)
{
  g_autofree char *text = NULL;
  g_autofree char *stripped = NULL;
  GError          *local = NULL;

  if (task->source_message == 0)
    return TRUE;

  text = ship_queue_table_load_message (db, task->source_message, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (text == NULL)
    return refuse (error, SHIP_SESSION_ERROR_NOT_FOUND, _ ("There is no such message"));
  if (*task->prompt != '\0')
    return TRUE;

  stripped = g_strstrip (g_strdup (text));
  if (*stripped == '\0')
    return refuse (error, SHIP_SESSION_ERROR_INVALID, _ ("The message has no text"));
  g_free (task->prompt);
  task->prompt = g_strdup (stripped);
  if (*task->title == '\0')
    {
      g_free (task->title);
      task->title = ship_names_title (stripped, MAX_TITLE_CHARS);
    }

  return TRUE;
}

static gboolean
run_enqueue (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  job->task->created_at = job->now_ms;

  return fill_from_message (db, job->task, error) &&
         ship_task_table_insert (db, job->task, &job->id, error) &&
         insert_attachments (db, job, job->id, 0, error);
}

/* Takes the waiting task out of the queue, and its text and attachments with it. */
static gboolean
take_waiting (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  g_autoptr (ShipTaskRow) waiting = ship_task_table_load (db, job->waiting, error);

  if (waiting == NULL || !g_str_equal (waiting->state, "pending"))
    return refuse_task (db, job->waiting, error);
  if (waiting->command != NULL)
    return refuse (error,
                   SHIP_SESSION_ERROR_INVALID,
                   _ ("A command cannot be said into a turn: it needs one of its own"));

  g_free (job->text);
  job->text = g_strdup (waiting->prompt);
  return ship_task_table_set_ended (db,
                                    job->waiting,
                                    "cancelled",
                                    NULL,
                                    -1,
                                    NULL,
                                    NULL,
                                    job->now_ms,
                                    error);
}

/* The turn may have ended since: then it is an ordinary prompt, and a waiting task goes first. */
static gboolean
run_steer (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  g_autoptr (ShipTaskRow) current = ship_task_table_load (db, job->into, error);
  g_autoptr (ShipTaskRow) first = NULL;
  ShipSteerRow row = { .task = job->into,
                       .agent_id = job->agent_id,
                       .state = (char *) "waiting",
                       .created_at = job->now_ms };

  if (error != NULL && *error != NULL)
    return FALSE;
  if (current == NULL ||
      !(g_str_equal (current->state, "running") || g_str_equal (current->state, "sending")))
    {
      if (job->waiting == 0)
        return run_enqueue (db, job, error);
      job->id = job->waiting;
      first = ship_task_table_load_next (db, error);
      return (first != NULL && ship_queue_table_move (db, job->waiting, first->id, error)) ||
             refuse_task (db, job->waiting, error);
    }

  if (job->waiting != 0 && !take_waiting (db, job, error))
    return FALSE;
  row.text = job->text;
  return ship_steer_table_insert (db, &row, &job->steer, error) &&
         (job->waiting == 0 ||
          ship_attachment_table_move (db, job->waiting, job->into, job->steer, error)) &&
         insert_attachments (db, job, job->into, job->steer, error);
}

static gboolean
run_edit (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  return ship_queue_table_edit (db, job->id, job->title, job->text, job->command, error) ||
         refuse_task (db, job->id, error);
}

static gboolean
run_move (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  g_autoptr (ShipTaskRow) task = NULL;

  if (ship_queue_table_move (db, job->id, job->before, error))
    return TRUE;
  if (error != NULL && *error != NULL)
    return FALSE;

  task = ship_task_table_load (db, job->id, error);
  return refuse_task (db,
                      task != NULL && g_str_equal (task->state, "pending") ? job->before : job->id,
                      error);
}

static gboolean
run_restore (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  if (ship_queue_table_restore (db, job->id, error))
    return TRUE;
  if (error != NULL && *error != NULL)
    return FALSE;

  return refuse (error,
                 SHIP_SESSION_ERROR_CONFLICT,
                 _ ("The task was not taken out of the queue, or has begun before"));
}

static gboolean
run_read (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  return ship_steer_table_set_read (db, job->agent_id, job->now_ms, error);
}

static gboolean
run_forget (sqlite3 *db, ShipQueueJob *job, GError **error)
{
  return ship_steer_table_set_forgotten (db, job->agent_id, error);
}

/* clang-format off */
static const JobFunc functions[SHIP_QUEUE_N_JOBS] = {
  [SHIP_QUEUE_JOB_ENQUEUE] = run_enqueue,
  [SHIP_QUEUE_JOB_STEER]   = run_steer,
  [SHIP_QUEUE_JOB_EDIT]    = run_edit,
  [SHIP_QUEUE_JOB_MOVE]    = run_move,
  [SHIP_QUEUE_JOB_RESTORE] = run_restore,
  [SHIP_QUEUE_JOB_READ]    = run_read,
  [SHIP_QUEUE_JOB_FORGET]  = run_forget,
};
/* clang-format on */

gboolean
ship_queue_job_run_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipQueueJob *job = data;

  return functions[job->kind](db, job, error);
}
