/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-job-private.h"

#include "session/ship-chat-tables.h"
#include "session/ship-model-tables.h"
#include "session/ship-money-tables.h"
#include <glib/gi18n-lib.h>

/*
 * The actor's transactions: one small function each, found in a table.
 */

typedef gboolean (*JobFunc) (sqlite3 *db, ShipSessionJob *job, GError **error);

ShipSessionJob *
ship_session_job_new (ShipSessionJobKind kind)
{
  ShipSessionJob *self = g_new0 (ShipSessionJob, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->now_ms = g_get_real_time () / 1000;
  self->n_files = -1;

  return self;
}

ShipSessionJob *
ship_session_job_ref (ShipSessionJob *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ship_session_job_unref (ShipSessionJob *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->text);
  g_free (self->title);
  g_free (self->mode);
  g_free (self->model);
  g_free (self->variant);
  g_free (self->state);
  g_free (self->category);
  g_free (self->commit);
  g_clear_pointer (&self->exchange, ship_exchange_row_free);
  g_clear_pointer (&self->session, ship_session_row_free);
  g_clear_pointer (&self->task, ship_task_row_free);
  g_clear_pointer (&self->egress, ship_egress_row_free);
  g_clear_pointer (&self->limits, ship_limits_row_free);
  g_free (self);
}

ShipStoreDurability
ship_session_job_get_durability (ShipSessionJob *self)
{
  switch (self->kind)
    {
    case SHIP_SESSION_JOB_RECOVER:
    case SHIP_SESSION_JOB_ENQUEUE:
    case SHIP_SESSION_JOB_START_NEXT:
    case SHIP_SESSION_JOB_SET_TASK_STATE:
    case SHIP_SESSION_JOB_END_TASK:
    case SHIP_SESSION_JOB_INTERRUPT:
    case SHIP_SESSION_JOB_SET_DISCARD:
    case SHIP_SESSION_JOB_CANCEL_TASK:
    case SHIP_SESSION_JOB_REQUEUE:
    case SHIP_SESSION_JOB_SET_TITLE:
    case SHIP_SESSION_JOB_SET_MODE:
    case SHIP_SESSION_JOB_SET_MODEL:
    case SHIP_SESSION_JOB_SET_AGENT:
      return SHIP_STORE_DURABILITY_FULL;
    case SHIP_SESSION_JOB_LOAD:
    case SHIP_SESSION_JOB_SET_STATE:
    case SHIP_SESSION_JOB_SUGGEST_TITLE:
    case SHIP_SESSION_JOB_ADD_EXCHANGE:
      return SHIP_STORE_DURABILITY_NORMAL;
    }

  g_assert_not_reached ();
}

static gboolean
run_load (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  GError *local = NULL;

  job->session = ship_session_table_load (db, error);
  job->egress = job->session != NULL ? ship_egress_table_load (db, error) : NULL;
  job->limits = job->egress != NULL ? ship_limits_table_load (db, error) : NULL;
  if (job->limits == NULL)
    return FALSE;

  job->task = ship_task_table_load_current (db, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }

  job->n_pending = ship_task_table_count_pending (db, error);
  return job->n_pending >= 0 && ship_session_table_load_discard (db, &job->discard, error);
}

static gboolean
run_recover (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  if (!ship_part_table_interrupt_all (db, job->now_ms, error) ||
      !ship_request_table_withdraw_all (db, job->now_ms, error) ||
      !ship_steer_table_settle (db, 0, FALSE, job->now_ms, error))
    return FALSE;
  if (sqlite3_changes (db) > 0 &&
      !ship_journal_table_insert (db,
                                  "notice",
                                  _ ("What the agent had asked is withdrawn: it ended with Ship"),
                                  job->id,
                                  job->now_ms,
                                  NULL,
                                  error))
    return FALSE;

  if (job->commit != NULL &&
      !ship_session_table_set_head_commit (db, job->commit, job->now_ms, error))
    return FALSE;

  return job->id == 0 || ship_task_table_set_ended (db,
                                                    job->id,
                                                    "failed",
                                                    job->commit,
                                                    -1,
                                                    job->text,
                                                    job->category,
                                                    job->now_ms,
                                                    error);
}

static gboolean
run_enqueue (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  ShipTaskRow row = { 0 };

  row.title = job->title;
  row.prompt = job->text;
  row.mode = job->mode;
  row.model = job->model;
  row.variant = job->variant;
  row.state = (char *) "pending";
  row.files_changed = -1;
  row.created_at = job->now_ms;

  return ship_task_table_insert (db, &row, &job->id, error);
}

/* Whether the agent had answered anything when the task was broken off: it then goes on instead of
 * starting over. */
static gboolean
has_answers (sqlite3 *db, gint64 task, gboolean *has, GError **error)
{
  g_autoptr (GPtrArray) messages = ship_message_table_list (db, task, error);

  if (messages == NULL)
    return FALSE;

  *has = FALSE;
  for (guint i = 0; i < messages->len && !*has; i++)
    *has = g_strcmp0 (((ShipMessageRow *) g_ptr_array_index (messages, i))->role, "assistant") == 0;

  return TRUE;
}

static gboolean
run_start_next (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  ShipUsage usage = SHIP_USAGE_INIT;
  GError   *local = NULL;
  int       n_unknown;

  job->task = ship_task_table_load_next (db, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }
  if (job->task == NULL)
    return TRUE;

  return has_answers (db, job->task->id, &job->is_continuation, error) &&
         ship_exchange_table_sum (db, job->task->id, &usage, &job->cost, &n_unknown, error) &&
         ship_message_table_get_newest (db, job->text, &job->newest_ms, error) &&
         ship_request_table_withdraw_budget (db, 0, job->now_ms, error) &&
         ship_task_table_set_started (db,
                                      job->task->id,
                                      "sending",
                                      job->commit,
                                      job->now_ms,
                                      error);
}

static gboolean
run_set_task_state (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_task_table_set_state (db, job->id, job->state, error);
}

static gboolean
run_end_task (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  if (!ship_part_table_interrupt_all (db, job->now_ms, error) ||
      !ship_request_table_withdraw_all (db, job->now_ms, error) ||
      !ship_task_table_set_ended (db,
                                  job->id,
                                  job->state,
                                  job->commit,
                                  job->n_files,
                                  job->text,
                                  job->category,
                                  job->now_ms,
                                  error) ||
      !ship_steer_table_settle (db,
                                job->id,
                                g_str_equal (job->state, "cancelled"),
                                job->now_ms,
                                error))
    return FALSE;
  if (job->commit != NULL &&
      !ship_session_table_set_head_commit (db, job->commit, job->now_ms, error))
    return FALSE;

  job->n_pending = ship_task_table_count_pending (db, error);
  return job->n_pending >= 0;
}

static gboolean
run_interrupt (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  if (!ship_part_table_interrupt_all (db, job->now_ms, error) ||
      !ship_request_table_withdraw_all (db, job->now_ms, error) ||
      !ship_task_table_set_state (db, job->id, "pending", error))
    return FALSE;

  job->n_pending = ship_task_table_count_pending (db, error);
  return job->n_pending >= 0;
}

static gboolean
run_cancel_task (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  GError *local = NULL;

  job->task = ship_task_table_load (db, job->id, &local);
  if (local != NULL)
    {
      g_propagate_error (error, local);
      return FALSE;
    }

  job->is_done = job->task != NULL && g_strcmp0 (job->task->state, "pending") == 0;
  return !job->is_done || (ship_request_table_withdraw_budget (db, job->id, job->now_ms, error) &&
                           ship_task_table_set_ended (db,
                                                      job->id,
                                                      "cancelled",
                                                      NULL,
                                                      -1,
                                                      NULL,
                                                      NULL,
                                                      job->now_ms,
                                                      error));
}

static gboolean
run_requeue (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  g_autoptr (GPtrArray) tasks = ship_task_table_list (db, error);

  if (tasks == NULL)
    return FALSE;

  job->id = 0;
  for (guint i = 0; i < tasks->len; i++)
    {
      ShipTaskRow *row = g_ptr_array_index (tasks, i);

      if (row->started_at != 0 &&
          (g_str_equal (row->state, "failed") || g_str_equal (row->state, "cancelled")))
        job->id = row->id;
    }

  return job->id == 0 || ship_task_table_set_state (db, job->id, "pending", error);
}

static gboolean
run_set_state (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_session_table_set_state (db,
                                       job->state,
                                       job->text,
                                       job->category,
                                       job->now_ms,
                                       error);
}

static gboolean
run_set_discard (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_session_table_set_discard (db, job->discard, job->now_ms, error);
}

static gboolean
run_set_title (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_session_table_set_title (db, job->title, job->now_ms, error);
}

static gboolean
run_set_mode (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_session_table_set_mode (db, job->mode, job->now_ms, error);
}

static gboolean
run_suggest_title (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_session_table_suggest_title (db, job->title, job->now_ms, error);
}

static gboolean
run_set_model (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  g_autoptr (ShipSessionRow) before = ship_session_table_load (db, error);

  return before != NULL &&
         ship_task_table_replace_model (db,
                                        before->model,
                                        before->variant,
                                        job->model,
                                        job->variant,
                                        error) &&
         ship_session_table_set_model (db, job->model, job->variant, job->now_ms, error);
}

static gboolean
run_set_agent (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_session_table_set_agent_session (db, job->text, error);
}

static gboolean
run_add_exchange (sqlite3 *db, ShipSessionJob *job, GError **error)
{
  return ship_exchange_table_insert (db, job->exchange, &job->id, error);
}

/* clang-format off */
static const JobFunc functions[SHIP_SESSION_N_JOBS] = {
  [SHIP_SESSION_JOB_LOAD]          = run_load,
  [SHIP_SESSION_JOB_RECOVER]       = run_recover,
  [SHIP_SESSION_JOB_ENQUEUE]       = run_enqueue,
  [SHIP_SESSION_JOB_START_NEXT]    = run_start_next,
  [SHIP_SESSION_JOB_SET_TASK_STATE]  = run_set_task_state,
  [SHIP_SESSION_JOB_END_TASK]      = run_end_task,
  [SHIP_SESSION_JOB_INTERRUPT]     = run_interrupt,
  [SHIP_SESSION_JOB_CANCEL_TASK]   = run_cancel_task,
  [SHIP_SESSION_JOB_REQUEUE]       = run_requeue,
  [SHIP_SESSION_JOB_SET_STATE]     = run_set_state,
  [SHIP_SESSION_JOB_SET_DISCARD]   = run_set_discard,
  [SHIP_SESSION_JOB_SET_TITLE]     = run_set_title,
  [SHIP_SESSION_JOB_SET_MODE]      = run_set_mode,
  [SHIP_SESSION_JOB_SUGGEST_TITLE] = run_suggest_title,
  [SHIP_SESSION_JOB_SET_MODEL]     = run_set_model,
  [SHIP_SESSION_JOB_SET_AGENT]     = run_set_agent,
  [SHIP_SESSION_JOB_ADD_EXCHANGE]  = run_add_exchange,
};
/* clang-format on */

gboolean
ship_session_job_run_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipSessionJob *job = data;

  return functions[job->kind](db, job, error);
}
