/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-decisions.h"
#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * What the user decides about money. On disk before anything acts on it.
 *
 *   set_budget_async -> set_cb -> (return)
 *   money_answer -> [ allowed_cb (day: the index) ] -> answered_cb -> (return)
 */

typedef struct
{
  ShipSession         *self; /* (owned) */
  GTask               *task; /* (owned) */
  ShipSessionMoneyJob *job;  /* (owned) */
} Command;

static Command *
command_new (GTask *task, ShipSessionMoneyJob *job)
{
  Command *command = g_new0 (Command, 1);

  command->self = g_object_ref (g_task_get_source_object (task));
  command->task = g_object_ref (task);
  command->job = ship_session_money_job_ref (job);

  return command;
}

static void
command_free (Command *command)
{
  g_clear_object (&command->self);
  g_clear_object (&command->task);
  g_clear_pointer (&command->job, ship_session_money_job_unref);
  g_free (command);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Command, command_free)

/* @job: (transfer full) */
static void
start_job (GTask *task, ShipSessionMoneyJob *job, GAsyncReadyCallback next)
{
  Command *command = command_new (task, job);

  ship_session_money_run_job (command->self, job, next, command);
}

static gboolean
end_job (Command *command, GObject *store, GAsyncResult *result)
{
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (store), result, &error))
    return TRUE;

  g_task_return_error (command->task, g_steal_pointer (&error));
  return FALSE;
}

static GTask *
new_command (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_session_command_finish);
  return task;
}

/* --- setting --- */

/* The new limit in the journal, so that the transcript shows why the agent went on, or did not. */
static void
tell_limit (ShipSession *self, ShipBudgetScope scope)
{
  double           limit = self->money->budget.limit[scope];
  g_autofree char *dollars = ship_budget_format (limit);
  g_autofree char *text = NULL;

  switch (scope)
    {
    case SHIP_BUDGET_TURN:
      text = limit > 0 ? g_strdup_printf (_ ("A turn may cost %s now"), dollars)
                       : g_strdup (_ ("What a turn may cost has no limit now"));
      break;
    case SHIP_BUDGET_SESSION:
      text = limit > 0 ? g_strdup_printf (_ ("The session may cost %s now"), dollars)
                       : g_strdup (_ ("What the session may cost has no limit now"));
      break;
    case SHIP_BUDGET_DAY:
      text = g_strdup_printf (_ ("Today may cost %s now"), dollars);
      break;
    }
  ship_transcript_writer_note (self->writer, "notice", text);
}

static void
set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession *self = command->self;

  if (!end_job (command, object, result))
    return;

  if (command->job->scope == SHIP_BUDGET_TURN)
    self->row->turn_budget = command->job->dollars;
  else
    self->row->session_budget = command->job->dollars;
  ship_session_money_update (self);
  tell_limit (self, command->job->scope);
  ship_session_emit_changed (self, "session", 0);
  ship_session_money_reconsider (self);
  g_task_return_boolean (command->task, TRUE);
}

void
ship_session_set_budget_async (ShipSession        *self,
                               const char         *scope,
                               double              dollars,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipSessionMoneyJob *job;
  ShipBudgetScope      known;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (self->row != NULL);

  task = new_command (self, callback, user_data);
  if (!ship_budget_scope_from_string (scope, &known) || known == SHIP_BUDGET_DAY)
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("A session has no budget “%s”: there is turn, and session"),
                               scope);
      return;
    }
  if (!ship_budget_is_amount (dollars))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("That is no amount of dollars"));
      return;
    }

  job = ship_session_money_job_new (SHIP_SESSION_MONEY_JOB_SET);
  job->scope = known;
  job->dollars = dollars < 0 ? -1.0 : dollars;
  start_job (task, job, set_cb);
}

/* --- answering --- */

static void
refuse_late (GTask *task)
{
  g_task_return_new_error (task,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_CONFLICT,
                           _ ("The request does not wait for an answer any more"));
}

static void
take_allowance (ShipSession *self, ShipSessionMoneyJob *job)
{
  g_autofree char *today = ship_day_spending_dup_today ();

  if (job->scope == SHIP_BUDGET_TURN)
    self->money->turn_raised = job->dollars; /* the task's row has it when it begins again */
  else if (job->scope == SHIP_BUDGET_SESSION)
    self->row->session_budget = job->dollars;
  else
    ship_day_spending_refresh (self->money->day, today);
  ship_session_money_update (self);
  if (job->scope == SHIP_BUDGET_DAY)
    self->money->budget.limit[SHIP_BUDGET_DAY] =
      job->dollars; /* for the sentence; the read follows */
  tell_limit (self, job->scope);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  ShipSession         *self = command->self;
  ShipSessionMoneyJob *job = command->job;

  if (!end_job (command, object, result))
    return;

  ship_session_money_drop_hold (self);
  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "request", job->request->id);
  if (job->is_allowed)
    {
      take_allowance (self, job);
      ship_session_money_go_on (self);
    }
  else
    {
      ship_session_emit_changed (self, "task", job->task);
      if (self->state == SHIP_SESSION_STATE_HOLDING)
        ship_session_apply (self,
                            SHIP_SESSION_EVENT_HOLD,
                            _ ("Stopped: no more may be spent on this"),
                            NULL);
    }
  g_task_return_boolean (command->task, TRUE);
}

/* The day's allowance is everybody's, so it stands in the index. If the process ends before the
 * answer is stored too, the next one finds the room and goes on. */
static void
allowed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Command) command = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_index_writer_allow_finish (SHIP_INDEX_WRITER (object), result, &error))
    g_task_return_error (command->task, g_steal_pointer (&error));
  else
    start_job (command->task, ship_session_money_job_ref (command->job), answered_cb);
}

gboolean
ship_session_money_asks (ShipSession *self, gint64 request)
{
  return ship_session_money_is_held (self) && self->money->held_id == request;
}

void
ship_session_money_answer (ShipSession *self, GTask *task, gboolean allow, double amount)
{
  ShipSessionMoney *money = self->money;
  g_autofree char  *today = ship_day_spending_dup_today ();
  g_autofree char  *limit = NULL;
  g_autoptr (ShipSessionMoneyJob) job = NULL;
  ShipBudgetScope scope = money->held_scope;

  if (!ship_session_money_is_held (self))
    {
      refuse_late (task);
      return;
    }
  if (allow && (!ship_budget_is_amount (amount) || amount < 0))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("That is no amount of dollars"));
      return;
    }

  ship_session_money_update (self);
  job = ship_session_money_job_new (SHIP_SESSION_MONEY_JOB_ANSWER);
  job->request = g_new0 (ShipRequestRow, 1);
  job->request->id = money->held_id;
  job->request->agent_id = g_strdup (money->held_request);
  job->is_allowed = allow;
  job->task = money->held_task;
  job->scope = scope;
  job->dollars = ship_budget_raise (money->budget.limit[scope], money->budget.spent[scope], amount);
  limit = ship_budget_format (job->dollars);
  job->text = allow ? g_strdup_printf ("allow: up to %s", limit) : g_strdup ("deny");
  if (allow && scope == SHIP_BUDGET_DAY)
    ship_index_writer_allow_async (self->index,
                                   today,
                                   job->dollars - money->budget.limit[scope],
                                   allowed_cb,
                                   command_new (task, job));
  else
    start_job (task, g_steal_pointer (&job), answered_cb);
}
