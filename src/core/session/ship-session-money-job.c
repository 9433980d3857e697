/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-session-money-job-private.h"

#include "base/ship-error-class.h"
#include "session/ship-reconciliation.h"
#include "session/ship-session-state.h"

/* One small function for each transaction about money, found in a table. */

typedef gboolean (*JobFunc) (sqlite3 *db, ShipSessionMoneyJob *job, GError **error);

ShipSessionMoneyJob *
ship_session_money_job_new (ShipSessionMoneyJobKind kind)
{
  ShipSessionMoneyJob *self = g_new0 (ShipSessionMoneyJob, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->kind = kind;
  self->now_ms = g_get_real_time () / 1000;

  return self;
}

ShipSessionMoneyJob *
ship_session_money_job_ref (ShipSessionMoneyJob *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ship_session_money_job_unref (ShipSessionMoneyJob *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_clear_pointer (&self->request, ship_request_row_free);
  g_free (self->text);
  g_free (self);
}

ShipStoreDurability
ship_session_money_job_get_durability (ShipSessionMoneyJob *self)
{
  switch (self->kind)
    {
    case SHIP_SESSION_MONEY_JOB_HOLD:
    case SHIP_SESSION_MONEY_JOB_SET:
    case SHIP_SESSION_MONEY_JOB_ANSWER:
    case SHIP_SESSION_MONEY_JOB_WITHDRAW:
      return SHIP_STORE_DURABILITY_FULL;
    case SHIP_SESSION_MONEY_JOB_LOAD:
    case SHIP_SESSION_MONEY_JOB_RECONCILE:
      return SHIP_STORE_DURABILITY_NORMAL;
    }

  g_assert_not_reached ();
}

static gboolean
run_load (sqlite3 *db, ShipSessionMoneyJob *job, GError **error)
{
  ShipUsage usage = SHIP_USAGE_INIT;
  GError   *local = NULL;
  int       n_unknown;

  if (!ship_exchange_table_sum (db, 0, &usage, &job->session_cost, &n_unknown, error) ||
      !ship_exchange_table_sum_since (db, job->from_ms, &job->cost_since, error))
    return FALSE;

  job->request = ship_request_table_load_budget (db, &local);
  if (local == NULL)
    return TRUE;

  g_propagate_error (error, local);
  return FALSE;
}

static gboolean
run_hold (sqlite3 *db, ShipSessionMoneyJob *job, GError **error)
{
  return ship_part_table_interrupt_all (db, job->now_ms, error) &&
         ship_request_table_withdraw_all (db, job->now_ms, error) &&
         ship_request_table_withdraw_budget (db, 0, job->now_ms, error) &&
         ship_task_table_put_first (db, job->task, error) &&
         ship_request_table_insert (db, job->request, &job->request->id, error) &&
         ship_session_table_set_state (db,
                                       ship_session_state_to_string (SHIP_SESSION_STATE_HOLDING),
                                       job->request->title,
                                       ship_error_class_to_category (SHIP_ERROR_CLASS_USER),
                                       job->now_ms,
                                       error);
}

static gboolean
set_limit (sqlite3 *db, ShipSessionMoneyJob *job, GError **error)
{
  switch (job->scope)
    {
    case SHIP_BUDGET_TURN:
      return job->task != 0 ? ship_task_table_set_turn_budget (db, job->task, job->dollars, error)
                            : ship_session_table_set_turn_budget (db, job->dollars, error);
    case SHIP_BUDGET_SESSION:
      return ship_session_table_set_session_budget (db, job->dollars, error);
    case SHIP_BUDGET_DAY:
      return TRUE; /* the index's */
    }

  g_assert_not_reached ();
}

static gboolean
run_answer (sqlite3 *db, ShipSessionMoneyJob *job, GError **error)
{
  if (!ship_request_table_close (db,
                                 job->request->agent_id,
                                 "answered",
                                 job->text,
                                 job->now_ms,
                                 error))
    return FALSE;
  if (job->is_allowed)
    return set_limit (db, job, error);

  return ship_task_table_set_ended (db,
                                    job->task,
                                    "cancelled",
                                    NULL,
                                    -1,
                                    NULL,
                                    NULL,
                                    job->now_ms,
                                    error);
}

static gboolean
run_withdraw (sqlite3 *db, ShipSessionMoneyJob *job, GError **error)
{
  return ship_request_table_withdraw_budget (db, 0, job->now_ms, error);
}

static gboolean
run_reconcile (sqlite3 *db, ShipSessionMoneyJob *job, GError **error)
{
  g_autoptr (GPtrArray) exchanges = ship_exchange_table_list (db, job->task, error);
  g_autoptr (GPtrArray) messages =
    exchanges != NULL ? ship_message_table_list (db, job->task, error) : NULL;
  ShipReconciliation both;

  if (messages == NULL)
    return FALSE;

  both = ship_reconciliation_new (exchanges, messages, job->task);
  job->text = ship_reconciliation_dup_sentence (&both);
  return job->text == NULL || ship_journal_table_insert (db,
                                                         "notice",
                                                         job->text,
                                                         job->task,
                                                         job->now_ms,
                                                         &job->id,
                                                         error);
}

/* clang-format off */
static const JobFunc functions[SHIP_SESSION_MONEY_N_JOBS] = {
  [SHIP_SESSION_MONEY_JOB_LOAD]       = run_load,
  [SHIP_SESSION_MONEY_JOB_HOLD]       = run_hold,
  [SHIP_SESSION_MONEY_JOB_SET]        = set_limit,
  [SHIP_SESSION_MONEY_JOB_ANSWER]     = run_answer,
  [SHIP_SESSION_MONEY_JOB_WITHDRAW]   = run_withdraw,
  [SHIP_SESSION_MONEY_JOB_RECONCILE]  = run_reconcile,
};
/* clang-format on */

gboolean
ship_session_money_job_run_thread (sqlite3      *db,
                                   gpointer      data,
                                   GCancellable *cancellable,
                                   GError      **error)
{
  ShipSessionMoneyJob *job = data;

  return functions[job->kind](db, job, error);
}
