/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>

#include "agent/opencode/ship-opencode-events.h"
#include "agent/ship-agent-error.h"
#include "base/ship-json.h"

/*
 * The table of events. tests/data/opencode-events.jsonl holds one captured event of 1.18.33 of each
 * kind, part and tool state, with the kind it should become.
 */

typedef struct
{
  char     *kind; /* (owned): what it should become */
  JsonNode *node; /* (owned) */
  char     *text; /* (owned): of the event */
} Line;

static void
line_free (gpointer data)
{
  Line *line = data;

  g_free (line->kind);
  g_free (line->text);
  json_node_unref (line->node);
  g_free (line);
}

static GPtrArray *
load (void)
{
  GPtrArray       *lines = g_ptr_array_new_with_free_func (line_free);
  g_autofree char *path =
    g_test_build_filename (G_TEST_DIST, "data", "opencode-events.jsonl", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) texts = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  texts = g_strsplit (text, "\n", -1);
  for (gsize i = 0; texts[i] != NULL; i++)
    {
      g_autoptr (JsonNode) root = NULL;
      Line       *line;
      JsonObject *object;

      if (*texts[i] == '\0')
        continue;
      root = json_from_string (texts[i], &error);
      g_assert_no_error (error);
      object = json_node_get_object (root);
      line = g_new0 (Line, 1);
      line->kind = g_strdup (json_object_get_string_member (object, "kind"));
      line->node = json_object_dup_member (object, "event");
      line->text = json_to_string (line->node, FALSE);
      g_ptr_array_add (lines, line);
    }

  return lines;
}

static const char *const kind_names[] = {
  [SHIP_AGENT_EVENT_UNKNOWN] = "unknown",
  [SHIP_AGENT_EVENT_IGNORED] = "ignored",
  [SHIP_AGENT_EVENT_STATUS] = "status",
  [SHIP_AGENT_EVENT_MESSAGE] = "message",
  [SHIP_AGENT_EVENT_PART] = "part",
  [SHIP_AGENT_EVENT_PART_DELTA] = "part-delta",
  [SHIP_AGENT_EVENT_PART_REMOVED] = "part-removed",
  [SHIP_AGENT_EVENT_TODOS] = "todos",
  [SHIP_AGENT_EVENT_PERMISSION] = "permission",
  [SHIP_AGENT_EVENT_QUESTION] = "question",
  [SHIP_AGENT_EVENT_REQUEST_CLOSED] = "request-closed",
  [SHIP_AGENT_EVENT_FILE_EDITED] = "file-edited",
  [SHIP_AGENT_EVENT_SESSION] = "session",
  [SHIP_AGENT_EVENT_SESSION_ERROR] = "session-error",
  [SHIP_AGENT_EVENT_COMPACTED] = "compacted",
};

static ShipAgentEvent *
parse (const char *text)
{
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *event = ship_opencode_event_parse (text, -1, &error);

  g_assert_no_error (error);
  g_assert_nonnull (event);

  return event;
}

static void
test_kinds (void)
{
  g_autoptr (GPtrArray) lines = load ();
  gboolean has_come[G_N_ELEMENTS (kind_names)] = { FALSE };

  for (guint i = 0; i < lines->len; i++)
    {
      Line *line = lines->pdata[i];
      g_autoptr (ShipAgentEvent) event = parse (line->text);

      g_assert_cmpstr (kind_names[event->kind], ==, line->kind);
      g_assert_cmpstr (event->name,
                       ==,
                       json_object_get_string_member (json_node_get_object (line->node), "type"));
      g_assert_true ((event->kind == SHIP_AGENT_EVENT_UNKNOWN) == (event->raw != NULL));
      has_come[event->kind] = TRUE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (has_come); i++)
    if (!has_come[i])
      g_error ("The fixture has no event of the kind %s", kind_names[i]);
}

/* The first event of the fixture for which @path is @value. */
static ShipAgentEvent *
find (const char *type, const char *path, const char *value)
{
  g_autoptr (GPtrArray) lines = load ();

  for (guint i = 0; i < lines->len; i++)
    {
      Line       *line = lines->pdata[i];
      JsonObject *object = json_node_get_object (line->node);

      if (g_strcmp0 (ship_json_get_string (object, "type", NULL), type) == 0 &&
          (path == NULL || g_strcmp0 (ship_json_get_string (object, path, NULL), value) == 0))
        return parse (line->text);
    }
  g_error ("The fixture has no %s with %s", type, value);
}

static void
test_status (void)
{
  g_autoptr (ShipAgentEvent) retry = find ("session.status", "properties.status.type", "retry");
  g_autoptr (ShipAgentEvent) busy = find ("session.status", "properties.status.type", "busy");
  g_autoptr (ShipAgentEvent) idle = find ("session.status", "properties.status.type", "idle");

  g_assert_cmpint (retry->status, ==, SHIP_AGENT_STATUS_RETRY);
  g_assert_cmpint (retry->attempt, ==, 1);
  g_assert_cmpint (retry->next_ms, ==, 1795349038094);
  g_assert_cmpstr (retry->text, ==, "Rate limit reached");
  g_assert_cmpstr (retry->session_id, ==, "ses_dfcdbc4b0ffej5EOcafKwZZGBL");
  g_assert_cmpint (busy->status, ==, SHIP_AGENT_STATUS_BUSY);
  g_assert_cmpint (idle->status, ==, SHIP_AGENT_STATUS_IDLE);
}

static void
test_delta (void)
{
  g_autoptr (ShipAgentEvent) event = find ("message.part.delta", NULL, NULL);

  g_assert_cmpstr (event->part_id, ==, "prt_2032402a3001LORfhBYZdYg95h");
  g_assert_cmpstr (event->message_id, ==, "msg_20323fef6001wQaWORmcgYkVhN");
  g_assert_cmpstr (event->field, ==, "text");
  g_assert_cmpstr (event->text, ==, "I ");
}

static void
test_message (void)
{
  g_autoptr (ShipAgentEvent) event = find ("message.updated", "properties.info.role", "user");
  g_autoptr (ShipAgentEvent) failed =
    find ("message.updated", "properties.info.error.name", "MessageAbortedError");

  g_assert_true (event->message->is_user);
  g_assert_cmpstr (event->message_id, ==, event->message->id);
  g_assert_cmpstr (event->message->model, ==, "fake-1");
  g_assert_false (failed->message->is_user);
  g_assert_cmpstr (failed->message->fault->name, ==, "MessageAbortedError");
  g_assert_cmpint (failed->message->completed_ms, ==, 1795349045054);
}

static void
test_part (void)
{
  g_autoptr (ShipAgentEvent) event = find ("message.part.updated", "properties.part.type", "tool");

  g_assert_cmpstr (event->part_id, ==, event->part->id);
  g_assert_cmpstr (event->message_id, ==, event->part->message_id);
  g_assert_nonnull (event->session_id);
}

static void
test_todos (void)
{
  g_autoptr (ShipAgentEvent) event = find ("todo.updated", NULL, NULL);
  ShipAgentTodo *todo;

  g_assert_cmpuint (event->todos->len, ==, 3);
  todo = event->todos->pdata[0];
  g_assert_cmpstr (todo->content, ==, "Read hello.txt");
  g_assert_cmpstr (todo->status, ==, "in_progress");
  g_assert_cmpstr (todo->priority, ==, "high");
}

static void
test_requests (void)
{
  g_autoptr (ShipAgentEvent) permission = find ("permission.asked", NULL, NULL);
  g_autoptr (ShipAgentEvent) question = find ("question.asked", NULL, NULL);
  g_autoptr (ShipAgentEvent) closed = find ("permission.replied", NULL, NULL);
  g_autoptr (ShipAgentEvent) rejected = find ("question.rejected", NULL, NULL);

  g_assert_cmpstr (permission->request->permission, ==, "bash");
  g_assert_cmpstr (permission->request->title, ==, "pwd; env | sort; git status --short");
  g_assert_cmpstr (permission->request->tool_part_message_id, ==, "msg_2032428e40013n9K070eMcJfr5");
  g_assert_nonnull (strstr (permission->request->details, "\"always\""));
  g_assert_null (question->request->permission);
  g_assert_cmpstr (question->request->title, ==, "Which colour?");
  g_assert_cmpstr (closed->request_id, ==, permission->request_id);
  g_assert_cmpstr (rejected->request_id, ==, "que_1");
}

static void
test_session (void)
{
  g_autoptr (ShipAgentEvent) event = find ("session.created", NULL, NULL);
  g_autoptr (ShipAgentEvent) child =
    parse ("{\"type\":\"session.created\",\"properties\":{\"info\":{\"id\":\"ses_2\",\"parentID\":"
           "\"ses_1\",\"title\":\"Sub\"}}}");
  g_autoptr (ShipAgentEvent) untitled =
    parse ("{\"type\":\"session.updated\",\"properties\":{\"info\":{\"id\":\"ses_1\","
           "\"title\":\"New session - 2026-01-01T00:00:00.000Z\"}}}");
  g_autoptr (ShipAgentEvent) fault = find ("session.error", "properties.error.name", "APIError");
  g_autoptr (ShipAgentEvent) empty = parse ("{\"type\":\"session.error\",\"properties\":{}}");
  g_autoptr (ShipAgentEvent) file = find ("file.edited", NULL, NULL);

  g_assert_cmpstr (event->text, ==, "t");
  g_assert_null (event->parent_id);
  g_assert_cmpstr (untitled->text, ==, "");
  g_assert_cmpstr (child->session_id, ==, "ses_2");
  g_assert_cmpstr (child->parent_id, ==, "ses_1");
  g_assert_cmpint (fault->fault->status_code, ==, 401);
  g_assert_null (empty->session_id);
  g_assert_cmpstr (empty->fault->name, ==, "UnknownError");
  g_assert_cmpstr (file->text, ==, "/home/agent/work/new.txt");
}

/* All names of openapi.json's Event but those of the second API. */
static void
test_no_name_unknown (void)
{
  static const char *const ignored[] = {
    "models-dev.refreshed",
    "integration.updated",
    "integration.connection.updated",
    "catalog.updated",
    "session.deleted",
    "message.removed",
    "session.diff",
    "installation.updated",
    "installation.update-available",
    "reference.updated",
    "plugin.added",
    "project.directories.updated",
    "file.watcher.updated",
    "pty.created",
    "pty.updated",
    "pty.exited",
    "pty.deleted",
    "lsp.updated",
    "tui.prompt.append",
    "tui.command.execute",
    "tui.toast.show",
    "tui.session.select",
    "mcp.tools.changed",
    "mcp.browser.open.failed",
    "command.executed",
    "project.updated",
    "session.idle",
    "vcs.branch.updated",
    "workspace.ready",
    "workspace.failed",
    "workspace.status",
    "worktree.ready",
    "worktree.failed",
    "server.connected",
    "server.heartbeat",
    "global.disposed",
    "server.instance.disposed",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ignored); i++)
    {
      g_autofree char *text = g_strdup_printf ("{\"type\":\"%s\"}", ignored[i]);
      g_autoptr (ShipAgentEvent) event = parse (text);

      g_assert_cmpint (event->kind, ==, SHIP_AGENT_EVENT_IGNORED);
      g_assert_cmpstr (event->name, ==, ignored[i]);
    }
}

/* A name that only looks like a known one is unknown, and all of it is kept. */
static void
test_unknown_kept (void)
{
  static const char *const names[] = {
    "session.statu",         "session.statuses",    "Session.status",
    " session.status",       "permission.v2.asked", "",
    "tool.permission.asked",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text =
        g_strdup_printf ("{\"type\":\"%s\",\"properties\":{\"sessionID\":\"ses_1\",\"x\":[1]}}",
                         names[i]);
      g_autoptr (ShipAgentEvent) event = parse (text);

      g_assert_cmpint (event->kind, ==, SHIP_AGENT_EVENT_UNKNOWN);
      g_assert_cmpstr (event->name, ==, names[i]);
      g_assert_cmpstr (event->session_id, ==, "ses_1");
      g_assert_cmpstr (event->raw, ==, text);
    }
}

static void
test_no_event (void)
{
  g_autoptr (GString) deep = g_string_new ("{\"type\":\"session.status\",\"properties\":");
  const char *texts[] = {
    "",         "null", "5",           "\"session.status\"",
    "[]",       "[{}]", "{}",          "{\"type\":5}",
    "{{",       "{",    "{\"type\":}", "{\"type\":\"a\"} {\"type\":\"b\"}",
    "data: {}", NULL,   NULL,
  };

  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  texts[G_N_ELEMENTS (texts) - 2] = deep->str;

  for (gsize i = 0; texts[i] != NULL; i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (ship_opencode_event_parse (texts[i], -1, &error));
      g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);
    }
}

/* An event of a known name that lacks what it needs is kept like an unknown one. */
static void
test_incomplete (void)
{
  static const char *const texts[] = {
    "{\"type\":\"session.status\"}",
    "{\"type\":\"session.status\",\"properties\":[]}",
    "{\"type\":\"session.status\",\"properties\":{\"sessionID\":\"s\"}}",
    "{\"type\":\"session.status\",\"properties\":{\"status\":{\"type\":\"busy\"}}}",
    "{\"type\":\"session.status\",\"properties\":{\"sessionID\":\"s\",\"status\":{\"type\":"
    "\"sleepy\"}}}",
    "{\"type\":\"message.updated\",\"properties\":{\"info\":{\"id\":\"m\"}}}",
    "{\"type\":\"message.part.updated\",\"properties\":{\"part\":{\"id\":\"p\",\"messageID\":\"m\"}"
    "}}",
    "{\"type\":\"message.part.updated\",\"properties\":{\"part\":{\"id\":\"p\",\"messageID\":\"m\","
    "\"type\":"
    "\"tool\",\"tool\":\"bash\"}}}",
    "{\"type\":\"message.part.delta\",\"properties\":{\"sessionID\":\"s\",\"messageID\":\"m\","
    "\"partID\":\"p\","
    "\"field\":\"text\",\"delta\":7}}",
    "{\"type\":\"todo.updated\",\"properties\":{\"sessionID\":\"s\",\"todos\":{}}}",
    "{\"type\":\"permission.asked\",\"properties\":{\"sessionID\":\"s\"}}",
    "{\"type\":\"question.asked\",\"properties\":{\"id\":\"q\"}}",
    "{\"type\":\"file.edited\",\"properties\":{}}",
    "{\"type\":\"session.created\",\"properties\":{\"info\":{}}}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (ShipAgentEvent) event = parse (texts[i]);

      g_assert_cmpint (event->kind, ==, SHIP_AGENT_EVENT_UNKNOWN);
      g_assert_cmpstr (event->raw, ==, texts[i]);
    }
}

/* Whatever stands in place of any value, at any depth, must give an event or an error. */
static void
try_all (JsonNode *root, JsonNode *node)
{
  static const char *const values[] = {
    "null", "5", "-1.5e300", "true", "\"x\"", "\"\"", "[]", "[[],{}]", "{}", "{\"a\":null}",
  };
  g_autoptr (GList) names = NULL;
  JsonObject *object;

  if (JSON_NODE_HOLDS_ARRAY (node))
    {
      JsonArray *array = json_node_get_array (node);

      for (guint i = 0; i < json_array_get_length (array); i++)
        try_all (root, json_array_get_element (array, i));
    }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return;

  object = json_node_get_object (node);
  names = json_object_get_members (object);
  for (GList *l = names; l != NULL; l = l->next)
    {
      g_autofree char *name = g_strdup (l->data); /* setting the member frees the list's */
      JsonNode        *old = json_object_dup_member (object, name);

      try_all (root, json_object_get_member (object, name));
      /* A third of the values for each member, another third for the next: all of them took minutes
       * under a sanitizer. */
      for (gsize i = strlen (name) % 3; i < G_N_ELEMENTS (values); i += 3)
        {
          g_autofree char *text = NULL;
          g_autoptr (ShipAgentEvent) event = NULL;
          g_autoptr (GError) error = NULL;

          json_object_set_member (object, name, json_from_string (values[i], NULL));
          text = json_to_string (root, FALSE);
          event = ship_opencode_event_parse (text, -1, &error);
          g_assert_true ((event == NULL) == (error != NULL));
        }
      json_object_set_member (object, name, old);
    }
}

static void
test_hostile (void)
{
  g_autoptr (GPtrArray) lines = load ();

  for (guint i = 0; i < lines->len; i++)
    {
      Line *line = lines->pdata[i];

      try_all (line->node, line->node);
    }
}

static void
test_cut_short (void)
{
  g_autoptr (GPtrArray) lines = load ();

  for (guint i = 0; i < lines->len; i++)
    {
      Line *line = lines->pdata[i];
      gsize length = strlen (line->text);

      for (gsize cut = 0; cut < length; cut += 31)
        {
          g_autoptr (GError) error = NULL;

          g_assert_null (ship_opencode_event_parse (line->text, (gssize) cut, &error));
          g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/opencode-events/kinds", test_kinds);
  g_test_add_func ("/opencode-events/status", test_status);
  g_test_add_func ("/opencode-events/delta", test_delta);
  g_test_add_func ("/opencode-events/message", test_message);
  g_test_add_func ("/opencode-events/part", test_part);
  g_test_add_func ("/opencode-events/todos", test_todos);
  g_test_add_func ("/opencode-events/requests", test_requests);
  g_test_add_func ("/opencode-events/session", test_session);
  g_test_add_func ("/opencode-events/no-name-unknown", test_no_name_unknown);
  g_test_add_func ("/opencode-events/unknown-kept", test_unknown_kept);
  g_test_add_func ("/opencode-events/no-event", test_no_event);
  g_test_add_func ("/opencode-events/incomplete", test_incomplete);
  g_test_add_func ("/opencode-events/hostile", test_hostile);
  g_test_add_func ("/opencode-events/cut-short", test_cut_short);

  return g_test_run ();
}
