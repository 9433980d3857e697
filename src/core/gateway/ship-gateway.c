/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <sys/random.h>

#include "gateway/ship-egress-address.h"
#include "gateway/ship-gateway-body-private.h"
#include "gateway/ship-gateway-door-private.h"
#include "gateway/ship-gateway-exchange-private.h"
#include "gateway/ship-gateway-outside-private.h"
#include "gateway/ship-rehearsal.h"

/*
 * Streams come from the door (ship-egress), a SoupServer reads one request from each, and the
 * request becomes an exchange with a provider. One per session, owned by the actor's composition
 * root; main thread.
 *
 * A request is judged twice: when its head is here (path, grant, size), so that a body that is not
 * wanted is not kept, and when its body is here (gate), because time passes in between.
 */

/* A provider may think for minutes before it says a word. */
#define SILENCE_SECONDS          300
#define MAX_UPSTREAM_CONNECTIONS 128
/* Request bodies that are held at once: a sandbox must not be able to fill the memory of its owner.
 */
#define MAX_BODY_BYTES (256 * 1024 * 1024)
#define GRANT_BYTES    32
#define SOCKET_KEY     "ship-gateway-socket"
#define REHEARSAL      "rehearsal"
#define ASIDE_KEY      "ship-gateway-aside"

struct _ShipGateway
{
  GObject parent_instance;

  ShipModelCatalog   *catalog; /* (owned) */
  ShipLlmKeys        *keys;    /* (owned) */
  char               *grant;   /* (owned) */
  GHashTable         *routes;  /* (owned) (element-type utf8 ShipGatewayRoute) */
  ShipGatewayGateFunc gate;    /* (nullable) */
  gpointer            gate_data;

  SoupServer         *server;      /* (owned) */
  SoupSession        *session;     /* (owned): to services, by the system's proxy if there is one */
  SoupSession        *loopback;    /* (owned): to servers on this machine, directly */
  ShipGatewayDoor    *door;        /* (owned) (nullable): while started */
  ShipEgressDialer   *dialer;      /* (owned) */
  ShipGatewayOutside *outside;     /* (owned) */
  ShipEgressPolicy   *policy;      /* (owned) */
  GCancellable       *cancellable; /* (owned): of all exchanges */
  gsize              *body_bytes;  /* (owned): of all requests under way */
};

enum
{
  SIGNAL_METERED,
  SIGNAL_CONTACT,
  SIGNAL_REFUSED,
  SIGNAL_SETTLED,
  SIGNAL_FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipGateway, ship_gateway, G_TYPE_OBJECT)

static void
ship_gateway_dispose (GObject *object)
{
  ShipGateway *self = SHIP_GATEWAY (object);

  ship_gateway_stop (self);
  g_clear_object (&self->server);
  g_clear_object (&self->session);
  g_clear_object (&self->loopback);
  g_clear_object (&self->catalog);
  g_clear_object (&self->keys);
  g_clear_object (&self->outside);
  g_clear_object (&self->dialer);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (ship_gateway_parent_class)->dispose (object);
}

static void
ship_gateway_finalize (GObject *object)
{
  ShipGateway *self = SHIP_GATEWAY (object);

  g_clear_pointer (&self->routes, g_hash_table_unref);
  g_clear_pointer (&self->grant, g_free);
  g_clear_pointer (&self->policy, ship_egress_policy_free);
  g_clear_pointer (&self->body_bytes, g_rc_box_release);

  G_OBJECT_CLASS (ship_gateway_parent_class)->finalize (object);
}

static void
ship_gateway_class_init (ShipGatewayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ship_gateway_dispose;
  object_class->finalize = ship_gateway_finalize;

  signals[SIGNAL_METERED] = g_signal_new ("metered",
                                          SHIP_TYPE_GATEWAY,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          1,
                                          SHIP_TYPE_GATEWAY_EXCHANGE_RECORD);
  signals[SIGNAL_CONTACT] = g_signal_new ("contact",
                                          SHIP_TYPE_GATEWAY,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          1,
                                          G_TYPE_POINTER);
  signals[SIGNAL_REFUSED] = g_signal_new ("refused",
                                          SHIP_TYPE_GATEWAY,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          1,
                                          G_TYPE_STRING);
  signals[SIGNAL_SETTLED] = g_signal_new ("settled",
                                          SHIP_TYPE_GATEWAY,
                                          G_SIGNAL_RUN_LAST,
                                          0,
                                          NULL,
                                          NULL,
                                          NULL,
                                          G_TYPE_NONE,
                                          0);
  signals[SIGNAL_FAILED] = g_signal_new ("failed",
                                         SHIP_TYPE_GATEWAY,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         1,
                                         G_TYPE_ERROR);
}

static char *
make_grant (void)
{
  g_autoptr (GString) text = g_string_new ("ship-");
  guint8 bytes[GRANT_BYTES];
  gsize  n = 0;

  while (n < sizeof bytes)
    {
      gssize got = getrandom (bytes + n, sizeof bytes - n, 0);

      if (got > 0)
        n += (gsize) got;
      else if (errno != EINTR)
        g_error ("The system gives no random numbers: %s", g_strerror (errno));
    }
  for (n = 0; n < sizeof bytes; n++)
    g_string_append_printf (text, "%02x", bytes[n]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* In a time that does not depend on where they differ. */
static gboolean
is_grant (ShipGateway *self, const char *text)
{
  gsize         length = strlen (self->grant);
  volatile char difference = 0;

  if (text == NULL || strlen (text) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= text[i] ^ self->grant[i];
  return difference == 0;
}

static SoupSession *
make_session (void)
{
  SoupSession *session = soup_session_new_with_options ("max-conns",
                                                        MAX_UPSTREAM_CONNECTIONS,
                                                        "max-conns-per-host",
                                                        MAX_UPSTREAM_CONNECTIONS,
                                                        "timeout",
                                                        SILENCE_SECONDS,
                                                        "idle-timeout",
                                                        60,
                                                        NULL);

  /* Answers are passed on as they are, refusals of a key as well. */
  soup_session_remove_feature_by_type (session, SOUP_TYPE_CONTENT_DECODER);
  soup_session_remove_feature_by_type (session, SOUP_TYPE_AUTH_MANAGER);
  return session;
}

static void
metered (ShipGateway *self, const ShipGatewayRoute *route, ShipGatewayExchangeRecord *record)
{
  static const ShipPrice unknown = { -1.0, -1.0, -1.0, -1.0 };
  static const ShipPrice nothing = { 0.0, 0.0, 0.0, 0.0 };
  const ShipPrice       *price = &unknown;
  const ShipModel       *model =
    ship_model_catalog_get_model (self->catalog, record->provider, record->model);

  if (route == NULL || route->is_free)
    price = &nothing;
  else if (model != NULL)
    price = ship_model_get_price (model, &record->usage);
  record->cost = ship_usage_get_cost (&record->usage, price);
  g_signal_emit (self, signals[SIGNAL_METERED], 0, record);
}

static void
exchanged_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipGateway) self = user_data;
  ShipGatewayExchange       *exchange = SHIP_GATEWAY_EXCHANGE (source);
  ShipGatewayExchangeRecord *record = ship_gateway_exchange_run_finish (exchange, result, NULL);

  if (ship_gateway_exchange_get_refusal (exchange) != NULL)
    g_signal_emit (self, signals[SIGNAL_REFUSED], 0, ship_gateway_exchange_get_refusal (exchange));
  if (record != NULL)
    metered (self, g_hash_table_lookup (self->routes, record->provider), record);
  g_clear_pointer (&record, ship_gateway_exchange_record_free);
  if (ship_gateway_exchange_is_gated (exchange))
    g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
}

/* What one request is for, as far as its head tells. */
typedef struct
{
  ShipGatewayRoute  *route; /* (unowned) (nullable): NULL for the rehearsal, or unknown */
  gboolean           is_rehearsal;
  ShipGatewayFamily  family; /* how to answer */
  ShipGatewayTarget *target; /* (owned) (nullable) */
} Request;

static gboolean
request_init (Request *request, ShipGateway *self, SoupServerMessage *message)
{
  GUri            *uri = soup_server_message_get_uri (message);
  g_autofree char *provider = NULL;
  const char      *rest;

  *request = (Request){ .family = SHIP_GATEWAY_FAMILY_OPENAI };
  if (!ship_gateway_path_split (g_uri_get_path (uri), &provider, &rest))
    return FALSE;
  if (g_str_equal (provider, REHEARSAL))
    {
      request->is_rehearsal = TRUE;
      return TRUE;
    }
  request->route = g_hash_table_lookup (self->routes, provider);
  if (request->route == NULL)
    return FALSE;
  request->family = request->route->family;
  if (request->route->trouble != NULL)
    return TRUE;
  request->target = ship_gateway_route_resolve (request->route,
                                                soup_server_message_get_method (message),
                                                rest,
                                                g_uri_get_query (uri));
  return request->target != NULL;
}

static void
request_clear (Request *request)
{
  g_clear_pointer (&request->target, ship_gateway_target_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Request, request_clear)

/* Without keeping the body. */
static void
refuse_early (SoupServerMessage *message,
              ShipGatewayRefusal refusal,
              ShipGatewayFamily  family,
              const char        *sentence)
{
  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  ship_gateway_refusal_answer (refusal, family, sentence, message);
}

/* Its address is wrong: going to another one with the key is not what the user wants. */
static void
refuse_troubled (ShipGateway *self, SoupServerMessage *message, const Request *request)
{
  refuse_early (message, SHIP_GATEWAY_REFUSAL_FORBIDDEN, request->family, request->route->trouble);
  g_signal_emit (self, signals[SIGNAL_REFUSED], 0, request->route->trouble);
}

typedef struct
{
  gsize *total; /* (owned): a reference to the gateway's */
  gsize  size;
} HeldBody;

static void
held_body_free (gpointer data, GClosure *closure)
{
  HeldBody *held = data;

  *held->total -= held->size;
  g_rc_box_release (held->total);
  g_free (held);
}

static void
message_over_cb (SoupServerMessage *message, gpointer user_data)
{
  /* Frees the account of its body. */
  g_signal_handlers_disconnect_by_data (message, user_data);
}

/* FALSE if too much is held already. Until the message is over, or gone. */
static gboolean
hold_body (ShipGateway *self, SoupServerMessage *message)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  goffset             size = soup_message_headers_get_content_length (headers);
  HeldBody           *held;

  if (size < 0 || (gsize) size > MAX_BODY_BYTES - *self->body_bytes)
    return FALSE;
  held = g_new0 (HeldBody, 1);
  held->total = g_rc_box_acquire (self->body_bytes);
  held->size = (gsize) size;
  *held->total += held->size;
  g_signal_connect_data (message,
                         "finished",
                         G_CALLBACK (message_over_cb),
                         held,
                         held_body_free,
                         0);
  return TRUE;
}

static void
head_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  ShipGateway        *self = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_auto (Request) request = { 0 };
  gboolean is_known = request_init (&request, self, message);

  /* Each stream is for one request, and the agent's client must know that its connection ends with
   * it. */
  soup_message_headers_replace (soup_server_message_get_response_headers (message),
                                "Connection",
                                "close");
  if (!is_grant (self, soup_message_headers_get_one (headers, "X-Ship-Grant")))
    refuse_early (message,
                  SHIP_GATEWAY_REFUSAL_UNAUTHENTICATED,
                  request.family,
                  _ ("This request does not carry the grant of its session."));
  else if (!is_known)
    refuse_early (message,
                  SHIP_GATEWAY_REFUSAL_NOT_FOUND,
                  request.family,
                  _ ("Ship's gateway has nothing at this address."));
  else if (request.route != NULL && request.route->trouble != NULL)
    refuse_troubled (self, message, &request);
  else if (!hold_body (self, message))
    refuse_early (message,
                  SHIP_GATEWAY_REFUSAL_TOO_LARGE,
                  request.family,
                  _ ("The requests under way in this session are too large together."));
}

static void
rehearsed_cb (SoupServerMessage *message, gpointer user_data)
{
  ShipGateway               *self = user_data;
  const ShipUsage           *usage = ship_rehearsal_get_usage (message);
  SoupMessageHeaders        *headers = soup_server_message_get_request_headers (message);
  gint64                    *started_us = g_object_get_data (G_OBJECT (message), REHEARSAL);
  gint64                     duration_us = g_get_monotonic_time () - *started_us;
  ShipGatewayExchangeRecord *record;

  if (usage == NULL)
    return;
  record = g_new0 (ShipGatewayExchangeRecord, 1);
  record->provider = g_strdup (REHEARSAL);
  record->model = g_strdup (REHEARSAL);
  record->agent_session = g_strdup (soup_message_headers_get_one (headers, "X-Session-Id"));
  if (g_object_get_data (G_OBJECT (message), ASIDE_KEY) != NULL)
    record->purpose = "aside";
  else
    record->purpose =
      soup_message_headers_get_one (headers, "X-Parent-Session-Id") != NULL ? "sub-agent" : "turn";
  record->status = soup_server_message_get_status (message);
  record->usage = *usage;
  record->started_ms = (g_get_real_time () - duration_us) / 1000;
  record->duration_ms = duration_us / 1000;
  metered (self, NULL, record);
  ship_gateway_exchange_record_free (record);
}

/* The scripted model answers by itself, and knows what it would have used. */
static void
rehearse (ShipGateway *self, SoupServerMessage *message, GBytes *body)
{
  gint64 *started_us = g_new (gint64, 1);
  g_autoptr (ShipGatewayBody) prepared =
    ship_gateway_body_prepare (body, SHIP_WIRE_CHAT, SHIP_GATEWAY_FAMILY_OPENAI, NULL);

  if (prepared != NULL && prepared->is_aside)
    g_object_set_data (G_OBJECT (message), ASIDE_KEY, self);
  *started_us = g_get_monotonic_time ();
  g_object_set_data_full (G_OBJECT (message), REHEARSAL, started_us, g_free);
  if (g_str_equal (soup_server_message_get_method (message), SOUP_METHOD_POST))
    g_signal_connect_object (message, "finished", G_CALLBACK (rehearsed_cb), self, 0);
  ship_rehearsal_handle (message, body);
}

static void
exchange (ShipGateway *self, SoupServerMessage *message, Request *request, GBytes *body)
{
  GObject *address = G_OBJECT (soup_server_message_get_remote_address (message));
  GSocket *socket = g_object_get_data (address, SOCKET_KEY);
  g_autoptr (ShipGatewayReply) reply = ship_gateway_reply_new (message, socket);
  g_autoptr (ShipGatewayExchange) operation = NULL;

  operation =
    ship_gateway_exchange_new (reply,
                               request->route->is_loopback ? self->loopback : self->session,
                               self->keys,
                               request->route,
                               g_steal_pointer (&request->target));
  ship_gateway_exchange_run_async (operation,
                                   body,
                                   self->cancellable,
                                   exchanged_cb,
                                   g_object_ref (self));
}

static void
body_cb (SoupServer        *server,
         SoupServerMessage *message,
         const char        *path,
         GHashTable        *query,
         gpointer           user_data)
{
  ShipGateway     *self = user_data;
  SoupMessageBody *request_body = soup_server_message_get_request_body (message);
  g_autoptr (GBytes) body = soup_message_body_flatten (request_body);
  g_auto (Request) request = { 0 };
  g_autofree char *refusal = NULL;

  /* It was known when its head came; its route may have gone since. */
  if (!request_init (&request, self, message))
    {
      refuse_early (message,
                    SHIP_GATEWAY_REFUSAL_NOT_FOUND,
                    request.family,
                    _ ("Ship's gateway has nothing at this address."));
      return;
    }
  soup_message_body_truncate (request_body);
  if (request.route != NULL && request.route->trouble != NULL)
    {
      refuse_troubled (self, message, &request);
      return;
    }

  if (self->gate != NULL && (request.is_rehearsal || request.target->wire != SHIP_WIRE_NONE))
    refusal = self->gate (self,
                          request.is_rehearsal ? REHEARSAL : request.route->provider,
                          self->gate_data);
  if (refusal != NULL)
    ship_gateway_refusal_answer (SHIP_GATEWAY_REFUSAL_FORBIDDEN, request.family, refusal, message);
  else if (request.is_rehearsal)
    {
      rehearse (self, message, body);
      /* It costs nothing: there is nothing to wait for. */
      if (self->gate != NULL)
        g_signal_emit (self, signals[SIGNAL_SETTLED], 0);
    }
  else
    exchange (self, message, &request, body);
}

static void
stream_cb (ShipGatewayDoor *door, GSocketConnection *stream, gpointer user_data)
{
  ShipGateway *self = user_data;
  g_autoptr (GSocketAddress) address =
    g_unix_socket_address_new_with_type ("", 0, G_UNIX_SOCKET_ADDRESS_ANONYMOUS);
  g_autoptr (GError) error = NULL;

  /* A message leads to its remote address and no further; this is how its socket is found again. */
  g_object_set_data_full (G_OBJECT (address),
                          SOCKET_KEY,
                          g_object_ref (g_socket_connection_get_socket (stream)),
                          g_object_unref);
  if (!soup_server_accept_iostream (self->server, G_IO_STREAM (stream), address, address, &error))
    g_debug ("A connection from the sandbox could not be served: %s", error->message);
}

static void
door_failed_cb (ShipGatewayDoor *door, GError *error, gpointer user_data)
{
  ShipGateway *self = user_data;
  g_autoptr (ShipGateway) guard = g_object_ref (self);

  ship_gateway_stop (self);
  g_signal_emit (self, signals[SIGNAL_FAILED], 0, error);
}

static void
contact_cb (ShipGatewayOutside *outside, const ShipGatewayContact *contact, ShipGateway *self)
{
  g_signal_emit (self, signals[SIGNAL_CONTACT], 0, contact);
}

static void
set_dialer (ShipGateway *self, GResolver *resolver, ShipEgressGuardFunc guard)
{
  g_clear_object (&self->outside);
  g_clear_object (&self->dialer);
  self->dialer = ship_egress_dialer_new (resolver, guard);
  ship_egress_dialer_set_policy (self->dialer, self->policy);
  self->outside = ship_gateway_outside_new (self->dialer);
  g_signal_connect_object (self->outside, "contact", G_CALLBACK (contact_cb), self, 0);
}

static void
ship_gateway_init (ShipGateway *self)
{
  self->grant = make_grant ();
  self->body_bytes = g_rc_box_new0 (gsize);
  self->routes = ship_gateway_routes_new ();
  self->cancellable = g_cancellable_new ();
  self->policy = ship_egress_policy_new (SHIP_EGRESS_MODE_OFFLINE);
  set_dialer (self, NULL, ship_egress_address_is_public);
  self->session = make_session ();
  self->loopback = make_session ();
  soup_session_set_proxy_resolver (self->loopback, NULL);
  /* Paths stay as they came: what they mean is the provider's affair. */
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->server, NULL, head_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, body_cb, self, NULL);
}

ShipGateway *
ship_gateway_new (ShipModelCatalog *catalog, ShipLlmKeys *keys)
{
  ShipGateway *self;

  g_return_val_if_fail (SHIP_IS_MODEL_CATALOG (catalog), NULL);
  g_return_val_if_fail (SHIP_IS_LLM_KEYS (keys), NULL);

  self = g_object_new (SHIP_TYPE_GATEWAY, NULL);
  self->catalog = g_object_ref (catalog);
  self->keys = g_object_ref (keys);
  return self;
}

const char *
ship_gateway_get_grant (ShipGateway *self)
{
  g_return_val_if_fail (SHIP_IS_GATEWAY (self), NULL);

  return self->grant;
}

gboolean
ship_gateway_set_base_uri (ShipGateway *self,
                           const char  *provider,
                           const char  *base_uri,
                           GError     **error)
{
  g_return_val_if_fail (SHIP_IS_GATEWAY (self), FALSE);
  g_return_val_if_fail (provider != NULL && base_uri != NULL, FALSE);

  return ship_gateway_routes_set_base_uri (self->routes, provider, base_uri, error);
}

static void
addresses_changed_cb (ShipProviderAddresses *addresses, ShipGateway *self)
{
  ship_gateway_routes_follow (self->routes, addresses);
}

void
ship_gateway_follow_addresses (ShipGateway *self, ShipProviderAddresses *addresses)
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));
  g_return_if_fail (SHIP_IS_PROVIDER_ADDRESSES (addresses));

  g_signal_connect_object (addresses, "changed", G_CALLBACK (addresses_changed_cb), self, 0);
  ship_gateway_routes_follow (self->routes, addresses);
}

void
ship_gateway_set_gate (ShipGateway *self, ShipGatewayGateFunc func, gpointer user_data)
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));

  self->gate = func;
  self->gate_data = user_data;
}

void
ship_gateway_set_egress_policy (ShipGateway *self, const ShipEgressPolicy *policy)
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));
  g_return_if_fail (policy != NULL);

  ship_egress_policy_free (self->policy);
  self->policy = ship_egress_policy_copy (policy);
  ship_egress_dialer_set_policy (self->dialer, policy);
}

void
ship_gateway_set_egress_bounds (ShipGateway *self, guint64 down_total, guint64 rate)
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));

  ship_gateway_outside_set_bounds (self->outside, down_total, rate);
}

void
ship_gateway_set_resolver (ShipGateway *self,
                           GResolver   *resolver,
                           gboolean (*guard) (GInetAddress *address))
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));
  set_dialer (self, resolver, guard);
  ship_gateway_outside_serve (self->outside, self->door);
}

void
ship_gateway_use_proxy (ShipGateway *self, const char *const *environment)
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));
  g_return_if_fail (environment != NULL);

  ship_egress_dialer_take_proxy (self->dialer, ship_egress_proxy_new (environment));
}

static void
started_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  int     fd = ship_gateway_door_start_finish (SHIP_GATEWAY_DOOR (source), result, &error);

  if (fd >= 0)
    g_task_return_int (task, fd);
  else
    g_task_return_error (task, error);
}

void
ship_gateway_start_async (ShipGateway        *self,
                          const char         *program,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_GATEWAY (self));
  g_return_if_fail (self->door == NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_gateway_start_async);
  /* A descriptor that was made is handed out even then. */
  g_task_set_check_cancellable (task, FALSE);

  /* A gateway that was stopped starts afresh. */
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  self->door = ship_gateway_door_new ();
  g_signal_connect_object (self->door, "stream", G_CALLBACK (stream_cb), self, 0);
  g_signal_connect_object (self->door, "failed", G_CALLBACK (door_failed_cb), self, 0);
  ship_gateway_outside_serve (self->outside, self->door);
  ship_gateway_door_start_async (self->door,
                                 program,
                                 cancellable,
                                 started_cb,
                                 g_steal_pointer (&task));
}

int
ship_gateway_start_finish (ShipGateway *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_gateway_start_async), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}

void
ship_gateway_stop (ShipGateway *self)
{
  g_return_if_fail (SHIP_IS_GATEWAY (self));

  if (self->door != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->door, self);
      ship_gateway_outside_serve (self->outside, NULL);
      ship_gateway_door_stop (self->door);
      g_clear_object (&self->door);
    }
  g_cancellable_cancel (self->cancellable);
  if (self->server != NULL)
    soup_server_disconnect (self->server);
}
