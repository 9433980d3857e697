/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-turn.h"

#include "session/ship-activity.h"

/*
 * One turn, as the agent's events tell it.
 *
 *   run_async -> prompted_cb -> (events: busy … idle) -> settle -> (return)
 *
 * An idle status ends the turn only after this turn was seen to begin: OpenCode says idle again for
 * a session that was aborted earlier. After a failure it says idle before it tells the failed
 * message, so an idle turn whose last message is still open is given a moment for that message to
 * come.
 */

#define SETTLE_MS 1000
#define STOP_MS   1500

struct _ShipTurn
{
  GObject parent_instance;

  /* Input. */
  ShipAgent *agent;         /* (owned) */
  char      *agent_session; /* (owned) */
  char      *text;          /* (owned) */
  char      *provider;      /* (owned) */
  char      *model;         /* (owned) */
  char      *mode;          /* (owned) */
  char      *variant;       /* (owned) (nullable) */
  char      *system;        /* (owned) (nullable) */

  /* In progress. */
  GTask   *task; /* (owned) (nullable) */
  gulong   event_handler;
  guint    timer;
  gint64   started_ms;  /* wall-clock time */
  gboolean is_accepted; /* the agent has taken the prompt */
  gboolean says_idle;   /* the agent's last word about its status */
  gboolean has_begun;
  gboolean is_idle;
  gboolean is_stopping;
  gboolean is_last_message_open;

  /* Result. */
  ShipTurnOutcome outcome;
  ShipAgentEvent *fault_event; /* (owned) (nullable): holds the fault */
  ShipAgentFault *fault;       /* (unowned) (nullable): of fault_event */
  char           *summary;     /* (owned) (nullable) */
};

enum
{
  STATUS,
  ACTIVITY,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipTurn, ship_turn, G_TYPE_OBJECT)

static void
disconnect (ShipTurn *self)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_signal_handler (&self->event_handler, self->agent);
}

static void
ship_turn_dispose (GObject *object)
{
  ShipTurn *self = SHIP_TURN (object);

  g_assert (self->task == NULL);
  if (self->agent != NULL)
    disconnect (self);
  g_clear_object (&self->agent);
  g_clear_pointer (&self->fault_event, ship_agent_event_unref);

  G_OBJECT_CLASS (ship_turn_parent_class)->dispose (object);
}

static void
ship_turn_finalize (GObject *object)
{
  ShipTurn *self = SHIP_TURN (object);

  g_free (self->agent_session);
  g_free (self->text);
  g_free (self->provider);
  g_free (self->model);
  g_free (self->mode);
  g_free (self->variant);
  g_free (self->system);
  g_free (self->summary);

  G_OBJECT_CLASS (ship_turn_parent_class)->finalize (object);
}

static void
ship_turn_class_init (ShipTurnClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_turn_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_turn_finalize;

  signals[STATUS] = g_signal_new ("status",
                                  SHIP_TYPE_TURN,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  4,
                                  G_TYPE_UINT,
                                  G_TYPE_INT,
                                  G_TYPE_INT64,
                                  G_TYPE_STRING);
  signals[ACTIVITY] = g_signal_new ("activity",
                                    SHIP_TYPE_TURN,
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    1,
                                    G_TYPE_STRING);
}

static void
ship_turn_init (ShipTurn *self)
{
}

ShipTurn *
ship_turn_new (ShipAgent *agent, const char *agent_session, const ShipAgentPrompt *prompt)
{
  ShipTurn *self = g_object_new (SHIP_TYPE_TURN, NULL);

  self->agent = g_object_ref (agent);
  self->agent_session = g_strdup (agent_session);
  self->text = g_strdup (prompt->text);
  self->provider = g_strdup (prompt->provider);
  self->model = g_strdup (prompt->model);
  self->mode = g_strdup (prompt->mode);
  self->variant = g_strdup (prompt->variant);
  self->system = g_strdup (prompt->system);

  return self;
}

/* Ends the run; @error (transfer full) (nullable). The one place that returns from the task. */
static void
finish (ShipTurn *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task == NULL)
    {
      g_clear_error (&error);
      return;
    }

  disconnect (self);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (self->is_stopping)
    self->outcome = SHIP_TURN_OUTCOME_STOPPED;
  else if (self->fault != NULL)
    self->outcome = SHIP_TURN_OUTCOME_FAULT;
  g_task_return_boolean (task, TRUE);
}

static gboolean
timer_cb (gpointer user_data)
{
  ShipTurn *self = user_data;

  self->timer = 0;
  finish (self, NULL);

  return G_SOURCE_REMOVE;
}

static void
take_status (ShipTurn *self, ShipAgentEvent *event)
{
  g_signal_emit (self,
                 signals[STATUS],
                 0,
                 (guint) event->status,
                 event->attempt,
                 event->next_ms,
                 event->text);

  self->says_idle = event->status == SHIP_AGENT_STATUS_IDLE;
  if (event->status != SHIP_AGENT_STATUS_IDLE)
    {
      self->has_begun = TRUE;
      self->is_idle = FALSE;
      if (!self->is_stopping)
        g_clear_handle_id (&self->timer, g_source_remove);
      return;
    }

  if (!self->has_begun || self->is_idle)
    return;

  self->is_idle = TRUE;
  if (!self->is_last_message_open)
    finish (self, NULL);
  else if (self->timer == 0)
    self->timer = g_timeout_add (SETTLE_MS, timer_cb, self);
}

static void
take_message (ShipTurn *self, ShipAgentEvent *event)
{
  const ShipAgentMessage *message = event->message;

  if (message->is_user)
    return;
  /* Nothing has ended before this turn began: the last word of the turn before. (What began and
   * ended while nobody listened is told afterwards, and is younger.) */
  if (!self->has_begun && (message->completed_ms != 0 || message->fault != NULL) &&
      message->created_ms < self->started_ms)
    return;

  self->has_begun = TRUE;
  self->is_last_message_open = message->completed_ms == 0 && message->fault == NULL;

  /* A later message without a fault means that the agent went on: only the last one counts. */
  g_clear_pointer (&self->fault_event, ship_agent_event_unref);
  self->fault = NULL;
  if (message->fault != NULL)
    {
      self->fault_event = ship_agent_event_ref (event);
      self->fault = message->fault;
    }

  if (self->is_idle && !self->is_last_message_open)
    finish (self, NULL);
}

static void
take_part (ShipTurn *self, ShipAgentEvent *event)
{
  const ShipAgentPart *part = event->part;

  if (part->kind == SHIP_AGENT_PART_TEXT && !part->is_synthetic && part->text[0] != '\0' &&
      g_strcmp0 (part->text, self->text) != 0)
    {
      g_free (self->summary);
      self->summary = g_strdup (part->text);
    }
  else if (part->kind == SHIP_AGENT_PART_TOOL && part->tool_status == SHIP_AGENT_TOOL_RUNNING)
    {
      g_signal_emit (self,
                     signals[ACTIVITY],
                     0,
                     ship_activity_from_tool (self->mode, part->tool, part->input));
    }
}

static void
event_cb (ShipAgent *agent, ShipAgentEvent *event, ShipTurn *self)
{
  g_autoptr (ShipTurn) keep = g_object_ref (self); /* finish() may drop the last other one */

  if (g_strcmp0 (event->session_id, self->agent_session) != 0)
    return;

  if (event->kind == SHIP_AGENT_EVENT_STATUS)
    take_status (self, event);
  else if (event->kind == SHIP_AGENT_EVENT_MESSAGE)
    take_message (self, event);
  else if (event->kind == SHIP_AGENT_EVENT_PART)
    take_part (self, event);
  else if (event->kind == SHIP_AGENT_EVENT_SESSION_ERROR && event->fault != NULL &&
           self->fault == NULL)
    {
      /* Never final by itself: the last message's own fault, or its end without one, overrules it.
       */
      self->fault_event = ship_agent_event_ref (event);
      self->fault = event->fault;
      /* A model it does not know fails before anything begins, and no status says so. */
      if (!self->has_begun && self->timer == 0)
        self->timer = g_timeout_add (SETTLE_MS, timer_cb, self);
      self->has_begun = TRUE;
    }
}

static void
prompted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipTurn) self = SHIP_TURN (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_agent_prompt_finish (SHIP_AGENT (object), result, &error))
    finish (self, g_steal_pointer (&error));
  else
    self->is_accepted = TRUE;
}

void
ship_turn_run_async (ShipTurn           *self,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  ShipAgentPrompt prompt;

  g_return_if_fail (SHIP_IS_TURN (self));
  g_return_if_fail (self->task == NULL && !self->has_begun);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, ship_turn_run_async);
  self->event_handler = g_signal_connect (self->agent, "event", G_CALLBACK (event_cb), self);
  self->started_ms = g_get_real_time () / 1000;

  prompt.text = self->text;
  prompt.provider = self->provider;
  prompt.model = self->model;
  prompt.mode = self->mode;
  prompt.variant = self->variant;
  prompt.system = self->system;
  ship_agent_prompt_async (self->agent,
                           self->agent_session,
                           &prompt,
                           cancellable,
                           prompted_cb,
                           g_object_ref (self));
}

gboolean
ship_turn_run_finish (ShipTurn *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_turn_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
aborted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipTurn) self = SHIP_TURN (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_agent_abort_finish (SHIP_AGENT (object), result, &error))
    g_debug ("The agent did not take the stop: %s", error->message);
}

void
ship_turn_caught_up (ShipTurn *self)
{
  g_return_if_fail (SHIP_IS_TURN (self));

  if (self->task == NULL || self->is_stopping || self->has_begun || !self->is_accepted ||
      !self->says_idle)
    return;

  /* It began and ended unseen, unless it is only just about to begin. */
  self->has_begun = TRUE;
  self->is_idle = TRUE;
  if (self->timer == 0)
    self->timer = g_timeout_add (SETTLE_MS, timer_cb, self);
}

void
ship_turn_stop (ShipTurn *self)
{
  g_return_if_fail (SHIP_IS_TURN (self));

  if (self->task == NULL || self->is_stopping)
    return;

  self->is_stopping = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add (STOP_MS, timer_cb, self);
  ship_agent_abort_async (self->agent, self->agent_session, NULL, aborted_cb, g_object_ref (self));
}

void
ship_turn_break (ShipTurn *self, const GError *error)
{
  g_autoptr (ShipTurn) keep = NULL;

  g_return_if_fail (SHIP_IS_TURN (self));
  g_return_if_fail (error != NULL);

  keep = g_object_ref (self); /* finish() may drop the last other one */
  finish (self, g_error_copy (error));
}

ShipTurnOutcome
ship_turn_get_outcome (ShipTurn *self)
{
  g_return_val_if_fail (SHIP_IS_TURN (self), SHIP_TURN_OUTCOME_FAULT);

  return self->outcome;
}

const ShipAgentFault *
ship_turn_get_fault (ShipTurn *self)
{
  g_return_val_if_fail (SHIP_IS_TURN (self), NULL);

  return self->fault;
}

gboolean
ship_turn_is_agent_idle (ShipTurn *self)
{
  g_return_val_if_fail (SHIP_IS_TURN (self), FALSE);

  return self->is_idle;
}

const char *
ship_turn_get_summary (ShipTurn *self)
{
  g_return_val_if_fail (SHIP_IS_TURN (self), NULL);

  return self->summary;
}
