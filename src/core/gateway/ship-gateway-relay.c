/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-gateway-relay-private.h"

/*
 *   run_async -> start_read -> read_cb -> (append) -> wrote_cb -> start_read … -> return
 *
 * One piece is held at most. Owned by its task while it runs.
 */

#define PIECE_SIZE (32 * 1024)

struct _ShipGatewayRelay
{
  GObject parent_instance;

  /* Input. */
  SoupMessage      *message;  /* (owned) */
  GInputStream     *stream;   /* (owned) */
  ShipGatewayReply *reply;    /* (owned) */
  ShipUsageMeter   *meter;    /* (unowned): the exchange's, which outlives the run */
  ShipSecrets      *secrets;  /* (owned) */
  GConverter       *redactor; /* (owned) */

  /* In progress. */
  GTask   *task; /* (owned) (nullable) */
  gboolean is_reading;
};

G_DEFINE_FINAL_TYPE (ShipGatewayRelay, ship_gateway_relay, G_TYPE_OBJECT)

static void start_read (ShipGatewayRelay *self);

static void
ship_gateway_relay_dispose (GObject *object)
{
  ShipGatewayRelay *self = SHIP_GATEWAY_RELAY (object);

  g_assert (self->task == NULL && !self->is_reading);
  g_clear_object (&self->message);
  g_clear_object (&self->stream);
  g_clear_object (&self->reply);
  g_clear_object (&self->redactor);
  g_clear_pointer (&self->secrets, ship_secrets_unref);

  G_OBJECT_CLASS (ship_gateway_relay_parent_class)->dispose (object);
}

static void
ship_gateway_relay_class_init (ShipGatewayRelayClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_gateway_relay_dispose;
}

static void
ship_gateway_relay_init (ShipGatewayRelay *self)
{
}

gboolean
ship_gateway_relay_can_read (SoupMessage *message)
{
  const char *encoding =
    soup_message_headers_get_list (soup_message_get_response_headers (message), "Content-Encoding");

  return encoding == NULL || g_ascii_strcasecmp (encoding, "identity") == 0;
}

ShipGatewayRelay *
ship_gateway_relay_new (SoupMessage      *message,
                        GInputStream     *stream,
                        ShipGatewayReply *reply,
                        ShipUsageMeter   *meter,
                        ShipSecrets      *secrets)
{
  ShipGatewayRelay *self = g_object_new (SHIP_TYPE_GATEWAY_RELAY, NULL);

  self->message = g_object_ref (message);
  self->stream = g_object_ref (stream);
  self->reply = g_object_ref (reply);
  self->meter = meter;
  self->secrets = ship_secrets_ref (secrets);
  self->redactor = G_CONVERTER (ship_redacting_converter_new (secrets));
  return self;
}

static void
finish (ShipGatewayRelay *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_signal_handlers_disconnect_by_data (self->reply, self);
  /* Drops the connection if the answer is not read to its end. */
  g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/* @bytes: (nullable) for none. Appends what may be let out of it; TRUE if that was anything. */
static gboolean
let_out (ShipGatewayRelay *self, const char *bytes, gsize n_bytes, gboolean at_end)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  GConverterResult result = G_CONVERTER_CONVERTED;
  char             buffer[4096];

  while (result == G_CONVERTER_CONVERTED && (n_bytes > 0 || at_end))
    {
      gsize n_read = 0, n_written = 0;

      result = g_converter_convert (self->redactor,
                                    bytes,
                                    n_bytes,
                                    buffer,
                                    sizeof buffer,
                                    at_end ? G_CONVERTER_INPUT_AT_END : G_CONVERTER_NO_FLAGS,
                                    &n_read,
                                    &n_written,
                                    NULL);
      if (result == G_CONVERTER_ERROR)
        break;
      bytes += n_read;
      n_bytes -= n_read;
      g_byte_array_append (out, (const guint8 *) buffer, (guint) n_written);
    }

  if (out->len > 0)
    {
      g_autoptr (GBytes) piece = g_byte_array_free_to_bytes (g_steal_pointer (&out));

      ship_gateway_reply_append (self->reply, piece);
      return TRUE;
    }
  return FALSE;
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) bytes = NULL;
  ShipGatewayRelay *self = g_task_get_source_object (task);
  GError           *error = NULL;
  const char       *data;
  gsize             size;

  self->is_reading = FALSE;
  bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  if (bytes == NULL)
    {
      finish (self, error);
      return;
    }

  data = g_bytes_get_data (bytes, &size);
  ship_usage_meter_feed (self->meter, data, size);
  if (size == 0 && !ship_usage_meter_saw_end (self->meter))
    finish (self,
            g_error_new_literal (G_IO_ERROR,
                                 G_IO_ERROR_PARTIAL_INPUT,
                                 "The answer broke off between two pieces"));
  else if (size == 0)
    {
      let_out (self, "", 0, TRUE);
      finish (self, NULL);
    }
  else if (!let_out (self, data, size, FALSE))
    start_read (self);
}

static void
start_read (ShipGatewayRelay *self)
{
  self->is_reading = TRUE;
  g_input_stream_read_bytes_async (self->stream,
                                   PIECE_SIZE,
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (self->task),
                                   read_cb,
                                   g_object_ref (self->task));
}

static void
wrote_cb (ShipGatewayRelay *self)
{
  if (self->task != NULL && !self->is_reading)
    start_read (self);
}

static void
over_cb (ShipGatewayRelay *self)
{
  /* Between two reads nothing is under way that cancelling could end. */
  if (self->task != NULL && !self->is_reading)
    finish (self,
            g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "The sandbox has hung up"));
}

/* The fields that the clients use; a cookie or a header with a secret's name has no way through. */
static void
copy_response_headers (ShipGatewayRelay *self)
{
  static const char *const names[] = { "Content-Type",   "retry-after", "retry-after-ms",
                                       "x-should-retry", "request-id",  "x-request-id" };
  static const char *const prefixes[] = { "anthropic-ratelimit-", "x-ratelimit-" };
  SoupMessageHeaders      *to =
    soup_server_message_get_response_headers (ship_gateway_reply_get_message (self->reply));
  SoupMessageHeadersIter iter;
  const char            *name, *value;

  soup_message_headers_iter_init (&iter, soup_message_get_response_headers (self->message));
  while (soup_message_headers_iter_next (&iter, &name, &value))
    {
      gboolean is_copied = FALSE;

      for (guint i = 0; i < G_N_ELEMENTS (names); i++)
        is_copied |= g_ascii_strcasecmp (names[i], name) == 0;
      for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
        is_copied |= g_ascii_strncasecmp (prefixes[i], name, strlen (prefixes[i])) == 0;
      if (is_copied)
        {
          g_autofree char *text = ship_secrets_redact (self->secrets, value);

          soup_message_headers_replace (to, name, text);
        }
    }
}

void
ship_gateway_relay_run_async (ShipGatewayRelay   *self,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  SoupMessageHeaders *headers;

  g_return_if_fail (SHIP_IS_GATEWAY_RELAY (self));
  g_return_if_fail (self->task == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, ship_gateway_relay_run_async);
  g_signal_connect_object (self->reply, "wrote", G_CALLBACK (wrote_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->reply, "over", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);

  headers = soup_message_get_response_headers (self->message);
  ship_usage_meter_begin (self->meter,
                          soup_message_get_status (self->message),
                          soup_message_headers_get_one (headers, "Content-Type"));
  copy_response_headers (self);
  ship_gateway_reply_begin (self->reply, soup_message_get_status (self->message));
  start_read (self);
}

gboolean
ship_gateway_relay_run_finish (ShipGatewayRelay *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_gateway_relay_run_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
