/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-session.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "agent/opencode/ship-opencode-requests.h"
#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

/*
 *   open → known_cb → made_cb → (return), or without the first step
 *
 * Main thread. The task is the only owner of the run.
 */

static const char *
get_id (ShipOpencodeReply *reply)
{
  if (reply->root == NULL || !JSON_NODE_HOLDS_OBJECT (reply->root))
    return NULL;

  return ship_json_get_string (json_node_get_object (reply->root), "id", NULL);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;
  g_autoptr (ShipOpencodeReply) reply =
    ship_opencode_api_call_finish (SHIP_OPENCODE_API (object), result, &error);

  if (reply == NULL)
    g_task_return_error (task, error);
  else if (get_id (reply) == NULL)
    g_task_return_new_error (task,
                             SHIP_AGENT_ERROR,
                             SHIP_AGENT_ERROR_PROTOCOL,
                             "%s",
                             _ ("The agent gave an answer of an unexpected kind."));
  else
    g_task_return_pointer (task, g_strdup (get_id (reply)), g_free);
}

/* Takes @task, whose data is the title. */
static void
make_session (ShipOpencodeApi *api, GTask *task)
{
  g_autoptr (ShipOpencodeRequest) request =
    ship_opencode_request_new_session (g_task_get_task_data (task));

  ship_opencode_api_call_async (api,
                                "POST",
                                request->path,
                                request->body,
                                g_task_get_cancellable (task),
                                made_cb,
                                task);
}

static void
known_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;
  ShipOpencodeApi *api = SHIP_OPENCODE_API (object);
  g_autoptr (ShipOpencodeReply) reply = ship_opencode_api_call_finish (api, result, &error);

  if (g_error_matches (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_FOUND))
    make_session (api, g_steal_pointer (&task));
  else if (reply == NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (get_id (reply) == NULL)
    make_session (api, g_steal_pointer (&task));
  else
    g_task_return_pointer (task, g_strdup (get_id (reply)), g_free);
}

/* OpenCode answers what does not look like one of its ids with an internal error. */
static gboolean
is_session_id (const char *text)
{
  return text != NULL && g_str_has_prefix (text, "ses_") &&
         strspn (text + 4, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS) == strlen (text + 4);
}

void
ship_opencode_session_open (ShipOpencodeApi *api,
                            const char      *session_id,
                            const char      *title,
                            GTask           *task)
{
  g_autofree char *path = NULL;

  g_task_set_task_data (task, g_strdup (title), g_free);
  if (!is_session_id (session_id))
    {
      make_session (api, task);
      return;
    }

  path = g_strconcat ("/session/", session_id, NULL);
  ship_opencode_api_call_async (api,
                                "GET",
                                path,
                                NULL,
                                g_task_get_cancellable (task),
                                known_cb,
                                task);
}
