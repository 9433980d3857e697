/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-watch-private.h"

#include "base/ship-clock.h"
#include "session/ship-message-order.h"

#include <glib/gi18n-lib.h>

/*
 * What an awake session does: wake, take the next task, run its turn, commit, go on.
 *
 *   WAKING: start_wake -> awake_cb -> opened_cb -> IDLE
 *   IDLE: start_next -> taken_cb -> (START) -> turn_cb -> committed_cb -> ended_cb -> (DONE) ->
 * IDLE
 *
 * A step that fails ends the task with what happened and fails the session, which holds the queue
 * until the user goes on.
 */

/* The agent reads it, so that it need not find out by trying. */
#define PLAN_INSTRUCTIONS                                                                          \
  "This is a planning turn: nothing can be changed. The tools that edit files are refused, and "   \
  "where there are commands, the working copy is read-only for them (\"Read-only file system\"). " \
  "Do not look for a way around that; answer with the plan."
#define MAX_RETRY_MS (24 * 3600 * (gint64) 1000)

/* --- what the runtime tells --- */

static void
step_cb (ShipRuntime *runtime, GParamSpec *pspec, ShipSession *self)
{
  ship_session_tell_step (self, ship_runtime_get_step (runtime));
}

/* The runtime is down, or on its way: what needs it ends, and the session is not idle again before
 * it woke. A commit under way fails or succeeds by itself; see ended_cb(). */
static void
lose_runtime (ShipSession *self, const GError *error)
{
  g_clear_error (&self->down);
  self->down = g_error_copy (error);
  if (self->turn != NULL)
    ship_turn_break (self->turn, error);
  else if (self->wake_cancellable != NULL)
    g_cancellable_cancel (self->wake_cancellable);
  else if (self->state == SHIP_SESSION_STATE_IDLE && self->is_unasked)
    ship_session_apply (self, SHIP_SESSION_EVENT_SLEEP, error->message, NULL);
  else if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_fail (self, error);
}

/* The agent ended, or can do nothing more; the sandbox is still there. What is committed needs only
 * that, so it comes down after it. */
void
ship_session_lose_agent (ShipSession *self, const GError *error)
{
  ship_session_watch_agent (self, NULL);
  if (self->commit_cancellable != NULL)
    {
      g_clear_error (&self->down);
      self->down = g_error_copy (error);
      return;
    }

  lose_runtime (self, error);
  ship_runtime_sleep_async (self->runtime, NULL, NULL);
}

/* The agent may be at work behind our back: it is ended, so that it costs nothing more and says
 * nothing into the next turn. */
void
ship_session_bring_down (ShipSession *self, const GError *error)
{
  if (self->down != NULL)
    return;

  self->down = g_error_copy (error);
  ship_session_watch_agent (self, NULL);
  ship_runtime_sleep_async (self->runtime, NULL, NULL);
}

/* Only logged while a commit is under way, which ends with a durable write of its own; when it is
 * closing, and so writes its last; and when it has failed already, because that could not be
 * written either. */
void
ship_session_break (ShipSession *self, const GError *error)
{
  if (self->turn != NULL)
    ship_turn_break (self->turn, error);
  else if (self->wake_cancellable != NULL)
    lose_runtime (self, error);
  else if (self->task != NULL || self->is_closing)
    g_warning ("A part of the transcript could not be written: %s", error->message);
  else if (self->state != SHIP_SESSION_STATE_FAILED)
    ship_session_fail (self, error);
}

static void
died_cb (ShipRuntime *runtime, const GError *error, ShipSession *self)
{
  ship_session_watch_agent (self, NULL);
  lose_runtime (self, error);
}

static void
agent_died_cb (ShipRuntime *runtime, const GError *error, ShipSession *self)
{
  ship_session_lose_agent (self, error);
}

static void
metered_cb (ShipRuntime *runtime, const ShipExchangeRow *exchange, ShipSession *self)
{
  ship_session_book (self, exchange);
}

static void
refused_cb (ShipRuntime *runtime, const char *sentence, ShipSession *self)
{
  g_free (self->refusal);
  self->refusal = g_strdup (sentence);
}

static void
noticed_cb (ShipRuntime *runtime, const char *sentence, ShipSession *self)
{
  ship_transcript_writer_note (self->writer, "notice", sentence);
}

void
ship_session_follow_runtime (ShipSession *self)
{
  g_signal_connect_object (self->runtime, "notify::step", G_CALLBACK (step_cb), self, 0);
  g_signal_connect_object (self->runtime, "died", G_CALLBACK (died_cb), self, 0);
  g_signal_connect_object (self->runtime, "agent-died", G_CALLBACK (agent_died_cb), self, 0);
  g_signal_connect_object (self->runtime, "metered", G_CALLBACK (metered_cb), self, 0);
  g_signal_connect_object (self->runtime, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (self->runtime, "noticed", G_CALLBACK (noticed_cb), self, 0);
}

/* --- what the agent tells, beside the turn --- */

static void
agent_event_cb (ShipAgent *agent, ShipAgentEvent *event, ShipSession *self)
{
  ship_transcript_writer_take_event (self->writer, event);
  ship_request_desk_take_event (self->desk, event);
  if (event->kind == SHIP_AGENT_EVENT_SESSION)
    ship_session_take_title (self, event);
}

static void
follow_agent (ShipSession *self, ShipAgent *agent)
{
  if (self->agent == agent && self->link != NULL)
    return;

  if (self->agent != NULL)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  g_set_object (&self->agent, agent);
  ship_request_desk_set_agent (self->desk, agent);
  g_signal_connect_object (agent, "event", G_CALLBACK (agent_event_cb), self, 0);
  ship_session_watch_agent (self, agent);
}

/* --- waking --- */

void
ship_session_end_wake (ShipSession *self, const GError *error)
{
  g_autoptr (GError) down = NULL;
  gboolean is_released = self->is_released && !self->is_closing;

  g_clear_object (&self->wake_cancellable);

  /* It went down again before it was used; the error is only what that led to. */
  if (self->down != NULL)
    error = down = g_error_copy (self->down);
  if (self->is_unasked && (error != NULL || self->state == SHIP_SESSION_STATE_STOPPING))
    {
      ship_session_give_up_warming (self, error);
      return;
    }
  if (error != NULL && self->state != SHIP_SESSION_STATE_STOPPING &&
      ship_session_retry_wake (self, error))
    return;

  self->n_wake_retries = 0;
  self->is_rewaking = FALSE;
  if (self->state == SHIP_SESSION_STATE_STOPPING && self->is_interrupted)
    {
      ship_session_apply (self, SHIP_SESSION_EVENT_DONE, NULL, NULL);
    }
  else if (self->state == SHIP_SESSION_STATE_STOPPING)
    {
      ship_session_apply (self, SHIP_SESSION_EVENT_HOLD, _ ("Stopped while getting ready"), NULL);
      if (is_released)
        ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
    }
  else if (error == NULL)
    {
      ship_session_apply (self, SHIP_SESSION_EVENT_WOKE, NULL, NULL);
    }
  else
    {
      ship_session_fail (self, error);
    }
}

void
ship_session_take_agent_session (ShipSession *self, const char *agent_session)
{
  ShipSessionJob *job;

  if (g_strcmp0 (agent_session, self->row->agent_session) == 0)
    return;

  g_free (self->row->agent_session);
  self->row->agent_session = g_strdup (agent_session);
  self->is_title_due = ship_session_get_fixed_title (self) == NULL;
  job = ship_session_job_new (SHIP_SESSION_JOB_SET_AGENT);
  job->text = g_strdup (agent_session);
  ship_session_run_job_and_forget (self, job);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *agent_session =
    ship_agent_open_session_finish (SHIP_AGENT (object), result, &error);

  if (agent_session != NULL)
    {
      ship_session_take_agent_session (self, agent_session);
      ship_session_learn_commands (self);
    }

  if (error != NULL)
    {
      ship_session_end_wake (self, error);
      return;
    }

  if (self->link != NULL)
    ship_agent_link_set_session (self->link, self->row->agent_session);
  ship_session_settle_branch (self);
}

static void
awake_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  ShipAgent *agent;

  if (!ship_runtime_wake_finish (SHIP_RUNTIME (object), result, &error))
    {
      ship_session_end_wake (self, error);
      return;
    }

  agent = ship_runtime_get_agent (self->runtime);
  if (agent == NULL) /* it died between its answer and this */
    {
      error = g_error_new_literal (SHIP_AGENT_ERROR,
                                   SHIP_AGENT_ERROR_LOST,
                                   _ ("The agent ended unexpectedly"));
      ship_session_end_wake (self, error);
      return;
    }
  follow_agent (self, agent);
  ship_agent_open_session_async (agent,
                                 self->row->agent_session,
                                 ship_session_get_fixed_title (self),
                                 self->wake_cancellable,
                                 opened_cb,
                                 g_object_ref (self));
}

static gboolean
is_read_only_mode (const char *mode)
{
  return g_strcmp0 (mode, "plan") == 0;
}

void
ship_session_start_wake (ShipSession *self)
{
  g_assert (self->wake_cancellable == NULL);

  /* Until a task says otherwise, the next one is likely to be of the session's own mode. */
  if (!self->is_rewaking)
    self->is_read_only = is_read_only_mode (self->row->mode);
  if (self->discard == SHIP_DISCARD_WANTED)
    self->is_read_only = FALSE; /* that is written */
  g_clear_error (&self->down);
  self->wake_cancellable = g_cancellable_new ();
  ship_session_tell_permissions (self);
  ship_runtime_wake_async (self->runtime,
                           self->row,
                           self->is_read_only,
                           self->wake_cancellable,
                           awake_cb,
                           g_object_ref (self));
}

/* --- the end of a task --- */

typedef struct
{
  ShipSession    *self;  /* (owned) */
  ShipSessionJob *job;   /* (owned) */
  GError         *error; /* (owned) (nullable): the task failed */
} Ending;

static void
ending_free (Ending *ending)
{
  g_clear_object (&ending->self);
  g_clear_pointer (&ending->job, ship_session_job_unref);
  g_clear_error (&ending->error);
  g_free (ending);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Ending, ending_free)

/* The task has ended well, and what it ran on is gone: the next one gets a new one. */
static void
rest_or_wake (ShipSession *self, int n_pending)
{
  ship_runtime_sleep_async (self->runtime, NULL, NULL);
  if (!ship_session_can (self, SHIP_SESSION_EVENT_DONE))
    return;

  ship_session_apply (self, SHIP_SESSION_EVENT_DONE, NULL, NULL);
  if (self->state == SHIP_SESSION_STATE_IDLE && !self->is_closing)
    ship_session_apply (self, SHIP_SESSION_EVENT_SLEEP, NULL, NULL);
  if (self->state == SHIP_SESSION_STATE_HIBERNATED && n_pending > 0 && !self->is_closing)
    ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Ending) ending = user_data;
  ShipSession *self = ending->self;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->task, ship_task_row_free);
  ship_request_desk_end (self->desk, self->down == NULL);
  ship_transcript_writer_set_task (self->writer, 0);
  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "task", ending->job->id);
  ship_session_money_end_turn (self, ending->job->id);

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    ship_session_fail (self, error);
  else if (ending->error != NULL)
    ship_session_fail (self, ending->error);
  else if (self->state == SHIP_SESSION_STATE_STOPPING && !self->is_released &&
           !self->is_interrupted && (ending->job->n_pending > 0 || self->down != NULL))
    ship_session_apply (self,
                        SHIP_SESSION_EVENT_HOLD,
                        ending->job->n_pending > 0
                          ? _ ("Stopped; the rest of the queue waits for you")
                          : _ ("Stopped"),
                        NULL);
  else if (self->down != NULL)
    rest_or_wake (self, ending->job->n_pending); /* idle means that the next turn can begin */
  else if (ship_session_can (self, SHIP_SESSION_EVENT_DONE))
    ship_session_apply (self, SHIP_SESSION_EVENT_DONE, NULL, NULL);

  ship_session_check_close (self);
}

/* Ends the task under way: @state is complete, failed or cancelled; @error with failed; @commit if
 * it has one. */
void
ship_session_end_task (ShipSession  *self,
                       const char   *state,
                       const GError *error,
                       const char   *commit,
                       int           n_files)
{
  Ending         *ending = g_new0 (Ending, 1);
  gboolean        goes_on = self->is_interrupted && g_str_equal (state, "cancelled");
  ShipSessionJob *job =
    ship_session_job_new (goes_on ? SHIP_SESSION_JOB_INTERRUPT : SHIP_SESSION_JOB_END_TASK);

  job->id = self->task->id;
  job->state = g_strdup (state);
  job->commit = g_strdup (commit);
  job->n_files = n_files;
  if (error != NULL)
    {
      ShipErrorClass error_class = ship_session_error_classify (error);

      job->text = ship_secrets_redact (self->secrets, error->message);
      job->category = g_strdup (ship_error_class_to_category (error_class));
      ending->error = g_error_copy (error);
    }
  ending->self = g_object_ref (self);
  ending->job = ship_session_job_ref (job);
  ship_session_run_job (self, job, ended_cb, ending);
}

/* --- a turn --- */

static void
turn_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (ShipTurn) turn = g_steal_pointer (&self->turn);
  g_autoptr (GError) error = NULL;

  ship_session_watch_turn (self);

  if (!ship_turn_run_finish (turn, result, &error))
    {
      gboolean is_stopping = self->state == SHIP_SESSION_STATE_STOPPING;

      /* The prompt may have reached the agent all the same. */
      ship_session_bring_down (self, error);
      ship_session_end_task (self,
                             is_stopping ? "cancelled" : "failed",
                             is_stopping ? NULL : error,
                             NULL,
                             -1);
      return;
    }

  switch (ship_turn_get_outcome (turn))
    {
    case SHIP_TURN_OUTCOME_DONE:
      if (self->is_read_only) /* nothing can have changed */
        ship_session_end_task (self, "complete", NULL, NULL, 0);
      else
        ship_session_start_commit (self, turn);
      break;
    case SHIP_TURN_OUTCOME_STOPPED:
      if (!ship_turn_is_agent_idle (turn))
        {
          error = g_error_new_literal (SHIP_AGENT_ERROR,
                                       SHIP_AGENT_ERROR_LOST,
                                       _ ("The agent did not stop by itself and was ended"));
          ship_session_bring_down (self, error);
        }
      ship_session_sweep (self);
      break;
    case SHIP_TURN_OUTCOME_FAULT:
      if (ship_session_money_hold_turn (self))
        break;
      error = ship_session_error_new_for_fault (ship_turn_get_fault (turn));
      if (self->refusal != NULL)
        {
          /* The agent only knows that it was refused; we know why. */
          g_free (error->message);
          error->message = g_strdup (self->refusal);
        }
      ship_session_end_task (self, "failed", error, NULL, -1);
      break;
    }
}

static void
turn_status_cb (ShipTurn    *turn,
                guint        status,
                int          attempt,
                gint64       next_ms,
                const char  *text,
                ShipSession *self)
{
  g_autofree char *detail = NULL;
  gint64           now_ms = ship_clock_now_ms ();
  gint64           wait_ms = ship_clock_left_ms (next_ms, now_ms, MAX_RETRY_MS);

  switch ((ShipAgentStatus) status)
    {
    case SHIP_AGENT_STATUS_RETRY:
      detail = g_strdup_printf (_ ("Retry %d in %d s: %s"),
                                attempt,
                                (int) ((wait_ms + 500) / 1000),
                                text != NULL ? text : _ ("the model's service did not answer"));
      self->is_reconnecting = FALSE;
      ship_session_set_retry_at (self, wait_ms > 0 ? now_ms + wait_ms : 0);
      /* A question that is open counts for more. */
      if (self->state != SHIP_SESSION_STATE_WAITING &&
          ship_session_can (self, SHIP_SESSION_EVENT_RETRY))
        ship_session_apply (self, SHIP_SESSION_EVENT_RETRY, detail, NULL);
      break;
    case SHIP_AGENT_STATUS_BUSY:
      if (self->state == SHIP_SESSION_STATE_RETRYING && !self->is_reconnecting)
        ship_session_apply (self, SHIP_SESSION_EVENT_GO_ON, NULL, NULL);
      break;
    case SHIP_AGENT_STATUS_IDLE:
      break;
    }
}

static void
turn_activity_cb (ShipTurn *turn, const char *activity, ShipSession *self)
{
  g_clear_pointer (&self->work_activity, g_free);
  ship_session_set_activity (self, activity);
}

/* What the agent has to know of this turn beside the prompt. (nullable) */
static char *
dup_instructions (ShipSession *self)
{
  const char *note = ship_session_take_discard_note (self);
  gboolean    is_plan = g_str_equal (self->task->mode, "plan");

  if (is_plan && note != NULL)
    return g_strconcat (PLAN_INSTRUCTIONS, "\n\n", note, NULL);

  return g_strdup (is_plan ? PLAN_INSTRUCTIONS : note);
}

static void
turn_read_cb (ShipTurn *turn, const char *message_id, ShipSession *self)
{
  ship_session_note_read (self, message_id);
}

static void
start_turn (ShipSession *self, gboolean is_continuation)
{
  ShipAgentPrompt  prompt = { 0 };
  const char      *slash = strchr (self->task->model, '/');
  g_autofree char *provider =
    slash != NULL ? g_strndup (self->task->model, slash - self->task->model) : NULL;
  g_autofree char *text =
    is_continuation
      ? g_strdup_printf (
          _ ("You were interrupted. Look at what is already done and go on. The task was:\n\n%s"),
          self->task->prompt)
      : g_strdup (self->task->prompt);
  g_autofree char *system = NULL;
  ShipSessionJob  *job = ship_session_job_new (SHIP_SESSION_JOB_SET_TASK_STATE);

  prompt.text = text;
  prompt.provider = provider != NULL ? provider : self->task->model;
  prompt.model = slash != NULL ? slash + 1 : self->task->model;
  prompt.mode = self->task->mode;
  prompt.variant = self->task->variant;
  system = dup_instructions (self);
  prompt.system = system;

  job->id = self->task->id;
  job->state = g_strdup ("running");
  ship_session_run_job_and_forget (self, job);

  self->turn = ship_turn_new (self->agent, self->row->agent_session, &prompt);
  ship_session_equip_turn (self, self->turn, is_continuation);
  g_signal_connect_object (self->turn, "read", G_CALLBACK (turn_read_cb), self, 0);
  g_signal_connect_object (self->turn, "status", G_CALLBACK (turn_status_cb), self, 0);
  g_signal_connect_object (self->turn, "activity", G_CALLBACK (turn_activity_cb), self, 0);
  ship_session_set_activity (self, "planning");
  ship_session_watch_turn (self);
  ship_turn_run_async (self->turn, NULL, turn_cb, g_object_ref (self));
}

/* --- the queue --- */

typedef struct
{
  ShipSession    *self; /* (owned) */
  ShipSessionJob *job;  /* (owned) */
} Taking;

static void
taking_free (Taking *taking)
{
  g_clear_object (&taking->self);
  g_clear_pointer (&taking->job, ship_session_job_unref);
  g_free (taking);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Taking, taking_free)

/* The sandbox died, or the session is being closed, while the task was taken: it goes back where it
 * was. */
static void
put_back (ShipSession *self, gint64 task)
{
  ShipSessionJob *job = ship_session_job_new (SHIP_SESSION_JOB_SET_TASK_STATE);

  job->id = task;
  job->state = g_strdup ("pending");
  ship_session_run_job_and_forget (self, job);
}

/* Whether what runs is not what @task needs: another agent, or a working copy it may or must not
 * write in. */
static gboolean
needs_restart (ShipSession *self, const ShipTaskRow *task)
{
  gboolean is_known = ship_runtime_learn_model (self->runtime, task->model);

  return !is_known || ship_session_has_stale_agent (self) ||
         is_read_only_mode (task->mode) != self->is_read_only;
}

/* Else the task has failed. (Why: see ship-message-order.h.) */
static gboolean
is_clock_right (ShipSession *self, gint64 newest_ms)
{
  gint64 minutes = (newest_ms - ship_clock_now_ms ()) / 60000;
  g_autoptr (GError) error = NULL;

  if (ship_clock_now_ms () >= newest_ms - SHIP_MESSAGE_ORDER_TOLERANCE_MS)
    return TRUE;
  error =
    g_error_new (SHIP_SESSION_ERROR,
                 SHIP_SESSION_ERROR_NEEDS_USER,
                 g_dngettext (GETTEXT_PACKAGE,
                              "The computer's clock is %d minute behind the conversation's last "
                              "message: set it right and retry, or begin a new session.",
                              "The computer's clock is %d minutes behind the conversation's last "
                              "message: set it right and retry, or begin a new session.",
                              (gulong) minutes + 1),
                 (int) MIN (minutes + 1, G_MAXINT));
  ship_session_end_task (self, "failed", error, NULL, -1);
  return FALSE;
}

static void
taken_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Taking) taking = user_data;
  ShipSession *self = taking->self;
  g_autoptr (GError) error = NULL;
  ShipTaskRow *task;

  self->is_starting = FALSE;
  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      /* Elsewhere it has failed already, or wakes and will look again. */
      if (self->state == SHIP_SESSION_STATE_IDLE)
        ship_session_fail (self, error);
    }
  else if ((task = g_steal_pointer (&taking->job->task)) != NULL)
    {
      if (self->state != SHIP_SESSION_STATE_IDLE || self->is_closing)
        {
          put_back (self, task->id);
          ship_task_row_free (task);
        }
      else if (needs_restart (self, task))
        {
          /* It is taken again once everything is up in the other way; the agent's conversation lies
           * in its home. */
          self->is_read_only = is_read_only_mode (task->mode);
          self->is_rewaking = TRUE;
          put_back (self, task->id);
          ship_task_row_free (task);
          ship_session_restart (self);
        }
      else
        {
          self->task = task;
          g_clear_pointer (&self->refusal, g_free);
          ship_request_desk_begin (self->desk);
          ship_transcript_writer_set_task (self->writer, task->id);
          ship_session_apply (self, SHIP_SESSION_EVENT_START, NULL, NULL);
          ship_session_emit_changed (self, "task", task->id);
          if (is_clock_right (self, taking->job->newest_ms) &&
              ship_session_money_begin_turn (self, taking->job->cost))
            start_turn (self, taking->job->is_continuation);
        }
    }

  ship_session_check_close (self);
}

void
ship_session_start_next (ShipSession *self)
{
  Taking *taking;

  /* Without a connection no prompt gets through: when it is back the queue is looked at again. */
  if (self->is_starting || !ship_session_is_linked (self))
    return;

  ship_session_book_again (self);
  self->is_starting = TRUE;
  taking = g_new0 (Taking, 1);
  taking->self = g_object_ref (self);
  taking->job = ship_session_job_new (SHIP_SESSION_JOB_START_NEXT);
  taking->job->commit = g_strdup (self->row->head_commit);
  taking->job->text = g_strdup (self->row->agent_session);
  ship_session_run_job (self, ship_session_job_ref (taking->job), taken_cb, taking);
}
