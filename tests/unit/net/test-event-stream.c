/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-http-server.h"
#include "net/ship-event-stream.h"
#include "net/ship-http-client.h"
#include "ship-test.h"

typedef struct
{
  ShipEventStream *stream; /* (owned) (nullable) */
  GString         *log;    /* (owned) */
  GError          *error;  /* (owned) (nullable) */
  guint            n_closed;
  const char      *stop_at; /* (nullable): the data at which the handler stops the stream */
  const char      *drop_at; /* (nullable): … drops the last reference to it */
} Fixture;

static void
event_cb (ShipEventStream *stream,
          const char      *event,
          const char      *data,
          const char      *id,
          gpointer         user_data)
{
  Fixture *fixture = user_data;

  g_string_append_printf (fixture->log, "[%s|%s|%s]", event, data, id != NULL ? id : "-");
  if (g_strcmp0 (data, fixture->stop_at) == 0)
    ship_event_stream_stop (stream);
  if (g_strcmp0 (data, fixture->drop_at) == 0)
    g_clear_object (&fixture->stream);
}

static void
closed_cb (ShipEventStream *stream, const GError *error, gpointer user_data)
{
  Fixture *fixture = user_data;

  fixture->n_closed++;
  if (error != NULL)
    fixture->error = g_error_copy (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->log = g_string_new (NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  if (fixture->stream != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->stream));
  g_string_free (fixture->log, TRUE);
  g_clear_error (&fixture->error);
}

static void
start (Fixture *fixture, GInputStream *input, gsize max_event_size)
{
  fixture->stream = ship_event_stream_new (input, max_event_size);
  g_signal_connect (fixture->stream, "event", G_CALLBACK (event_cb), fixture);
  g_signal_connect (fixture->stream, "closed", G_CALLBACK (closed_cb), fixture);
  ship_event_stream_start (fixture->stream);
}

static void
start_text (Fixture *fixture, const char *text, gsize max_event_size)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data (text, -1, NULL);

  start (fixture, input, max_event_size);
}

static void
run_until_closed (Fixture *fixture)
{
  while (fixture->n_closed == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
run_until_idle (void)
{
  for (guint i = 0; i < 1000; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
test_to_the_end (Fixture *fixture, gconstpointer data)
{
  gint64 before = g_get_monotonic_time ();

  start_text (fixture, "data: a\n\nevent: b\nid: 1\ndata: c\n\ndata: unfinished", 1024);
  run_until_closed (fixture);
  run_until_idle ();
  g_assert_cmpstr (fixture->log->str, ==, "[message|a|-][b|c|1]");
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->n_closed, ==, 1);
  g_assert_cmpint (ship_event_stream_get_last_activity (fixture->stream), >=, before);
}

static void
test_too_large (Fixture *fixture, gconstpointer data)
{
  start_text (fixture, "data: a\n\ndata: 0123456789abcdef\n\ndata: b\n\n", 16);
  run_until_closed (fixture);
  run_until_idle ();
  g_assert_cmpstr (fixture->log->str, ==, "[message|a|-]");
  g_assert_error (fixture->error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_TOO_LARGE);
  g_assert_cmpuint (fixture->n_closed, ==, 1);
}

static void
test_stopped_by_handler (Fixture *fixture, gconstpointer data)
{
  fixture->stop_at = "b";
  start_text (fixture, "data: a\n\ndata: b\n\ndata: c\n\n", 1024);
  run_until_idle ();
  g_assert_cmpstr (fixture->log->str, ==, "[message|a|-][message|b|-]");
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

static void
test_dropped_by_handler (Fixture *fixture, gconstpointer data)
{
  fixture->drop_at = "a";
  start_text (fixture, "data: a\n\n", 1024);
  run_until_idle ();
  g_assert_cmpstr (fixture->log->str, ==, "[message|a|-]");
  g_assert_null (fixture->stream);
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

static void
test_stopped_before_start (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GInputStream) input = g_memory_input_stream_new_from_data ("data: a\n\n", -1, NULL);

  fixture->stream = ship_event_stream_new (input, 1024);
  g_signal_connect (fixture->stream, "closed", G_CALLBACK (closed_cb), fixture);
  ship_event_stream_stop (fixture->stream);
  ship_event_stream_start (fixture->stream);
  run_until_idle ();
  g_assert_cmpuint (fixture->n_closed, ==, 0);
}

/* Over HTTP. */

typedef struct
{
  Fixture         fixture;
  FakeHttpServer *server; /* (owned) */
  ShipHttpClient *client; /* (owned) */
} HttpFixture;

static void
http_set_up (HttpFixture *http, gconstpointer data)
{
  set_up (&http->fixture, data);
  http->server = fake_http_server_new ();
  http->client = ship_http_client_new ();
  fake_http_server_expect (http->server, "GET", "/event", 200, NULL);
  fake_http_server_set_content_type (http->server, "text/event-stream");
}

static void
http_tear_down (HttpFixture *http, gconstpointer data)
{
  tear_down (&http->fixture, data);
  g_assert_cmpuint (fake_http_server_get_n_left (http->server), ==, 0);
  g_assert_finalize_object (http->client);
  g_assert_finalize_object (http->server);
}

static void
http_start (HttpFixture *http)
{
  g_autofree char *uri = g_strconcat (fake_http_server_get_base_uri (http->server), "/event", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) input = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  ship_http_client_open_async (http->client,
                               ship_http_request_new ("GET", uri),
                               NULL,
                               ship_test_keep_result,
                               &result);
  response = ship_http_client_open_finish (http->client, ship_test_await (&result), &input, &error);
  g_assert_no_error (error);
  start (&http->fixture, input, 1024);
}

static void
http_run_until (HttpFixture *http, const char *log)
{
  while (!g_str_equal (http->fixture.log->str, log))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_http (HttpFixture *http, gconstpointer data)
{
  fake_http_server_add_chunk (http->server, "data: a\n\nda", 0);
  fake_http_server_add_wait (http->server);
  fake_http_server_add_chunk (http->server, "ta: b\n\n", 10);
  http_start (http);
  http_run_until (http, "[message|a|-]");
  fake_http_server_release (http->server);
  run_until_closed (&http->fixture);
  g_assert_cmpstr (http->fixture.log->str, ==, "[message|a|-][message|b|-]");
  g_assert_no_error (http->fixture.error);
}

static void
test_http_cut (HttpFixture *http, gconstpointer data)
{
  fake_http_server_add_chunk (http->server, "data: a\n\ndata: b", 0);
  fake_http_server_add_cut (http->server);
  http_start (http);
  run_until_closed (&http->fixture);
  g_assert_cmpstr (http->fixture.log->str, ==, "[message|a|-]");
  g_assert_error (http->fixture.error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_UNREACHABLE);
}

/* Stopped, or simply dropped, in the middle of a read: the server sees the connection end, and no
 * signal comes. */
static void
test_http_stopped (HttpFixture *http, gconstpointer drop)
{
  fake_http_server_add_chunk (http->server, "data: a\n\n", 0);
  fake_http_server_add_hang (http->server);
  http_start (http);
  http_run_until (http, "[message|a|-]");
  if (drop != NULL)
    {
      g_assert_finalize_object (g_steal_pointer (&http->fixture.stream));
    }
  else
    {
      ship_event_stream_stop (http->fixture.stream);
      run_until_idle ();
      g_clear_object (&http->fixture.stream);
    }
  while (fake_http_server_get_n_aborted (http->server) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (http->fixture.n_closed, ==, 0);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)
#define add_http_test(path, data, func)                                                            \
  g_test_add (path, HttpFixture, data, http_set_up, func, http_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/net/event-stream/to-the-end", test_to_the_end);
  add_test ("/net/event-stream/too-large", test_too_large);
  add_test ("/net/event-stream/stopped-by-handler", test_stopped_by_handler);
  add_test ("/net/event-stream/dropped-by-handler", test_dropped_by_handler);
  add_test ("/net/event-stream/stopped-before-start", test_stopped_before_start);
  add_http_test ("/net/event-stream/http", NULL, test_http);
  add_http_test ("/net/event-stream/http-cut", NULL, test_http_cut);
  add_http_test ("/net/event-stream/http-stopped", NULL, test_http_stopped);
  add_http_test ("/net/event-stream/http-dropped", "yes", test_http_stopped);
  return g_test_run ();
}
