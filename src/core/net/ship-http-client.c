/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-http-body-private.h"
#include "net/ship-http-client.h"
#include "net/ship-http-error-private.h"
#include "net/ship-http-message-private.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>

/*
 * HTTP requests on the main context. Owned by whoever made it; a request that is under way holds a
 * reference.
 *
 *   send_async: start → sent_cb → read_chunk → chunk_cb → read_chunk … → the response
 *   open_async: start → sent_cb → the response and its stream
 *
 * Each exchange has a cancellable of its own: the caller's cancellable and the time-out both cancel
 * it, and which of them it was decides the error. Nothing remains of a cancelled exchange but its
 * closed connection.
 */

#define CHUNK_SIZE (16 * 1024)

/* An event stream keeps a connection for as long as it lives; the default of two would block the
 * rest. */
#define MAX_CONNECTIONS 64

struct _ShipHttpClient
{
  GObject      parent_instance;
  SoupSession *direct;  /* (owned): without a proxy, for loopback and sockets */
  SoupSession *proxied; /* (owned) (nullable): by the user's proxy settings; none for a socket */
};

typedef struct
{
  ShipHttpRequest  *request;     /* (owned) */
  SoupMessage      *message;     /* (owned) */
  GInputStream     *stream;      /* (owned) (nullable) */
  ShipHttpResponse *response;    /* (owned) (nullable) */
  GByteArray       *body;        /* (owned) (nullable) */
  GCancellable     *cancellable; /* (owned): of this exchange alone */
  GSource          *cancelled;   /* (owned) (nullable): watches the caller's cancellable */
  GSource          *timeout;     /* (owned) (nullable) */
  guint             timed_out : 1;
  guint             keep_stream : 1; /* open_async: the caller reads the body */
} Exchange;

G_DEFINE_FINAL_TYPE (ShipHttpClient, ship_http_client, G_TYPE_OBJECT)

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
exchange_free (gpointer data)
{
  Exchange *exchange = data;

  clear_source (&exchange->cancelled);
  clear_source (&exchange->timeout);
  g_clear_object (&exchange->stream);
  g_clear_object (&exchange->message);
  g_clear_object (&exchange->cancellable);
  g_clear_pointer (&exchange->response, ship_http_response_free);
  g_clear_pointer (&exchange->body, g_byte_array_unref);
  ship_http_request_free (exchange->request);
  g_free (exchange);
}

static gboolean
cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_cancellable_cancel (((Exchange *) user_data)->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
timeout_cb (gpointer user_data)
{
  Exchange *exchange = user_data;

  exchange->timed_out = TRUE;
  g_cancellable_cancel (exchange->cancellable);
  return G_SOURCE_REMOVE;
}

/* The sources belong to the exchange and are destroyed with it, so they need no reference. */
static void
watch (Exchange *exchange, GCancellable *cancellable)
{
  guint timeout = ship_http_request_get_timeout (exchange->request);

  exchange->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    {
      exchange->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (exchange->cancelled, "[ship] http cancelled");
      g_source_set_callback (exchange->cancelled, G_SOURCE_FUNC (cancelled_cb), exchange, NULL);
      g_source_attach (exchange->cancelled, g_main_context_get_thread_default ());
    }
  if (timeout > 0)
    {
      exchange->timeout = g_timeout_source_new_seconds (timeout);
      g_source_set_static_name (exchange->timeout, "[ship] http timeout");
      g_source_set_callback (exchange->timeout, timeout_cb, exchange, NULL);
      g_source_attach (exchange->timeout, g_main_context_get_thread_default ());
    }
}

static const char *
get_host (Exchange *exchange)
{
  return g_uri_get_host (soup_message_get_uri (exchange->message));
}

/* Takes @error. The one place an exchange fails. Its connection is closed now, not when the result
 * is freed. */
static void
fail (GTask *task, GError *error)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_clear_object (&exchange->stream);
  if (exchange->timed_out && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_error_free (error);
      g_task_return_new_error (task,
                               SHIP_HTTP_ERROR,
                               SHIP_HTTP_ERROR_TIMED_OUT,
                               _ ("%s did not answer in time"),
                               get_host (exchange));
      return;
    }

  g_task_return_error (task, ship_http_error_convert (error, get_host (exchange)));
}

static gboolean
is_loopback (GUri *uri)
{
  const char *host = g_uri_get_host (uri);
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  if (address != NULL)
    return g_inet_address_get_is_loopback (address);
  return g_ascii_strcasecmp (host, "localhost") == 0;
}

static void read_chunk (GTask *task);

static void
chunk_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) chunk = NULL;
  Exchange *exchange = g_task_get_task_data (task);
  gsize     max_size = ship_http_request_get_max_size (exchange->request);
  GError   *error = NULL;
  gsize     size;

  chunk = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  if (chunk == NULL)
    {
      fail (task, error);
      return;
    }

  size = g_bytes_get_size (chunk);
  if (size == 0)
    {
      exchange->response->body = g_byte_array_free_to_bytes (g_steal_pointer (&exchange->body));
      g_task_return_pointer (task,
                             g_steal_pointer (&exchange->response),
                             (GDestroyNotify) ship_http_response_free);
      return;
    }
  if (exchange->body->len + size > max_size)
    {
      fail (task,
            g_error_new (SHIP_HTTP_ERROR,
                         SHIP_HTTP_ERROR_TOO_LARGE,
                         _ ("The answer of %s is larger than %" G_GSIZE_FORMAT " bytes"),
                         get_host (exchange),
                         max_size));
      return;
    }

  g_byte_array_append (exchange->body, g_bytes_get_data (chunk, NULL), size);
  read_chunk (g_steal_pointer (&task));
}

/* Takes @task. */
static void
read_chunk (GTask *task)
{
  Exchange *exchange = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (exchange->stream,
                                   CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT,
                                   exchange->cancellable,
                                   chunk_cb,
                                   task);
}

static void
sent_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GInputStream) stream = NULL;
  Exchange *exchange = g_task_get_task_data (task);
  GError   *error = NULL;

  stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (stream == NULL)
    {
      fail (task, error);
      return;
    }

  exchange->stream = ship_http_body_new (stream, exchange->message);
  exchange->response = ship_http_response_new_from_message (exchange->message);
  if (exchange->keep_stream)
    {
      clear_source (&exchange->timeout);
      clear_source (&exchange->cancelled);
      g_task_return_boolean (task, TRUE);
      return;
    }

  exchange->body = g_byte_array_new ();
  read_chunk (g_steal_pointer (&task));
}

/* Takes @request. */
static void
start (ShipHttpClient     *self,
       gpointer            source_tag,
       ShipHttpRequest    *request,
       GCancellable       *cancellable,
       GAsyncReadyCallback callback,
       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Exchange    *exchange = g_new0 (Exchange, 1);
  GError      *error = NULL;
  SoupSession *session;

  g_task_set_source_tag (task, source_tag);
  g_task_set_task_data (task, exchange, exchange_free);
  exchange->request = request;
  exchange->keep_stream = source_tag == ship_http_client_open_async;

  if (g_task_return_error_if_cancelled (task))
    return;
  exchange->message = ship_http_request_to_message (request, &error);
  if (exchange->message == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  session = self->direct;
  if (self->proxied != NULL && !is_loopback (soup_message_get_uri (exchange->message)))
    session = self->proxied;
  watch (exchange, cancellable);
  soup_session_send_async (session,
                           exchange->message,
                           G_PRIORITY_DEFAULT,
                           exchange->cancellable,
                           sent_cb,
                           g_steal_pointer (&task));
}

static void
ship_http_client_finalize (GObject *object)
{
  ShipHttpClient *self = SHIP_HTTP_CLIENT (object);

  /* Closes the idle connections; there are no others, because an exchange holds a reference. */
  soup_session_abort (self->direct);
  g_clear_object (&self->direct);
  if (self->proxied != NULL)
    soup_session_abort (self->proxied);
  g_clear_object (&self->proxied);

  G_OBJECT_CLASS (ship_http_client_parent_class)->finalize (object);
}

static void
ship_http_client_class_init (ShipHttpClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_http_client_finalize;
}

static void
ship_http_client_init (ShipHttpClient *self)
{
}

static SoupSession *
new_session (GSocketConnectable *connectable)
{
  SoupSession *session = soup_session_new_with_options ("user-agent",
                                                        "Ship/" SHIP_VERSION,
                                                        "max-conns",
                                                        MAX_CONNECTIONS,
                                                        "max-conns-per-host",
                                                        MAX_CONNECTIONS,
                                                        "timeout",
                                                        0,
                                                        "remote-connectable",
                                                        connectable,
                                                        NULL);

  /* Bytes are given as they were sent: a stream must not wait in a decoder, nor grow in it. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  return session;
}

ShipHttpClient *
ship_http_client_new (void)
{
  ShipHttpClient *self = g_object_new (SHIP_TYPE_HTTP_CLIENT, NULL);

  self->direct = new_session (NULL);
  soup_session_set_proxy_resolver (self->direct, NULL);
  self->proxied = new_session (NULL);

  return self;
}

ShipHttpClient *
ship_http_client_new_for_socket (const char *path)
{
  g_autoptr (GSocketAddress) address = NULL;
  ShipHttpClient *self;

  g_return_val_if_fail (path != NULL, NULL);

  address = g_unix_socket_address_new (path);
  self = g_object_new (SHIP_TYPE_HTTP_CLIENT, NULL);
  self->direct = new_session (G_SOCKET_CONNECTABLE (address));
  soup_session_set_proxy_resolver (self->direct, NULL);

  return self;
}

void
ship_http_client_send_async (ShipHttpClient     *self,
                             ShipHttpRequest    *request,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_HTTP_CLIENT (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, ship_http_client_send_async, request, cancellable, callback, user_data);
}

ShipHttpResponse *
ship_http_client_send_finish (ShipHttpClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_http_client_send_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ship_http_client_open_async (ShipHttpClient     *self,
                             ShipHttpRequest    *request,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_return_if_fail (SHIP_IS_HTTP_CLIENT (self));
  g_return_if_fail (request != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  start (self, ship_http_client_open_async, request, cancellable, callback, user_data);
}

ShipHttpResponse *
ship_http_client_open_finish (ShipHttpClient *self,
                              GAsyncResult   *result,
                              GInputStream  **stream,
                              GError        **error)
{
  Exchange *exchange;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_http_client_open_async), NULL);
  g_return_val_if_fail (stream != NULL, NULL);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return NULL;

  exchange = g_task_get_task_data (G_TASK (result));
  *stream = g_steal_pointer (&exchange->stream);
  return g_steal_pointer (&exchange->response);
}
