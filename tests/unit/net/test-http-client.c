/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fake-http-server.h"
#include "net/ship-http-client.h"
#include "ship-test.h"

#include <glib/gstdio.h>

/* ship_http_client_send_async(): the whole answer at once. */

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
request_for (Fixture *fixture, const char *method, const char *path)
{
  g_autofree char *uri = g_strconcat (fake_http_server_get_base_uri (fixture->server), path, NULL);

  return ship_http_request_new (method, uri);
}

static ShipHttpResponse *
send (ShipHttpClient *client, ShipHttpRequest *request, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_http_client_send_async (client, request, NULL, ship_test_keep_result, &result);
  return ship_http_client_send_finish (client, ship_test_await (&result), error);
}

static void
assert_body (ShipHttpResponse *response, const char *expected)
{
  g_assert_cmpmem (g_bytes_get_data (response->body, NULL),
                   g_bytes_get_size (response->body),
                   expected,
                   strlen (expected));
}

static void
test_get (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;
  ShipHttpRequest *request = request_for (fixture, "GET", "/x?q=1");

  fake_http_server_expect (fixture->server, "GET", "/x", 200, "{\"a\":1}");
  fake_http_server_require_query (fixture->server, "q=1");
  fake_http_server_require_header (fixture->server, "Authorization", "Bearer k");
  fake_http_server_require_header (fixture->server, "Accept-Encoding", NULL);
  fake_http_server_require_header (fixture->server, "Cookie", NULL);
  fake_http_server_add_header (fixture->server, "X-Twice", "1");
  fake_http_server_add_header (fixture->server, "X-Twice", "2");
  fake_http_server_add_header (fixture->server, "Set-Cookie", "a=b");

  ship_http_request_set_header (request, "Authorization", "Bearer old");
  ship_http_request_set_header (request, "Authorization", "Bearer k");
  response = send (fixture->client, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->status, ==, 200);
  assert_body (response, "{\"a\":1}");
  g_assert_cmpstr (ship_http_response_get_header (response, "content-type"),
                   ==,
                   "application/json");
  g_assert_cmpstr (ship_http_response_get_header (response, "x-twice"), ==, "1, 2");
  g_assert_null (ship_http_response_get_header (response, "x-missing"));

  /* The cookie does not come back. */
  fake_http_server_expect (fixture->server, "GET", "/y", 200, "{}");
  fake_http_server_require_header (fixture->server, "Cookie", NULL);
  g_clear_pointer (&response, ship_http_response_free);
  response = send (fixture->client, request_for (fixture, "GET", "/y"), &error);
  g_assert_no_error (error);
}

static void
test_post (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"p\":\"ü\"}", 10);
  ShipHttpRequest *request = request_for (fixture, "POST", "/x");

  fake_http_server_expect (fixture->server, "POST", "/x", 201, "");
  fake_http_server_require_header (fixture->server, "Content-Type", "application/json");
  fake_http_server_require_body (fixture->server, "{\"p\":\"ü\"}");
  ship_http_request_set_body (request, "application/json", body);
  response = send (fixture->client, request, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->status, ==, 201);
  assert_body (response, "");
}

/* A status is an answer, and a redirect is not followed: it could take the credentials elsewhere.
 */
static void
test_statuses (Fixture *fixture, gconstpointer data)
{
  static const guint statuses[] = { 204, 301, 302, 307, 308, 401, 403, 404, 429, 500, 503 };

  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShipHttpResponse) response = NULL;

      fake_http_server_expect (fixture->server, "GET", "/x", statuses[i], NULL);
      fake_http_server_add_header (fixture->server, "Location", "/elsewhere");
      fake_http_server_add_header (fixture->server, "WWW-Authenticate", "Basic realm=\"x\"");
      response = send (fixture->client, request_for (fixture, "GET", "/x"), &error);
      g_assert_no_error (error);
      g_assert_cmpuint (response->status, ==, statuses[i]);
      g_assert_cmpstr (ship_http_response_get_header (response, "location"), ==, "/elsewhere");
    }
}

static void
assert_fails (Fixture *fixture, ShipHttpRequest *request, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (send (fixture->client, request, &error));
  g_assert_error (error, SHIP_HTTP_ERROR, code);
}

static void
test_size (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;
  g_autofree char *body = g_strnfill (100000, 'x');
  ShipHttpRequest *request = request_for (fixture, "GET", "/x");

  fake_http_server_expect (fixture->server, "GET", "/x", 200, body);
  ship_http_request_set_max_size (request, 100000);
  response = send (fixture->client, request, &error);
  g_assert_no_error (error);
  assert_body (response, body);

  request = request_for (fixture, "GET", "/x");
  fake_http_server_expect (fixture->server, "GET", "/x", 200, body);
  ship_http_request_set_max_size (request, 99999);
  assert_fails (fixture, request, SHIP_HTTP_ERROR_TOO_LARGE);

  /* An answer without an end: the limit holds while it is being read. */
  request = request_for (fixture, "GET", "/x");
  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  for (guint i = 0; i < 50; i++)
    fake_http_server_add_chunk (fixture->server, "0123456789", 0);
  fake_http_server_add_hang (fixture->server);
  ship_http_request_set_max_size (request, 300);
  assert_fails (fixture, request, SHIP_HTTP_ERROR_TOO_LARGE);
}

static void
test_chunked (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "one", 0);
  fake_http_server_add_chunk (fixture->server, "two", 20);
  fake_http_server_add_chunk (fixture->server, "three", 0);
  response = send (fixture->client, request_for (fixture, "GET", "/x"), &error);
  g_assert_no_error (error);
  assert_body (response, "onetwothree");
}

static void
test_cut (Fixture *fixture, gconstpointer data)
{
  /* libsoup itself tries once more if a connection is cut before the answer began and it may have
   * been idle. */
  fake_http_server_expect_cut (fixture->server, "POST", "/x");
  assert_fails (fixture, request_for (fixture, "POST", "/x"), SHIP_HTTP_ERROR_UNREACHABLE);

  fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "half of", 0);
  fake_http_server_add_cut (fixture->server);
  assert_fails (fixture, request_for (fixture, "GET", "/x"), SHIP_HTTP_ERROR_UNREACHABLE);
}

static void
test_unreachable (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, 0, NULL);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autofree char *uri = NULL;

  /* A port that is taken but where nobody listens. */
  g_assert_true (g_socket_bind (socket, any, FALSE, &error));
  bound = g_socket_get_local_address (socket, &error);
  uri = g_strdup_printf ("http://127.0.0.1:%u/secret?key=hunter22",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  g_assert_null (send (fixture->client, ship_http_request_new ("GET", uri), &error));
  g_assert_error (error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_UNREACHABLE);
  g_assert_cmpint (ship_http_error_classify (error), ==, SHIP_ERROR_CLASS_RETRY);
  g_assert_nonnull (strstr (error->message, "127.0.0.1"));
  g_assert_null (strstr (error->message, "hunter22"));
}

static void
test_bad_address (Fixture *fixture, gconstpointer data)
{
  static const char *const uris[] = {
    "", "x", "ftp://x/", "http:///x", "file:///etc/passwd", "http://[::1/"
  };

  for (gsize i = 0; i < G_N_ELEMENTS (uris); i++)
    assert_fails (fixture, ship_http_request_new ("GET", uris[i]), SHIP_HTTP_ERROR_FAILED);
}

static void
test_timeout (Fixture *fixture, gconstpointer data)
{
  ShipHttpRequest *request = request_for (fixture, "GET", "/never");

  fake_http_server_expect_hang (fixture->server, "GET", "/never");
  ship_http_request_set_timeout (request, 1);
  assert_fails (fixture, request, SHIP_HTTP_ERROR_TIMED_OUT);

  /* It is for the whole exchange: an answer that begins does not stop the clock. */
  request = request_for (fixture, "GET", "/slow");
  fake_http_server_expect (fixture->server, "GET", "/slow", 200, NULL);
  fake_http_server_add_chunk (fixture->server, "first", 0);
  fake_http_server_add_hang (fixture->server);
  ship_http_request_set_timeout (request, 1);
  assert_fails (fixture, request, SHIP_HTTP_ERROR_TIMED_OUT);
}

static void
test_cancelled_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ship_http_client_send_async (fixture->client,
                               request_for (fixture, "GET", "/x"),
                               cancellable,
                               ship_test_keep_result,
                               &result);
  g_assert_null (ship_http_client_send_finish (fixture->client, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (ship_http_error_classify (error), ==, SHIP_ERROR_CLASS_CANCELLED);
  g_assert_cmpuint (fake_http_server_get_n_requests (fixture->server), ==, 0);
}

/* In the wait for the headers, and in the middle of the body. */
static void
test_cancelled_in_the_middle (Fixture *fixture, gconstpointer body_started)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (body_started != NULL)
    {
      fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
      fake_http_server_add_chunk (fixture->server, "first", 0);
      fake_http_server_add_hang (fixture->server);
    }
  else
    {
      fake_http_server_expect_hang (fixture->server, "GET", "/x");
    }

  ship_http_client_send_async (fixture->client,
                               request_for (fixture, "GET", "/x"),
                               cancellable,
                               ship_test_keep_result,
                               &result);
  while (fake_http_server_get_n_requests (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
  g_cancellable_cancel (cancellable);
  g_assert_null (ship_http_client_send_finish (fixture->client, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* The server sees the connection closed: nothing goes on behind our back. */
  while (fake_http_server_get_n_aborted (fixture->server) == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_many_at_once (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *results[16] = { NULL };

  /* None is answered before all are there, so one that waits for another would never end. */
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      fake_http_server_expect (fixture->server, "GET", "/x", 200, NULL);
      fake_http_server_add_wait (fixture->server);
      ship_http_client_send_async (fixture->client,
                                   request_for (fixture, "GET", "/x"),
                                   NULL,
                                   ship_test_keep_result,
                                   &results[i]);
    }
  while (fake_http_server_get_n_requests (fixture->server) < G_N_ELEMENTS (results))
    g_main_context_iteration (NULL, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    fake_http_server_release (fixture->server);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShipHttpResponse) response =
        ship_http_client_send_finish (fixture->client, ship_test_await (&results[i]), &error);

      g_assert_no_error (error);
      g_assert_cmpuint (response->status, ==, 200);
      g_clear_object (&results[i]);
    }
}

static void
test_socket (void)
{
  g_autofree char *dir = g_dir_make_tmp ("ship-http-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "s", NULL);
  FakeHttpServer  *server = fake_http_server_new_for_socket (path);
  ShipHttpClient  *client = ship_http_client_new_for_socket (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipHttpResponse) response = NULL;

  fake_http_server_expect (server, "GET", "/x", 200, "{}");
  fake_http_server_require_header (server, "Host", "example.invalid");
  response = send (client, ship_http_request_new ("GET", "http://example.invalid/x"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (response->status, ==, 200);
  g_assert_cmpuint (fake_http_server_get_n_left (server), ==, 0);
  g_clear_pointer (&response, ship_http_response_free);
  g_assert_finalize_object (server);

  response = send (client, ship_http_request_new ("GET", "http://example.invalid/x"), &error);
  g_assert_null (response);
  g_assert_error (error, SHIP_HTTP_ERROR, SHIP_HTTP_ERROR_UNREACHABLE);
  g_assert_finalize_object (client);
  g_assert_cmpint (g_rmdir (dir), ==, 0);
}

static void
test_classify (void)
{
  static const struct
  {
    guint          status;
    ShipErrorClass expected;
  } cases[] = {
    { 400, SHIP_ERROR_CLASS_PERSISTENT },  { 401, SHIP_ERROR_CLASS_SIGN_IN },
    { 402, SHIP_ERROR_CLASS_USER },        { 403, SHIP_ERROR_CLASS_USER },
    { 404, SHIP_ERROR_CLASS_PERSISTENT },  { 407, SHIP_ERROR_CLASS_USER },
    { 408, SHIP_ERROR_CLASS_RETRY },       { 409, SHIP_ERROR_CLASS_PERSISTENT },
    { 422, SHIP_ERROR_CLASS_PERSISTENT },  { 425, SHIP_ERROR_CLASS_RETRY },
    { 429, SHIP_ERROR_CLASS_RETRY_AFTER }, { 500, SHIP_ERROR_CLASS_RETRY },
    { 501, SHIP_ERROR_CLASS_PERSISTENT },  { 502, SHIP_ERROR_CLASS_RETRY },
    { 503, SHIP_ERROR_CLASS_RETRY_AFTER }, { 504, SHIP_ERROR_CLASS_RETRY },
    { 505, SHIP_ERROR_CLASS_PERSISTENT },  { 529, SHIP_ERROR_CLASS_RETRY },
    { 302, SHIP_ERROR_CLASS_PERSISTENT },
  };
  static const struct
  {
    int            code;
    ShipErrorClass expected;
  } errors[] = {
    { SHIP_HTTP_ERROR_FAILED, SHIP_ERROR_CLASS_PERSISTENT },
    { SHIP_HTTP_ERROR_UNREACHABLE, SHIP_ERROR_CLASS_RETRY },
    { SHIP_HTTP_ERROR_TIMED_OUT, SHIP_ERROR_CLASS_RETRY },
    { SHIP_HTTP_ERROR_TOO_LARGE, SHIP_ERROR_CLASS_PERSISTENT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ship_http_status_classify (cases[i].status), ==, cases[i].expected);
  for (gsize i = 0; i < G_N_ELEMENTS (errors); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SHIP_HTTP_ERROR, errors[i].code, "x");
      g_assert_cmpint (ship_http_error_classify (error), ==, errors[i].expected);
    }
}

#define add_test(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/net/http-client/get", test_get);
  add_test ("/net/http-client/post", test_post);
  add_test ("/net/http-client/statuses", test_statuses);
  add_test ("/net/http-client/size", test_size);
  add_test ("/net/http-client/chunked", test_chunked);
  add_test ("/net/http-client/cut", test_cut);
  add_test ("/net/http-client/unreachable", test_unreachable);
  add_test ("/net/http-client/bad-address", test_bad_address);
  add_test ("/net/http-client/timeout", test_timeout);
  add_test ("/net/http-client/cancelled-before", test_cancelled_before);
  add_test ("/net/http-client/cancelled-before-headers", test_cancelled_in_the_middle);
  g_test_add ("/net/http-client/cancelled-in-body",
              Fixture,
              "yes",
              set_up,
              test_cancelled_in_the_middle,
              tear_down);
  add_test ("/net/http-client/many-at-once", test_many_at_once);
  g_test_add_func ("/net/http-client/socket", test_socket);
  g_test_add_func ("/net/http-client/classify", test_classify);
  return g_test_run ();
}
