/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-events.h"

#include <string.h>

#include "agent/opencode/ship-opencode-faults.h"
#include "agent/opencode/ship-opencode-messages.h"
#include "base/ship-json.h"

/*
 * The table of OpenCode's events: exact names, each with the function that reads its properties. No
 * I/O, no state, any thread.
 *
 * How a turn ends, as seen from here: "session.error" is never final, because a conversation that
 * grew too long is compacted and goes on. A turn has failed if, when the session is idle, an error
 * came and the session was not busy again since. After an error idle is told twice, with the
 * message that holds the error between.
 */

typedef ShipAgentEvent *(*EventFunc) (JsonObject *properties, GError **error);

typedef struct
{
  const char *name;
  EventFunc   func; /* (nullable): NULL: known, and nothing to us */
} EventKind;

static gboolean
require_strings (JsonObject *object, const char *const *paths, GError **error)
{
  GError *cause = NULL;

  for (; *paths != NULL; paths++)
    if (ship_json_require_string (object, *paths, &cause) == NULL)
      return ship_opencode_protocol_error (error, cause);

  return TRUE;
}

static JsonObject *
require_object (JsonObject *object, const char *path, GError **error)
{
  GError     *cause = NULL;
  JsonObject *value = ship_json_require_object (object, path, &cause);

  if (value == NULL)
    ship_opencode_protocol_error (error, cause);

  return value;
}

static ShipAgentEvent *
new_event (ShipAgentEventKind kind, const char *name, const char *session_id)
{
  ShipAgentEvent *event = ship_agent_event_new (kind, name);

  event->session_id = g_strdup (session_id);

  return event;
}

static const char *
get_string (JsonObject *object, const char *path)
{
  return ship_json_get_string (object, path, NULL);
}

/* From REST answers and events alike. */

ShipAgentEvent *
ship_opencode_event_new_message (const char *session_id, JsonObject *info, GError **error)
{
  ShipAgentMessage *message = ship_opencode_message_parse (info, error);
  ShipAgentEvent   *event;

  if (message == NULL)
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_MESSAGE, "message.updated", session_id);
  event->message = message;
  event->message_id = g_strdup (message->id);

  return event;
}

ShipAgentEvent *
ship_opencode_event_new_part (const char *session_id, JsonObject *object, GError **error)
{
  ShipAgentPart  *part = ship_opencode_part_parse (object, error);
  ShipAgentEvent *event;

  if (part == NULL)
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_PART, "message.part.updated", session_id);
  event->part = part;
  event->part_id = g_strdup (part->id);
  event->message_id = g_strdup (part->message_id);

  return event;
}

ShipAgentEvent *
ship_opencode_event_new_todos (const char *session_id, JsonArray *todos)
{
  ShipAgentEvent *event = new_event (SHIP_AGENT_EVENT_TODOS, "todo.updated", session_id);

  event->todos = ship_opencode_todos_parse (todos);

  return event;
}

static ShipAgentEvent *
new_request (ShipAgentEventKind kind,
             const char        *name,
             JsonObject        *object,
             ShipAgentRequest  *request)
{
  ShipAgentEvent *event = new_event (kind, name, get_string (object, "sessionID"));

  event->request = request;
  event->request_id = g_strdup (request->id);
  event->message_id = g_strdup (request->tool_part_message_id);

  return event;
}

ShipAgentEvent *
ship_opencode_event_new_permission (JsonObject *object, GError **error)
{
  ShipAgentRequest *request = ship_opencode_permission_parse (object, error);

  return request != NULL
           ? new_request (SHIP_AGENT_EVENT_PERMISSION, "permission.asked", object, request)
           : NULL;
}

ShipAgentEvent *
ship_opencode_event_new_question (JsonObject *object, GError **error)
{
  ShipAgentRequest *request = ship_opencode_question_parse (object, error);

  return request != NULL
           ? new_request (SHIP_AGENT_EVENT_QUESTION, "question.asked", object, request)
           : NULL;
}

ShipAgentEvent *
ship_opencode_event_new_status (const char *session_id, JsonObject *object, GError **error)
{
  static const char *const paths[] = { "type", NULL };
  g_autoptr (ShipAgentEvent) event = NULL;
  ShipAgentStatus status = SHIP_AGENT_STATUS_IDLE;

  if (object != NULL)
    {
      if (!require_strings (object, paths, error))
        return NULL;
      if (!ship_opencode_status_parse (get_string (object, "type"), &status))
        {
          ship_opencode_protocol_error (
            error,
            g_error_new_literal (SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE, "status.type"));
          return NULL;
        }
    }

  event = new_event (SHIP_AGENT_EVENT_STATUS, "session.status", session_id);
  event->status = status;
  if (status == SHIP_AGENT_STATUS_RETRY)
    {
      event->attempt = (int) CLAMP (ship_json_get_int (object, "attempt", 1), 0, G_MAXINT);
      event->next_ms = ship_json_get_int (object, "next", 0);
      event->text = g_strdup (ship_json_get_string (object, "message", ""));
    }

  return g_steal_pointer (&event);
}

/* The functions of the table: properties of an event. */

static ShipAgentEvent *
read_status (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "sessionID", NULL };
  JsonObject              *status = require_object (properties, "status", error);

  if (status == NULL || !require_strings (properties, paths, error))
    return NULL;

  return ship_opencode_event_new_status (get_string (properties, "sessionID"), status, error);
}

static ShipAgentEvent *
read_message (JsonObject *properties, GError **error)
{
  JsonObject *info = require_object (properties, "info", error);
  const char *session_id = get_string (properties, "sessionID");

  if (info == NULL)
    return NULL;
  if (session_id == NULL)
    session_id = get_string (info, "sessionID");

  return ship_opencode_event_new_message (session_id, info, error);
}

static ShipAgentEvent *
read_part (JsonObject *properties, GError **error)
{
  JsonObject *part = require_object (properties, "part", error);
  const char *session_id = get_string (properties, "sessionID");

  if (part == NULL)
    return NULL;
  if (session_id == NULL)
    session_id = get_string (part, "sessionID");

  return ship_opencode_event_new_part (session_id, part, error);
}

static ShipAgentEvent *
read_part_delta (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "sessionID", "messageID", "partID", "field", "delta", NULL };
  ShipAgentEvent          *event;

  if (!require_strings (properties, paths, error))
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_PART_DELTA,
                     "message.part.delta",
                     get_string (properties, "sessionID"));
  event->message_id = g_strdup (get_string (properties, "messageID"));
  event->part_id = g_strdup (get_string (properties, "partID"));
  event->field = g_strdup (get_string (properties, "field"));
  event->text = g_strdup (get_string (properties, "delta"));

  return event;
}

static ShipAgentEvent *
read_part_removed (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "sessionID", "messageID", "partID", NULL };
  ShipAgentEvent          *event;

  if (!require_strings (properties, paths, error))
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_PART_REMOVED,
                     "message.part.removed",
                     get_string (properties, "sessionID"));
  event->message_id = g_strdup (get_string (properties, "messageID"));
  event->part_id = g_strdup (get_string (properties, "partID"));

  return event;
}

static ShipAgentEvent *
read_todos (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "sessionID", NULL };
  GError                  *cause = NULL;
  JsonArray               *todos;

  if (!require_strings (properties, paths, error))
    return NULL;
  todos = ship_json_require_array (properties, "todos", &cause);
  if (todos == NULL)
    {
      ship_opencode_protocol_error (error, cause);
      return NULL;
    }

  return ship_opencode_event_new_todos (get_string (properties, "sessionID"), todos);
}

static ShipAgentEvent *
read_request_closed (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "sessionID", "requestID", NULL };
  ShipAgentEvent          *event;

  if (!require_strings (properties, paths, error))
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_REQUEST_CLOSED, NULL, get_string (properties, "sessionID"));
  event->request_id = g_strdup (get_string (properties, "requestID"));

  return event;
}

static ShipAgentEvent *
read_file_edited (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "file", NULL };
  ShipAgentEvent          *event;

  if (!require_strings (properties, paths, error))
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_FILE_EDITED, "file.edited", NULL);
  event->text = g_strdup (get_string (properties, "file"));

  return event;
}

/* Until it has thought of a title OpenCode makes one of the time. */
static gboolean
is_placeholder (const char *title)
{
  return g_str_has_prefix (title, "New session - ") || g_str_has_prefix (title, "Child session - ");
}

static ShipAgentEvent *
read_session (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "info.id", NULL };
  const char              *title = ship_json_get_string (properties, "info.title", "");
  ShipAgentEvent          *event;

  if (!require_strings (properties, paths, error))
    return NULL;

  event = new_event (SHIP_AGENT_EVENT_SESSION, NULL, get_string (properties, "info.id"));
  event->parent_id = g_strdup (get_string (properties, "info.parentID"));
  event->text = g_strdup (is_placeholder (title) ? "" : title);

  return event;
}

/* An error of no session is one of the agent itself; one that says nothing is still an error. */
static ShipAgentEvent *
read_session_error (JsonObject *properties, GError **error)
{
  g_autoptr (JsonObject) empty = json_object_new ();
  JsonObject     *fault = ship_json_get_object (properties, "error");
  ShipAgentEvent *event = new_event (SHIP_AGENT_EVENT_SESSION_ERROR,
                                     "session.error",
                                     get_string (properties, "sessionID"));

  event->fault = ship_opencode_fault_parse (fault != NULL ? fault : empty);

  return event;
}

static ShipAgentEvent *
read_compacted (JsonObject *properties, GError **error)
{
  static const char *const paths[] = { "sessionID", NULL };

  return require_strings (properties, paths, error)
           ? new_event (SHIP_AGENT_EVENT_COMPACTED,
                        "session.compacted",
                        get_string (properties, "sessionID"))
           : NULL;
}

/* All kinds of 1.18.33's openapi.json but those of its second API ("session.next.…", "….v2.…"),
 * which we do not use: should one come, it is shown as unknown. "session.idle" only repeats the
 * status before it. */
/* clang-format off */
static const EventKind event_kinds[] = {
  { "session.status",                  read_status },
  { "message.updated",                 read_message },
  { "message.part.updated",            read_part },
  { "message.part.delta",              read_part_delta },
  { "message.part.removed",            read_part_removed },
  { "todo.updated",                    read_todos },
  { "permission.asked",                ship_opencode_event_new_permission },
  { "permission.replied",              read_request_closed },
  { "question.asked",                  ship_opencode_event_new_question },
  { "question.replied",                read_request_closed },
  { "question.rejected",               read_request_closed },
  { "file.edited",                     read_file_edited },
  { "session.created",                 read_session },
  { "session.updated",                 read_session },
  { "session.error",                   read_session_error },
  { "session.compacted",               read_compacted },

  { SHIP_OPENCODE_EVENT_CONNECTED,     NULL },
  { "server.heartbeat",                NULL },
  { "server.instance.disposed",        NULL },
  { "global.disposed",                 NULL },
  { "session.idle",                    NULL },
  { "session.deleted",                 NULL },
  { "session.diff",                    NULL },
  { "message.removed",                 NULL },
  { "file.watcher.updated",            NULL },
  { "command.executed",                NULL },
  { "catalog.updated",                 NULL },
  { "installation.updated",            NULL },
  { "installation.update-available",   NULL },
  { "integration.updated",             NULL },
  { "integration.connection.updated",  NULL },
  { "lsp.updated",                     NULL },
  { "lsp.client.diagnostics",          NULL },
  { "mcp.tools.changed",               NULL },
  { "mcp.browser.open.failed",         NULL },
  { "models-dev.refreshed",            NULL },
  { "plugin.added",                    NULL },
  { "project.updated",                 NULL },
  { "project.directories.updated",     NULL },
  { "pty.created",                     NULL },
  { "pty.updated",                     NULL },
  { "pty.exited",                      NULL },
  { "pty.deleted",                     NULL },
  { "reference.updated",               NULL },
  { "tui.command.execute",             NULL },
  { "tui.prompt.append",               NULL },
  { "tui.session.select",              NULL },
  { "tui.toast.show",                  NULL },
  { "vcs.branch.updated",              NULL },
  { "workspace.failed",                NULL },
  { "workspace.ready",                 NULL },
  { "workspace.status",                NULL },
  { "worktree.failed",                 NULL },
  { "worktree.ready",                  NULL },
};
/* clang-format on */

static const EventKind *
find_kind (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (event_kinds); i++)
    if (strcmp (event_kinds[i].name, name) == 0)
      return &event_kinds[i];

  return NULL;
}

ShipAgentEvent *
ship_opencode_event_new_unknown (const char *name, const char *session_id, JsonNode *raw)
{
  ShipAgentEvent *event = new_event (SHIP_AGENT_EVENT_UNKNOWN, name, session_id);

  event->raw = ship_json_node_to_text (raw);

  return event;
}

static ShipAgentEvent *
read_event (JsonNode *node, GError **error)
{
  JsonObject              *object = json_node_get_object (node);
  static const char *const paths[] = { "type", NULL };
  const char              *name;
  const EventKind         *kind;
  JsonObject              *properties;
  ShipAgentEvent          *event = NULL;

  if (!require_strings (object, paths, error))
    return NULL;

  name = get_string (object, "type");
  kind = find_kind (name);
  if (kind != NULL && kind->func == NULL)
    return ship_agent_event_new (SHIP_AGENT_EVENT_IGNORED, name);

  properties = ship_json_get_object (object, "properties");
  if (kind != NULL && properties != NULL)
    event = kind->func (properties, NULL);
  if (event == NULL)
    return ship_opencode_event_new_unknown (name,
                                            get_string (object, "properties.sessionID"),
                                            node);

  g_free (event->name);
  event->name = g_strdup (name);

  return event;
}

ShipAgentEvent *
ship_opencode_event_parse (const char *text, gssize length, GError **error)
{
  g_autoptr (JsonNode) node = ship_opencode_json_parse (text, length, error);

  if (node == NULL)
    return NULL;
  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      ship_opencode_protocol_error (
        error,
        g_error_new_literal (SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE, "not an object"));
      return NULL;
    }

  return read_event (node, error);
}
