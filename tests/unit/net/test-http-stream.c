/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-http-server.h"
#include "net/ship-http-client.h"
#include "ship-test.h"

/* ship_http_client_open_async(): the headers, and the body as a stream. */

typedef struct
{
  FakeHttpServer *server; /* (owned) */
  ShipHttpClient *client; /* (owned) */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->server = fake_http_server_new ();
  fixture->client = ship_http_client_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_assert_cmpuint (fake_http_server_get_n_left (fixture->server), ==, 0);
  g_assert_finalize_object (fixture->client);
  g_assert_finalize_object (fixture->server);
}

static ShipHttpRequest *
request_for (Fixture *fixture, const char *path)
{
  g_autofree char *uri = g_strconcat (fake_http_server_get_base_uri (fixture->server), path, NULL);

  return ship_http_request_new ("GET", uri);
}

static ShipHttpResponse *
open_stream (Fixture *fixture, ShipHttpRequest *request, GInputStream **stream, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_http_client_open_async (fixture->client, request, NULL, ship_test_keep_result, &result);
  return ship_http_client_open_finish (fixture->client, ship_test_await (&result), stream, error);
}

static char *
read_some (GInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_input_stream_read_bytes_async (stream, 4096, 0, cancellable, ship_test_keep_result, &result);
  bytes = g_input_stream_read_bytes_finish (stream, ship_test_await (&result), error);
  return bytes != NULL ? g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes))
                       : NULL;
}

static void
assert_reads (GInputStream *stream, const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = read_some (stream, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, expected);
}

/* Each piece arrives before the next is sent: nothing on the way waits for more. */
static void
test_prompt (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  fake_http_server_set_content_type (fixture->server, "text/event-stream");
  fake_http_server_add_chunk (fixture->server, "one", 0);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_chunk (fixture->server, "two", 0);
  fake_http_server_add_wait (fixture->server);
  fake_http_server_add_chunk (fixture->server, "three", 0);

  response = open_stream (fixture, request_for (fixture, "/x"), &stream, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_null (response->body);
  g_assert_cmpstr (ship_http_response_get_header (response, "content-type"),
                   ==,
                   "text/event-stream");
  assert_reads (stream, "one");
  fake_http_server_release (fixture->server);
  assert_reads (stream, "two");
  fake_http_server_release (fixture->server);
  assert_reads (stream, "three");
  assert_reads (stream, "");
}

static void
test_error_status (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  fake_http_server_expect (fixture->server, "GET", "/x", 429, "{\"slow\":true}");
  fake_http_server_add_header (fixture->server, "Retry-After", "7");
  response = open_stream (fixture, request_for (fixture, "/x"), &stream, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->status, ==, 429);
  g_assert_cmpstr (ship_http_response_get_header (response, "retry-after"), ==, "7");
  assert_reads (stream, "{\"slow\":true}");
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;
  g_autofree char *text = NULL;

  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "one", 0);
  fake_http_server_add_cut (fixture->server);
  response = open_stream (fixture, request_for (fixture, "/x"), &stream, &error);
  g_assert_no_error (error);
  assert_reads (stream, "one");
  text = read_some (stream, NULL, &error);
  g_assert_null (text);
  g_assert_error (error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_UNREACHABLE);
}

/* The time-out is for the headers only. */
static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  ShipHttpRequest *request = request_for (fixture, "/x");
  g_autoptr (GAsyncResult) result = NULL; /* kept, and with it whatever still runs */
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  fake_http_server_expect_hang (fixture->server, "GET", "/x");
  ship_http_request_set_timeout (request, 1);
  g_assert_null (open_stream (fixture, request, &stream, &error));
  g_assert_error (error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_TIMED_OUT);
  g_assert_null (stream);
  g_clear_error (&error);

  request = request_for (fixture, "/y");
  fake_http_server_expect (fixture->server, "GET", "/y", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "one", 0);
  fake_http_server_add_chunk (fixture->server, "two", 1500);
  ship_http_request_set_timeout (request, 1);
  ship_http_client_open_async (fixture->client, request, NULL, ship_test_keep_result, &result);
  response =
    ship_http_client_open_finish (fixture->client, ship_test_await (&result), &stream, &error);
  g_assert_no_error (error);
  assert_reads (stream, "one");
  assert_reads (stream, "two");
  assert_reads (stream, "");
}

static void
test_cancelled_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  fake_http_server_expect_hang (fixture->server, "GET", "/x");
  ship_http_client_open_async (fixture->client,
                               request_for (fixture, "/x"),
                               cancellable,
                               ship_test_keep_result,
                               &result);
  while (fake_http_server_get_n_requests (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_null (
    ship_http_client_open_finish (fixture->client, ship_test_await (&result), &stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (stream);
}

/* A stream that was opened and never fetched is closed with its result. */
static void
test_cancelled_after (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "one", 0);
  fake_http_server_add_hang (fixture->server);
  ship_http_client_open_async (fixture->client,
                               request_for (fixture, "/x"),
                               cancellable,
                               ship_test_keep_result,
                               &result);
  ship_test_await (&result);
  g_cancellable_cancel (cancellable);
  g_assert_null (ship_http_client_open_finish (fixture->client, result, &stream, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (stream);
  g_clear_object (&result);
  while (fake_http_server_get_n_aborted (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_cancelled_read (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "one", 0);
  fake_http_server_add_hang (fixture->server);
  response = open_stream (fixture, request_for (fixture, "/x"), &stream, &error);
  g_assert_no_error (error);
  assert_reads (stream, "one");
  g_input_stream_read_bytes_async (stream, 4096, 0, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (g_input_stream_read_bytes_finish (stream, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Dropping the stream closes the connection. */
  g_clear_object (&result);
  g_clear_object (&stream);
  while (fake_http_server_get_n_aborted (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/net/http-stream/prompt", test_prompt);
  add_test ("/net/http-stream/error-status", test_error_status);
  add_test ("/net/http-stream/cut", test_cut);
  add_test ("/net/http-stream/timeout", test_timeout);
  add_test ("/net/http-stream/cancelled-open", test_cancelled_open);
  add_test ("/net/http-stream/cancelled-after", test_cancelled_after);
  add_test ("/net/http-stream/cancelled-read", test_cancelled_read);
  return g_test_run ();
}
