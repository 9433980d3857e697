/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/ship-agent.h"

#include "agent/ship-agent-private.h"

/*
 * The abstract agent: checks arguments and hands on to the kind of agent. Owned by whoever runs a
 * session; lives on the main thread.
 */

enum
{
  SIGNAL_EVENT,
  SIGNAL_LOST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE (ShipAgent, ship_agent, G_TYPE_OBJECT)

static void
ship_agent_class_init (ShipAgentClass *klass)
{
  /**
   * ShipAgent::event:
   * @event: what the agent told
   */
  signals[SIGNAL_EVENT] = g_signal_new ("event",
                                        G_TYPE_FROM_CLASS (klass),
                                        G_SIGNAL_RUN_LAST,
                                        0,
                                        NULL,
                                        NULL,
                                        NULL,
                                        G_TYPE_NONE,
                                        1,
                                        SHIP_TYPE_AGENT_EVENT);
  /**
   * ShipAgent::lost:
   * @error: why, in #SHIP_AGENT_ERROR
   */
  signals[SIGNAL_LOST] = g_signal_new ("lost",
                                       G_TYPE_FROM_CLASS (klass),
                                       G_SIGNAL_RUN_LAST,
                                       0,
                                       NULL,
                                       NULL,
                                       NULL,
                                       G_TYPE_NONE,
                                       1,
                                       G_TYPE_ERROR);
}

static void
ship_agent_init (ShipAgent *self)
{
}

void
ship_agent_emit_event (ShipAgent *self, ShipAgentEvent *event)
{
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, event);
}

void
ship_agent_emit_lost (ShipAgent *self, const GError *error)
{
  g_signal_emit (self, signals[SIGNAL_LOST], 0, error);
}

void
ship_agent_connect_async (ShipAgent          *self,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)->connect_async (self, cancellable, callback, user_data);
}

gboolean
ship_agent_connect_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->connect_finish (self, result, error);
}

void
ship_agent_disconnect (ShipAgent *self)
{
  g_return_if_fail (SHIP_IS_AGENT (self));

  SHIP_AGENT_GET_CLASS (self)->disconnect (self);
}

void
ship_agent_open_session_async (ShipAgent          *self,
                               const char         *session_id,
                               const char         *title,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)
    ->open_session_async (self, session_id, title, cancellable, callback, user_data);
}

char *
ship_agent_open_session_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), NULL);

  return SHIP_AGENT_GET_CLASS (self)->open_session_finish (self, result, error);
}

void
ship_agent_prompt_async (ShipAgent             *self,
                         const char            *session_id,
                         const ShipAgentPrompt *prompt,
                         GCancellable          *cancellable,
                         GAsyncReadyCallback    callback,
                         gpointer               user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (session_id != NULL);
  g_return_if_fail (prompt != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)
    ->prompt_async (self, session_id, prompt, cancellable, callback, user_data);
}

gboolean
ship_agent_prompt_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->prompt_finish (self, result, error);
}

void
ship_agent_abort_async (ShipAgent          *self,
                        const char         *session_id,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (session_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)->abort_async (self, session_id, cancellable, callback, user_data);
}

gboolean
ship_agent_abort_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->abort_finish (self, result, error);
}

void
ship_agent_answer_permission_async (ShipAgent          *self,
                                    const char         *request_id,
                                    gboolean            allow,
                                    const char         *message,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (request_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)
    ->answer_permission_async (self, request_id, allow, message, cancellable, callback, user_data);
}

gboolean
ship_agent_answer_permission_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->answer_permission_finish (self, result, error);
}

void
ship_agent_answer_question_async (ShipAgent          *self,
                                  const char         *request_id,
                                  const char *const  *answers,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (request_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)
    ->answer_question_async (self, request_id, answers, cancellable, callback, user_data);
}

gboolean
ship_agent_answer_question_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->answer_question_finish (self, result, error);
}

void
ship_agent_reconcile_async (ShipAgent          *self,
                            const char         *session_id,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (session_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)->reconcile_async (self, session_id, cancellable, callback, user_data);
}

gboolean
ship_agent_reconcile_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->reconcile_finish (self, result, error);
}

gint64
ship_agent_get_last_activity (ShipAgent *self)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), 0);

  return SHIP_AGENT_GET_CLASS (self)->get_last_activity (self);
}

const char *
ship_agent_get_version (ShipAgent *self)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), NULL);

  return SHIP_AGENT_GET_CLASS (self)->get_version (self);
}
