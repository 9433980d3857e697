/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-json.h"
#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * The gate is asked in the middle of a request, so all it needs is in memory: what the turn and the
 * session have spent from the store at the beginning and every metered request since, the day from
 * ShipDaySpending.
 *
 *   gate refuses -> (the agent ends its turn) -> hold_turn -> held_cb -> HOLDING
 *   reconsider -> (room) -> withdrawn_cb -> WAKE
 *
 * Once a request of a turn was refused all later ones are: the turn shall end, not limp.
 */

#define WATCH_SECONDS      1  /* while a turn runs */
#define WATCH_HELD_SECONDS 10 /* while it waits for a day's budget that somebody may raise */
#define HAIR               1e-9

static void watch_day (ShipSession *self);

/* --- limits and what was spent, as of now --- */

void
ship_session_money_update (ShipSession *self)
{
  ShipSessionMoney *money = self->money;
  ShipBudget       *budget = &money->budget;
  g_autofree char  *today = ship_day_spending_dup_today ();
  double            day = g_settings_get_double (self->settings, SHIP_SETTING_DAY_BUDGET);
  double            turn;

  turn = ship_budget_resolve (self->row->turn_budget,
                              g_settings_get_double (self->settings, SHIP_SETTING_TURN_BUDGET));
  budget->limit[SHIP_BUDGET_TURN] = turn > 0 ? MAX (turn, money->turn_raised) : 0;
  budget->limit[SHIP_BUDGET_SESSION] =
    ship_budget_resolve (self->row->session_budget,
                         g_settings_get_double (self->settings, SHIP_SETTING_SESSION_BUDGET));
  budget->limit[SHIP_BUDGET_DAY] =
    day > 0 ? day + ship_day_spending_get_allowed (money->day, today) : 0;
  budget->spent[SHIP_BUDGET_DAY] = ship_day_spending_get_spent (money->day, today);
}

/* All that moves by itself: limits change with a signal, and the clock when it wants. */
static void
update_day (ShipSessionMoney *money)
{
  g_autofree char *today = NULL;

  if (money->budget.limit[SHIP_BUDGET_DAY] <= 0)
    return;

  today = ship_day_spending_dup_today ();
  money->budget.spent[SHIP_BUDGET_DAY] = ship_day_spending_get_spent (money->day, today);
}

static gboolean
has_limit (ShipSessionMoney *money)
{
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    if (money->budget.limit[i] > 0)
      return TRUE;

  return FALSE;
}

static void
tell_failure (ShipSession *self)
{
  ShipSessionMoney *money = self->money;
  const char       *failure = ship_day_spending_get_failure (money->day);
  g_autofree char  *text = NULL;

  if (failure == NULL)
    money->is_failure_told = FALSE;
  if (failure == NULL || money->is_failure_told || self->is_closing ||
      money->budget.limit[SHIP_BUDGET_DAY] <= 0)
    return;

  money->is_failure_told = TRUE;
  text =
    g_strdup_printf (_ ("The day's budget only counts this session: what the others have spent "
                        "cannot be read (%s)"),
                     failure);
  ship_transcript_writer_note (self->writer, "notice", text);
}

/* --- the gate --- */

static void
remember_refusal (ShipSessionMoney *money, ShipBudgetScope scope)
{
  money->scope = scope;
  money->limit = money->budget.limit[scope];
  money->refusal = ship_budget_dup_refusal (scope);
  money->sentence = ship_budget_dup_sentence (&money->budget, scope);
}

static void
forget_refusal (ShipSessionMoney *money)
{
  g_clear_pointer (&money->refusal, g_free);
  g_clear_pointer (&money->sentence, g_free);
}

static char *
gate_cb (ShipRuntime *runtime, const char *provider, gpointer user_data)
{
  ShipSession      *self = user_data;
  ShipSessionMoney *money = self->money;
  ShipBudgetScope   scope;

  if (self->row == NULL)
    return g_strdup (_ ("The session is not loaded yet."));
  /* An agent whose sub-agent has ended asks on before it hears that it was stopped, too. */
  if (self->state == SHIP_SESSION_STATE_STOPPING)
    return g_strdup (_ ("The user has stopped the agent."));

  update_day (money);
  if (money->refusal == NULL && ship_budget_is_spent (&money->budget, &scope))
    remember_refusal (money, scope);
  if (money->refusal != NULL)
    return g_strdup (money->refusal);

  ship_budget_begin_request (&money->budget);
  return NULL;
}

static void
settled_cb (ShipRuntime *runtime, ShipSession *self)
{
  ShipSessionMoney *money = self->money;

  ship_budget_end_request (&money->budget);
  if (money->budget.n_in_flight == 0 && money->to_reconcile != 0 && !self->is_closing)
    ship_session_money_end_turn (self, money->to_reconcile);
}

static void
tell_unpriced (ShipSession *self, const ShipExchangeRow *exchange)
{
  g_autofree char *model = g_strconcat (exchange->provider, "/", exchange->model, NULL);
  g_autofree char *text = NULL;

  if (self->is_closing || !has_limit (self->money) ||
      g_hash_table_contains (self->money->unpriced, model))
    return;

  text = g_strdup_printf (
    _ ("The price of %s is not known: what it costs cannot be counted against the budget"),
    model);
  g_hash_table_add (self->money->unpriced, g_steal_pointer (&model));
  ship_transcript_writer_note (self->writer, "notice", text);
}

void
ship_session_money_take (ShipSession *self, const ShipExchangeRow *exchange)
{
  ShipSessionMoney *money = self->money;
  g_autofree char  *today = ship_day_spending_dup_today ();

  if (exchange->cost < 0)
    {
      tell_unpriced (self, exchange);
      return;
    }

  ship_budget_add (&money->budget, exchange->cost);
  ship_day_spending_add (money->day, today, exchange->cost);
}

gint64
ship_session_money_get_task (ShipSession *self)
{
  return self->task != NULL ? self->task->id : self->money->last_task;
}

/* --- its life --- */

static void
return_if_loaded (ShipSession *self)
{
  ShipSessionMoney *money = self->money;
  g_autofree char  *today = ship_day_spending_dup_today ();
  g_autoptr (GTask) task = NULL;

  if (money->loading == NULL || (money->budget.limit[SHIP_BUDGET_DAY] > 0 &&
                                 !ship_day_spending_is_settled (money->day, today)))
    return;

  task = g_steal_pointer (&money->loading);
  ship_session_money_reconsider (self);
  g_task_return_boolean (task, TRUE);
}

static void
day_changed_cb (ShipDaySpending *day, ShipSession *self)
{
  if (self->money->loading != NULL)
    return_if_loaded (self);
  else
    ship_session_money_reconsider (self);
}

ShipSessionMoney *
ship_session_money_new (ShipSession *session)
{
  ShipSessionMoney *self = g_new0 (ShipSessionMoney, 1);
  const char *const keys[] = { "changed::" SHIP_SETTING_TURN_BUDGET,
                               "changed::" SHIP_SETTING_SESSION_BUDGET,
                               "changed::" SHIP_SETTING_DAY_BUDGET };

  self->day = ship_day_spending_new (session->index, session->id);
  self->unpriced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_signal_connect_object (self->day, "changed", G_CALLBACK (day_changed_cb), session, 0);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_signal_connect_object (session->settings,
                             keys[i],
                             G_CALLBACK (ship_session_money_reconsider),
                             session,
                             G_CONNECT_SWAPPED);
  g_signal_connect_object (session->runtime, "settled", G_CALLBACK (settled_cb), session, 0);
  ship_runtime_set_gate (session->runtime, gate_cb, session);

  return self;
}

void
ship_session_money_free (ShipSessionMoney *self)
{
  g_clear_object (&self->day);
  g_hash_table_unref (self->unpriced);
  forget_refusal (self);
  g_free (self->held_request);
  g_free (self->held_day);
  g_free (self);
}

void
ship_session_money_run_job (ShipSession         *self,
                            ShipSessionMoneyJob *job,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  /* What the agent said before comes before what is decided now. */
  ship_transcript_writer_flush (self->writer);
  ship_store_run_async (self->store,
                        ship_session_money_job_get_durability (job),
                        ship_session_money_job_run_thread,
                        job,
                        (GDestroyNotify) ship_session_money_job_unref,
                        NULL,
                        callback,
                        user_data);
}

/* What was asked before the process ended is asked still. */
static void
restore_hold (ShipSession *self, const ShipRequestRow *request)
{
  ShipSessionMoney *money = self->money;
  g_autoptr (JsonObject) details = ship_json_parse_object (request->details, -1, NULL);

  if (details == NULL || self->state != SHIP_SESSION_STATE_HOLDING ||
      !ship_budget_scope_from_string (ship_json_get_string (details, "scope", ""),
                                      &money->held_scope))
    return;

  money->held_request = g_strdup (request->agent_id);
  money->held_id = request->id;
  money->held_task = request->task;
  money->held_limit = ship_json_get_double (details, "limit", 0);
  money->held_day = g_strdup (ship_json_get_string (details, "day", NULL));
}

/* A load under way, or a hold. */
typedef struct
{
  ShipSession         *self; /* (owned) */
  GTask               *task; /* (owned) (nullable) */
  ShipSessionMoneyJob *job;  /* (owned) */
} Step;

static Step *
step_new (ShipSession *self, GTask *task, ShipSessionMoneyJob *job)
{
  Step *step = g_new0 (Step, 1);

  step->self = g_object_ref (self);
  step->task = task != NULL ? g_object_ref (task) : NULL;
  step->job = ship_session_money_job_ref (job);

  return step;
}

static void
step_free (Step *step)
{
  g_clear_object (&step->self);
  g_clear_object (&step->task);
  g_clear_pointer (&step->job, ship_session_money_job_unref);
  g_free (step);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Step, step_free)

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  ShipSession     *self = step->self;
  g_autofree char *today = ship_day_spending_dup_today ();
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (step->task, g_steal_pointer (&error));
      return;
    }

  self->money->budget.spent[SHIP_BUDGET_SESSION] += step->job->session_cost;
  ship_day_spending_set_fallback (self->money->day, today, step->job->cost_since);
  if (step->job->request != NULL)
    restore_hold (self, step->job->request);
  ship_session_money_update (self);
  self->money->loading = g_steal_pointer (&step->task);
  return_if_loaded (self);
}

void
ship_session_money_load_async (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) midnight = g_date_time_new_local (g_date_time_get_year (now),
                                                          g_date_time_get_month (now),
                                                          g_date_time_get_day_of_month (now),
                                                          0,
                                                          0,
                                                          0);
  ShipSessionMoneyJob *job = ship_session_money_job_new (SHIP_SESSION_MONEY_JOB_LOAD);

  g_task_set_source_tag (task, ship_session_money_load_async);
  /* Some zones skip midnight once a year. */
  job->from_ms = g_date_time_to_unix (midnight != NULL ? midnight : now) * 1000;
  ship_session_money_run_job (self, job, loaded_cb, step_new (self, task, job));
}

gboolean
ship_session_money_load_finish (ShipSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_money_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the pause --- */

static char *
dup_details (ShipSessionMoney *money)
{
  g_autoptr (JsonObject) details = json_object_new ();

  json_object_set_string_member (details, "scope", ship_budget_scope_to_string (money->scope));
  json_object_set_double_member (details, "limit", money->limit);
  json_object_set_double_member (details, "spent", money->budget.spent[money->scope]);
  json_object_set_string_member (details, "day", money->held_day);

  return ship_json_object_to_text (details);
}

static ShipRequestRow *
make_request (ShipSession *self)
{
  ShipSessionMoney *money = self->money;
  ShipRequestRow   *row = g_new0 (ShipRequestRow, 1);
  g_autofree char  *id = g_uuid_string_random ();

  row->agent_id = g_strconcat ("ship-budget-", id, NULL);
  row->agent_session = g_strdup (self->row->agent_session);
  row->task = self->task->id;
  row->kind = g_strdup ("budget");
  row->title = g_strdup (money->sentence);
  row->details = dup_details (money);
  row->state = g_strdup ("open");
  row->created_at = g_get_real_time () / 1000;

  return row;
}

static void
held_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  ShipSession     *self = step->self;
  g_autofree char *sentence = g_steal_pointer (&self->money->sentence);
  g_autoptr (GError) error = NULL;

  forget_refusal (self->money);
  g_clear_pointer (&self->task, ship_task_row_free);
  ship_request_desk_end (self->desk, self->down == NULL);
  ship_transcript_writer_set_task (self->writer, 0);
  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "task", step->job->task);

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      ship_session_fail (self, error);
    }
  else
    {
      self->money->held_request = g_strdup (step->job->request->agent_id);
      self->money->held_id = step->job->request->id;
      ship_session_emit_changed (self, "request", step->job->request->id);
      ship_session_apply (self,
                          SHIP_SESSION_EVENT_HOLD,
                          sentence,
                          ship_error_class_to_category (SHIP_ERROR_CLASS_USER));
      ship_session_money_end_turn (self, step->job->task);
      ship_session_money_reconsider (self); /* it may have been raised meanwhile */
    }
  ship_session_check_close (self);
}

gboolean
ship_session_money_hold_turn (ShipSession *self)
{
  ShipSessionMoney    *money = self->money;
  ShipSessionMoneyJob *job;

  if (money->refusal == NULL)
    return FALSE;

  /* What was still under way then has been counted by now. */
  if (!ship_budget_has_room (&money->budget, money->scope) &&
      money->budget.limit[money->scope] == money->limit)
    {
      g_free (money->sentence);
      money->sentence = ship_budget_dup_sentence (&money->budget, money->scope);
    }
  money->held_task = self->task->id;
  money->held_scope = money->scope;
  money->held_limit = money->limit;
  g_free (money->held_day);
  money->held_day = ship_day_spending_dup_today ();
  job = ship_session_money_job_new (SHIP_SESSION_MONEY_JOB_HOLD);
  job->task = self->task->id;
  job->request = make_request (self);
  ship_session_money_run_job (self, job, held_cb, step_new (self, NULL, job));

  return TRUE;
}

gboolean
ship_session_money_begin_turn (ShipSession *self, double spent)
{
  ShipSessionMoney *money = self->money;
  ShipBudgetScope   scope;

  forget_refusal (money);
  ship_session_money_drop_hold (self);
  money->last_task = self->task->id;
  money->turn_raised = self->task->turn_budget;
  money->budget.spent[SHIP_BUDGET_TURN] = spent;
  ship_session_money_update (self);
  watch_day (self);
  tell_failure (self);
  if (!ship_budget_is_spent (&money->budget, &scope))
    return TRUE;

  remember_refusal (money, scope);
  ship_session_money_hold_turn (self);
  return FALSE;
}

gboolean
ship_session_money_is_held (ShipSession *self)
{
  return self->money->held_request != NULL && self->state == SHIP_SESSION_STATE_HOLDING;
}

void
ship_session_money_drop_hold (ShipSession *self)
{
  g_clear_pointer (&self->money->held_request, g_free);
  self->money->held_task = 0;
}

void
ship_session_money_forget_task (ShipSession *self, gint64 task)
{
  if (self->money->held_task == task)
    ship_session_money_drop_hold (self);
}

/* --- and on --- */

void
ship_session_money_go_on (ShipSession *self)
{
  if (!self->is_closing && ship_session_can (self, SHIP_SESSION_EVENT_WAKE))
    ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
}

/* Whether what the task waits for has come: more than there was, not only less under way. */
static gboolean
is_freed (ShipSessionMoney *money)
{
  ShipBudgetScope  scope = money->held_scope;
  double           limit = money->budget.limit[scope];
  g_autofree char *today = ship_day_spending_dup_today ();

  if (scope == SHIP_BUDGET_DAY && !ship_day_spending_is_settled (money->day, today))
    return FALSE;

  return ship_budget_has_room (&money->budget, scope) &&
         (limit <= 0 || limit > money->held_limit + HAIR ||
          (scope == SHIP_BUDGET_DAY && g_strcmp0 (today, money->held_day) != 0));
}

static void
withdrawn_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  ShipSession *self = step->self;
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("What was asked could not be withdrawn: %s", error->message);
  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "request", 0);
  if (self->state == SHIP_SESSION_STATE_HOLDING)
    ship_session_money_go_on (self);
}

static void
watch_day (ShipSession *self)
{
  ShipSessionMoney *money = self->money;
  guint             seconds = 0;

  if (money->budget.limit[SHIP_BUDGET_DAY] > 0 && self->task != NULL)
    seconds = WATCH_SECONDS;
  else if (ship_session_money_is_held (self) && money->held_scope == SHIP_BUDGET_DAY)
    seconds = WATCH_HELD_SECONDS;
  ship_day_spending_watch (money->day, self->is_closing ? 0 : seconds);
}

void
ship_session_money_reconsider (ShipSession *self)
{
  ShipSessionMoney    *money = self->money;
  ShipSessionMoneyJob *job;

  if (self->row == NULL || money->loading != NULL)
    return;

  ship_session_money_update (self);
  tell_failure (self);
  if (ship_session_money_is_held (self) && !self->is_closing && is_freed (money))
    {
      ship_session_money_drop_hold (self);
      job = ship_session_money_job_new (SHIP_SESSION_MONEY_JOB_WITHDRAW);
      ship_session_money_run_job (self, job, withdrawn_cb, step_new (self, NULL, job));
    }
  watch_day (self);
}

/* --- both sides --- */

static void
reconciled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Step) step = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("What a turn cost could not be compared: %s", error->message);
  else if (step->job->text != NULL)
    ship_session_emit_changed (step->self, "journal", step->job->id);
}

void
ship_session_money_end_turn (ShipSession *self, gint64 task)
{
  ShipSessionMoneyJob *job;

  watch_day (self);
  if (self->money->budget.n_in_flight > 0)
    {
      self->money->to_reconcile = task;
      return;
    }

  self->money->to_reconcile = 0;
  job = ship_session_money_job_new (SHIP_SESSION_MONEY_JOB_RECONCILE);
  job->task = task;
  ship_session_money_run_job (self, job, reconciled_cb, step_new (self, NULL, job));
}
