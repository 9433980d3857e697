/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-exchange-private.h"

#include <glib/gi18n-lib.h>

#include "gateway/ship-gateway-body-private.h"
#include "gateway/ship-gateway-relay-private.h"

/*
 *   run_async -> [ body_cb ] -> start_key -> key_cb -> start_send -> sent_cb -> start_relay ->
 * relayed_cb -.
 *                                                                                            >
 * (return)
 *             `--- any of them refuses ------------------------------------------- over_cb -'
 *
 * The run ends when the sandbox's side is over and no step is under way. If the sandbox's side ends
 * first (it hung up, or the run is cancelled), the step under way is cancelled. The key is held
 * from key_cb to start_send; after that only libsoup's message and the redaction of the answer know
 * it.
 */

#define CONNECT_SECONDS 30

struct _ShipGatewayExchange
{
  GObject parent_instance;

  /* Input. */
  ShipGatewayReply  *reply;   /* (owned) */
  SoupSession       *session; /* (owned) */
  ShipLlmKeys       *keys;    /* (owned) */
  ShipGatewayRoute  *route;   /* (owned) */
  ShipGatewayTarget *target;  /* (owned) */

  /* In progress. */
  GTask        *task;        /* (owned) (nullable): the run */
  GCancellable *cancellable; /* (owned): of the step under way */
  gulong        cancelled_id;
  gboolean      is_busy; /* a step is under way */
  guint         connect_timer;
  gsize         n_written; /* of the body, to the provider */
  GBytes       *body;      /* (owned) (nullable) */
  SoupMessage  *message;   /* (owned) (nullable) */
  ShipSecrets  *secrets;   /* (owned): the key, while it is ours */

  /* Result. */
  ShipUsageMeter *meter;   /* (owned) (nullable): from when the request is sent */
  char           *model;   /* (owned) (nullable) */
  char           *refusal; /* (owned) (nullable): why it did not go out, or nothing came back */
  gint64          started_ms;
  gint64          started_us;
  guint           status;
  gboolean        is_asked; /* the provider has got the whole request */
  gboolean        is_answered;
  gboolean        is_whole;
  gboolean        is_aside;
};

G_DEFINE_FINAL_TYPE (ShipGatewayExchange, ship_gateway_exchange, G_TYPE_OBJECT)

static void
ship_gateway_exchange_dispose (GObject *object)
{
  ShipGatewayExchange *self = SHIP_GATEWAY_EXCHANGE (object);

  g_assert (self->task == NULL && !self->is_busy && self->connect_timer == 0);
  g_clear_object (&self->reply);
  g_clear_object (&self->session);
  g_clear_object (&self->keys);
  g_clear_pointer (&self->route, ship_gateway_route_unref);
  g_clear_pointer (&self->target, ship_gateway_target_free);
  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->message);
  g_clear_pointer (&self->secrets, ship_secrets_unref);
  g_clear_pointer (&self->meter, ship_usage_meter_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->refusal, g_free);

  G_OBJECT_CLASS (ship_gateway_exchange_parent_class)->dispose (object);
}

static void
ship_gateway_exchange_class_init (ShipGatewayExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_gateway_exchange_dispose;
}

static void
ship_gateway_exchange_init (ShipGatewayExchange *self)
{
  self->cancellable = g_cancellable_new ();
  self->secrets = ship_secrets_new ();
}

ShipGatewayExchange *
ship_gateway_exchange_new (ShipGatewayReply  *reply,
                           SoupSession       *session,
                           ShipLlmKeys       *keys,
                           ShipGatewayRoute  *route,
                           ShipGatewayTarget *target)
{
  ShipGatewayExchange *self = g_object_new (SHIP_TYPE_GATEWAY_EXCHANGE, NULL);

  self->reply = g_object_ref (reply);
  self->session = g_object_ref (session);
  self->keys = g_object_ref (keys);
  self->route = ship_gateway_route_ref (route);
  self->target = target;
  return self;
}

static const char *
get_purpose (ShipGatewayExchange *self, SoupMessageHeaders *headers)
{
  if (self->is_aside)
    return "aside";

  return soup_message_headers_get_one (headers, "X-Parent-Session-Id") != NULL ? "sub-agent"
                                                                               : "turn";
}

static ShipGatewayExchangeRecord *
make_record (ShipGatewayExchange *self)
{
  SoupServerMessage         *message = ship_gateway_reply_get_message (self->reply);
  SoupMessageHeaders        *headers = soup_server_message_get_request_headers (message);
  ShipGatewayExchangeRecord *record = g_new0 (ShipGatewayExchangeRecord, 1);

  /* A request that was read but not answered counts as an answer that broke off before its first
   * event. */
  if (self->is_asked && !self->is_answered)
    ship_usage_meter_begin (self->meter, SOUP_STATUS_OK, "text/event-stream");
  record->provider = g_strdup (self->route->provider);
  record->model = g_strdup (self->model != NULL ? self->model : "");
  record->agent_session = g_strdup (soup_message_headers_get_one (headers, "X-Session-Id"));
  record->purpose = get_purpose (self, headers);
  record->status = self->status;
  record->is_estimate = ship_usage_meter_finish (self->meter, self->is_whole, &record->usage);
  record->cost = -1.0;
  record->started_ms = self->started_ms;
  record->duration_ms = (g_get_monotonic_time () - self->started_us) / 1000;
  return record;
}

static void
return_if_over (ShipGatewayExchange *self)
{
  g_autoptr (GTask) task = NULL;

  if (self->task == NULL || self->is_busy || !ship_gateway_reply_is_over (self->reply))
    return;
  task = g_steal_pointer (&self->task);
  g_cancellable_disconnect (g_task_get_cancellable (task), self->cancelled_id);
  g_signal_handlers_disconnect_by_data (self->reply, self);
  if (self->meter != NULL && self->target->wire != SHIP_WIRE_NONE)
    g_task_return_pointer (task,
                           make_record (self),
                           (GDestroyNotify) ship_gateway_exchange_record_free);
  else
    g_task_return_pointer (task, NULL, NULL);
}

static void
over_cb (ShipGatewayExchange *self)
{
  g_cancellable_cancel (self->cancellable);
  return_if_over (self);
}

static void
cancelled_cb (GCancellable *cancellable, ShipGatewayExchange *self)
{
  ship_gateway_reply_abort (self->reply);
}

static void
refuse (ShipGatewayExchange *self, ShipGatewayRefusal refusal, const char *sentence)
{
  g_free (self->refusal);
  self->refusal = g_strdup (sentence);
  ship_gateway_reply_refuse (self->reply, refusal, self->route->family, sentence);
  return_if_over (self);
}

static void
refuse_upstream (ShipGatewayExchange *self, const char *format)
{
  g_autofree char *sentence = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
  sentence = g_strdup_printf (format, g_uri_get_host (self->target->uri));
#pragma GCC diagnostic pop
  refuse (self, SHIP_GATEWAY_REFUSAL_UPSTREAM, sentence);
}

/* An answer is there, but not one that can be passed on. */
static void
refuse_answer (ShipGatewayExchange *self, const char *format)
{
  ship_usage_meter_begin (self->meter, self->status, "text/event-stream");
  self->is_answered = TRUE;
  self->status = ship_gateway_refusal_get_status (SHIP_GATEWAY_REFUSAL_UPSTREAM);
  refuse_upstream (self, format);
}

static void
relayed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipGatewayExchange *self = g_task_get_source_object (task);

  self->is_busy = FALSE;
  self->is_whole = ship_gateway_relay_run_finish (SHIP_GATEWAY_RELAY (source), result, NULL);
  if (self->is_whole)
    ship_gateway_reply_complete (self->reply);
  else
    ship_gateway_reply_abort (self->reply);
  return_if_over (self);
}

static void
start_relay (ShipGatewayExchange *self, GInputStream *stream)
{
  g_autoptr (ShipGatewayRelay) relay =
    ship_gateway_relay_new (self->message, stream, self->reply, self->meter, self->secrets);

  self->is_answered = TRUE;
  self->is_busy = TRUE;
  ship_gateway_relay_run_async (relay, self->cancellable, relayed_cb, g_object_ref (self->task));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  ShipGatewayExchange *self = g_task_get_source_object (task);

  self->is_busy = FALSE;
  g_clear_handle_id (&self->connect_timer, g_source_remove);
  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (stream != NULL)
    self->status = soup_message_get_status (self->message);

  if (ship_gateway_reply_is_over (self->reply))
    return_if_over (self);
  else if (stream == NULL && error->domain == G_TLS_ERROR)
    refuse_upstream (self, _ ("No trusted connection to %s could be made."));
  else if (stream == NULL && self->is_asked)
    refuse_upstream (self, _ ("The connection to %s broke before it answered."));
  else if (stream == NULL)
    refuse_upstream (self, _ ("%s cannot be reached."));
  else if (SOUP_STATUS_IS_REDIRECTION (self->status))
    refuse_answer (self, _ ("%s wants the request sent elsewhere, which Ship does not do."));
  else if (!ship_gateway_relay_can_read (self->message))
    refuse_answer (self, _ ("%s answered in an encoding it was not asked for."));
  else
    {
      start_relay (self, stream);
      return;
    }
  if (stream != NULL)
    g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static gboolean
connect_timeout_cb (gpointer user_data)
{
  ShipGatewayExchange *self = user_data;

  self->connect_timer = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/* HTTP/1.1 only. With HTTP/2, libsoup 3.2 does not wake a reader whose stream the provider resets:
 * the exchange would hang. */
static void
network_event_cb (SoupMessage       *message,
                  GSocketClientEvent event,
                  GIOStream         *connection,
                  gpointer           user_data)
{
  static const char *const protocols[] = { "http/1.1", NULL };

  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && G_IS_TLS_CONNECTION (connection))
    g_tls_connection_set_advertised_protocols (G_TLS_CONNECTION (connection), protocols);
}

static void
starting_cb (ShipGatewayExchange *self)
{
  g_clear_handle_id (&self->connect_timer, g_source_remove);
}

static void
wrote_body_data_cb (ShipGatewayExchange *self, guint n_bytes)
{
  self->n_written += n_bytes;
  self->is_asked = self->n_written >= g_bytes_get_size (self->body);
}

static void
copy_request_headers (ShipGatewayExchange *self)
{
  static const char *const names[] = { "Accept",
                                       "User-Agent",
                                       "anthropic-version",
                                       "anthropic-beta" };
  SoupServerMessage       *message = ship_gateway_reply_get_message (self->reply);
  SoupMessageHeaders      *from = soup_server_message_get_request_headers (message);
  SoupMessageHeaders      *to = soup_message_get_request_headers (self->message);

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      const char *value = soup_message_headers_get_one (from, names[i]);

      if (value != NULL)
        soup_message_headers_replace (to, names[i], value);
    }
  /* The meter reads what passes. */
  soup_message_headers_replace (to, "Accept-Encoding", "identity");
  if (self->body != NULL)
    soup_message_set_request_body_from_bytes (self->message,
                                              soup_message_headers_get_content_type (from, NULL),
                                              self->body);
}

/* @key: (nullable) */
static void
start_send (ShipGatewayExchange *self, const char *key)
{
  SoupServerMessage *message = ship_gateway_reply_get_message (self->reply);

  self->message =
    soup_message_new_from_uri (soup_server_message_get_method (message), self->target->uri);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  copy_request_headers (self);
  if (key != NULL)
    {
      g_autofree char *value = g_strconcat (self->route->credential_prefix, key, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (self->message),
                                    self->route->credential_field,
                                    value);
    }

  self->meter = ship_usage_meter_new (self->target->wire,
                                      self->body != NULL ? g_bytes_get_size (self->body) : 0);
  g_signal_connect (self->message, "network-event", G_CALLBACK (network_event_cb), NULL);
  g_signal_connect_object (self->message,
                           "starting",
                           G_CALLBACK (starting_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->message,
                           "wrote-body-data",
                           G_CALLBACK (wrote_body_data_cb),
                           self,
                           G_CONNECT_SWAPPED);
  self->connect_timer = g_timeout_add_seconds (CONNECT_SECONDS, connect_timeout_cb, self);
  self->is_busy = TRUE;
  soup_session_send_async (self->session,
                           self->message,
                           G_PRIORITY_DEFAULT,
                           self->cancellable,
                           sent_cb,
                           g_object_ref (self->task));
}

/* Main thread. Says what the user can do; the error's own text is for other places. */
static void
refuse_without_key (ShipGatewayExchange *self, const GError *error)
{
  g_autofree char *sentence = NULL;

  if (g_error_matches (error, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_LOCKED))
    sentence = g_strdup_printf (
      _ ("The keyring with the key for %s is locked. Unlock it, or set %s where Ship is "
         "started."),
      self->route->name,
      self->route->variable);
  else
    sentence = g_strdup_printf (
      _ ("Ship has no key for %s. Set %s where Ship is started, or keep one in the keyring: "
         "shipctl keys set %s"),
      self->route->name,
      self->route->variable,
      self->route->provider);
  refuse (self, SHIP_GATEWAY_REFUSAL_UNAUTHENTICATED, sentence);
}

/* A key that could end its header field early would be a way to add others. */
static gboolean
is_header_value (const char *text)
{
  for (; *text != '\0'; text++)
    if (*text < 0x21 || *text > 0x7e)
      return FALSE;
  return TRUE;
}

static void
key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  ShipGatewayExchange *self = g_task_get_source_object (task);
  char *key = ship_llm_keys_lookup_finish (SHIP_LLM_KEYS (source), result, NULL, &error);

  self->is_busy = FALSE;
  if (ship_gateway_reply_is_over (self->reply))
    return_if_over (self);
  else if (key == NULL)
    refuse_without_key (self, error);
  else if (!is_header_value (key))
    refuse (self,
            SHIP_GATEWAY_REFUSAL_UNAUTHENTICATED,
            _ ("The key for this provider holds spaces or line breaks."));
  else
    {
      ship_secrets_add (self->secrets, key);
      start_send (self, key);
    }
  g_clear_pointer (&key, ship_keyring_free_secret);
}

static void
start_key (ShipGatewayExchange *self)
{
  self->is_busy = TRUE;
  ship_llm_keys_lookup_async (self->keys,
                              self->route->provider,
                              self->cancellable,
                              key_cb,
                              g_object_ref (self->task));
}

static void
start_upstream (ShipGatewayExchange *self)
{
  if (self->route->credential_field != NULL)
    start_key (self);
  else
    start_send (self, NULL);
}

static void
body_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  ShipGatewayExchange *self = g_task_get_source_object (task);
  g_autoptr (ShipGatewayBody) body = ship_gateway_body_prepare_finish (result, &error);

  self->is_busy = FALSE;
  if (ship_gateway_reply_is_over (self->reply))
    return_if_over (self);
  else if (body == NULL)
    refuse (self, SHIP_GATEWAY_REFUSAL_INVALID, error->message);
  else
    {
      self->body = g_bytes_ref (body->bytes);
      self->is_aside = body->is_aside;
      if (body->model != NULL)
        {
          g_free (self->model);
          self->model = g_steal_pointer (&body->model);
        }
      start_upstream (self);
    }
}

void
ship_gateway_exchange_run_async (ShipGatewayExchange *self,
                                 GBytes              *body,
                                 GCancellable        *cancellable,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data)
{
  g_autoptr (ShipGatewayExchange) guard = NULL;
  const char *method;

  g_return_if_fail (SHIP_IS_GATEWAY_EXCHANGE (self));
  g_return_if_fail (body != NULL);
  g_return_if_fail (self->started_ms == 0);

  guard = g_object_ref (self);
  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, ship_gateway_exchange_run_async);
  /* What was used until then is returned even so. */
  g_task_set_check_cancellable (self->task, FALSE);
  self->started_ms = g_get_real_time () / 1000;
  self->started_us = g_get_monotonic_time ();
  self->model = g_steal_pointer (&self->target->model);
  g_signal_connect_object (self->reply, "over", G_CALLBACK (over_cb), self, G_CONNECT_SWAPPED);
  if (cancellable != NULL)
    self->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (cancelled_cb), self, NULL);

  method = soup_server_message_get_method (ship_gateway_reply_get_message (self->reply));
  if (!g_str_equal (method, SOUP_METHOD_POST))
    {
      start_upstream (self);
      return;
    }
  self->is_busy = TRUE;
  ship_gateway_body_prepare_async (body,
                                   self->target->wire,
                                   self->route->family,
                                   self->cancellable,
                                   body_cb,
                                   g_object_ref (self->task));
}

ShipGatewayExchangeRecord *
ship_gateway_exchange_run_finish (ShipGatewayExchange *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_gateway_exchange_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

const char *
ship_gateway_exchange_get_refusal (ShipGatewayExchange *self)
{
  g_return_val_if_fail (SHIP_IS_GATEWAY_EXCHANGE (self), NULL);

  return self->refusal;
}

gboolean
ship_gateway_exchange_is_gated (ShipGatewayExchange *self)
{
  g_return_val_if_fail (SHIP_IS_GATEWAY_EXCHANGE (self), FALSE);

  return self->target->wire != SHIP_WIRE_NONE;
}
