/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "agent/opencode/ship-opencode-agent.h"
#include "fake-http-server.h"
#include "ship-test.h"

/* The client of OpenCode against a scripted server on a Unix socket. */

#define PASSWORD "secret"
/* base64 of "opencode:secret" */
#define AUTHORIZATION     "Basic b3BlbmNvZGU6c2VjcmV0"
#define DIRECTORY         "/work/a b"
#define ESCAPED_DIRECTORY "%2Fwork%2Fa%20b"
#define HEALTH            "{\"healthy\":true,\"version\":\"1.18.33\"}"
#define CONNECTED         "data: {\"type\":\"server.connected\",\"properties\":{}}\n\n"
#define STATUS(word)                                                                               \
  "data: "                                                                                         \
  "{\"type\":\"session.status\",\"properties\":{\"sessionID\":\"ses_1\",\"status\":{\"type\":"     \
  "\"" word "\"}}}\n\n"

typedef struct
{
  char           *folder;      /* (owned) */
  char           *socket;      /* (owned) */
  FakeHttpServer *server;      /* (owned) (nullable) */
  ShipAgent      *agent;       /* (owned) */
  GCancellable   *cancellable; /* (owned) */
  GPtrArray      *events;      /* (owned) (element-type ShipAgentEvent) */
  GError         *lost;        /* (owned) (nullable) */
  guint           n_lost;
  gboolean        disconnects_at_event;
} Fixture;

static void
event_cb (ShipAgent *agent, ShipAgentEvent *event, Fixture *fixture)
{
  g_ptr_array_add (fixture->events, ship_agent_event_ref (event));
  if (fixture->disconnects_at_event)
    ship_agent_disconnect (agent);
}

static void
lost_cb (ShipAgent *agent, GError *error, Fixture *fixture)
{
  g_clear_error (&fixture->lost);
  fixture->lost = g_error_copy (error);
  fixture->n_lost++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("ship-agent-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->socket = g_build_filename (fixture->folder, "api", NULL);
  fixture->server = fake_http_server_new_for_socket (fixture->socket);
  fixture->agent = ship_opencode_agent_new (fixture->socket, PASSWORD, DIRECTORY);
  fixture->cancellable = g_cancellable_new ();
  fixture->events = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_agent_event_unref);
  g_signal_connect (fixture->agent, "event", G_CALLBACK (event_cb), fixture);
  g_signal_connect (fixture->agent, "lost", G_CALLBACK (lost_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  ship_agent_disconnect (fixture->agent);
  if (fixture->server != NULL)
    g_assert_cmpuint (fake_http_server_get_n_left (fixture->server), ==, 0);
  g_assert_finalize_object (fixture->agent);
  g_clear_object (&fixture->server);
  g_clear_object (&fixture->cancellable);
  g_ptr_array_unref (fixture->events);
  g_clear_error (&fixture->lost);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->socket);
}

/* A few turns of the main loop, for what should not come. */
static void
settle (void)
{
  for (int i = 0; i < 20; i++)
    {
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_usleep (2000);
    }
}

static void
wait_for_requests (Fixture *fixture, guint n_requests)
{
  while (fake_http_server_get_n_requests (fixture->server) < n_requests)
    g_main_context_iteration (NULL, TRUE);
}

/* The script. */

static void
expect_health (Fixture *fixture)
{
  fake_http_server_expect (fixture->server, "GET", "/global/health", 200, HEALTH);
  fake_http_server_require_header (fixture->server, "Authorization", AUTHORIZATION);
}

static void
expect_stream (Fixture *fixture)
{
  fake_http_server_expect (fixture->server, "GET", "/event", 200, NULL);
  fake_http_server_set_content_type (fixture->server, "text/event-stream");
}

/* What is needed to connect; more of the stream may be added. */
static void
expect_connect (Fixture *fixture)
{
  expect_health (fixture);
  expect_stream (fixture);
  fake_http_server_add_chunk (fixture->server, CONNECTED, 0);
}

/* Calls. Each waits for its end. */

static gboolean
connect (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_connect_async (fixture->agent, fixture->cancellable, ship_test_keep_result, &result);

  return ship_agent_connect_finish (fixture->agent, ship_test_await (&result), error);
}

static void
connect_and_stay (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  expect_connect (fixture);
  fake_http_server_add_hang (fixture->server);
  connect (fixture, &error);
  g_assert_no_error (error);
}

static char *
open_session (Fixture *fixture, const char *session_id, const char *title, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_open_session_async (fixture->agent,
                                 session_id,
                                 title,
                                 fixture->cancellable,
                                 ship_test_keep_result,
                                 &result);

  return ship_agent_open_session_finish (fixture->agent, ship_test_await (&result), error);
}

static gboolean
prompt (Fixture *fixture, const ShipAgentPrompt *what, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_prompt_async (fixture->agent,
                           "ses_1",
                           what,
                           fixture->cancellable,
                           ship_test_keep_result,
                           &result);

  return ship_agent_prompt_finish (fixture->agent, ship_test_await (&result), error);
}

static gboolean
abort_session (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_abort_async (fixture->agent,
                          "ses_1",
                          fixture->cancellable,
                          ship_test_keep_result,
                          &result);

  return ship_agent_abort_finish (fixture->agent, ship_test_await (&result), error);
}

static gboolean
answer_permission (Fixture *fixture, gboolean allow, const char *message, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_answer_permission_async (fixture->agent,
                                      "per_1",
                                      allow,
                                      message,
                                      fixture->cancellable,
                                      ship_test_keep_result,
                                      &result);

  return ship_agent_answer_permission_finish (fixture->agent, ship_test_await (&result), error);
}

static gboolean
answer_question (Fixture *fixture, const char *const *answers, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_answer_question_async (fixture->agent,
                                    "que_1",
                                    answers,
                                    fixture->cancellable,
                                    ship_test_keep_result,
                                    &result);

  return ship_agent_answer_question_finish (fixture->agent, ship_test_await (&result), error);
}

static gboolean
reconcile (Fixture *fixture, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_agent_reconcile_async (fixture->agent,
                              "ses_1",
                              fixture->cancellable,
                              ship_test_keep_result,
                              &result);

  return ship_agent_reconcile_finish (fixture->agent, ship_test_await (&result), error);
}

/* Connecting. */

static void
test_connect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_agent_get_version (fixture->agent));
  expect_connect (fixture);
  fake_http_server_require_header (fixture->server, "Authorization", AUTHORIZATION);
  fake_http_server_require_header (fixture->server, "x-opencode-directory", ESCAPED_DIRECTORY);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, &error));
  g_assert_no_error (error);

  g_assert_cmpstr (ship_agent_get_version (fixture->agent), ==, "1.18.33");
  g_assert_cmpint (ship_agent_get_last_activity (fixture->agent), >, 0);
  g_assert_cmpuint (fixture->events->len, ==, 0);
}

/* A server that is starting: it cuts, fails, hangs, and then is there; its stream hangs first, too.
 */
static void
test_connect_waits (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* Less than the time-out of an ordinary request: a hang must be given up long before. */
  ship_opencode_agent_set_limits (fixture->agent, 15000, 15000);
  fake_http_server_expect_cut (fixture->server, "GET", "/global/health");
  fake_http_server_expect (fixture->server, "GET", "/global/health", 503, NULL);
  fake_http_server_expect_hang (fixture->server, "GET", "/global/health");
  expect_health (fixture);
  fake_http_server_expect_cut (fixture->server, "GET", "/event");
  expect_connect (fixture);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, &error));
  g_assert_no_error (error);
}

static void
test_connect_nobody (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->server);
  ship_opencode_agent_set_limits (fixture->agent, 600, 1000);
  g_assert_false (connect (fixture, &error));
  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_READY);
  g_assert_cmpuint (fixture->n_lost, ==, 0);
}

/* It begins to listen only after the client began to ask. */
static gboolean
start_server_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->server = fake_http_server_new_for_socket (fixture->socket);
  expect_connect (fixture);
  fake_http_server_add_hang (fixture->server);

  return G_SOURCE_REMOVE;
}

static void
test_connect_late (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&fixture->server);
  g_timeout_add (300, start_server_cb, fixture);
  g_assert_true (connect (fixture, &error));
  g_assert_no_error (error);
}

static void
test_connect_refused (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    guint          status;
    const char    *type;
    const char    *body;
    ShipAgentError code;
  } table[] = {
    { 401, "application/json", NULL, SHIP_AGENT_ERROR_REFUSED },
    { 404, "application/json", "{}", SHIP_AGENT_ERROR_NOT_FOUND },
    { 200, "text/html", "<html>", SHIP_AGENT_ERROR_PROTOCOL },
    { 200, "application/json", "{\"healthy\":false}", SHIP_AGENT_ERROR_PROTOCOL },
    { 200, "application/json", "[]", SHIP_AGENT_ERROR_PROTOCOL },
    { 200, "application/json", "{", SHIP_AGENT_ERROR_PROTOCOL },
    { 200, "application/jsonx", HEALTH, SHIP_AGENT_ERROR_PROTOCOL },
    { 204, "application/json", NULL, SHIP_AGENT_ERROR_PROTOCOL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      fake_http_server_expect (fixture->server,
                               "GET",
                               "/global/health",
                               table[i].status,
                               table[i].body);
      fake_http_server_set_content_type (fixture->server, table[i].type);
      g_assert_false (connect (fixture, &error));
      g_assert_error (error, SHIP_AGENT_ERROR, (int) table[i].code);
      g_assert_cmpuint (fake_http_server_get_n_left (fixture->server), ==, 0);
    }
}

/* The configuration may be broken for this directory only. */
static void
test_connect_no_stream (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) page = NULL;

  expect_health (fixture);
  fake_http_server_expect (fixture->server,
                           "GET",
                           "/event",
                           400,
                           "{\"name\":\"ConfigInvalidError\",\"data\":{\"path\":\"SECRET\"}}");
  g_assert_false (connect (fixture, &refused));
  g_assert_error (refused, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_REFUSED);
  g_assert_null (strstr (refused->message, "SECRET"));

  expect_health (fixture);
  fake_http_server_expect (fixture->server, "GET", "/event", 200, "<html>");
  fake_http_server_set_content_type (fixture->server, "text/html");
  g_assert_false (connect (fixture, &page));
  g_assert_error (page, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);
}

static void
test_connect_first_event (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) other = NULL;
  g_autoptr (GError) ended = NULL;

  expect_health (fixture);
  expect_stream (fixture);
  fake_http_server_add_chunk (fixture->server, STATUS ("busy"), 0);
  fake_http_server_add_hang (fixture->server);
  g_assert_false (connect (fixture, &other));
  g_assert_error (other, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);

  expect_health (fixture);
  expect_stream (fixture);
  fake_http_server_add_chunk (fixture->server, ": nothing\n\n", 0);
  g_assert_false (connect (fixture, &ended));
  g_assert_error (ended, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);

  settle ();
  g_assert_cmpuint (fixture->events->len, ==, 0);
  g_assert_cmpuint (fixture->n_lost, ==, 0);
}

static void
test_connect_twice_at_once (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GError) error = NULL;

  expect_connect (fixture);
  fake_http_server_add_hang (fixture->server);
  ship_agent_connect_async (fixture->agent, NULL, ship_test_keep_result, &first);
  g_assert_false (connect (fixture, &error));
  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_BUSY);
  g_assert_true (ship_agent_connect_finish (fixture->agent, ship_test_await (&first), NULL));
}

/* The stream. */

static void
test_events (Fixture *fixture, gconstpointer data)
{
  ShipAgentEvent *first, *second, *third;
  g_autoptr (GError) error = NULL;

  expect_connect (fixture);
  fake_http_server_add_chunk (fixture->server, STATUS ("busy"), 0);
  fake_http_server_add_chunk (fixture->server, "data: {\"type\":\"server.heartbeat\"}\n\n", 0);
  fake_http_server_add_chunk (fixture->server, "data: {\"type\":\"brand.new\"}\n\n", 0);
  fake_http_server_add_chunk (fixture->server, "data: not JSON\n\n", 0);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, &error));
  while (fixture->events->len < 3)
    g_main_context_iteration (NULL, TRUE);
  settle ();

  g_assert_cmpuint (fixture->events->len, ==, 3);
  first = fixture->events->pdata[0];
  second = fixture->events->pdata[1];
  third = fixture->events->pdata[2];
  g_assert_cmpint (first->kind, ==, SHIP_AGENT_EVENT_STATUS);
  g_assert_cmpint (first->status, ==, SHIP_AGENT_STATUS_BUSY);
  g_assert_cmpint (second->kind, ==, SHIP_AGENT_EVENT_UNKNOWN);
  g_assert_cmpstr (second->name, ==, "brand.new");
  g_assert_cmpint (third->kind, ==, SHIP_AGENT_EVENT_UNKNOWN);
  g_assert_cmpstr (third->name, ==, "malformed");
  g_assert_cmpstr (third->raw, ==, "not JSON");
}

/* The events behind the first in the same piece are not missed. */
static void
test_first_piece (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  expect_health (fixture);
  expect_stream (fixture);
  fake_http_server_add_chunk (fixture->server, CONNECTED STATUS ("busy") STATUS ("idle"), 0);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, &error));
  while (fixture->events->len < 2)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_lost_and_again (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  expect_connect (fixture);
  fake_http_server_add_wait (fixture->server);
  g_assert_true (connect (fixture, &error));
  fake_http_server_release (fixture->server);
  while (fixture->n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
  g_assert_cmpuint (fixture->n_lost, ==, 1);
  g_assert_error (fixture->lost, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);

  expect_connect (fixture);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_cut (fixture->server);
  g_assert_true (connect (fixture, &error));
  fake_http_server_release (fixture->server);
  while (fixture->n_lost == 1)
    g_main_context_iteration (NULL, TRUE);
  settle ();
  g_assert_cmpuint (fixture->n_lost, ==, 2);
}

static void
test_silence (Fixture *fixture, gconstpointer data)
{
  ship_opencode_agent_set_limits (fixture->agent, 10000, 200);
  connect_and_stay (fixture);
  while (fixture->n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
  settle ();
  g_assert_cmpuint (fixture->n_lost, ==, 1);
  g_assert_error (fixture->lost, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);
  g_assert_cmpuint (fake_http_server_get_n_aborted (fixture->server), ==, 1);
}

/* Bytes that are no event are a sign of life, too: together these pauses are longer than the limit.
 */
static void
test_heartbeat (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 start;

  ship_opencode_agent_set_limits (fixture->agent, 10000, 1000);
  expect_connect (fixture);
  for (int i = 0; i < 6; i++)
    fake_http_server_add_chunk (fixture->server, ":\n\n", 250);
  fake_http_server_add_chunk (fixture->server, STATUS ("idle"), 0);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, &error));
  start = ship_agent_get_last_activity (fixture->agent);
  while (fixture->n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->events->len, ==, 1);
  g_assert_cmpint (ship_agent_get_last_activity (fixture->agent), >, start);
}

static void
test_silent_after_disconnect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  expect_connect (fixture);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_chunk (fixture->server, STATUS ("busy"), 0);
  g_assert_true (connect (fixture, &error));
  ship_agent_disconnect (fixture->agent);
  fake_http_server_release (fixture->server);
  settle ();
  g_assert_cmpuint (fixture->events->len, ==, 0);
  g_assert_cmpuint (fixture->n_lost, ==, 0);

  /* And from within a handler. */
  fixture->disconnects_at_event = TRUE;
  expect_health (fixture);
  expect_stream (fixture);
  fake_http_server_add_chunk (fixture->server, CONNECTED STATUS ("busy") STATUS ("idle"), 0);
  g_assert_true (connect (fixture, &error));
  settle ();
  g_assert_cmpuint (fixture->events->len, ==, 1);
  g_assert_cmpuint (fixture->n_lost, ==, 0);
}

/* Requests. */

static void
test_open_session (Fixture *fixture, gconstpointer data)
{
  g_autofree char *known = NULL;
  g_autofree char *unknown = NULL;
  g_autofree char *made = NULL;
  g_autofree char *foreign = NULL;

  fake_http_server_expect (fixture->server, "GET", "/session/ses_1", 200, "{\"id\":\"ses_1\"}");
  known = open_session (fixture, "ses_1", "T", NULL);
  g_assert_cmpstr (known, ==, "ses_1");

  fake_http_server_expect (fixture->server, "GET", "/session/ses_2", 404, "{}");
  fake_http_server_expect (fixture->server, "POST", "/session", 200, "{\"id\":\"ses_3\"}");
  fake_http_server_require_body (fixture->server, "{\"title\":\"A \\\"title\\\"\"}");
  unknown = open_session (fixture, "ses_2", "A \"title\"", NULL);
  g_assert_cmpstr (unknown, ==, "ses_3");

  fake_http_server_expect (fixture->server, "POST", "/session", 200, "{\"id\":\"ses_4\"}");
  fake_http_server_require_header (fixture->server, "x-opencode-directory", ESCAPED_DIRECTORY);
  made = open_session (fixture, NULL, NULL, NULL);
  g_assert_cmpstr (made, ==, "ses_4");
  g_assert_cmpstr (fake_http_server_get_last_body (fixture->server), ==, "{}");

  fake_http_server_expect (fixture->server, "POST", "/session", 200, "{\"id\":\"ses_5\"}");
  foreign = open_session (fixture, "ses_1/../x", NULL, NULL);
  g_assert_cmpstr (foreign, ==, "ses_5");
}

static void
test_open_session_fails (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) failed = NULL;
  g_autoptr (GError) protocol = NULL;
  g_autoptr (GError) lost = NULL;

  fake_http_server_expect (fixture->server,
                           "GET",
                           "/session/ses_1",
                           500,
                           "{\"name\":\"UnknownError\"}");
  g_assert_null (open_session (fixture, "ses_1", NULL, &failed));
  g_assert_error (failed, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_FAILED);

  fake_http_server_expect (fixture->server, "POST", "/session", 200, "{}");
  g_assert_null (open_session (fixture, NULL, NULL, &protocol));
  g_assert_error (protocol, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);

  fake_http_server_expect_cut (fixture->server, "POST", "/session");
  g_assert_null (open_session (fixture, NULL, NULL, &lost));
  g_assert_error (lost, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);
}

static void
test_prompt (Fixture *fixture, gconstpointer data)
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

  fake_http_server_expect (fixture->server, "POST", "/session/ses_1/prompt_async", 204, NULL);
  g_assert_true (prompt (fixture, &full, &error));
  g_assert_cmpstr (
    fake_http_server_get_last_body (fixture->server),
    ==,
    "{\"model\":{\"providerID\":\"openrouter\",\"modelID\":\"a/b\"},\"agent\":\"plan\","
    "\"variant\":\"high\",\"system\":\"Be kind\","
    "\"parts\":[{\"type\":\"text\",\"text\":\"Do \\\"it\\\"\\n\"}]}");

  fake_http_server_expect (fixture->server, "POST", "/session/ses_1/prompt_async", 204, NULL);
  g_assert_true (prompt (fixture, &least, &error));
  g_assert_cmpstr (fake_http_server_get_last_body (fixture->server),
                   ==,
                   "{\"model\":{\"providerID\":\"p\",\"modelID\":\"m\"},\"agent\":\"build\","
                   "\"parts\":[{\"type\":\"text\",\"text\":\"x\"}]}");
}

static void
test_answers (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "Blue", "", "free text", NULL };
  g_autoptr (GError) error = NULL;

  fake_http_server_expect (fixture->server, "POST", "/session/ses_1/abort", 200, "true");
  g_assert_true (abort_session (fixture, &error));

  fake_http_server_expect (fixture->server, "POST", "/permission/per_1/reply", 200, "true");
  g_assert_true (answer_permission (fixture, TRUE, NULL, &error));
  g_assert_cmpstr (fake_http_server_get_last_body (fixture->server), ==, "{\"reply\":\"once\"}");

  fake_http_server_expect (fixture->server, "POST", "/permission/per_1/reply", 200, "true");
  g_assert_true (answer_permission (fixture, FALSE, "Not that", &error));
  g_assert_cmpstr (fake_http_server_get_last_body (fixture->server),
                   ==,
                   "{\"reply\":\"reject\",\"message\":\"Not that\"}");

  fake_http_server_expect (fixture->server, "POST", "/question/que_1/reply", 200, "true");
  g_assert_true (answer_question (fixture, answers, &error));
  g_assert_cmpstr (fake_http_server_get_last_body (fixture->server),
                   ==,
                   "{\"answers\":[[\"Blue\"],[],[\"free text\"]]}");

  fake_http_server_expect (fixture->server, "POST", "/question/que_1/reject", 200, "true");
  g_assert_true (answer_question (fixture, NULL, &error));
}

static void
test_refusals (Fixture *fixture, gconstpointer data)
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

      fake_http_server_expect (fixture->server,
                               "POST",
                               "/permission/per_1/reply",
                               table[i].status,
                               table[i].body);
      g_assert_false (answer_permission (fixture, TRUE, NULL, &error));
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
expect_reconcile (Fixture *fixture, const char *statuses, const char *messages)
{
  fake_http_server_expect (fixture->server, "GET", "/session/status", 200, statuses);
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/message", 200, messages);
  fake_http_server_require_query (fixture->server, "limit=100");
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/todo", 200, TODOS);
  fake_http_server_expect (fixture->server, "GET", "/permission", 200, PERMISSIONS);
  fake_http_server_expect (fixture->server, "GET", "/question", 200, QUESTIONS);
}

static void
assert_kinds (Fixture *fixture, const ShipAgentEventKind *kinds, guint n_kinds)
{
  g_assert_cmpuint (fixture->events->len, ==, n_kinds);
  for (guint i = 0; i < n_kinds; i++)
    g_assert_cmpint (((ShipAgentEvent *) fixture->events->pdata[i])->kind, ==, kinds[i]);
}

static void
test_reconcile_busy (Fixture *fixture, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_MESSAGE,  SHIP_AGENT_EVENT_PART,   SHIP_AGENT_EVENT_MESSAGE,
    SHIP_AGENT_EVENT_PART,     SHIP_AGENT_EVENT_TODOS,  SHIP_AGENT_EVENT_PERMISSION,
    SHIP_AGENT_EVENT_QUESTION, SHIP_AGENT_EVENT_STATUS,
  };
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *tool, *permission, *status;

  connect_and_stay (fixture);
  expect_reconcile (fixture,
                    "{\"ses_1\":{\"type\":\"busy\"},\"ses_child\":{\"type\":\"retry\"}}",
                    MESSAGES);
  g_assert_true (reconcile (fixture, &error));
  g_assert_no_error (error);

  assert_kinds (fixture, kinds, G_N_ELEMENTS (kinds));
  tool = fixture->events->pdata[3];
  permission = fixture->events->pdata[5];
  status = fixture->events->pdata[7];
  g_assert_cmpstr (tool->session_id, ==, "ses_1");
  g_assert_cmpint (tool->part->tool_status, ==, SHIP_AGENT_TOOL_RUNNING);
  g_assert_cmpstr (permission->request_id, ==, "per_1");
  g_assert_cmpint (status->status, ==, SHIP_AGENT_STATUS_BUSY);
  g_assert_cmpstr (status->session_id, ==, "ses_1");
}

/* Nobody is asked, and nothing runs, in a session that is idle. */
static void
test_reconcile_idle (Fixture *fixture, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_MESSAGE, SHIP_AGENT_EVENT_PART,  SHIP_AGENT_EVENT_MESSAGE,
    SHIP_AGENT_EVENT_PART,    SHIP_AGENT_EVENT_TODOS, SHIP_AGENT_EVENT_STATUS,
  };
  g_autoptr (GError) error = NULL;
  ShipAgentEvent *tool, *status;

  connect_and_stay (fixture);
  expect_reconcile (fixture, "{}", MESSAGES);
  g_assert_true (reconcile (fixture, &error));

  assert_kinds (fixture, kinds, G_N_ELEMENTS (kinds));
  tool = fixture->events->pdata[3];
  status = fixture->events->pdata[5];
  g_assert_cmpint (tool->part->tool_status, ==, SHIP_AGENT_TOOL_ERROR);
  g_assert_true (tool->part->is_ended);
  g_assert_cmpint (status->status, ==, SHIP_AGENT_STATUS_IDLE);
}

static void
test_reconcile_pages (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  connect_and_stay (fixture);
  fake_http_server_expect (fixture->server, "GET", "/session/status", 200, "{}");
  fake_http_server_expect (fixture->server,
                           "GET",
                           "/session/ses_1/message",
                           200,
                           "[{\"info\":{\"id\":\"msg_3\",\"role\":\"user\"},\"parts\":[]}]");
  fake_http_server_add_header (fixture->server, "X-Next-Cursor", "c&r=");
  fake_http_server_expect (fixture->server,
                           "GET",
                           "/session/ses_1/message",
                           200,
                           "[{\"info\":{\"id\":\"msg_1\",\"role\":\"user\"},\"parts\":[]},"
                           "{\"info\":{\"id\":\"msg_2\",\"role\":\"user\"},\"parts\":[]}]");
  fake_http_server_require_query (fixture->server, "limit=100&before=c%26r%3D");
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/todo", 200, "[]");
  fake_http_server_expect (fixture->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (fixture->server, "GET", "/question", 200, "[]");
  g_assert_true (reconcile (fixture, &error));

  g_assert_cmpuint (fixture->events->len, ==, 5);
  for (guint i = 0; i < 3; i++)
    {
      ShipAgentEvent  *event = fixture->events->pdata[i];
      g_autofree char *id = g_strdup_printf ("msg_%u", i + 1);

      g_assert_cmpstr (event->message_id, ==, id);
    }
}

/* What cannot be read is kept, and does not stop the rest. */
static void
test_reconcile_odd (Fixture *fixture, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = {
    SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_MESSAGE,
    SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_UNKNOWN, SHIP_AGENT_EVENT_TODOS,
    SHIP_AGENT_EVENT_UNKNOWN,
  };
  g_autoptr (GError) error = NULL;

  connect_and_stay (fixture);
  fake_http_server_expect (fixture->server,
                           "GET",
                           "/session/status",
                           200,
                           "{\"ses_1\":{\"type\":\"dreaming\"}}");
  fake_http_server_expect (
    fixture->server,
    "GET",
    "/session/ses_1/message",
    200,
    "[5,{},{\"info\":{\"id\":\"msg_1\",\"role\":\"user\"},\"parts\":[7,{\"id\":\"p\"}]}]");
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/todo", 200, "[1]");
  fake_http_server_expect (fixture->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (fixture->server, "GET", "/question", 200, "[]");
  g_assert_true (reconcile (fixture, &error));

  assert_kinds (fixture, kinds, G_N_ELEMENTS (kinds));
}

static void
test_reconcile_fails (Fixture *fixture, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = { SHIP_AGENT_EVENT_STATUS };
  g_autoptr (GError) wrong = NULL;
  g_autoptr (GError) missing = NULL;
  g_autoptr (GError) early = NULL;

  g_assert_false (reconcile (fixture, &early));
  g_assert_error (early, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_READY);

  expect_connect (fixture);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_chunk (fixture->server, STATUS ("busy"), 0);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, NULL));
  fake_http_server_expect (fixture->server, "GET", "/session/status", 200, "[]");
  g_assert_false (reconcile (fixture, &wrong));
  g_assert_error (wrong, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);

  fake_http_server_expect (fixture->server, "GET", "/session/status", 200, "{}");
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/message", 404, "{}");
  g_assert_false (reconcile (fixture, &missing));
  g_assert_error (missing, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_FOUND);

  /* The stream goes on as if nothing had been. */
  fake_http_server_release (fixture->server);
  while (fixture->events->len == 0)
    g_main_context_iteration (NULL, TRUE);
  assert_kinds (fixture, kinds, G_N_ELEMENTS (kinds));
}

/* The last answer of a reconcile comes slowly, and the stream tells of the end meanwhile. */
static void
start_slow_reconcile (Fixture *fixture, GAsyncResult **result)
{
  fake_http_server_expect (fixture->server,
                           "GET",
                           "/session/status",
                           200,
                           "{\"ses_1\":{\"type\":\"busy\"}}");
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/message", 200, "[]");
  fake_http_server_expect (fixture->server, "GET", "/session/ses_1/todo", 200, "[]");
  fake_http_server_expect (fixture->server, "GET", "/permission", 200, "[]");
  fake_http_server_expect (fixture->server, "GET", "/question", 200, NULL);
  fake_http_server_set_content_type (fixture->server, "application/json");
  fake_http_server_add_chunk (fixture->server, "[]", 400);
  ship_agent_reconcile_async (fixture->agent,
                              "ses_1",
                              fixture->cancellable,
                              ship_test_keep_result,
                              result);
}

static void
test_reconcile_holds (Fixture *fixture, gconstpointer data)
{
  static const ShipAgentEventKind kinds[] = { SHIP_AGENT_EVENT_TODOS, SHIP_AGENT_EVENT_STATUS };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  ShipAgentEvent *status;

  expect_connect (fixture);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_chunk (fixture->server, STATUS ("busy") STATUS ("idle"), 0);
  fake_http_server_add_hang (fixture->server);
  g_assert_true (connect (fixture, &error));
  start_slow_reconcile (fixture, &result);
  g_assert_false (reconcile (fixture, &second));
  g_assert_error (second, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_BUSY);
  wait_for_requests (fixture, 7);
  fake_http_server_release (fixture->server);
  g_assert_true (ship_agent_reconcile_finish (fixture->agent, ship_test_await (&result), &error));

  assert_kinds (fixture, kinds, G_N_ELEMENTS (kinds));
  status = fixture->events->pdata[1];
  g_assert_cmpint (status->status, ==, SHIP_AGENT_STATUS_IDLE);
}

static void
test_reconcile_lost (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  expect_connect (fixture);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_chunk (fixture->server, STATUS ("idle"), 0);
  fake_http_server_add_cut (fixture->server);
  g_assert_true (connect (fixture, NULL));
  start_slow_reconcile (fixture, &result);
  wait_for_requests (fixture, 7);
  fake_http_server_release (fixture->server);
  g_assert_false (ship_agent_reconcile_finish (fixture->agent, ship_test_await (&result), &error));

  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);
  g_assert_cmpuint (fixture->n_lost, ==, 1);
  g_assert_cmpuint (fixture->events->len, ==, 0);
}

static void
test_reconcile_disconnected (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  connect_and_stay (fixture);
  start_slow_reconcile (fixture, &result);
  wait_for_requests (fixture, 7);
  ship_agent_disconnect (fixture->agent);
  g_assert_false (ship_agent_reconcile_finish (fixture->agent, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->events->len, ==, 0);

  /* A handler that ends the link in the middle of the replay hears no more. */
  g_clear_object (&result);
  g_clear_error (&error);
  connect_and_stay (fixture);
  fixture->disconnects_at_event = TRUE;
  expect_reconcile (fixture, "{}", MESSAGES);
  g_assert_false (reconcile (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (fixture->events->len, ==, 1);
}

/* Cancelling in the middle. */

static gboolean
cancel_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  if (fake_http_server_get_n_left (fixture->server) > 0)
    return G_SOURCE_CONTINUE;
  g_cancellable_cancel (fixture->cancellable);

  return G_SOURCE_REMOVE;
}

/* As soon as everything that was expected has been asked. */
static void
cancel_soon (Fixture *fixture)
{
  g_timeout_add (20, cancel_cb, fixture);
}

static void
test_cancel_connect (Fixture *fixture, gconstpointer data)
{
  int step = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;

  if (step == 0)
    fake_http_server_expect_hang (fixture->server, "GET", "/global/health");
  if (step >= 1)
    expect_health (fixture);
  if (step == 1)
    fake_http_server_expect_hang (fixture->server, "GET", "/event");
  if (step == 2)
    {
      expect_stream (fixture);
      fake_http_server_add_chunk (fixture->server, ":\n\n", 0);
      fake_http_server_add_hang (fixture->server);
    }
  cancel_soon (fixture);
  g_assert_false (connect (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Nothing is left that would keep another connect from working. */
  settle ();
  g_cancellable_reset (fixture->cancellable);
  connect_and_stay (fixture);
  g_assert_cmpuint (fixture->n_lost, ==, 0);
}

static void
test_cancel_before_connect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (fixture->cancellable);
  g_assert_false (connect (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
disconnect_cb (gpointer user_data)
{
  Fixture *fixture = user_data;

  if (fake_http_server_get_n_left (fixture->server) > 0)
    return G_SOURCE_CONTINUE;
  ship_agent_disconnect (fixture->agent);

  return G_SOURCE_REMOVE;
}

static void
test_disconnect_in_connect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  fake_http_server_expect_hang (fixture->server, "GET", "/global/health");
  g_timeout_add (20, disconnect_cb, fixture);
  g_assert_false (connect (fixture, &first));
  g_assert_error (first, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  expect_health (fixture);
  expect_stream (fixture);
  fake_http_server_add_chunk (fixture->server, ":\n\n", 0);
  fake_http_server_add_hang (fixture->server);
  g_timeout_add (20, disconnect_cb, fixture);
  g_assert_false (connect (fixture, &second));
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  connect_and_stay (fixture);
}

static void
test_cancel_requests (Fixture *fixture, gconstpointer data)
{
  static const char *const answers[] = { "a", NULL };
  ShipAgentPrompt          what = { .text = "x", .provider = "p", .model = "m", .mode = "build" };
  GError                  *errors[6] = { NULL };

  fake_http_server_expect_hang (fixture->server, "POST", "/session");
  cancel_soon (fixture);
  g_assert_null (open_session (fixture, NULL, NULL, &errors[0]));
  g_cancellable_reset (fixture->cancellable);

  fake_http_server_expect_hang (fixture->server, "GET", "/session/ses_1");
  cancel_soon (fixture);
  g_assert_null (open_session (fixture, "ses_1", NULL, &errors[1]));
  g_cancellable_reset (fixture->cancellable);

  fake_http_server_expect_hang (fixture->server, "POST", "/session/ses_1/prompt_async");
  cancel_soon (fixture);
  g_assert_false (prompt (fixture, &what, &errors[2]));
  g_cancellable_reset (fixture->cancellable);

  fake_http_server_expect_hang (fixture->server, "POST", "/session/ses_1/abort");
  cancel_soon (fixture);
  g_assert_false (abort_session (fixture, &errors[3]));
  g_cancellable_reset (fixture->cancellable);

  fake_http_server_expect_hang (fixture->server, "POST", "/permission/per_1/reply");
  cancel_soon (fixture);
  g_assert_false (answer_permission (fixture, TRUE, NULL, &errors[4]));
  g_cancellable_reset (fixture->cancellable);

  fake_http_server_expect_hang (fixture->server, "POST", "/question/que_1/reply");
  cancel_soon (fixture);
  g_assert_false (answer_question (fixture, answers, &errors[5]));

  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_assert_error (errors[i], G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_error_free (errors[i]);
    }
}

/* At each of its five requests. */
static void
test_cancel_reconcile (Fixture *fixture, gconstpointer data)
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

  connect_and_stay (fixture);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (GError) error = NULL;

      for (gsize k = 0; k < i; k++)
        fake_http_server_expect (fixture->server, "GET", steps[k].path, 200, steps[k].body);
      fake_http_server_expect_hang (fixture->server, "GET", steps[i].path);
      cancel_soon (fixture);
      g_assert_false (reconcile (fixture, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_cancellable_reset (fixture->cancellable);
    }
  g_assert_cmpuint (fixture->events->len, ==, 0);
}

static void
add (const char *name, void (*func) (Fixture *fixture, gconstpointer data), int data)
{
  g_autofree char *path = g_strconcat ("/opencode-agent/", name, NULL);

  g_test_add (path, Fixture, GINT_TO_POINTER (data), set_up, func, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("connect", test_connect, 0);
  add ("connect/waits", test_connect_waits, 0);
  add ("connect/nobody", test_connect_nobody, 0);
  add ("connect/late", test_connect_late, 0);
  add ("connect/refused", test_connect_refused, 0);
  add ("connect/no-stream", test_connect_no_stream, 0);
  add ("connect/first-event", test_connect_first_event, 0);
  add ("connect/twice-at-once", test_connect_twice_at_once, 0);
  add ("stream/events", test_events, 0);
  add ("stream/first-piece", test_first_piece, 0);
  add ("stream/lost-and-again", test_lost_and_again, 0);
  add ("stream/silence", test_silence, 0);
  add ("stream/heartbeat", test_heartbeat, 0);
  add ("stream/silent-after-disconnect", test_silent_after_disconnect, 0);
  add ("requests/open-session", test_open_session, 0);
  add ("requests/open-session-fails", test_open_session_fails, 0);
  add ("requests/prompt", test_prompt, 0);
  add ("requests/answers", test_answers, 0);
  add ("requests/refusals", test_refusals, 0);
  add ("reconcile/busy", test_reconcile_busy, 0);
  add ("reconcile/idle", test_reconcile_idle, 0);
  add ("reconcile/pages", test_reconcile_pages, 0);
  add ("reconcile/odd", test_reconcile_odd, 0);
  add ("reconcile/fails", test_reconcile_fails, 0);
  add ("reconcile/holds", test_reconcile_holds, 0);
  add ("reconcile/lost", test_reconcile_lost, 0);
  add ("reconcile/disconnected", test_reconcile_disconnected, 0);
  add ("cancel/connect/health", test_cancel_connect, 0);
  add ("cancel/connect/stream", test_cancel_connect, 1);
  add ("cancel/connect/first-event", test_cancel_connect, 2);
  add ("cancel/connect/before", test_cancel_before_connect, 0);
  add ("cancel/connect/disconnect", test_disconnect_in_connect, 0);
  add ("cancel/requests", test_cancel_requests, 0);
  add ("cancel/reconcile", test_cancel_reconcile, 0);

  return g_test_run ();
}
