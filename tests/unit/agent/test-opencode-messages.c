/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "agent/opencode/ship-opencode-faults.h"
#include "agent/opencode/ship-opencode-messages.h"
#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

/* Messages, parts, requests and errors of OpenCode, read from JSON. */

static JsonObject *
object_from (const char *text)
{
  g_autoptr (GError) error = NULL;
  JsonObject *object = ship_json_parse_object (text, -1, &error);

  g_assert_no_error (error);

  return object;
}

static ShipAgentPart *
parse_part (const char *rest)
{
  g_autofree char *text = g_strdup_printf ("{\"id\":\"prt_1\",\"messageID\":\"msg_1\",%s}", rest);
  g_autoptr (JsonObject) object = object_from (text);
  g_autoptr (GError) error = NULL;
  ShipAgentPart *part = ship_opencode_part_parse (object, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (part->id, ==, "prt_1");
  g_assert_cmpstr (part->message_id, ==, "msg_1");

  return part;
}

static void
test_part_kinds (void)
{
  static const struct
  {
    const char       *type;
    ShipAgentPartKind kind;
  } table[] = {
    { "text", SHIP_AGENT_PART_TEXT },
    { "reasoning", SHIP_AGENT_PART_REASONING },
    { "file", SHIP_AGENT_PART_FILE },
    { "step-start", SHIP_AGENT_PART_STEP_START },
    { "step-finish", SHIP_AGENT_PART_STEP_FINISH },
    { "compaction", SHIP_AGENT_PART_COMPACTION },
    { "subtask", SHIP_AGENT_PART_SUBTASK },
    { "patch", SHIP_AGENT_PART_OTHER },
    { "agent", SHIP_AGENT_PART_OTHER },
    { "retry", SHIP_AGENT_PART_OTHER },
    { "snapshot", SHIP_AGENT_PART_OTHER },
    { "texts", SHIP_AGENT_PART_OTHER },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *rest = g_strdup_printf ("\"type\":\"%s\"", table[i].type);
      g_autoptr (ShipAgentPart) part = parse_part (rest);

      g_assert_cmpint (part->kind, ==, table[i].kind);
      g_assert_cmpstr (part->type_name, ==, table[i].type);
      g_assert_cmpstr (part->text, ==, "");
      g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_NONE);
      g_assert_cmpint (part->exit_code, ==, -1);
      g_assert_true (part->is_ended);
    }
}

static void
test_text (void)
{
  g_autoptr (ShipAgentPart) user = parse_part ("\"type\":\"text\",\"text\":\"Do it\"");
  g_autoptr (ShipAgentPart) open =
    parse_part ("\"type\":\"reasoning\",\"text\":\"Hm\",\"time\":{\"start\":7}");
  g_autoptr (ShipAgentPart) ended = parse_part (
    "\"type\":\"text\",\"text\":\"Done\",\"synthetic\":true,\"time\":{\"start\":7,\"end\":9}");

  g_assert_true (user->is_ended);
  g_assert_cmpstr (user->text, ==, "Do it");
  g_assert_false (open->is_ended);
  g_assert_cmpint (open->started_ms, ==, 7);
  g_assert_true (ended->is_ended);
  g_assert_true (ended->is_synthetic);
  g_assert_cmpint (ended->ended_ms, ==, 9);
}

static void
test_tool_running (void)
{
  g_autoptr (ShipAgentPart) part = parse_part (
    "\"type\":\"tool\",\"tool\":\"bash\",\"state\":{\"status\":\"running\",\"input\":{\"command\":"
    "\"ls\"},\"title\":\"Lists\",\"metadata\":{\"output\":\"a\\u0000b\",\"description\":\"d\"},"
    "\"time\":{\"start\":5}}");

  g_assert_cmpint (part->kind, ==, SHIP_AGENT_PART_TOOL);
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_RUNNING);
  g_assert_false (part->is_ended);
  g_assert_cmpstr (part->tool, ==, "bash");
  g_assert_cmpstr (part->title, ==, "Lists");
  g_assert_cmpstr (part->input, ==, "{\"command\":\"ls\"}");
  g_assert_cmpstr (part->output, ==, "a\uFFFDb");
  /* The output is not kept twice. */
  g_assert_cmpstr (part->metadata, ==, "{\"description\":\"d\"}");
  g_assert_cmpint (part->started_ms, ==, 5);
  g_assert_cmpint (part->exit_code, ==, -1);
}

static void
test_tool_ended (void)
{
  g_autoptr (ShipAgentPart) pending =
    parse_part ("\"type\":\"tool\",\"tool\":\"read\",\"state\":{\"status\":\"pending\",\"input\":{}"
                ",\"raw\":\"\"}");
  g_autoptr (ShipAgentPart) completed =
    parse_part ("\"type\":\"tool\",\"tool\":\"bash\",\"state\":{\"status\":\"completed\",\"input\":"
                "{},\"output\":"
                "\"out\",\"title\":\"\",\"metadata\":{\"output\":\"tail\",\"exit\":3},\"time\":{"
                "\"start\":5,\"end\":8}}");
  g_autoptr (ShipAgentPart) failed = parse_part (
    "\"type\":\"tool\",\"tool\":\"read\",\"state\":{\"status\":\"error\",\"input\":{},\"error\":"
    "\"File not found\",\"time\":{\"start\":5,\"end\":8}}");
  g_autoptr (ShipAgentPart) task = parse_part ("\"type\":\"tool\",\"tool\":\"task\",\"state\":{"
                                               "\"status\":\"running\",\"input\":{},\"metadata\":"
                                               "{\"sessionId\":\"ses_2\",\"exit\":4096}}");
  g_autoptr (ShipAgentPart) future =
    parse_part ("\"type\":\"tool\",\"tool\":\"read\",\"state\":{\"status\":\"paused\"}");

  g_assert_cmpint (pending->tool_status, ==, SHIP_AGENT_TOOL_PENDING);
  g_assert_null (pending->output);
  g_assert_cmpint (completed->tool_status, ==, SHIP_AGENT_TOOL_COMPLETED);
  g_assert_true (completed->is_ended);
  g_assert_cmpstr (completed->output, ==, "out");
  g_assert_cmpint (completed->exit_code, ==, 3);
  g_assert_cmpint (completed->ended_ms, ==, 8);
  g_assert_cmpint (failed->tool_status, ==, SHIP_AGENT_TOOL_ERROR);
  g_assert_true (failed->is_ended);
  g_assert_cmpstr (failed->output, ==, "File not found");
  g_assert_cmpstr (task->child_session_id, ==, "ses_2");
  g_assert_cmpint (task->exit_code, ==, -1);
  g_assert_cmpint (future->tool_status, ==, SHIP_AGENT_TOOL_RUNNING);
  g_assert_false (future->is_ended);
}

static void
test_other_parts (void)
{
  g_autoptr (ShipAgentPart) step =
    parse_part ("\"type\":\"step-finish\",\"reason\":\"stop\",\"cost\":0.00011,\"tokens\":{"
                "\"input\":100,\"output\":5,"
                "\"reasoning\":2,\"cache\":{\"read\":7,\"write\":9}}");
  g_autoptr (ShipAgentPart) file = parse_part ("\"type\":\"file\",\"filename\":\"a.txt\"");
  g_autoptr (ShipAgentPart) subtask = parse_part ("\"type\":\"subtask\",\"description\":\"Sub\"");

  g_assert_cmpint (step->usage.input, ==, 100);
  g_assert_cmpint (step->usage.output, ==, 5);
  g_assert_cmpint (step->usage.reasoning, ==, 2);
  g_assert_cmpint (step->usage.cache_read, ==, 7);
  g_assert_cmpint (step->usage.cache_write, ==, 9);
  g_assert_cmpfloat_with_epsilon (step->usage.reported_cost, 0.00011, 1e-12);
  g_assert_cmpint (file->usage.input, ==, -1);
  g_assert_cmpstr (file->title, ==, "a.txt");
  g_assert_cmpstr (subtask->title, ==, "Sub");
}

static void
test_bad_parts (void)
{
  static const char *const texts[] = {
    "{}",
    "{\"id\":\"p\"}",
    "{\"id\":\"p\",\"messageID\":\"m\"}",
    "{\"id\":\"p\",\"messageID\":\"m\",\"type\":5}",
    "{\"id\":\"p\",\"messageID\":\"m\",\"type\":\"tool\"}",
    "{\"id\":\"p\",\"messageID\":\"m\",\"type\":\"tool\",\"tool\":\"x\",\"state\":[]}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (JsonObject) object = object_from (texts[i]);
      g_autoptr (GError) error = NULL;

      g_assert_null (ship_opencode_part_parse (object, &error));
      g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);
    }
}

static ShipAgentMessage *
parse_message (const char *text)
{
  g_autoptr (JsonObject) object = object_from (text);
  g_autoptr (GError) error = NULL;
  ShipAgentMessage *message = ship_opencode_message_parse (object, &error);

  g_assert_no_error (error);

  return message;
}

static void
test_messages (void)
{
  g_autoptr (ShipAgentMessage) user = parse_message (
    "{\"id\":\"msg_1\",\"role\":\"user\",\"agent\":\"plan\",\"model\":{\"providerID\":\"p\","
    "\"modelID\":\"m\"},\"summary\":{\"diffs\":[]},\"time\":{\"created\":5}}");
  g_autoptr (ShipAgentMessage) assistant = parse_message (
    "{\"id\":\"msg_2\",\"parentID\":\"msg_1\",\"role\":\"assistant\",\"agent\":\"build\",\"mode\":"
    "\"build\",\"providerID\":\"p\",\"modelID\":\"m\",\"cost\":1.5,\"tokens\":{\"input\":1,"
    "\"output\":2,"
    "\"reasoning\":3,\"cache\":{\"read\":4,\"write\":5}},\"time\":{\"created\":6,\"completed\":7},"
    "\"finish\":\"stop\",\"summary\":true,\"error\":{\"name\":\"MessageAbortedError\",\"data\":{}}"
    "}");

  g_assert_true (user->is_user);
  g_assert_cmpstr (user->mode, ==, "plan");
  g_assert_cmpstr (user->provider, ==, "p");
  g_assert_cmpstr (user->model, ==, "m");
  g_assert_false (user->is_summary);
  g_assert_cmpint (user->usage.input, ==, -1);
  g_assert_null (user->fault);

  g_assert_false (assistant->is_user);
  g_assert_cmpstr (assistant->parent_id, ==, "msg_1");
  g_assert_cmpstr (assistant->provider, ==, "p");
  g_assert_cmpint (assistant->created_ms, ==, 6);
  g_assert_cmpint (assistant->completed_ms, ==, 7);
  g_assert_cmpstr (assistant->finish, ==, "stop");
  g_assert_true (assistant->is_summary);
  g_assert_cmpint (assistant->usage.cache_write, ==, 5);
  g_assert_cmpfloat (assistant->usage.reported_cost, ==, 1.5);
  g_assert_cmpint (assistant->fault->error_class, ==, SHIP_ERROR_CLASS_CANCELLED);
}

static void
test_bad_message (void)
{
  g_autoptr (JsonObject) object = object_from ("{\"id\":\"msg_1\"}");
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_opencode_message_parse (object, &error));
  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);
  g_assert_nonnull (strstr (error->message, "role"));
}

static void
test_todos (void)
{
  g_autoptr (JsonObject) object = object_from (
    "{\"todos\":[{\"content\":\"a\",\"status\":\"cancelled\"},5,{},{\"content\":\"b\"}]}");
  g_autoptr (GPtrArray) todos =
    ship_opencode_todos_parse (json_object_get_array_member (object, "todos"));
  ShipAgentTodo *first = todos->pdata[0];
  ShipAgentTodo *second = todos->pdata[1];

  g_assert_cmpuint (todos->len, ==, 2);
  g_assert_cmpstr (first->status, ==, "cancelled");
  g_assert_null (first->priority);
  g_assert_cmpstr (second->content, ==, "b");
  g_assert_cmpstr (second->status, ==, "pending");
}

static void
test_request_titles (void)
{
  static const struct
  {
    const char *rest;
    const char *title;
  } table[] = {
    { "\"permission\":\"bash\",\"patterns\":[\"ls\"],\"metadata\":{\"command\":\"ls -l\"}",
      "ls -l" },
    { "\"permission\":\"edit\",\"patterns\":[\"a\"],\"metadata\":{\"filepath\":\"/a\"}", "/a" },
    { "\"permission\":\"webfetch\",\"metadata\":{\"url\":\"https://example.org\"}",
      "https://example.org" },
    { "\"permission\":\"read\",\"patterns\":[\".env\"]", ".env" },
    { "\"permission\":\"doom_loop\",\"patterns\":[5]", "doom_loop" },
    { "\"patterns\":[]", "unknown" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *text =
        g_strdup_printf ("{\"id\":\"per_1\",\"sessionID\":\"ses_1\",%s}", table[i].rest);
      g_autoptr (JsonObject) object = object_from (text);
      g_autoptr (ShipAgentRequest) request = ship_opencode_permission_parse (object, NULL);

      g_assert_cmpstr (request->title, ==, table[i].title);
      g_assert_cmpstr (request->details, ==, text);
      g_assert_null (request->tool_part_message_id);
    }
}

static void
test_faults (void)
{
  static const struct
  {
    const char    *name;
    const char    *data;
    ShipErrorClass error_class;
    int            status;
  } table[] = {
    { "APIError", "\"statusCode\":400", SHIP_ERROR_CLASS_PERSISTENT, 400 },
    { "APIError", "\"statusCode\":401", SHIP_ERROR_CLASS_SIGN_IN, 401 },
    { "APIError", "\"statusCode\":402", SHIP_ERROR_CLASS_USER, 402 },
    { "APIError", "\"statusCode\":403", SHIP_ERROR_CLASS_USER, 403 },
    { "APIError", "\"statusCode\":404", SHIP_ERROR_CLASS_PERSISTENT, 404 },
    { "APIError", "\"statusCode\":408", SHIP_ERROR_CLASS_RETRY, 408 },
    { "APIError", "\"statusCode\":413", SHIP_ERROR_CLASS_PERSISTENT, 413 },
    { "APIError", "\"statusCode\":429", SHIP_ERROR_CLASS_RETRY, 429 },
    { "APIError",
      "\"statusCode\":429,\"responseHeaders\":{\"retry-after\":\"3\"}",
      SHIP_ERROR_CLASS_RETRY_AFTER,
      429 },
    { "APIError", "\"statusCode\":500", SHIP_ERROR_CLASS_RETRY, 500 },
    { "APIError", "\"statusCode\":529", SHIP_ERROR_CLASS_RETRY, 529 },
    { "APIError", "\"isRetryable\":true", SHIP_ERROR_CLASS_RETRY, 0 },
    { "APIError", "\"isRetryable\":false", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "APIError", "\"statusCode\":1e300", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "APIError", "\"statusCode\":\"429\"", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "ProviderAuthError", "\"providerID\":\"p\"", SHIP_ERROR_CLASS_SIGN_IN, 0 },
    { "ContextOverflowError", "\"responseBody\":\"429\"", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "MessageAbortedError", "\"x\":1", SHIP_ERROR_CLASS_CANCELLED, 0 },
    { "MessageOutputLengthError", "\"x\":1", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "StructuredOutputError", "\"retries\":2", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "ContentFilterError", "\"x\":1", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "UnknownError", "\"ref\":\"err_1\"", SHIP_ERROR_CLASS_PERSISTENT, 0 },
    { "NeverHeardOf", "\"x\":1", SHIP_ERROR_CLASS_PERSISTENT, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      /* Words that say something else than the type and the status do. */
      g_autofree char *text =
        g_strdup_printf ("{\"name\":\"%s\",\"data\":{\"message\":\"rate limit 401 KEY-42\",%s}}",
                         table[i].name,
                         table[i].data);
      g_autoptr (JsonObject) object = object_from (text);
      g_autoptr (ShipAgentFault) fault = ship_opencode_fault_parse (object);

      g_assert_cmpstr (fault->name, ==, table[i].name);
      g_assert_cmpint (fault->error_class, ==, table[i].error_class);
      g_assert_cmpint (fault->status_code, ==, table[i].status);
      g_assert_cmpstr (fault->text, !=, "");
      /* What a provider says about a key may quote it. */
      if (fault->error_class == SHIP_ERROR_CLASS_SIGN_IN)
        g_assert_null (strstr (fault->text, "KEY-42"));
    }
}

static void
test_fault_texts (void)
{
  g_autofree char *words = g_strnfill (5000, 'a');
  g_autofree char *text =
    g_strdup_printf ("{\"name\":\"APIError\",\"data\":{\"message\":\"  two\\nlines %s\"}}", words);
  g_autoptr (JsonObject) object = object_from (text);
  g_autoptr (ShipAgentFault) fault = ship_opencode_fault_parse (object);
  g_autoptr (JsonObject) silent = object_from ("{\"name\":5,\"data\":[]}");
  g_autoptr (ShipAgentFault) unknown = ship_opencode_fault_parse (silent);

  g_assert_true (g_str_has_prefix (fault->text, "two lines aaa"));
  g_assert_cmpint (g_utf8_strlen (fault->text, -1), <=, 400);
  g_assert_cmpstr (unknown->name, ==, "UnknownError");
  g_assert_cmpstr (unknown->text, !=, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/opencode-messages/part-kinds", test_part_kinds);
  g_test_add_func ("/opencode-messages/text", test_text);
  g_test_add_func ("/opencode-messages/tool-running", test_tool_running);
  g_test_add_func ("/opencode-messages/tool-ended", test_tool_ended);
  g_test_add_func ("/opencode-messages/other-parts", test_other_parts);
  g_test_add_func ("/opencode-messages/bad-parts", test_bad_parts);
  g_test_add_func ("/opencode-messages/messages", test_messages);
  g_test_add_func ("/opencode-messages/bad-message", test_bad_message);
  g_test_add_func ("/opencode-messages/todos", test_todos);
  g_test_add_func ("/opencode-messages/request-titles", test_request_titles);
  g_test_add_func ("/opencode-messages/faults", test_faults);
  g_test_add_func ("/opencode-messages/fault-texts", test_fault_texts);

  return g_test_run ();
}
