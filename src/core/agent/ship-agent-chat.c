/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/ship-agent-chat.h"

#include "agent/ship-agent-private.h"

/* Hands on to the kind of agent, like ship-agent.c. Main thread. */

void
ship_agent_command_async (ShipAgent             *self,
                          const char            *session_id,
                          const char            *command,
                          const ShipAgentPrompt *prompt,
                          GCancellable          *cancellable,
                          GAsyncReadyCallback    callback,
                          gpointer               user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (session_id != NULL && command != NULL);
  g_return_if_fail (prompt != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)
    ->command_async (self, session_id, command, prompt, cancellable, callback, user_data);
}

gboolean
ship_agent_command_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->command_finish (self, result, error);
}

void
ship_agent_list_commands_async (ShipAgent          *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)->list_commands_async (self, cancellable, callback, user_data);
}

GStrv
ship_agent_list_commands_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), NULL);

  return SHIP_AGENT_GET_CLASS (self)->list_commands_finish (self, result, error);
}

char *
ship_agent_new_message_id (ShipAgent *self)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), NULL);

  if (SHIP_AGENT_GET_CLASS (self)->new_message_id == NULL)
    return NULL;
  return SHIP_AGENT_GET_CLASS (self)->new_message_id (self);
}

void
ship_agent_forget_async (ShipAgent          *self,
                         const char         *session_id,
                         const char         *message_id,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_AGENT (self));
  g_return_if_fail (session_id != NULL && message_id != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  SHIP_AGENT_GET_CLASS (self)
    ->forget_async (self, session_id, message_id, cancellable, callback, user_data);
}

gboolean
ship_agent_forget_finish (ShipAgent *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (SHIP_IS_AGENT (self), FALSE);

  return SHIP_AGENT_GET_CLASS (self)->forget_finish (self, result, error);
}
