/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "net/ship-http-body-private.h"
#include "net/ship-http-error-private.h"

#include <glib/gi18n-lib.h>

/*
 * A stream around libsoup's. Owned by whoever reads it; main thread.
 *
 * libsoup 3.2 takes the end of the connection between two chunks for the end of the body, so half
 * an answer looks like a whole one. The two differ in what the connection does next: after a whole
 * body it is silent, after a cut it is readable, because its end can be read. Only a server that
 * announced the close may do that.
 */

struct _ShipHttpBody
{
  GFilterInputStream parent_instance;
  GPollableInputStream
       *connection; /* (owned) (nullable): to be looked at when a chunked body ends */
  char *host;       /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipHttpBody, ship_http_body, G_TYPE_FILTER_INPUT_STREAM)

static gboolean
was_cut (ShipHttpBody *self)
{
  return self->connection != NULL && g_pollable_input_stream_is_readable (self->connection);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipHttpBody *self = g_task_get_source_object (task);
  GError       *error = NULL;
  gssize        n_bytes = g_input_stream_read_finish (G_INPUT_STREAM (object), result, &error);

  if (n_bytes < 0)
    g_task_return_error (task, ship_http_error_convert (error, self->host));
  else if (n_bytes == 0 && was_cut (self))
    g_task_return_new_error (task,
                             SHIP_HTTP_ERROR,
                             SHIP_HTTP_ERROR_UNREACHABLE,
                             _ ("%s: The connection was lost in the middle of the answer"),
                             self->host);
  else
    g_task_return_int (task, n_bytes);
}

static void
ship_http_body_read_async (GInputStream       *stream,
                           void               *buffer,
                           gsize               count,
                           int                 priority,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_http_body_read_async);
  /* What was read is not thrown away because of a cancellation that came after it. */
  g_task_set_check_cancellable (task, FALSE);
  g_input_stream_read_async (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)),
                             buffer,
                             count,
                             priority,
                             cancellable,
                             read_cb,
                             task);
}

static gssize
ship_http_body_read_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_http_body_read_async), -1);

  return g_task_propagate_int (G_TASK (result), error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_input_stream_close_finish (G_INPUT_STREAM (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
ship_http_body_close_async (GInputStream       *stream,
                            int                 priority,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  GTask *task = g_task_new (stream, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_http_body_close_async);
  g_input_stream_close_async (
    g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream)),
    priority,
    cancellable,
    closed_cb,
    task);
}

static gboolean
ship_http_body_close_finish (GInputStream *stream, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, stream), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_http_body_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_http_body_finalize (GObject *object)
{
  ShipHttpBody *self = SHIP_HTTP_BODY (object);

  g_clear_object (&self->connection);
  g_free (self->host);

  G_OBJECT_CLASS (ship_http_body_parent_class)->finalize (object);
}

static void
ship_http_body_class_init (ShipHttpBodyClass *klass)
{
  GInputStreamClass *stream_class = G_INPUT_STREAM_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ship_http_body_finalize;
  stream_class->read_async = ship_http_body_read_async;
  stream_class->read_finish = ship_http_body_read_finish;
  stream_class->close_async = ship_http_body_close_async;
  stream_class->close_finish = ship_http_body_close_finish;
}

static void
ship_http_body_init (ShipHttpBody *self)
{
}

/* Whether the end of the connection is not the end of the answer. */
static gboolean
is_delimited_by_chunks (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  return soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CHUNKED &&
         !soup_message_headers_header_contains (headers, "Connection", "close");
}

/* The innermost stream: what the bytes come from. */
static GPollableInputStream *
dup_connection (GInputStream *stream)
{
  while (G_IS_FILTER_INPUT_STREAM (stream))
    stream = g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (stream));

  return G_IS_POLLABLE_INPUT_STREAM (stream) ? g_object_ref (G_POLLABLE_INPUT_STREAM (stream))
                                             : NULL;
}

GInputStream *
ship_http_body_new (GInputStream *stream, SoupMessage *message)
{
  ShipHttpBody *self;

  g_return_val_if_fail (G_IS_INPUT_STREAM (stream), NULL);
  g_return_val_if_fail (SOUP_IS_MESSAGE (message), NULL);

  self = g_object_new (SHIP_TYPE_HTTP_BODY, "base-stream", stream, NULL);
  self->host = g_strdup (g_uri_get_host (soup_message_get_uri (message)));
  if (is_delimited_by_chunks (message))
    self->connection = dup_connection (stream);

  return G_INPUT_STREAM (self);
}
