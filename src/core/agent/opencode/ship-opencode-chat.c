/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-chat.h"

#include "agent/opencode/ship-opencode-id.h"
#include "agent/opencode/ship-opencode-requests.h"

/* Single requests of an agent that is up: one call each. Main thread. */

static void
done_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipOpencodeReply) reply =
    ship_opencode_api_call_finish (SHIP_OPENCODE_API (object), result, &error);

  if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
command_async (ShipAgent             *agent,
               const char            *session_id,
               const char            *command,
               const ShipAgentPrompt *prompt,
               GCancellable          *cancellable,
               GAsyncReadyCallback    callback,
               gpointer               user_data)
{
  g_autoptr (ShipOpencodeRequest) request =
    ship_opencode_request_new_command (session_id, command, prompt);
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, command_async);
  ship_opencode_api_call_long_async (ship_opencode_chat_get_api (agent),
                                     "POST",
                                     request->path,
                                     request->body,
                                     cancellable,
                                     done_cb,
                                     task);
}

static gboolean
command_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, command_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
commands_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipOpencodeReply) reply =
    ship_opencode_api_call_finish (SHIP_OPENCODE_API (object), result, &error);
  GStrv commands = reply != NULL ? ship_opencode_commands_parse (reply->root, &error) : NULL;

  if (commands == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, commands, (GDestroyNotify) g_strfreev);
}

static void
list_commands_async (ShipAgent          *agent,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, list_commands_async);
  ship_opencode_api_call_async (ship_opencode_chat_get_api (agent),
                                "GET",
                                "/command",
                                NULL,
                                cancellable,
                                commands_cb,
                                task);
}

static GStrv
list_commands_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, list_commands_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static char *
new_message_id (ShipAgent *agent)
{
  return ship_opencode_api_new_message_id (ship_opencode_chat_get_api (agent));
}

static void
forgotten_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipOpencodeReply) reply =
    ship_opencode_api_call_finish (SHIP_OPENCODE_API (object), result, &error);

  if (reply == NULL && !g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_FOUND))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_boolean (task, TRUE);
}

static void
forget_async (ShipAgent          *agent,
              const char         *session_id,
              const char         *message_id,
              GCancellable       *cancellable,
              GAsyncReadyCallback callback,
              gpointer            user_data)
{
  g_autoptr (ShipOpencodeRequest) request =
    ship_opencode_request_new_forget (session_id, message_id);
  GTask *task = g_task_new (agent, cancellable, callback, user_data);

  g_task_set_source_tag (task, forget_async);
  ship_opencode_api_call_async (ship_opencode_chat_get_api (agent),
                                "DELETE",
                                request->path,
                                NULL,
                                cancellable,
                                forgotten_cb,
                                task);
}

static gboolean
forget_finish (ShipAgent *agent, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, agent), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, forget_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_opencode_chat_fill_class (ShipAgentClass *agent_class)
{
  agent_class->command_async = command_async;
  agent_class->command_finish = command_finish;
  agent_class->list_commands_async = list_commands_async;
  agent_class->list_commands_finish = list_commands_finish;
  agent_class->new_message_id = new_message_id;
  agent_class->forget_async = forget_async;
  agent_class->forget_finish = forget_finish;
}
