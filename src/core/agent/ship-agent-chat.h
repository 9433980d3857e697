/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"

G_BEGIN_DECLS

/* The part of ship-agent.h that is about commands and single messages; what stands there holds
 * here. */

/* Runs one of the agent's own commands; the prompt's text holds its arguments. Returns at the
 * earliest once the agent has taken it, at the latest when it is done. */
void     ship_agent_command_async (ShipAgent             *self,
                                   const char            *session_id,
                                   const char            *command,
                                   const ShipAgentPrompt *prompt,
                                   GCancellable          *cancellable,
                                   GAsyncReadyCallback    callback,
                                   gpointer               user_data);
gboolean ship_agent_command_finish (ShipAgent *self, GAsyncResult *result, GError **error);

/* finish: (transfer full): the names of its commands, NULL-terminated */
void  ship_agent_list_commands_async (ShipAgent          *self,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
GStrv ship_agent_list_commands_finish (ShipAgent *self, GAsyncResult *result, GError **error);

/* (transfer full) (nullable): a name for a message to come, later than every other */
char *ship_agent_new_message_id (ShipAgent *self);

/* Takes a message out of the conversation as if it had not been sent; the agent must be idle.
 * Succeeds when there is no such message. */
void     ship_agent_forget_async (ShipAgent          *self,
                                  const char         *session_id,
                                  const char         *message_id,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean ship_agent_forget_finish (ShipAgent *self, GAsyncResult *result, GError **error);

G_END_DECLS
