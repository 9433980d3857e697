/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "agent/opencode/ship-opencode-messages.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "agent/opencode/ship-opencode-faults.h"
#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

/*
 * Messages, parts, requests and to-dos of OpenCode 1.18.33 (openapi.json) as values of ours. No
 * I/O, no state, any thread.
 */

typedef struct
{
  const char *word;
  int         value;
} Word;

/* clang-format off */
static const Word part_kinds[] = {
  { "text",        SHIP_AGENT_PART_TEXT },
  { "reasoning",   SHIP_AGENT_PART_REASONING },
  { "tool",        SHIP_AGENT_PART_TOOL },
  { "file",        SHIP_AGENT_PART_FILE },
  { "step-start",  SHIP_AGENT_PART_STEP_START },
  { "step-finish", SHIP_AGENT_PART_STEP_FINISH },
  { "compaction",  SHIP_AGENT_PART_COMPACTION },
  { "subtask",     SHIP_AGENT_PART_SUBTASK },
};

static const Word tool_statuses[] = {
  { "pending",   SHIP_AGENT_TOOL_PENDING },
  { "running",   SHIP_AGENT_TOOL_RUNNING },
  { "completed", SHIP_AGENT_TOOL_COMPLETED },
  { "error",     SHIP_AGENT_TOOL_ERROR },
};

static const Word statuses[] = {
  { "idle",  SHIP_AGENT_STATUS_IDLE },
  { "busy",  SHIP_AGENT_STATUS_BUSY },
  { "retry", SHIP_AGENT_STATUS_RETRY },
};
/* clang-format on */

static int
find_word (const Word *words, gsize n_words, const char *word, int fallback)
{
  for (gsize i = 0; i < n_words; i++)
    if (strcmp (words[i].word, word) == 0)
      return words[i].value;

  return fallback;
}

gboolean
ship_opencode_status_parse (const char *word, ShipAgentStatus *status)
{
  int value = find_word (statuses, G_N_ELEMENTS (statuses), word, -1);

  if (value < 0)
    return FALSE;
  *status = (ShipAgentStatus) value;

  return TRUE;
}

gboolean
ship_opencode_protocol_error (GError **error, GError *cause)
{
  g_set_error (error,
               SHIP_AGENT_ERROR,
               SHIP_AGENT_ERROR_PROTOCOL,
               /* TRANSLATORS: %s is a technical detail. */
               _ ("The agent sent something unexpected: %s"),
               cause->message);
  g_error_free (cause);

  return FALSE;
}

JsonNode *
ship_opencode_json_parse (const char *text, gssize length, GError **error)
{
  GError   *cause = NULL;
  JsonNode *node = ship_json_parse (text, length, &cause);

  if (node == NULL)
    ship_opencode_protocol_error (error, cause);

  return node;
}

static char *
dup_string (JsonObject *object, const char *path)
{
  return g_strdup (ship_json_get_string (object, path, NULL));
}

static char *
dup_object (JsonObject *object, const char *member)
{
  JsonObject *value = ship_json_get_object (object, member);

  return value != NULL ? ship_json_object_to_text (value) : NULL;
}

static void
parse_usage (JsonObject *object, ShipUsage *usage)
{
  usage->input = ship_json_get_int (object, "tokens.input", -1);
  usage->output = ship_json_get_int (object, "tokens.output", -1);
  usage->reasoning = ship_json_get_int (object, "tokens.reasoning", -1);
  usage->cache_read = ship_json_get_int (object, "tokens.cache.read", -1);
  usage->cache_write = ship_json_get_int (object, "tokens.cache.write", -1);
  usage->reported_cost = ship_json_get_double (object, "cost", -1.0);
}

static void
init_usage (ShipUsage *usage)
{
  *usage = (ShipUsage) SHIP_USAGE_INIT;
}

/* A user's message names its model in an object and its mode "agent"; an assistant's has them flat.
 */
ShipAgentMessage *
ship_opencode_message_parse (JsonObject *info, GError **error)
{
  g_autoptr (ShipAgentMessage) message = g_new0 (ShipAgentMessage, 1);
  GError     *cause = NULL;
  const char *id = ship_json_require_string (info, "id", &cause);
  const char *role = id != NULL ? ship_json_require_string (info, "role", &cause) : NULL;
  JsonObject *fault = ship_json_get_object (info, "error");

  init_usage (&message->usage);
  if (role == NULL)
    {
      ship_opencode_protocol_error (error, cause);
      return NULL;
    }

  message->id = g_strdup (id);
  message->is_user = strcmp (role, "user") == 0;
  message->parent_id = dup_string (info, "parentID");
  message->provider = dup_string (info, message->is_user ? "model.providerID" : "providerID");
  message->model = dup_string (info, message->is_user ? "model.modelID" : "modelID");
  message->mode = dup_string (info, "agent");
  message->created_ms = ship_json_get_int (info, "time.created", 0);
  message->completed_ms = ship_json_get_int (info, "time.completed", 0);
  message->finish = dup_string (info, "finish");
  message->is_summary = ship_json_get_boolean (info, "summary", FALSE);
  if (!message->is_user)
    parse_usage (info, &message->usage);
  if (fault != NULL)
    message->fault = ship_opencode_fault_parse (fault);

  return g_steal_pointer (&message);
}

/* The metadata without the output, which a part holds already and a command repeats with every
 * line. */
static char *
dup_metadata (JsonObject *state)
{
  JsonObject *metadata = ship_json_get_object (state, "metadata");
  g_autoptr (JsonObject) rest = NULL;
  g_autoptr (GList) names = NULL;

  if (metadata == NULL)
    return NULL;

  rest = json_object_new ();
  names = json_object_get_members (metadata);
  for (GList *l = names; l != NULL; l = l->next)
    if (strcmp (l->data, "output") != 0)
      json_object_set_member (rest, l->data, json_object_dup_member (metadata, l->data));

  return ship_json_object_to_text (rest);
}

static const char *
get_output (JsonObject *state, ShipAgentToolStatus status)
{
  switch (status)
    {
    case SHIP_AGENT_TOOL_RUNNING:
      return ship_json_get_string (state, "metadata.output", NULL);
    case SHIP_AGENT_TOOL_COMPLETED:
      return ship_json_get_string (state, "output", NULL);
    case SHIP_AGENT_TOOL_ERROR:
    case SHIP_AGENT_TOOL_INTERRUPTED:
      return ship_json_get_string (state, "error", NULL);
    case SHIP_AGENT_TOOL_NONE:
    case SHIP_AGENT_TOOL_PENDING:
      break;
    }

  return NULL;
}

static gboolean
parse_tool (ShipAgentPart *part, JsonObject *object, GError **error)
{
  GError     *cause = NULL;
  const char *tool = ship_json_require_string (object, "tool", &cause);
  const char *status =
    tool != NULL ? ship_json_require_string (object, "state.status", &cause) : NULL;
  JsonObject *state = ship_json_get_object (object, "state");
  gint64      exit_code;

  if (status == NULL)
    return ship_opencode_protocol_error (error, cause);

  part->tool = g_strdup (tool);
  /* A status that is new to us is no end: it is shown as still running. */
  part->tool_status = (ShipAgentToolStatus)
    find_word (tool_statuses, G_N_ELEMENTS (tool_statuses), status, SHIP_AGENT_TOOL_RUNNING);
  part->is_ended =
    part->tool_status == SHIP_AGENT_TOOL_COMPLETED || part->tool_status == SHIP_AGENT_TOOL_ERROR;
  part->title = dup_string (state, "title");
  part->input = dup_object (state, "input");
  part->output = g_strdup (get_output (state, part->tool_status));
  part->metadata = dup_metadata (state);
  part->child_session_id = dup_string (state, "metadata.sessionId");
  part->started_ms = ship_json_get_int (state, "time.start", 0);
  part->ended_ms = ship_json_get_int (state, "time.end", 0);
  exit_code = ship_json_get_int (state, "metadata.exit", -1);
  part->exit_code = exit_code >= 0 && exit_code <= 255 ? (int) exit_code : -1;

  return TRUE;
}

/* The text of a user's message comes whole and has no time; what streams has an end once it is
 * whole. */
static void
parse_text (ShipAgentPart *part, JsonObject *object)
{
  g_free (part->text);
  part->text = g_strdup (ship_json_get_string (object, "text", ""));
  part->is_synthetic = ship_json_get_boolean (object, "synthetic", FALSE);
  part->started_ms = ship_json_get_int (object, "time.start", 0);
  part->ended_ms = ship_json_get_int (object, "time.end", 0);
  part->is_ended = !ship_json_has (object, "time") || part->ended_ms > 0;
}

static gboolean
parse_kind (ShipAgentPart *part, JsonObject *object, GError **error)
{
  switch (part->kind)
    {
    case SHIP_AGENT_PART_TEXT:
    case SHIP_AGENT_PART_REASONING:
      parse_text (part, object);
      break;
    case SHIP_AGENT_PART_TOOL:
      return parse_tool (part, object, error);
    case SHIP_AGENT_PART_FILE:
      part->title = dup_string (object, "filename");
      break;
    case SHIP_AGENT_PART_STEP_FINISH:
      parse_usage (object, &part->usage);
      break;
    case SHIP_AGENT_PART_SUBTASK:
      part->title = dup_string (object, "description");
      break;
    case SHIP_AGENT_PART_STEP_START:
    case SHIP_AGENT_PART_COMPACTION:
    case SHIP_AGENT_PART_OTHER:
      break;
    }

  return TRUE;
}

ShipAgentPart *
ship_opencode_part_parse (JsonObject *object, GError **error)
{
  g_autoptr (ShipAgentPart) part = g_new0 (ShipAgentPart, 1);
  GError     *cause = NULL;
  const char *id = ship_json_require_string (object, "id", &cause);
  const char *message_id = NULL;
  const char *type = NULL;

  init_usage (&part->usage);
  if (id != NULL)
    message_id = ship_json_require_string (object, "messageID", &cause);
  if (message_id != NULL)
    type = ship_json_require_string (object, "type", &cause);
  if (type == NULL)
    {
      ship_opencode_protocol_error (error, cause);
      return NULL;
    }

  part->id = g_strdup (id);
  part->message_id = g_strdup (message_id);
  part->type_name = g_strdup (type);
  part->text = g_strdup ("");
  part->exit_code = -1;
  part->is_ended = TRUE;
  part->kind = (ShipAgentPartKind)
    find_word (part_kinds, G_N_ELEMENTS (part_kinds), type, SHIP_AGENT_PART_OTHER);
  if (!parse_kind (part, object, error))
    return NULL;

  return g_steal_pointer (&part);
}

GPtrArray *
ship_opencode_todos_parse (JsonArray *array)
{
  GPtrArray *todos = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_todo_free);

  for (guint i = 0; i < json_array_get_length (array); i++)
    {
      JsonNode      *node = json_array_get_element (array, i);
      JsonObject    *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char    *content = NULL;
      ShipAgentTodo *todo;

      if (object != NULL)
        content = ship_json_get_string (object, "content", NULL);
      if (content == NULL)
        continue;

      todo = g_new0 (ShipAgentTodo, 1);
      todo->content = g_strdup (content);
      todo->status = g_strdup (ship_json_get_string (object, "status", "pending"));
      todo->priority = dup_string (object, "priority");
      g_ptr_array_add (todos, todo);
    }

  return todos;
}

/* Takes the request's id, its session and what it belongs to. */
static ShipAgentRequest *
parse_request (JsonObject *object, GError **error)
{
  ShipAgentRequest *request;
  GError           *cause = NULL;
  const char       *id = ship_json_require_string (object, "id", &cause);

  if (id == NULL || ship_json_require_string (object, "sessionID", &cause) == NULL)
    {
      ship_opencode_protocol_error (error, cause);
      return NULL;
    }

  request = g_new0 (ShipAgentRequest, 1);
  request->id = g_strdup (id);
  request->details = ship_json_object_to_text (object);
  request->tool_part_message_id = dup_string (object, "tool.messageID");

  return request;
}

/* The first element of @array if it is a string. */
static const char *
get_first_string (JsonArray *array)
{
  JsonNode *node;

  if (array == NULL || json_array_get_length (array) == 0)
    return NULL;
  node = json_array_get_element (array, 0);

  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
           ? json_node_get_string (node)
           : NULL;
}

ShipAgentRequest *
ship_opencode_permission_parse (JsonObject *object, GError **error)
{
  static const char *const titles[] = { "metadata.command", "metadata.filepath", "metadata.url" };
  ShipAgentRequest        *request = parse_request (object, error);
  const char              *title = NULL;

  if (request == NULL)
    return NULL;

  request->permission = g_strdup (ship_json_get_string (object, "permission", "unknown"));
  for (gsize i = 0; i < G_N_ELEMENTS (titles) && title == NULL; i++)
    title = ship_json_get_string (object, titles[i], NULL);
  if (title == NULL)
    title = get_first_string (ship_json_get_array (object, "patterns"));
  request->title = g_strdup (title != NULL ? title : request->permission);

  return request;
}

ShipAgentRequest *
ship_opencode_question_parse (JsonObject *object, GError **error)
{
  ShipAgentRequest *request = parse_request (object, error);
  JsonArray        *questions = ship_json_get_array (object, "questions");
  JsonNode         *first = NULL;
  const char       *title = "";

  if (request == NULL)
    return NULL;

  if (questions != NULL && json_array_get_length (questions) > 0)
    first = json_array_get_element (questions, 0);
  if (first != NULL && JSON_NODE_HOLDS_OBJECT (first))
    title = ship_json_get_string (json_node_get_object (first), "question", "");
  request->title = g_strdup (title);

  return request;
}
