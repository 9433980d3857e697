/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "opencode-house.h"
#include "ship-test.h"

/* Requests to OpenCode, and what is told again after a reconnect. */

/* Requests. */

static void
test_open_session (OpencodeHouse *house, gconstpointer data)
{
  g_autofree char *known = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *made = NULL;
  g_autofree char *foreign = NULL;

  fake_http_server_expect (house->server, "GET", "/session/ses_1", 200, "{\"id\":\"ses_1\"}");
  known = opencode_house_open_session (house, "ses_1", "T", NULL);
  g_assert_cmpstr (known, ==, "ses_1");

  fake_http_server_expect (house->server, "GET", "/session/ses_2", 404, "{}");
  fake_http_server_expect (house->server, "POST", "/session", 200, "{\"id\":\"ses_3\"}");
  fake_http_server_require_body (house->server, "{\"title\":\"A \\\"title\\\"\"}");
  unknown = opencode_house_open_session (house, "ses_2", "A \"title\"", NULL);
  g_assert_cmpstr (unknown, ==, "ses_3");

  fake_http_server_expect (house->server, "POST", "/session", 200, "{\"id\":\"ses_4\"}");
  fake_http_server_require_header (house->server, "x-opencode-directory", ESCAPED_DIRECTORY);
  made = opencode_house_open_session (house, NULL, NULL, NULL);
  g_assert_cmpstr (made, ==, "ses_4");
  g_assert_cmpstr (fake_http_server_get_last_body (house->server), ==, "{}");

  fake_http_server_expect (house->server, "POST", "/session", 200, "{\"id\":\"ses_5\"}");
  foreign = opencode_house_open_session (house, "ses_1/../x", NULL, NULL);
  g_assert_cmpstr (foreign, ==, "ses_5");
}

static void
test_open_session_fails (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GError) protocol = NULL;
  g_autoptr (GError) lost = NULL;

  fake_http_server_expect (house->server,
                           "GET",
                           "/session/ses_1",
                           500,
                           "{\"name\":\"UnknownError\"}");
  g_assert_null (opencode_house_open_session (house, "ses_1", NULL, &failed));
  g_assert_error (failed, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_FAILED);

  fake_http_server_expect (house->server, "POST", "/session", 200, "{}");
  g_assert_null (opencode_house_open_session (house, NULL, NULL, &protocol));
  g_assert_error (protocol, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);

  fake_http_server_expect_cut (house->server, "POST", "/session");
  g_assert_null (opencode_house_open_session (house, NULL, NULL, &lost));
  g_assert_error (lost, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);
}

static void
test_prompt (OpencodeHouse *house, gconstpointer data)
{
  ShipAgentPrompt full = {
    .text = "Do \"it\"\n",
    .provider = "openrouter",
    .model = "a/b",
    .mode = "plan",
    .variant = "high",
    .system = "Be kind",
  };
  ShipAgentPrompt least = { .text = "x", .provider = "p", .model = "m", .mode = "build" };
  g_autoptr (GError) error = NULL;

  fake_http_server_expect (house->server, "POST", "/session/ses_1/prompt_async", 204, NULL);
  g_assert_true (opencode_house_prompt (house, &full, &error));
  g_assert_cmpstr (
    fake_http_server_get_last_body (house->server),
    ==,
    "{\"model\":{\"providerID\":\"openrouter\",\"modelID\":\"a/b\"},\"agent\":\"plan\","
    "\"variant\":\"high\",\"system\":\"Be kind\","
    "\"parts\":[{\"type\":\"text\",\"text\":\"Do \\\"it\\\"\\n\"}]}");

  fake_http_server_expect (house->server, "POST", "/session/ses_1/prompt_async", 204, NULL);
  g_assert_true (opencode_house_prompt (house, &least, &error));
  g_assert_cmpstr (fake_http_server_get_last_body (house->server),
                   ==,
                   "{\"model\":{\"providerID\":\"p\",\"modelID\":\"m\"},\"agent\":\"build\","
                   "\"parts\":[{\"type\":\"text\",\"text\":\"x\"}]}");
}

static void
test_answers (OpencodeHouse *house, gconstpointer data)
{
  static const char *const answers[] = { "Blue", "", "free text", NULL };
  g_autoptr (GError) error = NULL;

  fake_http_server_expect (house->server, "POST", "/session/ses_1/abort", 200, "true");
  g_assert_true (opencode_house_abort_session (house, &error));

  fake_http_server_expect (house->server, "POST", "/permission/per_1/reply", 200, "true");
  g_assert_true (opencode_house_answer_permission (house, TRUE, NULL, &error));
  g_assert_cmpstr (fake_http_server_get_last_body (house->server), ==, "{\"reply\":\"once\"}");

  fake_http_server_expect (house->server, "POST", "/permission/per_1/reply", 200, "true");
  g_assert_true (opencode_house_answer_permission (house, FALSE, "Not that", &error));
  g_assert_cmpstr (fake_http_server_get_last_body (house->server),
                   ==,
                   "{\"reply\":\"reject\",\"message\":\"Not that\"}");

  fake_http_server_expect (house->server, "POST", "/question/que_1/reply", 200, "true");
  g_assert_true (opencode_house_answer_question (house, answers, &error));
  g_assert_cmpstr (fake_http_server_get_last_body (house->server),
                   ==,
                   "{\"answers\":[[\"Blue\"],[],[\"free text\"]]}");

  fake_http_server_expect (house->server, "POST", "/question/que_1/reject", 200, "true");
  g_assert_true (opencode_house_answer_question (house, NULL, &error));
}

static void
test_refusals (OpencodeHouse *house, gconstpointer data)
{
  static const struct
  {
    guint          status;
    const char    *body;
    ShipAgentError code;
  } table[] = {
    { 400,
      "{\"name\":\"BadRequest\",\"data\":{\"message\":\"SECRET\"}}",
      SHIP_AGENT_ERROR_REFUSED },
    { 401, NULL, SHIP_AGENT_ERROR_REFUSED },
    { 404, "{\"_tag\":\"PermissionNotFoundError\"}", SHIP_AGENT_ERROR_NOT_FOUND },
    { 409, "{\"_tag\":\"SessionBusyError\"}", SHIP_AGENT_ERROR_BUSY },
    { 500, "{\"name\":\"<b>SECRET</b>\"}", SHIP_AGENT_ERROR_FAILED },
    { 302, NULL, SHIP_AGENT_ERROR_FAILED },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_http_server_expect (house->server,
                               "POST",
                               "/permission/per_1/reply",
                               table[i].status,
                               table[i].body);
      g_assert_false (opencode_house_answer_permission (house, TRUE, NULL, &error));
      g_assert_error (error, SHIP_AGENT_ERROR, (int) table[i].code);
      g_assert_null (strstr (error->message, "SECRET"));
      if (table[i].status == 400)
        g_assert_nonnull (strstr (error->message, "BadRequest"));
    }
}

/* Reconciling. */

#define MESSAGES                                                                                   \
  "[{\"info\":{\"id\":\"msg_1\",\"role\":\"user\",\"time\":{\"created\":1}},\"parts\":[{\"id\":"   \
  "\"prt_1\",\"messageID\":"                                                                       \
  "\"msg_1\",\"type\":\"text\",\"text\":\"Do it\"}]},"                                             \
  "{\"info\":{\"id\":\"msg_2\",\"role\":\"assistant\",\"parentID\":\"msg_1\",\"time\":{"           \
  "\"created\":2}},\"parts\":["                                                                    \
  "{\"id\":\"prt_2\",\"messageID\":\"msg_2\",\"type\":\"tool\",\"tool\":\"bash\",\"state\":{"      \
  "\"status\":\"running\","                                                                        \
  "\"input\":{}}}]}]"
#define TODOS "[{\"content\":\"a\",\"status\":\"pending\",\"priority\":\"high\"}]"
#define PERMISSIONS                                                                                \
  "[{\"id\":\"per_1\",\"sessionID\":\"ses_1\",\"permission\":\"bash\"},"                           \
  "{\"id\":\"per_2\",\"sessionID\":\"ses_stale\",\"permission\":\"bash\"}]"
#define QUESTIONS "[{\"id\":\"que_1\",\"sessionID\":\"ses_child\",\"questions\":[]}]"

static void
expect_reconcile (OpencodeHouse *house, const char *statuses, const char *messages)
{
  fake_http_server_expect (house->server, "GET", "/session/status", 200, statuses);
  fake_http_server_expect (house->server, "GET", "/session/ses_1/message", 200, messages);
  fake_http_server_require_query (house->server, "limit=100");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/todo", 200, TODOS);
  fake_http_server_expect (house->server, "GET", "/permission", 200, PERMISSIONS);
  fake_http_server_expect (house->server, "GET", "/question", 200, QUESTIONS);
}

static void
assert_kinds (OpencodeHouse *house, const ShipAgentEventKind *kinds, guint n_kinds)
{
  g_assert_cmpuint (house->events->len, ==, n_kinds);
  for (guint i = 0; i < n_kinds; i++)
    g_assert_cmpint (((ShipAgentEvent *) house->events->pdata[i])->kind, ==, kinds[i]);
}

static void
test_reconcile_busy (OpencodeHouse *house, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_MESSAGE,  SHIP_AGENT_EVENT_PART,   SHIP_AGENT_EVENT_MESSAGE,
    SHIP_AGENT_EVENT_PART,     SHIP_AGENT_EVENT_TODOS,  SHIP_AGENT_EVENT_PERMISSION,
    SHIP_AGENT_EVENT_QUESTION, SHIP_AGENT_EVENT_STATUS,
  };
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *tool, *permission, *status;

  opencode_house_connect_and_stay (house);
  expect_reconcile (house,
                    "{\"ses_1\":{\"type\":\"busy\"},\"ses_child\":{\"type\":\"retry\"}}",
                    MESSAGES);
  g_assert_true (opencode_house_reconcile (house, &error));
  g_assert_no_error (error);

  assert_kinds (house, kinds, G_N_ELEMENTS (kinds));
  tool = house->events->pdata[3];
  permission = house->events->pdata[5];
  status = house->events->pdata[7];
  g_assert_cmpstr (tool->session_id, ==, "ses_1");
  g_assert_cmpint (tool->part->tool_status, ==, SHIP_AGENT_TOOL_RUNNING);
  g_assert_cmpstr (permission->request_id, ==, "per_1");
  g_assert_cmpint (status->status, ==, SHIP_AGENT_STATUS_BUSY);
  g_assert_cmpstr (status->session_id, ==, "ses_1");
}

#define WITH_CHILD(message, child)                                                                 \
  "[{\"info\":{\"id\":\"" message "\",\"role\":\"assistant\",\"time\":{\"created\":2,"             \
  "\"completed\":3}},\"parts\":[{\"id\":\"prt_" message "\",\"messageID\":\"" message              \
  "\",\"type\":\"tool\",\"tool\":\"task\",\"state\":{\"status\":\"completed\",\"input\":{},"       \
  "\"metadata\":{\"sessionId\":\"" child "\"}}}]}]"

/* They began and ended while nobody listened, one of another. One that is gone is no trouble. */
static void
test_reconcile_sub_agents (OpencodeHouse *house, gconstpointer data)
{
  static const char *const sessions[] = { "ses_b", "ses_b", "ses_b", "ses_b", "ses_a", "ses_a",
                                          "ses_a", "ses_a", "ses_1", "ses_1", "ses_1", "ses_1" };
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *last;

  opencode_house_connect_and_stay (house);
  fake_http_server_expect (house->server, "GET", "/session/status", 200, "{}");
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/ses_1/message",
                           200,
                           WITH_CHILD ("msg_1", "ses_a"));
  fake_http_server_expect (house->server, "GET", "/session/ses_1/todo", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/question", 200, "[]");
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/ses_a/message",
                           200,
                           WITH_CHILD ("msg_2", "ses_b"));
  fake_http_server_expect (house->server, "GET", "/session/ses_a/todo", 200, "[]");
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/ses_b/message",
                           200,
                           WITH_CHILD ("msg_3", "ses_gone"));
  fake_http_server_expect (house->server, "GET", "/session/ses_b/todo", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/session/ses_gone/message", 404, "{}");
  g_assert_true (opencode_house_reconcile (house, &error));
  g_assert_no_error (error);

  g_assert_cmpuint (house->events->len, ==, G_N_ELEMENTS (sessions));
  for (guint i = 0; i < house->events->len; i++)
    g_assert_cmpstr (((ShipAgentEvent *) house->events->pdata[i])->session_id, ==, sessions[i]);
  last = house->events->pdata[house->events->len - 1];
  g_assert_cmpint (last->kind, ==, SHIP_AGENT_EVENT_STATUS);
}

/* Nobody is asked, and nothing runs, in a session that is idle. */
static void
test_reconcile_idle (OpencodeHouse *house, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_MESSAGE, SHIP_AGENT_EVENT_PART,  SHIP_AGENT_EVENT_MESSAGE,
    SHIP_AGENT_EVENT_PART,    SHIP_AGENT_EVENT_TODOS, SHIP_AGENT_EVENT_STATUS,
  };
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *tool, *status;

  opencode_house_connect_and_stay (house);
  expect_reconcile (house, "{}", MESSAGES);
  g_assert_true (opencode_house_reconcile (house, &error));

  assert_kinds (house, kinds, G_N_ELEMENTS (kinds));
  tool = house->events->pdata[3];
  status = house->events->pdata[5];
  g_assert_cmpint (tool->part->tool_status, ==, SHIP_AGENT_TOOL_INTERRUPTED);
  g_assert_true (tool->part->is_ended);
  g_assert_cmpint (status->status, ==, SHIP_AGENT_STATUS_IDLE);
}

/* What a server that was killed left as running is told as such, whatever runs now; and a word of
 * the user in between ends nothing. */
static void
test_reconcile_stale (OpencodeHouse *house, gconstpointer data)
{
#define ANSWER(n)                                                                                  \
  "{\"info\":{\"id\":\"msg_" n "\",\"role\":\"assistant\"},\"parts\":[{\"id\":\"prt_" n            \
  "\",\"messageID\":\"msg_" n "\",\"type\":\"tool\",\"tool\":\"bash\","                            \
  "\"state\":{\"status\":\"running\",\"input\":{}}}]}"
  ShipAgentEvent *stale, *running;

  opencode_house_connect_and_stay (house);
  expect_reconcile (house,
                    "{\"ses_1\":{\"type\":\"busy\"}}",
                    "[" ANSWER ("1") "," ANSWER ("2") ",{\"info\":{\"id\":\"msg_3\","
                                                      "\"role\":\"user\"},\"parts\":[]}]");
  g_assert_true (opencode_house_reconcile (house, NULL));
  stale = house->events->pdata[1];
  running = house->events->pdata[3];
  g_assert_cmpint (stale->part->tool_status, ==, SHIP_AGENT_TOOL_INTERRUPTED);
  g_assert_cmpint (running->part->tool_status, ==, SHIP_AGENT_TOOL_RUNNING);
}

/* Requests that were open before and are not any more. */
static void
test_reconcile_closed (OpencodeHouse *house, gconstpointer data)
{
  static const char statuses[] =
    "{\"ses_1\":{\"type\":\"busy\"},\"ses_child\":{\"type\":\"busy\"}}";
  ShipAgentEvent *closed;

  opencode_house_connect_and_stay (house);
  expect_reconcile (house, statuses, "[]");
  g_assert_true (opencode_house_reconcile (house, NULL));
  g_ptr_array_set_size (house->events, 0);

  fake_http_server_expect (house->server, "GET", "/session/status", 200, statuses);
  fake_http_server_expect (house->server, "GET", "/session/ses_1/message", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/todo", 200, TODOS);
  fake_http_server_expect (house->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/question", 200, QUESTIONS);
  g_assert_true (opencode_house_reconcile (house, NULL));
  closed = house->events->pdata[0];
  g_assert_cmpint (closed->kind, ==, SHIP_AGENT_EVENT_REQUEST_CLOSED);
  g_assert_cmpstr (closed->request_id, ==, "per_1");
  g_assert_cmpuint (house->events->len, ==, 4); /* and to-dos, the question, the status */
}

static void
test_reconcile_pages (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  opencode_house_connect_and_stay (house);
  fake_http_server_expect (house->server, "GET", "/session/status", 200, "{}");
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/ses_1/message",
                           200,
                           "[{\"info\":{\"id\":\"msg_3\",\"role\":\"user\"},\"parts\":[]}]");
  fake_http_server_add_header (house->server, "X-Next-Cursor", "c&r=");
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/ses_1/message",
                           200,
                           "[{\"info\":{\"id\":\"msg_1\",\"role\":\"user\"},\"parts\":[]},"
                           "{\"info\":{\"id\":\"msg_2\",\"role\":\"user\"},\"parts\":[]}]");
  fake_http_server_require_query (house->server, "limit=100&before=c%26r%3D");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/todo", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/question", 200, "[]");
  g_assert_true (opencode_house_reconcile (house, &error));

  g_assert_cmpuint (house->events->len, ==, 5);
  for (guint i = 0; i < 3; i++)
    {
      ShipAgentEvent  *event = house->events->pdata[i];
      g_autofree char *id = g_strdup_printf ("msg_%u", i + 1);

      g_assert_cmpstr (event->message_id, ==, id);
    }
}

/* What cannot be read is kept, and does not stop the rest. */
static void
test_reconcile_odd (OpencodeHouse *house, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_MESSAGE,
    SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_TODOS,
    SHIP_AGENT_EVENT_UNKNOWN,
  };
  g_autoptr (GError) error = NULL;

  opencode_house_connect_and_stay (house);
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/status",
                           200,
                           "{\"ses_1\":{\"type\":\"dreaming\"}}");
  fake_http_server_expect (
    house->server,
    "GET",
    "/session/ses_1/message",
    200,
    "[5,{},{\"info\":{\"id\":\"msg_1\",\"role\":\"user\"},\"parts\":[7,{\"id\":\"p\"}]}]");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/todo", 200, "[1]");
  fake_http_server_expect (house->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/question", 200, "[]");
  g_assert_true (opencode_house_reconcile (house, &error));

  assert_kinds (house, kinds, G_N_ELEMENTS (kinds));
}

static void
test_reconcile_fails (OpencodeHouse *house, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = { SHIP_AGENT_EVENT_STATUS };
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) early = NULL;

  g_assert_false (opencode_house_reconcile (house, &early));
  g_assert_error (early, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_READY);

  opencode_house_expect_connect (house);
  fake_http_server_add_wait (house->server);
  fake_http_server_add_chunk (house->server, STATUS ("busy"), 0);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, NULL));
  fake_http_server_expect (house->server, "GET", "/session/status", 200, "[]");
  g_assert_false (opencode_house_reconcile (house, &wrong));
  g_assert_error (wrong, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);

  fake_http_server_expect (house->server, "GET", "/session/status", 200, "{}");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/message", 404, "{}");
  g_assert_false (opencode_house_reconcile (house, &missing));
  g_assert_error (missing, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_FOUND);

  /* The stream goes on as if nothing had been. */
  fake_http_server_release (house->server);
  while (house->events->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_kinds (house, kinds, G_N_ELEMENTS (kinds));
}

/* The last answer of a reconcile comes slowly, and the stream tells of the end meanwhile. */
static void
start_slow_reconcile (OpencodeHouse *house, GAsyncResult **result)
{
  fake_http_server_expect (house->server,
                           "GET",
                           "/session/status",
                           200,
                           "{\"ses_1\":{\"type\":\"busy\"}}");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/message", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/session/ses_1/todo", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (house->server, "GET", "/question", 200, NULL);
  fake_http_server_set_content_type (house->server, "application/json");
  fake_http_server_add_chunk (house->server, "[]", 400);
  ship_agent_reconcile_async (house->agent,
                              "ses_1",
                              house->cancellable,
                              ship_test_keep_result,
                              result);
}

static void
test_reconcile_holds (OpencodeHouse *house, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = { SHIP_AGENT_EVENT_TODOS, SHIP_AGENT_EVENT_STATUS };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  ShipAgentEvent *status;

  opencode_house_expect_connect (house);
  fake_http_server_add_wait (house->server);
  fake_http_server_add_chunk (house->server, STATUS ("busy") STATUS ("idle"), 0);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  start_slow_reconcile (house, &result);
  g_assert_false (opencode_house_reconcile (house, &second));
  g_assert_error (second, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_BUSY);
  opencode_house_wait_for_requests (house, 7);
  fake_http_server_release (house->server);
  g_assert_true (ship_agent_reconcile_finish (house->agent, ship_test_await (&result), &error));

  assert_kinds (house, kinds, G_N_ELEMENTS (kinds));
  status = house->events->pdata[1];
  g_assert_cmpint (status->status, ==, SHIP_AGENT_STATUS_IDLE);
}

static void
test_reconcile_lost (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  opencode_house_expect_connect (house);
  fake_http_server_add_wait (house->server);
  fake_http_server_add_chunk (house->server, STATUS ("idle"), 0);
  fake_http_server_add_cut (house->server);
  g_assert_true (opencode_house_connect (house, NULL));
  start_slow_reconcile (house, &result);
  opencode_house_wait_for_requests (house, 7);
  fake_http_server_release (house->server);
  g_assert_false (ship_agent_reconcile_finish (house->agent, ship_test_await (&result), &error));

  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);
  g_assert_cmpuint (house->n_lost, ==, 1);
  g_assert_cmpuint (house->events->len, ==, 0);
}

static void
test_reconcile_disconnected (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  opencode_house_connect_and_stay (house);
  start_slow_reconcile (house, &result);
  opencode_house_wait_for_requests (house, 7);
  ship_agent_disconnect (house->agent);
  g_assert_false (ship_agent_reconcile_finish (house->agent, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (house->events->len, ==, 0);

  /* A handler that ends the link in the middle of the replay hears no more. */
  g_clear_object (&result);
  g_clear_error (&error);
  opencode_house_connect_and_stay (house);
  house->disconnects_at_event = TRUE;
  expect_reconcile (house, "{}", MESSAGES);
  g_assert_false (opencode_house_reconcile (house, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (house->events->len, ==, 1);
}

/* Cancelling in the middle. */

static void
test_cancel_requests (OpencodeHouse *house, gconstpointer data)
{
  static const char *const answers[] = { "a", NULL };
  ShipAgentPrompt          what = { .text = "x", .provider = "p", .model = "m", .mode = "build" };
  GError                  *errors[6] = { NULL };

  fake_http_server_expect_hang (house->server, "POST", "/session");
  opencode_house_cancel_soon (house);
  g_assert_null (opencode_house_open_session (house, NULL, NULL, &errors[0]));
  g_cancellable_reset (house->cancellable);

  fake_http_server_expect_hang (house->server, "GET", "/session/ses_1");
  opencode_house_cancel_soon (house);
  g_assert_null (opencode_house_open_session (house, "ses_1", NULL, &errors[1]));
  g_cancellable_reset (house->cancellable);

  fake_http_server_expect_hang (house->server, "POST", "/session/ses_1/prompt_async");
  opencode_house_cancel_soon (house);
  g_assert_false (opencode_house_prompt (house, &what, &errors[2]));
  g_cancellable_reset (house->cancellable);

  fake_http_server_expect_hang (house->server, "POST", "/session/ses_1/abort");
  opencode_house_cancel_soon (house);
  g_assert_false (opencode_house_abort_session (house, &errors[3]));
  g_cancellable_reset (house->cancellable);

  fake_http_server_expect_hang (house->server, "POST", "/permission/per_1/reply");
  opencode_house_cancel_soon (house);
  g_assert_false (opencode_house_answer_permission (house, TRUE, NULL, &errors[4]));
  g_cancellable_reset (house->cancellable);

  fake_http_server_expect_hang (house->server, "POST", "/question/que_1/reply");
  opencode_house_cancel_soon (house);
  g_assert_false (opencode_house_answer_question (house, answers, &errors[5]));

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_error_free (errors[i]);
    }
}

/* At each of its five requests. */
static void
test_cancel_reconcile (OpencodeHouse *house, gconstpointer data)
{
  static const struct
  {
    const char *path;
    const char *body;
  } steps[] = {
    { "/session/status", "{}" },     { "/session/ses_1/message", "[]" },
    { "/session/ses_1/todo", "[]" }, { "/permission", "[]" },
    { "/question", "[]" },
  };

  opencode_house_connect_and_stay (house);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;

      for (gsize k = 0; k < i; k++)
        fake_http_server_expect (house->server, "GET", steps[k].path, 200, steps[k].body);
      fake_http_server_expect_hang (house->server, "GET", steps[i].path);
      opencode_house_cancel_soon (house);
      g_assert_false (opencode_house_reconcile (house, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_cancellable_reset (house->cancellable);
    }
  g_assert_cmpuint (house->events->len, ==, 0);
}

static void
add (const char *name, void (*func) (OpencodeHouse *house, gconstpointer data), int data)
{
  g_autofree char *path = g_strconcat ("/opencode-agent/", name, NULL);

  g_test_add (path,
              OpencodeHouse,
              GINT_TO_POINTER (data),
              opencode_house_set_up,
              func,
              opencode_house_tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("requests/open-session", test_open_session, 0);
  add ("requests/open-session-fails", test_open_session_fails, 0);
  add ("requests/prompt", test_prompt, 0);
  add ("requests/answers", test_answers, 0);
  add ("requests/refusals", test_refusals, 0);
  add ("reconcile/busy", test_reconcile_busy, 0);
  add ("reconcile/sub-agents", test_reconcile_sub_agents, 0);
  add ("reconcile/idle", test_reconcile_idle, 0);
  add ("reconcile/stale", test_reconcile_stale, 0);
  add ("reconcile/closed", test_reconcile_closed, 0);
  add ("reconcile/pages", test_reconcile_pages, 0);
  add ("reconcile/odd", test_reconcile_odd, 0);
  add ("reconcile/fails", test_reconcile_fails, 0);
  add ("reconcile/holds", test_reconcile_holds, 0);
  add ("reconcile/lost", test_reconcile_lost, 0);
  add ("reconcile/disconnected", test_reconcile_disconnected, 0);
  add ("cancel/requests", test_cancel_requests, 0);
  add ("cancel/reconcile", test_cancel_reconcile, 0);

  return g_test_run ();
}
