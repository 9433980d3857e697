/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-egress-dialer-private.h"

#include <fcntl.h>
#include <unistd.h>

/*
 *   dial_async -> resolved_cb -> connected_cb (one address after the other) -> return
 *                            `-> connected_cb (the name, through a proxy) -> return
 *
 * A name that leads to a public and to a private address is refused as a whole: the next answer for
 * it might have them in another order. Nothing asks the name again after it was judged.
 */

#define CONNECT_SECONDS 10
#define MAX_ADDRESSES   4

struct _ShipEgressDialer
{
  GObject             parent_instance;
  GResolver          *resolver; /* (owned) */
  GSocketClient      *client;   /* (owned): without a proxy */
  GSocketClient      *proxied;  /* (owned) (nullable): with this one, always */
  ShipEgressProxy    *proxy;    /* (owned) (nullable) */
  ShipEgressPolicy   *policy;   /* (owned) */
  ShipEgressGuardFunc guard;
};

G_DEFINE_FINAL_TYPE (ShipEgressDialer, ship_egress_dialer, G_TYPE_OBJECT)

/* What a task holds. */
typedef struct
{
  char             *host; /* (owned) */
  guint16           port;
  gboolean          is_proxied;
  gboolean          is_by_name; /* and the proxy shall look it up */
  GList            *addresses;  /* (owned) (element-type GInetAddress) */
  GList            *next;       /* (unowned): to be tried */
  ShipEgressVerdict verdict;
  int               fd; /* (owned), -1 for none */
} Dial;

static void
dial_free (Dial *dial)
{
  g_resolver_free_addresses (dial->addresses);
  if (dial->fd >= 0)
    close (dial->fd);
  g_free (dial->host);
  g_free (dial);
}

/* @task: (transfer full) */
static void
finish (GTask *task, ShipEgressVerdict verdict)
{
  Dial *dial = g_task_get_task_data (task);

  dial->verdict = verdict;
  g_task_return_boolean (task, TRUE);
  g_object_unref (task);
}

static void connect_next (GTask *task);

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask *task = user_data;
  Dial  *dial = g_task_get_task_data (task);
  g_autoptr (GSocketConnection) connection =
    g_socket_client_connect_finish (G_SOCKET_CLIENT (object), result, NULL);

  if (connection == NULL && dial->is_by_name)
    {
      finish (task, SHIP_EGRESS_VERDICT_UNREACHABLE);
      return;
    }
  if (connection == NULL)
    {
      connect_next (task);
      return;
    }
  /* The connection closes its own; this one is for the sandbox's way out. */
  dial->fd =
    fcntl (g_socket_get_fd (g_socket_connection_get_socket (connection)), F_DUPFD_CLOEXEC, 3);
  /* To close the connection would end it for the duplicate as well. */
  if (dial->fd >= 0)
    g_tcp_connection_set_graceful_disconnect (G_TCP_CONNECTION (connection), FALSE);
  finish (task, dial->fd >= 0 ? SHIP_EGRESS_VERDICT_CONNECTED : SHIP_EGRESS_VERDICT_BUSY);
}

/* @task: (transfer full) */
static void
connect_next (GTask *task)
{
  ShipEgressDialer *self = g_task_get_source_object (task);
  Dial             *dial = g_task_get_task_data (task);
  g_autoptr (GSocketAddress) address = NULL;

  if (dial->next == NULL || g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      finish (task, SHIP_EGRESS_VERDICT_UNREACHABLE);
      return;
    }
  address = g_inet_socket_address_new (dial->next->data, dial->port);
  dial->next = dial->next->next;
  g_socket_client_connect_async (dial->is_proxied ? self->proxied : self->client,
                                 G_SOCKET_CONNECTABLE (address),
                                 g_task_get_cancellable (task),
                                 connected_cb,
                                 task);
}

/* @task: (transfer full) */
static void
connect_by_name (GTask *task)
{
  ShipEgressDialer *self = g_task_get_source_object (task);
  Dial             *dial = g_task_get_task_data (task);
  g_autoptr (GSocketConnectable) name = g_network_address_new (dial->host, dial->port);

  g_socket_client_connect_async (self->proxied,
                                 name,
                                 g_task_get_cancellable (task),
                                 connected_cb,
                                 task);
}

static gboolean
is_guarded (ShipEgressDialer *self, Dial *dial)
{
  for (GList *link = dial->addresses; link != NULL; link = link->next)
    if (!self->guard (link->data))
      return FALSE;
  return TRUE;
}

static void
resolved_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask            *task = user_data;
  ShipEgressDialer *self = g_task_get_source_object (task);
  Dial             *dial = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  dial->addresses = g_resolver_lookup_by_name_finish (G_RESOLVER (object), result, &error);
  if (dial->addresses == NULL && dial->is_by_name &&
      !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      connect_by_name (task);
      return;
    }
  if (dial->addresses == NULL)
    {
      finish (task,
              g_error_matches (error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND)
                ? SHIP_EGRESS_VERDICT_UNKNOWN_HOST
                : SHIP_EGRESS_VERDICT_UNREACHABLE);
      return;
    }
  if (!is_guarded (self, dial))
    {
      finish (task, SHIP_EGRESS_VERDICT_PRIVATE);
      return;
    }
  if (dial->is_by_name)
    {
      connect_by_name (task);
      return;
    }
  dial->next = dial->addresses;
  if (g_list_nth (dial->addresses, MAX_ADDRESSES) != NULL)
    {
      GList *rest = g_list_nth (dial->addresses, MAX_ADDRESSES);

      rest->prev->next = NULL;
      rest->prev = NULL;
      g_resolver_free_addresses (rest);
    }
  connect_next (task);
}

void
ship_egress_dialer_dial_async (ShipEgressDialer   *self,
                               const char         *host,
                               guint16             port,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  GTask *task;
  Dial  *dial;

  g_return_if_fail (SHIP_IS_EGRESS_DIALER (self));
  g_return_if_fail (host != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_egress_dialer_dial_async);
  g_task_set_check_cancellable (task, FALSE); /* a descriptor that was made is handed out */
  dial = g_new0 (Dial, 1);
  dial->host = g_strdup (host);
  dial->port = port;
  dial->is_proxied = self->proxy != NULL && ship_egress_proxy_is_for (self->proxy, host, port);
  dial->is_by_name =
    dial->is_proxied && ship_egress_policy_get_mode (self->policy) != SHIP_EGRESS_MODE_OPEN;
  dial->fd = -1;
  g_task_set_task_data (task, dial, (GDestroyNotify) dial_free);

  if (ship_egress_policy_get_mode (self->policy) == SHIP_EGRESS_MODE_OFFLINE)
    finish (task, SHIP_EGRESS_VERDICT_OFFLINE);
  else if (!ship_egress_policy_allows (self->policy, host, port))
    finish (task, SHIP_EGRESS_VERDICT_NOT_ALLOWED);
  else if (dial->is_proxied && !ship_egress_proxy_is_usable (self->proxy))
    finish (task, SHIP_EGRESS_VERDICT_PROXY);
  else
    g_resolver_lookup_by_name_async (self->resolver, host, cancellable, resolved_cb, task);
}

int
ship_egress_dialer_dial_finish (ShipEgressDialer  *self,
                                GAsyncResult      *result,
                                ShipEgressVerdict *verdict)
{
  Dial *dial;

  g_return_val_if_fail (g_task_is_valid (result, self), -1);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_egress_dialer_dial_async), -1);

  g_task_propagate_boolean (G_TASK (result), NULL);
  dial = g_task_get_task_data (G_TASK (result));
  *verdict = dial->verdict;
  return g_steal_fd (&dial->fd);
}

/* --- the object --- */

static void
ship_egress_dialer_finalize (GObject *object)
{
  ShipEgressDialer *self = SHIP_EGRESS_DIALER (object);

  g_clear_object (&self->resolver);
  g_clear_object (&self->client);
  g_clear_object (&self->proxied);
  g_clear_pointer (&self->proxy, ship_egress_proxy_free);
  ship_egress_policy_free (self->policy);

  G_OBJECT_CLASS (ship_egress_dialer_parent_class)->finalize (object);
}

static void
ship_egress_dialer_class_init (ShipEgressDialerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_egress_dialer_finalize;
}

static void
ship_egress_dialer_init (ShipEgressDialer *self)
{
  self->policy = ship_egress_policy_new (SHIP_EGRESS_MODE_OFFLINE);
  self->client = g_socket_client_new ();
  g_socket_client_set_enable_proxy (self->client, FALSE);
  g_socket_client_set_timeout (self->client, CONNECT_SECONDS);
}

ShipEgressDialer *
ship_egress_dialer_new (GResolver *resolver, ShipEgressGuardFunc guard)
{
  ShipEgressDialer *self;

  g_return_val_if_fail (resolver == NULL || G_IS_RESOLVER (resolver), NULL);
  g_return_val_if_fail (guard != NULL, NULL);

  self = g_object_new (SHIP_TYPE_EGRESS_DIALER, NULL);
  self->resolver = resolver != NULL ? g_object_ref (resolver) : g_resolver_get_default ();
  self->guard = guard;
  return self;
}

void
ship_egress_dialer_set_policy (ShipEgressDialer *self, const ShipEgressPolicy *policy)
{
  g_return_if_fail (SHIP_IS_EGRESS_DIALER (self));
  g_return_if_fail (policy != NULL);

  ship_egress_policy_free (self->policy);
  self->policy = ship_egress_policy_copy (policy);
}

void
ship_egress_dialer_take_proxy (ShipEgressDialer *self, ShipEgressProxy *proxy)
{
  g_return_if_fail (SHIP_IS_EGRESS_DIALER (self));

  g_clear_pointer (&self->proxy, ship_egress_proxy_free);
  g_clear_object (&self->proxied);
  self->proxy = proxy;
  if (proxy == NULL)
    return;
  self->proxied = g_socket_client_new ();
  g_socket_client_set_timeout (self->proxied, CONNECT_SECONDS);
  ship_egress_proxy_set_up (proxy, self->proxied);
}

gboolean
ship_egress_dialer_is_registry (ShipEgressDialer *self, const char *host, guint16 port)
{
  g_return_val_if_fail (SHIP_IS_EGRESS_DIALER (self), FALSE);

  return ship_egress_policy_is_registry (self->policy, host, port);
}
