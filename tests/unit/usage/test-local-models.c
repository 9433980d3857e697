/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libsoup/soup.h>

#include "ship-test.h"
#include "usage/ship-local-models.h"

/* What one server on this machine answers to GET /v1/models. */
typedef struct
{
  const char *body; /* (nullable): it never answers */
  guint       status;
  SoupServer *server;   /* (owned) */
  guint       n_asked;  /* requests seen */
  char       *base_uri; /* (owned): "http://127.0.0.1:PORT" */
} Server;

static void
handle_cb (SoupServer        *soup,
           SoupServerMessage *message,
           const char        *path,
           GHashTable        *query,
           gpointer           user_data)
{
  Server *server = user_data;

  g_assert_cmpstr (path, ==, "/v1/models");
  g_assert_cmpstr (soup_server_message_get_method (message), ==, "GET");
  server->n_asked++;
  if (server->body == NULL)
    {
      soup_server_message_pause (message);
      return;
    }
  soup_server_message_set_status (message, server->status, NULL);
  soup_server_message_set_response (message,
                                    "application/json",
                                    SOUP_MEMORY_STATIC,
                                    server->body,
                                    strlen (server->body));
}

static void
server_start (Server *self, guint status, const char *body)
{
  g_autoptr (GError) error = NULL;
  GSList *uris;

  *self = (Server){ .body = body, .status = status };
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, handle_cb, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->base_uri = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
}

static void
server_stop (Server *self)
{
  soup_server_disconnect (self->server);
  g_assert_finalize_object (self->server);
  g_free (self->base_uri);
}

static char *
entry (const char *provider, const char *base_uri)
{
  return g_strdup_printf ("%s=%s", provider, base_uri);
}

/* (transfer full): the models found, joined with spaces */
static char *
find (const char *const *base_uris)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) models = NULL;

  ship_local_models_find_async (base_uris, NULL, ship_test_keep_result, &result);
  models = ship_local_models_find_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  return g_strjoinv (" ", models);
}

static void
test_found (void)
{
  Server           ollama;
  Server           llama;
  Server           lmstudio;
  g_autofree char *found = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  server_start (&ollama,
                200,
                "{\"object\":\"list\",\"data\":[{\"id\":\"qwen3:8b\"},{\"id\":\"gemma3:latest\"},"
                "{\"id\":\"qwen3:8b\"}]}");
  server_start (&llama, 200, "{\"data\":[{\"id\":\"/models/phi.gguf\"}]}");
  server_start (&lmstudio, 200, "{\"data\":null}");
  first = entry ("ollama", ollama.base_uri);
  second = entry ("llama.cpp", llama.base_uri);
  third = entry ("lmstudio", lmstudio.base_uri);
  found = find ((const char *const[]){ first, second, third, NULL });
  g_assert_cmpstr (found, ==, "llama.cpp//models/phi.gguf ollama/gemma3:latest ollama/qwen3:8b");
  g_assert_cmpuint (ollama.n_asked + llama.n_asked + lmstudio.n_asked, ==, 3);
  server_stop (&ollama);
  server_stop (&llama);
  server_stop (&lmstudio);
}

/* Something else may listen there, or nothing: what can be found is found all the same. */
static void
test_others (void)
{
  static const struct
  {
    guint       status;
    const char *body;
  } cases[] = {
    { 200, "<html>hello</html>" },
    { 200, "[]" },
    { 200, "{\"data\":{}}" },
    { 200,
      "{\"data\":[1,null,{},{\"id\":3},{\"id\":\"\"},{\"id\":\"a b\"},{\"id\":\"a\\u001b\"}]}" },
    { 404, "{\"data\":[{\"id\":\"m\"}]}" },
    { 302, "" },
    { 500, "" },
  };
  Server           good;
  g_autofree char *good_entry = NULL;

  server_start (&good, 200, "{\"data\":[{\"id\":\"m\"}]}");
  good_entry = entry ("good", good.base_uri);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Server           other;
      g_autofree char *other_entry = NULL;
      g_autofree char *found = NULL;

      server_start (&other, cases[i].status, cases[i].body);
      other_entry = entry ("other", other.base_uri);
      found = find ((const char *const[]){ other_entry, good_entry, NULL });
      g_assert_cmpstr (found, ==, "good/m");
      server_stop (&other);
    }
  server_stop (&good);
}

static void
test_nobody (void)
{
  Server           server;
  g_autofree char *base_uri = NULL;
  g_autofree char *found = NULL;
  g_autofree char *nothing = NULL;

  /* A port that was free a moment ago. */
  server_start (&server, 200, "{}");
  base_uri = entry ("gone", server.base_uri);
  server_stop (&server);
  found = find ((const char *const[]){ base_uri, NULL });
  g_assert_cmpstr (found, ==, "");
  nothing = find ((const char *const[]){ NULL });
  g_assert_cmpstr (nothing, ==, "");
}

/* It connects and then says nothing: given up, and the other one is still found. */
static void
test_silent (void)
{
  Server           silent;
  Server           good;
  g_autofree char *silent_entry = NULL;
  g_autofree char *good_entry = NULL;
  g_autofree char *found = NULL;

  server_start (&silent, 200, NULL);
  server_start (&good, 200, "{\"data\":[{\"id\":\"m\"}]}");
  silent_entry = entry ("silent", silent.base_uri);
  good_entry = entry ("good", good.base_uri);
  found = find ((const char *const[]){ silent_entry, good_entry, NULL });
  g_assert_cmpstr (found, ==, "good/m");
  g_assert_cmpuint (silent.n_asked, ==, 1);
  server_stop (&silent);
  server_stop (&good);
}

/* A full backlog: the connection is never taken up. */
static void
test_unreachable (void)
{
  g_autoptr (GSocket) listener =
    g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GPtrArray) clients = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *uri = NULL;
  g_autofree char *found = NULL;

  g_socket_set_listen_backlog (listener, 0);
  g_assert_true (g_socket_bind (listener, any, FALSE, NULL));
  g_assert_true (g_socket_listen (listener, NULL));
  address = g_socket_get_local_address (listener, NULL);
  for (guint i = 0; i < 4; i++)
    {
      GSocket *client =
        g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL);

      g_socket_set_blocking (client, FALSE);
      g_socket_connect (client, address, NULL, NULL);
      g_ptr_array_add (clients, client);
    }
  uri = g_strdup_printf ("far=http://127.0.0.1:%u",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  found = find ((const char *const[]){ uri, NULL });
  g_assert_cmpstr (found, ==, "");
}

static gboolean
cancel_cb (gpointer user_data)
{
  g_cancellable_cancel (user_data);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  Server silent;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *silent_entry = NULL;

  server_start (&silent, 200, NULL);
  silent_entry = entry ("silent", silent.base_uri);
  ship_local_models_find_async ((const char *const[]){ silent_entry, NULL },
                                cancellable,
                                ship_test_keep_result,
                                &result);
  while (silent.n_asked == 0)
    g_main_context_iteration (NULL, TRUE);
  g_idle_add (cancel_cb, cancellable);
  g_assert_null (ship_local_models_find_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* And before the connection. */
  ship_local_models_find_async ((const char *const[]){ silent_entry, NULL },
                                cancellable,
                                ship_test_keep_result,
                                &again);
  g_assert_null (ship_local_models_find_finish (ship_test_await (&again), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  server_stop (&silent);
}

static void
test_bad_entry (void)
{
  static const char *const entries[] = { "http://127.0.0.1",
                                         "=http://127.0.0.1",
                                         "name=not a uri" };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      ship_local_models_find_async ((const char *const[]){ entries[i], NULL },
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
      g_assert_null (ship_local_models_find_finish (ship_test_await (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/local-models/found", test_found);
  g_test_add_func ("/local-models/others", test_others);
  g_test_add_func ("/local-models/nobody", test_nobody);
  g_test_add_func ("/local-models/silent", test_silent);
  g_test_add_func ("/local-models/unreachable", test_unreachable);
  g_test_add_func ("/local-models/cancel", test_cancel);
  g_test_add_func ("/local-models/bad-entry", test_bad_entry);
  return g_test_run ();
}
