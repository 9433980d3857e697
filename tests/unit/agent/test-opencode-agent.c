/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "opencode-house.h"
#include "ship-test.h"

/* The link to OpenCode: connecting, its event stream, and the ends of both. */

/* Connecting. */

static void
test_connect (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_agent_get_version (house->agent));
  opencode_house_expect_connect (house);
  fake_http_server_require_header (house->server, "Authorization", AUTHORIZATION);
  fake_http_server_require_header (house->server, "x-opencode-directory", ESCAPED_DIRECTORY);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  g_assert_no_error (error);

  g_assert_cmpstr (ship_agent_get_version (house->agent), ==, "1.18.33");
  g_assert_cmpint (ship_agent_get_last_activity (house->agent), >, 0);
  g_assert_cmpuint (house->events->len, ==, 0);
}

/* A server that is starting: it cuts, fails, hangs, and then is there; its stream hangs first, too.
 */
static void
test_connect_waits (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* Less than the time-out of an ordinary request: a hang must be given up long before. */
  ship_opencode_agent_set_limits (house->agent, 15000, 15000);
  fake_http_server_expect_cut (house->server, "GET", "/global/health");
  fake_http_server_expect (house->server, "GET", "/global/health", 503, NULL);
  fake_http_server_expect_hang (house->server, "GET", "/global/health");
  opencode_house_expect_health (house);
  fake_http_server_expect_cut (house->server, "GET", "/event");
  opencode_house_expect_connect (house);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  g_assert_no_error (error);
}

static void
test_connect_nobody (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&house->server);
  ship_opencode_agent_set_limits (house->agent, 600, 1000);
  g_assert_false (opencode_house_connect (house, &error));
  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_NOT_READY);
  g_assert_cmpuint (house->n_lost, ==, 0);
}

/* It begins to listen only after the client began to ask. */
static gboolean
start_server_cb (gpointer user_data)
{
  OpencodeHouse *house = user_data;

  house->server = fake_http_server_new_for_socket (house->socket);
  opencode_house_expect_connect (house);
  fake_http_server_add_hang (house->server);

  return G_SOURCE_REMOVE;
}

static void
test_connect_late (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_clear_object (&house->server);
  g_timeout_add (300, start_server_cb, house);
  g_assert_true (opencode_house_connect (house, &error));
  g_assert_no_error (error);
}

static void
test_connect_refused (OpencodeHouse *house, gconstpointer data)
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

      fake_http_server_expect (house->server,
                               "GET",
                               "/global/health",
                               table[i].status,
                               table[i].body);
      fake_http_server_set_content_type (house->server, table[i].type);
      g_assert_false (opencode_house_connect (house, &error));
      g_assert_error (error, SHIP_AGENT_ERROR, (int) table[i].code);
      g_assert_cmpuint (fake_http_server_get_n_left (house->server), ==, 0);
    }
}

/* The configuration may be broken for this directory only. */
static void
test_connect_no_stream (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) refused = NULL;
  g_autoptr (GError) page = NULL;

  opencode_house_expect_health (house);
  fake_http_server_expect (house->server,
                           "GET",
                           "/event",
                           400,
                           "{\"name\":\"ConfigInvalidError\",\"data\":{\"path\":\"SECRET\"}}");
  g_assert_false (opencode_house_connect (house, &refused));
  g_assert_error (refused, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_REFUSED);
  g_assert_null (strstr (refused->message, "SECRET"));

  opencode_house_expect_health (house);
  fake_http_server_expect (house->server, "GET", "/event", 200, "<html>");
  fake_http_server_set_content_type (house->server, "text/html");
  g_assert_false (opencode_house_connect (house, &page));
  g_assert_error (page, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);
}

static void
test_connect_first_event (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) other = NULL;
  g_autoptr (GError) ended = NULL;

  opencode_house_expect_health (house);
  opencode_house_expect_stream (house);
  fake_http_server_add_chunk (house->server, STATUS ("busy"), 0);
  fake_http_server_add_hang (house->server);
  g_assert_false (opencode_house_connect (house, &other));
  g_assert_error (other, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_PROTOCOL);

  opencode_house_expect_health (house);
  opencode_house_expect_stream (house);
  fake_http_server_add_chunk (house->server, ": nothing\n\n", 0);
  g_assert_false (opencode_house_connect (house, &ended));
  g_assert_error (ended, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);

  opencode_house_settle ();
  g_assert_cmpuint (house->events->len, ==, 0);
  g_assert_cmpuint (house->n_lost, ==, 0);
}

static void
test_connect_twice_at_once (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GError) error = NULL;

  opencode_house_expect_connect (house);
  fake_http_server_add_hang (house->server);
  ship_agent_connect_async (house->agent, NULL, ship_test_keep_result, &first);
  g_assert_false (opencode_house_connect (house, &error));
  g_assert_error (error, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_BUSY);
  g_assert_true (ship_agent_connect_finish (house->agent, ship_test_await (&first), NULL));
}

/* The stream. */

static void
test_events (OpencodeHouse *house, gconstpointer data)
{
  ShipAgentEvent *first, *second, *third;
  g_autoptr (GError) error = NULL;

  opencode_house_expect_connect (house);
  fake_http_server_add_chunk (house->server, STATUS ("busy"), 0);
  fake_http_server_add_chunk (house->server, "data: {\"type\":\"server.heartbeat\"}\n\n", 0);
  fake_http_server_add_chunk (house->server, "data: {\"type\":\"brand.new\"}\n\n", 0);
  fake_http_server_add_chunk (house->server, "data: not JSON\n\n", 0);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  while (house->events->len < 3)
    g_main_context_iteration (NULL, TRUE);
  opencode_house_settle ();

  g_assert_cmpuint (house->events->len, ==, 3);
  first = house->events->pdata[0];
  second = house->events->pdata[1];
  third = house->events->pdata[2];
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
test_first_piece (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  opencode_house_expect_health (house);
  opencode_house_expect_stream (house);
  fake_http_server_add_chunk (house->server, CONNECTED STATUS ("busy") STATUS ("idle"), 0);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  while (house->events->len < 2)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_lost_and_again (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  opencode_house_expect_connect (house);
  fake_http_server_add_wait (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  fake_http_server_release (house->server);
  while (house->n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
  opencode_house_settle ();
  g_assert_cmpuint (house->n_lost, ==, 1);
  g_assert_error (house->lost, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST);

  opencode_house_expect_connect (house);
  fake_http_server_add_wait (house->server);
  fake_http_server_add_cut (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  fake_http_server_release (house->server);
  while (house->n_lost == 1)
    g_main_context_iteration (NULL, TRUE);
  opencode_house_settle ();
  g_assert_cmpuint (house->n_lost, ==, 2);
}

static void
test_silence (OpencodeHouse *house, gconstpointer data)
{
  ship_opencode_agent_set_limits (house->agent, 10000, 200);
  opencode_house_connect_and_stay (house);
  while (house->n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
  opencode_house_settle ();
  g_assert_cmpuint (house->n_lost, ==, 1);
  g_assert_error (house->lost, SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_SILENT);
  g_assert_cmpuint (fake_http_server_get_n_aborted (house->server), ==, 1);
}

/* Bytes that are no event are a sign of life, too: together these pauses are longer than the limit.
 */
static void
test_heartbeat (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 start;

  ship_opencode_agent_set_limits (house->agent, 10000, 1000);
  opencode_house_expect_connect (house);
  for (int i = 0; i < 6; i++)
    fake_http_server_add_chunk (house->server, ":\n\n", 250);
  fake_http_server_add_chunk (house->server, STATUS ("idle"), 0);
  fake_http_server_add_hang (house->server);
  g_assert_true (opencode_house_connect (house, &error));
  start = ship_agent_get_last_activity (house->agent);
  while (house->n_lost == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (house->events->len, ==, 1);
  g_assert_cmpint (ship_agent_get_last_activity (house->agent), >, start);
}

static void
test_silent_after_disconnect (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  opencode_house_expect_connect (house);
  fake_http_server_add_wait (house->server);
  fake_http_server_add_chunk (house->server, STATUS ("busy"), 0);
  g_assert_true (opencode_house_connect (house, &error));
  ship_agent_disconnect (house->agent);
  fake_http_server_release (house->server);
  opencode_house_settle ();
  g_assert_cmpuint (house->events->len, ==, 0);
  g_assert_cmpuint (house->n_lost, ==, 0);

  /* And from within a handler. */
  house->disconnects_at_event = TRUE;
  opencode_house_expect_health (house);
  opencode_house_expect_stream (house);
  fake_http_server_add_chunk (house->server, CONNECTED STATUS ("busy") STATUS ("idle"), 0);
  g_assert_true (opencode_house_connect (house, &error));
  opencode_house_settle ();
  g_assert_cmpuint (house->events->len, ==, 1);
  g_assert_cmpuint (house->n_lost, ==, 0);
}

/* Cancelling in the middle. */

static void
test_cancel_connect (OpencodeHouse *house, gconstpointer data)
{
  int step = GPOINTER_TO_INT (data);
  g_autoptr (GError) error = NULL;

  if (step == 0)
    fake_http_server_expect_hang (house->server, "GET", "/global/health");
  if (step >= 1)
    opencode_house_expect_health (house);
  if (step == 1)
    fake_http_server_expect_hang (house->server, "GET", "/event");
  if (step == 2)
    {
      opencode_house_expect_stream (house);
      fake_http_server_add_chunk (house->server, ":\n\n", 0);
      fake_http_server_add_hang (house->server);
    }
  opencode_house_cancel_soon (house);
  g_assert_false (opencode_house_connect (house, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Nothing is left that would keep another connect from working. */
  opencode_house_settle ();
  g_cancellable_reset (house->cancellable);
  opencode_house_connect_and_stay (house);
  g_assert_cmpuint (house->n_lost, ==, 0);
}

static void
test_cancel_before_connect (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (house->cancellable);
  g_assert_false (opencode_house_connect (house, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static gboolean
disconnect_cb (gpointer user_data)
{
  OpencodeHouse *house = user_data;

  if (fake_http_server_get_n_left (house->server) > 0)
    return G_SOURCE_CONTINUE;
  ship_agent_disconnect (house->agent);

  return G_SOURCE_REMOVE;
}

static void
test_disconnect_in_connect (OpencodeHouse *house, gconstpointer data)
{
  g_autoptr (GError) first = NULL;
  g_autoptr (GError) second = NULL;

  fake_http_server_expect_hang (house->server, "GET", "/global/health");
  g_timeout_add (20, disconnect_cb, house);
  g_assert_false (opencode_house_connect (house, &first));
  g_assert_error (first, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  opencode_house_expect_health (house);
  opencode_house_expect_stream (house);
  fake_http_server_add_chunk (house->server, ":\n\n", 0);
  fake_http_server_add_hang (house->server);
  g_timeout_add (20, disconnect_cb, house);
  g_assert_false (opencode_house_connect (house, &second));
  g_assert_error (second, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  opencode_house_connect_and_stay (house);
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
  add ("cancel/connect/health", test_cancel_connect, 0);
  add ("cancel/connect/stream", test_cancel_connect, 1);
  add ("cancel/connect/first-event", test_cancel_connect, 2);
  add ("cancel/connect/before", test_cancel_before_connect, 0);
  add ("cancel/connect/disconnect", test_disconnect_in_connect, 0);

  return g_test_run ();
}
