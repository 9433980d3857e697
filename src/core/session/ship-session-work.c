/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-private.h"
#include "session/ship-turn-commit.h"

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

#define COMMIT_SECONDS      900 /* what is inside decides how long it takes: it must end */
#define STOP_COMMIT_SECONDS 30
#define MAX_RETRY_MS        (24 * 3600 * (gint64) 1000)

/* --- what the runtime tells --- */

static void
step_cb (ShipRuntime *runtime, GParamSpec *pspec, ShipSession *self)
{
  const char *step = ship_runtime_get_step (runtime);

  if (self->state != SHIP_SESSION_STATE_WAKING || step[0] == '\0')
    return;

  ship_session_set_detail (self, step);
  ship_transcript_writer_note (self->writer, "step", step);
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
  else if (self->state == SHIP_SESSION_STATE_IDLE)
    ship_session_fail (self, error);
}

/* The agent may be at work behind our back: it is ended, so that it costs nothing more and says
 * nothing into the next turn. */
static void
bring_down (ShipSession *self, const GError *error)
{
  if (self->down != NULL)
    return;

  self->down = g_error_copy (error);
  ship_runtime_sleep_async (self->runtime, NULL, NULL);
}

/* Only logged while a commit or a wake is under way, which end with a durable write of their own;
 * and when it has failed already, because that could not be written either. */
void
ship_session_break (ShipSession *self, const GError *error)
{
  if (self->turn != NULL)
    ship_turn_break (self->turn, error);
  else if (self->task != NULL || self->wake_cancellable != NULL)
    g_warning ("A part of the transcript could not be written: %s", error->message);
  else if (self->state != SHIP_SESSION_STATE_FAILED)
    ship_session_fail (self, error);
}

static void
died_cb (ShipRuntime *runtime, const GError *error, ShipSession *self)
{
  lose_runtime (self, error);
}

static void
exchange_stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_warning ("A model request could not be booked: %s", error->message);
      return;
    }

  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "exchange", 0);
}

static void
metered_cb (ShipRuntime *runtime, const ShipExchangeRow *exchange, ShipSession *self)
{
  ShipSessionJob  *job = ship_session_job_new (SHIP_SESSION_JOB_ADD_EXCHANGE);
  ShipExchangeRow *row = g_memdup2 (exchange, sizeof *exchange);

  row->task = self->task != NULL ? self->task->id : 0;
  row->provider = g_strdup (exchange->provider);
  row->model = g_strdup (exchange->model);
  row->agent_session = g_strdup (exchange->agent_session);
  job->exchange = row;
  ship_index_writer_book (self->index, self->id, row);
  ship_session_run_job (self, job, exchange_stored_cb, g_object_ref (self));
}

static void
refused_cb (ShipRuntime *runtime, const char *sentence, ShipSession *self)
{
  g_free (self->refusal);
  self->refusal = g_strdup (sentence);
}

void
ship_session_follow_runtime (ShipSession *self)
{
  g_signal_connect_object (self->runtime, "notify::step", G_CALLBACK (step_cb), self, 0);
  g_signal_connect_object (self->runtime, "died", G_CALLBACK (died_cb), self, 0);
  g_signal_connect_object (self->runtime, "metered", G_CALLBACK (metered_cb), self, 0);
  g_signal_connect_object (self->runtime, "refused", G_CALLBACK (refused_cb), self, 0);
}

/* --- what the agent tells, beside the turn --- */

static void
take_request (ShipSession *self, ShipAgentEvent *event)
{
  g_hash_table_add (self->open_requests, g_strdup (event->request->id));
  if (ship_session_can (self, SHIP_SESSION_EVENT_ASK))
    ship_session_apply (self, SHIP_SESSION_EVENT_ASK, event->request->title, NULL);
}

static void
close_request (ShipSession *self, ShipAgentEvent *event)
{
  g_hash_table_remove (self->open_requests, event->request_id);
  if (g_hash_table_size (self->open_requests) == 0 && self->state == SHIP_SESSION_STATE_WAITING)
    ship_session_apply (self, SHIP_SESSION_EVENT_GO_ON, NULL, NULL);
}

static void
agent_event_cb (ShipAgent *agent, ShipAgentEvent *event, ShipSession *self)
{
  ship_transcript_writer_take_event (self->writer, event);

  if (event->kind == SHIP_AGENT_EVENT_PERMISSION || event->kind == SHIP_AGENT_EVENT_QUESTION)
    take_request (self, event);
  else if (event->kind == SHIP_AGENT_EVENT_REQUEST_CLOSED)
    close_request (self, event);
}

/* Without its event stream the agent is blind to us: bring everything down, so that going on starts
 * clean. */
static void
agent_lost_cb (ShipAgent *agent, const GError *error, ShipSession *self)
{
  lose_runtime (self, error);
  ship_runtime_sleep_async (self->runtime, NULL, NULL);
}

static void
follow_agent (ShipSession *self, ShipAgent *agent)
{
  if (self->agent == agent)
    return;

  if (self->agent != NULL)
    g_signal_handlers_disconnect_by_data (self->agent, self);
  g_set_object (&self->agent, agent);
  g_signal_connect_object (agent, "event", G_CALLBACK (agent_event_cb), self, 0);
  g_signal_connect_object (agent, "lost", G_CALLBACK (agent_lost_cb), self, 0);
}

/* --- waking --- */

static void
end_wake (ShipSession *self, const GError *error)
{
  g_clear_object (&self->wake_cancellable);

  /* It went down again before it was used; the error is only what that led to. */
  if (self->down != NULL)
    error = self->down;
  if (self->state == SHIP_SESSION_STATE_STOPPING)
    ship_session_apply (self, SHIP_SESSION_EVENT_HOLD, _ ("Stopped while getting ready"), NULL);
  else if (error != NULL)
    ship_session_fail (self, error);
  else
    ship_session_apply (self, SHIP_SESSION_EVENT_WOKE, NULL, NULL);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  g_autofree char *agent_session =
    ship_agent_open_session_finish (SHIP_AGENT (object), result, &error);
  ShipSessionJob *job;

  if (agent_session != NULL && g_strcmp0 (agent_session, self->row->agent_session) != 0)
    {
      g_free (self->row->agent_session);
      self->row->agent_session = g_strdup (agent_session);
      job = ship_session_job_new (SHIP_SESSION_JOB_SET_AGENT);
      job->text = g_strdup (agent_session);
      ship_session_run_job_and_forget (self, job);
    }

  end_wake (self, error);
}

static void
awake_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  ShipAgent *agent;

  if (!ship_runtime_wake_finish (SHIP_RUNTIME (object), result, &error))
    {
      end_wake (self, error);
      return;
    }

  agent = ship_runtime_get_agent (self->runtime);
  if (agent == NULL) /* it died between its answer and this */
    {
      error = g_error_new_literal (SHIP_AGENT_ERROR,
                                   SHIP_AGENT_ERROR_LOST,
                                   _ ("The agent ended unexpectedly"));
      end_wake (self, error);
      return;
    }
  follow_agent (self, agent);
  ship_agent_open_session_async (agent,
                                 self->row->agent_session,
                                 self->row->title,
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
  self->is_rewaking = FALSE;
  g_clear_error (&self->down);
  self->wake_cancellable = g_cancellable_new ();
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

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Ending) ending = user_data;
  ShipSession *self = ending->self;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&self->task, ship_task_row_free);
  g_hash_table_remove_all (self->open_requests);
  ship_transcript_writer_set_task (self->writer, 0);
  ship_index_writer_touch (self->index, self->store);
  ship_session_emit_changed (self, "task", ending->job->id);

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    ship_session_fail (self, error);
  else if (ending->error != NULL)
    ship_session_fail (self, ending->error);
  else if (self->state == SHIP_SESSION_STATE_STOPPING &&
           (ending->job->n_pending > 0 || self->down != NULL))
    ship_session_apply (self,
                        SHIP_SESSION_EVENT_HOLD,
                        ending->job->n_pending > 0
                          ? _ ("Stopped; the rest of the queue waits for you")
                          : _ ("Stopped"),
                        NULL);
  else if (self->down != NULL)
    ship_session_fail (self, self->down); /* idle means that the next turn can begin */
  else if (ship_session_can (self, SHIP_SESSION_EVENT_DONE))
    ship_session_apply (self, SHIP_SESSION_EVENT_DONE, NULL, NULL);

  ship_session_check_close (self);
}

/* Ends the task under way: @state is complete, failed or cancelled; @error with failed; @commit if
 * it has one. */
static void
end_task (ShipSession  *self,
          const char   *state,
          const GError *error,
          const char   *commit,
          int           n_files)
{
  Ending         *ending = g_new0 (Ending, 1);
  ShipSessionJob *job = ship_session_job_new (SHIP_SESSION_JOB_END_TASK);

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

static void
committed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipTurnCommitResult) commit =
    ship_turn_commit_run_finish (SHIP_TURN_COMMIT (object), result, &error);
  gboolean is_late = g_cancellable_is_cancelled (self->commit_cancellable);

  g_clear_handle_id (&self->commit_timer, g_source_remove);
  g_clear_object (&self->commit_cancellable);
  if (commit == NULL)
    {
      if (is_late)
        {
          g_clear_error (&error);
          error =
            g_error_new_literal (SHIP_SANDBOX_ERROR,
                                 SHIP_SANDBOX_ERROR_FAILED,
                                 _ ("The changes could not be taken out of the sandbox in time"));
          bring_down (self, error);
        }
      end_task (self, "failed", error, NULL, -1);
      return;
    }

  if (commit->commit != NULL)
    {
      g_free (self->row->head_commit);
      self->row->head_commit = g_strdup (commit->commit);
      ship_transcript_writer_note (self->writer, "commit", commit->commit);
    }
  if (commit->notice != NULL)
    ship_transcript_writer_note (self->writer, "notice", commit->notice);
  end_task (self, "complete", NULL, commit->commit, commit->files_changed);
}

static gboolean
commit_over_cb (gpointer user_data)
{
  ShipSession *self = user_data;

  self->commit_timer = 0;
  g_cancellable_cancel (self->commit_cancellable);

  return G_SOURCE_REMOVE;
}

void
ship_session_hurry_commit (ShipSession *self)
{
  g_clear_handle_id (&self->commit_timer, g_source_remove);
  self->commit_timer = g_timeout_add_seconds (STOP_COMMIT_SECONDS, commit_over_cb, self);
}

static void
start_commit (ShipSession *self, ShipTurn *turn)
{
  g_autoptr (ShipTurnCommit) operation = NULL;
  ShipSandbox *sandbox = ship_runtime_get_sandbox (self->runtime);

  if (sandbox == NULL)
    {
      g_autoptr (GError) error =
        g_error_new_literal (SHIP_SANDBOX_ERROR,
                             SHIP_SANDBOX_ERROR_GONE,
                             _ ("The sandbox ended before the changes could be committed"));

      end_task (self, "failed", error, NULL, -1);
      return;
    }

  ship_session_set_activity (self, "committing");
  operation = ship_turn_commit_new (sandbox,
                                    ship_runtime_get_mirror_path (self->runtime),
                                    self->row,
                                    ship_turn_get_summary (turn),
                                    self->task->prompt);
  self->commit_cancellable = g_cancellable_new ();
  if (self->state == SHIP_SESSION_STATE_STOPPING)
    ship_session_hurry_commit (self);
  else
    self->commit_timer = g_timeout_add_seconds (COMMIT_SECONDS, commit_over_cb, self);
  ship_turn_commit_run_async (operation,
                              self->commit_cancellable,
                              committed_cb,
                              g_object_ref (self));
}

/* --- a turn --- */

static void
turn_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (ShipTurn) turn = g_steal_pointer (&self->turn);
  g_autoptr (GError) error = NULL;

  if (!ship_turn_run_finish (turn, result, &error))
    {
      gboolean is_stopping = self->state == SHIP_SESSION_STATE_STOPPING;

      /* The prompt may have reached the agent all the same. */
      bring_down (self, error);
      end_task (self, is_stopping ? "cancelled" : "failed", is_stopping ? NULL : error, NULL, -1);
      return;
    }

  switch (ship_turn_get_outcome (turn))
    {
    case SHIP_TURN_OUTCOME_DONE:
      if (self->is_read_only) /* nothing can have changed */
        end_task (self, "complete", NULL, NULL, 0);
      else
        start_commit (self, turn);
      break;
    case SHIP_TURN_OUTCOME_STOPPED:
      if (!ship_turn_is_agent_idle (turn))
        {
          error = g_error_new_literal (SHIP_AGENT_ERROR,
                                       SHIP_AGENT_ERROR_LOST,
                                       _ ("The agent did not stop by itself and was ended"));
          bring_down (self, error);
        }
      end_task (self, "cancelled", NULL, NULL, -1);
      break;
    case SHIP_TURN_OUTCOME_FAULT:
      error = ship_session_error_new_for_fault (ship_turn_get_fault (turn));
      if (self->refusal != NULL)
        {
          /* The agent only knows that it was refused; we know why. */
          g_free (error->message);
          error->message = g_strdup (self->refusal);
        }
      end_task (self, "failed", error, NULL, -1);
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
  gint64           now_ms = g_get_real_time () / 1000;
  /* The agent's number may be any: compared before it is subtracted. */
  gint64 wait_ms = next_ms > now_ms ? MIN (next_ms - now_ms, MAX_RETRY_MS) : 0;

  switch ((ShipAgentStatus) status)
    {
    case SHIP_AGENT_STATUS_RETRY:
      detail = g_strdup_printf (_ ("Retry %d in %d s: %s"),
                                attempt,
                                (int) ((wait_ms + 500) / 1000),
                                text != NULL ? text : _ ("the model's service did not answer"));
      if (ship_session_can (self, SHIP_SESSION_EVENT_RETRY))
        ship_session_apply (self, SHIP_SESSION_EVENT_RETRY, detail, NULL);
      break;
    case SHIP_AGENT_STATUS_BUSY:
      if (self->state == SHIP_SESSION_STATE_RETRYING)
        ship_session_apply (self, SHIP_SESSION_EVENT_GO_ON, NULL, NULL);
      break;
    case SHIP_AGENT_STATUS_IDLE:
      break;
    }
}

static void
turn_activity_cb (ShipTurn *turn, const char *activity, ShipSession *self)
{
  ship_session_set_activity (self, activity);
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
  ShipSessionJob *job = ship_session_job_new (SHIP_SESSION_JOB_SET_TASK_STATE);

  prompt.text = text;
  prompt.provider = provider != NULL ? provider : self->task->model;
  prompt.model = slash != NULL ? slash + 1 : self->task->model;
  prompt.mode = self->task->mode;

  job->id = self->task->id;
  job->state = g_strdup ("running");
  ship_session_run_job_and_forget (self, job);

  self->turn = ship_turn_new (self->agent, self->row->agent_session, &prompt);
  g_signal_connect_object (self->turn, "status", G_CALLBACK (turn_status_cb), self, 0);
  g_signal_connect_object (self->turn, "activity", G_CALLBACK (turn_activity_cb), self, 0);
  ship_session_set_activity (self, "planning");
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

/* The working copy has to be what @task may do to it. The task goes back and is taken again once
 * everything is awake in the other way; the agent's conversation lies in its home. */
static void
rewake (ShipSession *self, const ShipTaskRow *task)
{
  put_back (self, task->id);
  self->is_read_only = is_read_only_mode (task->mode);
  self->is_rewaking = TRUE;
  ship_runtime_sleep_async (self->runtime, NULL, NULL);
  ship_session_apply (self, SHIP_SESSION_EVENT_SLEEP, NULL, NULL);
  ship_session_apply (self, SHIP_SESSION_EVENT_WAKE, NULL, NULL);
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
      else if (is_read_only_mode (task->mode) != self->is_read_only)
        {
          rewake (self, task);
          ship_task_row_free (task);
        }
      else
        {
          self->task = task;
          g_clear_pointer (&self->refusal, g_free);
          g_hash_table_remove_all (self->open_requests);
          ship_transcript_writer_set_task (self->writer, task->id);
          ship_session_apply (self, SHIP_SESSION_EVENT_START, NULL, NULL);
          ship_session_emit_changed (self, "task", task->id);
          start_turn (self, taking->job->is_continuation);
        }
    }

  ship_session_check_close (self);
}

void
ship_session_start_next (ShipSession *self)
{
  Taking *taking;

  if (self->is_starting)
    return;

  self->is_starting = TRUE;
  taking = g_new0 (Taking, 1);
  taking->self = g_object_ref (self);
  taking->job = ship_session_job_new (SHIP_SESSION_JOB_START_NEXT);
  taking->job->commit = g_strdup (self->row->head_commit);
  ship_session_run_job (self, ship_session_job_ref (taking->job), taken_cb, taking);
}
