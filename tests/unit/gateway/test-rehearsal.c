/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rehearsal as a server: protocol, streaming, clients that go away. */
#include <libsoup/soup.h>

#include "base/ship-json.h"
#include "gateway/ship-rehearsal.h"
#include "net/ship-sse-parser.h"
#include "ship-test.h"

#define TOOLS                                                                                      \
  "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"bash\"}},"                           \
  "{\"type\":\"function\",\"function\":{\"name\":\"todowrite\"}},"                                 \
  "{\"type\":\"function\",\"function\":{\"name\":\"write\"}}]"
#define MESSAGES "\"messages\":[{\"role\":\"user\",\"content\":\"Greet Ada\"}]"

typedef struct
{
  SoupServer  *server;  /* (owned) */
  SoupSession *session; /* (owned) */
  char        *base;    /* (owned) */
  GPtrArray   *usages;  /* (owned) (element-type ShipUsage): of each completion */
  guint        n_alive; /* messages under way */
} Fixture;

static void
message_gone_cb (gpointer data, GObject *message)
{
  ((Fixture *) data)->n_alive--;
}

static void
handle_cb (SoupServer        *server,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Fixture *fixture = user_data;
  g_autoptr (GBytes) body =
    soup_message_body_flatten (soup_server_message_get_request_body (message));

  fixture->n_alive++;
  g_object_weak_ref (G_OBJECT (message), message_gone_cb, fixture);
  ship_rehearsal_handle (message, body);
  if (ship_rehearsal_get_usage (message) != NULL)
    g_ptr_array_add (fixture->usages,
                     g_memdup2 (ship_rehearsal_get_usage (message), sizeof (ShipUsage)));
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->server = soup_server_new (NULL, NULL);
  fixture->usages = g_ptr_array_new_with_free_func (g_free);
  soup_server_add_handler (fixture->server, NULL, handle_cb, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->base =
    g_strdup_printf ("http://127.0.0.1:%d/llm/rehearsal/v1", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  fixture->session = soup_session_new ();
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  soup_session_abort (fixture->session);
  /* Streams that were dropped are closed in idle callbacks, which hold the session. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->session);
  soup_server_disconnect (fixture->server);
  while (fixture->n_alive > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (fixture->server);
  g_ptr_array_unref (fixture->usages);
  g_free (fixture->base);
}

static SoupMessage *
new_request (Fixture *fixture, const char *method, const char *path, const char *body)
{
  g_autofree char *uri = g_strconcat (fixture->base, path, NULL);
  SoupMessage     *message = soup_message_new (method, uri);

  if (body != NULL)
    {
      g_autoptr (GBytes) bytes = g_bytes_new (body, strlen (body));

      soup_message_set_request_body_from_bytes (message, "application/json", bytes);
    }
  return message;
}

/* (transfer full): the body */
static char *
send (Fixture *fixture, const char *method, const char *path, const char *body, guint status)
{
  g_autoptr (SoupMessage) message = new_request (fixture, method, path, body);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_send_and_read_async (fixture->session,
                                    message,
                                    G_PRIORITY_DEFAULT,
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
  bytes = soup_session_send_and_read_finish (fixture->session, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, status);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

typedef struct
{
  GString    *text;
  guint       n_pieces;
  guint       n_calls;
  const char *finish;      /* "stop" or "tool_calls" */
  gint64      n_completed; /* tokens */
  gboolean    is_done;
} Received;

static void
event_cb (const char *event, const char *data, const char *id, gpointer user_data)
{
  Received *received = user_data;
  g_autoptr (JsonObject) chunk = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray  *choices;
  JsonObject *choice;
  const char *content;
  const char *finish;

  g_assert_false (received->is_done);
  if (g_str_equal (data, "[DONE]"))
    {
      received->is_done = TRUE;
      return;
    }
  chunk = ship_json_parse_object (data, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (ship_json_get_string (chunk, "object", ""), ==, "chat.completion.chunk");
  received->n_completed = ship_json_get_int (chunk, "usage.completion_tokens", 0);
  choices = ship_json_require_array (chunk, "choices", &error);
  g_assert_no_error (error);
  if (json_array_get_length (choices) == 0)
    return;
  choice = json_array_get_object_element (choices, 0);
  content = ship_json_get_string (choice, "delta.content", NULL);
  if (content != NULL)
    {
      g_string_append (received->text, content);
      received->n_pieces++;
    }
  if (ship_json_get_array (choice, "delta.tool_calls") != NULL)
    received->n_calls += json_array_get_length (ship_json_get_array (choice, "delta.tool_calls"));
  finish = ship_json_get_string (choice, "finish_reason", NULL);
  if (finish != NULL)
    received->finish = g_intern_string (finish);
}

static void
receive (const char *body, Received *received)
{
  g_autoptr (ShipSseParser) parser = ship_sse_parser_new (64 * 1024);
  g_autoptr (GError) error = NULL;

  *received = (Received){ .text = g_string_new (NULL) };
  g_assert_true (ship_sse_parser_feed (parser, body, strlen (body), event_cb, received, &error));
  g_assert_no_error (error);
}

static void
test_stream (Fixture *fixture, gconstpointer data)
{
  g_autofree char *streamed = NULL;
  g_autofree char *whole = NULL;
  g_autoptr (JsonObject) completion = NULL;
  JsonObject *choice;
  Received    received;

  streamed = send (fixture,
                   "POST",
                   "/chat/completions",
                   "{\"model\":\"rehearsal\",\"stream\":true," MESSAGES "," TOOLS "}",
                   200);
  receive (streamed, &received);
  g_assert_true (received.is_done);
  g_assert_cmpstr (received.finish, ==, "tool_calls");
  g_assert_cmpuint (received.n_calls, ==, 1);
  g_assert_cmpuint (received.n_pieces, >, 5);
  g_assert_cmpuint (received.n_pieces, <=, 12);
  g_assert_cmpint (received.n_completed, >, 50);

  /* The same answer without a stream. */
  whole = send (fixture, "POST", "/chat/completions", "{" MESSAGES "," TOOLS "}", 200);
  completion = ship_json_parse_object (whole, -1, NULL);
  choice = json_array_get_object_element (ship_json_get_array (completion, "choices"), 0);
  g_assert_cmpstr (ship_json_get_string (choice, "message.content", NULL), ==, received.text->str);
  g_assert_cmpstr (ship_json_get_string (choice, "finish_reason", NULL), ==, "tool_calls");
  g_assert_cmpint (ship_json_get_int (completion, "usage.completion_tokens", 0),
                   ==,
                   received.n_completed);
  g_assert_cmpuint (fixture->usages->len, ==, 2);
  g_assert_cmpint (((ShipUsage *) fixture->usages->pdata[0])->output, ==, received.n_completed);
  g_assert_cmpint (((ShipUsage *) fixture->usages->pdata[0])->input, ==, 3);
  g_string_free (received.text, TRUE);
}

static void
test_title (Fixture *fixture, gconstpointer data)
{
  g_autofree char *body =
    send (fixture, "POST", "/chat/completions", "{\"stream\":true," MESSAGES "}", 200);
  Received received;

  receive (body, &received);
  g_assert_cmpstr (received.text->str, ==, "Greet Ada");
  g_assert_cmpstr (received.finish, ==, "stop");
  g_string_free (received.text, TRUE);
  /* What is finished is let go, although the connection stays. */
  while (fixture->n_alive > 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_models (Fixture *fixture, gconstpointer data)
{
  g_autofree char *body = send (fixture, "GET", "/models", NULL, 200);

  g_assert_nonnull (strstr (body, "\"id\":\"rehearsal\""));
}

static void
test_bad_requests (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *method;
    const char *path;
    const char *body;
    guint       status;
  } cases[] = {
    { "POST", "/chat/completions", "{", 400 },  { "POST", "/chat/completions", "{}", 400 },
    { "POST", "/chat/completions", NULL, 400 }, { "GET", "/chat/completions", NULL, 404 },
    { "POST", "/models", "{}", 404 },           { "POST", "/responses", "{}", 404 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *body =
        send (fixture, cases[i].method, cases[i].path, cases[i].body, cases[i].status);
      g_autoptr (JsonObject) error = ship_json_parse_object (body, -1, NULL);

      g_assert_nonnull (ship_json_get_string (error, "error.message", NULL));
    }
  g_assert_cmpuint (fixture->usages->len, ==, 0);
}

/* A client that goes away in the middle: the stream ends with it, and nothing ticks on. */
static void
test_disconnect (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SoupMessage) message =
    new_request (fixture, "POST", "/chat/completions", "{\"stream\":true," MESSAGES "," TOOLS "}");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_send_async (fixture->session,
                           message,
                           G_PRIORITY_DEFAULT,
                           cancellable,
                           ship_test_keep_result,
                           &result);
  stream = soup_session_send_finish (fixture->session, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fixture->n_alive, ==, 1);
  g_cancellable_cancel (cancellable);
  g_clear_object (&stream);
  soup_session_abort (fixture->session);
  while (fixture->n_alive > 0)
    g_main_context_iteration (NULL, TRUE);
}

/* A server that stops in the middle. */
static void
test_server_stops (Fixture *fixture, gconstpointer data)
{
  g_autoptr (SoupMessage) message =
    new_request (fixture, "POST", "/chat/completions", "{\"stream\":true," MESSAGES "," TOOLS "}");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;

  soup_session_send_async (fixture->session,
                           message,
                           G_PRIORITY_DEFAULT,
                           NULL,
                           ship_test_keep_result,
                           &result);
  stream = soup_session_send_finish (fixture->session, ship_test_await (&result), &error);
  g_assert_no_error (error);
  soup_server_disconnect (fixture->server);
  while (fixture->n_alive > 0)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/rehearsal/stream", Fixture, NULL, set_up, test_stream, tear_down);
  g_test_add ("/rehearsal/title", Fixture, NULL, set_up, test_title, tear_down);
  g_test_add ("/rehearsal/models", Fixture, NULL, set_up, test_models, tear_down);
  g_test_add ("/rehearsal/bad-requests", Fixture, NULL, set_up, test_bad_requests, tear_down);
  g_test_add ("/rehearsal/disconnect", Fixture, NULL, set_up, test_disconnect, tear_down);
  g_test_add ("/rehearsal/server-stops", Fixture, NULL, set_up, test_server_stops, tear_down);
  return g_test_run ();
}
