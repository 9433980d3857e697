/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-outside-private.h"

#include "gateway/ship-gateway-account.h"

#include <unistd.h>

struct _ShipGatewayOutside
{
  GObject           parent_instance;
  ShipEgressDialer *dialer;      /* (owned) */
  ShipGatewayDoor  *door;        /* (owned) (nullable) */
  GCancellable     *cancellable; /* (owned): of what is being dialed for the door */
  GHashTable       *dials;       /* (owned) (element-type guint Dial): by their ids */
  GHashTable       *connections; /* (owned) (element-type guint Connection): by their ids */
  GHashTable       *held_up;     /* (owned) (element-type guint Connection): that want more */
  guint             timer;       /* while there are */

  ShipGatewayAccount *account; /* (owned) */
};

/* How often those are looked at that wait for the rate. */
#define TICK_MS 20

enum
{
  CONTACT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipGatewayOutside, ship_gateway_outside, G_TYPE_OBJECT)

typedef struct
{
  ShipGatewayContact contact;
  ShipGatewayShare  *share;                         /* (owned) */
  gboolean           is_wanted[SHIP_EGRESS_N_WAYS]; /* more of it */
} Connection;

/* Whoever has not told what it carried has carried all that it was given. */
static void
connection_free (gpointer data)
{
  Connection *connection = data;

  g_clear_pointer (&connection->share, ship_gateway_share_free);
  g_free (connection->contact.host);
  g_free (connection);
}

/* What is being dialed. */
typedef struct
{
  ShipGatewayOutside *self; /* (owned) */
  ShipGatewayDoor    *door; /* (owned): who asked */
  guint               id;
  char               *host; /* (owned) */
  guint16             port;
  gboolean            is_gone; /* nobody waits for it any more */
} Dial;

static void
dial_free (Dial *dial)
{
  g_object_unref (dial->self);
  g_object_unref (dial->door);
  g_free (dial->host);
  g_free (dial);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Dial, dial_free)

/* --- what they may carry --- */

static void
allow (ShipGatewayOutside *self, guint id, Connection *connection, ShipEgressWay way)
{
  const ShipEgressMore answer = { .kind = SHIP_EGRESS_MESSAGE_ALLOWED,
                                  .way = (guint8) way,
                                  .id = id,
                                  .share = connection->share->ways[way] };

  connection->is_wanted[way] = FALSE;
  ship_gateway_door_allow (self->door, &answer);
}

/* FALSE: it waits for more of them still. */
static gboolean
try_to_give (ShipGatewayOutside *self, guint id, Connection *connection)
{
  gboolean is_served = TRUE;

  for (guint way = 0; way < SHIP_EGRESS_N_WAYS; way++)
    if (connection->is_wanted[way])
      {
        if (ship_gateway_account_give (self->account,
                                       connection->share,
                                       (ShipEgressWay) way,
                                       g_get_monotonic_time ()))
          allow (self, id, connection, (ShipEgressWay) way);
        else
          is_served = FALSE;
        if (self->door == NULL) /* it could not be told, and all is over */
          return TRUE;
      }
  return is_served;
}

static gboolean
tick_cb (gpointer user_data)
{
  g_autoptr (ShipGatewayOutside) self = g_object_ref (user_data);
  g_autoptr (GList) ids = g_hash_table_get_keys (self->held_up);

  for (GList *link = ids; link != NULL && self->door != NULL; link = link->next)
    {
      Connection *connection = g_hash_table_lookup (self->held_up, link->data);

      if (connection != NULL && try_to_give (self, GPOINTER_TO_UINT (link->data), connection))
        g_hash_table_remove (self->held_up, link->data);
    }
  if (g_hash_table_size (self->held_up) > 0)
    return G_SOURCE_CONTINUE;
  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
more_cb (ShipGatewayDoor *door, guint id, guint way, ShipGatewayOutside *self)
{
  Connection *connection = g_hash_table_lookup (self->connections, GUINT_TO_POINTER (id));

  if (connection == NULL) /* it was refused */
    return;
  connection->is_wanted[way] = TRUE;
  if (try_to_give (self, id, connection))
    return;
  g_hash_table_insert (self->held_up, GUINT_TO_POINTER (id), connection);
  if (self->timer == 0)
    self->timer = g_timeout_add (TICK_MS, tick_cb, self);
}

/* --- what is dialed --- */

/* @fd: (transfer full): -1 for none */
static void
settle (Dial *dial, ShipEgressVerdict verdict, int fd)
{
  ShipGatewayOutside *self = dial->self;
  ShipEgressDialed    answer = { .kind = SHIP_EGRESS_MESSAGE_DIALED,
                                 .verdict = (guint8) verdict,
                                 .id = dial->id };
  Connection         *connection;

  if (self->door != dial->door || dial->is_gone)
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  connection = g_new0 (Connection, 1);
  connection->contact.host = g_strdup (dial->host);
  connection->contact.port = dial->port;
  connection->contact.verdict = verdict;
  connection->share =
    ship_gateway_share_new (dial->host,
                            ship_egress_dialer_is_registry (self->dialer, dial->host, dial->port));
  g_hash_table_remove (self->held_up, GUINT_TO_POINTER (dial->id));
  g_hash_table_insert (self->connections, GUINT_TO_POINTER (dial->id), connection);
  g_signal_emit (self, signals[CONTACT], 0, &connection->contact);
  for (guint way = 0; verdict == SHIP_EGRESS_VERDICT_CONNECTED && way < SHIP_EGRESS_N_WAYS; way++)
    {
      ship_gateway_account_give (self->account,
                                 connection->share,
                                 (ShipEgressWay) way,
                                 g_get_monotonic_time ());
      answer.shares[way] = connection->share->ways[way];
    }
  ship_gateway_door_answer (dial->door, &answer, fd);
}

static void
dialed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Dial) dial = user_data;
  ShipEgressVerdict verdict;
  int fd = ship_egress_dialer_dial_finish (SHIP_EGRESS_DIALER (object), result, &verdict);

  if (dial->self->door == dial->door)
    g_hash_table_remove (dial->self->dials, GUINT_TO_POINTER (dial->id));
  settle (dial, verdict, fd);
}

static void
dial_cb (ShipGatewayDoor *door, guint id, const char *host, guint port, ShipGatewayOutside *self)
{
  g_autoptr (Dial) dial = g_new0 (Dial, 1);
  ShipEgressVerdict verdict;

  dial->self = g_object_ref (self);
  dial->door = g_object_ref (door);
  dial->id = id;
  dial->host = g_strdup (host);
  dial->port = (guint16) port;
  verdict =
    ship_gateway_account_ask (self->account,
                              host,
                              ship_egress_dialer_is_registry (self->dialer, host, dial->port),
                              g_get_monotonic_time ());
  if (verdict != SHIP_EGRESS_VERDICT_CONNECTED)
    {
      settle (dial, verdict, -1);
      return;
    }
  g_hash_table_insert (self->dials, GUINT_TO_POINTER (id), dial);
  ship_egress_dialer_dial_async (self->dialer,
                                 host,
                                 (guint16) port,
                                 self->cancellable,
                                 dialed_cb,
                                 g_steal_pointer (&dial));
}

static void
ended_cb (ShipGatewayDoor    *door,
          guint               id,
          guint               end,
          guint64             n_up,
          guint64             n_down,
          ShipGatewayOutside *self)
{
  Connection         *connection = g_hash_table_lookup (self->connections, GUINT_TO_POINTER (id));
  Dial               *dial = g_hash_table_lookup (self->dials, GUINT_TO_POINTER (id));
  ShipGatewayContact *contact;

  if (dial != NULL) /* who asked has left before there was an answer */
    dial->is_gone = TRUE;
  if (connection == NULL)
    return;
  contact = &connection->contact;
  contact->is_ended = TRUE;
  contact->end = (ShipEgressEnd) end;
  contact->n_up = n_up;
  contact->n_down = n_down;
  ship_gateway_account_settle (self->account, g_steal_pointer (&connection->share), n_up, n_down);
  g_hash_table_remove (self->held_up, GUINT_TO_POINTER (id));
  if (contact->verdict == SHIP_EGRESS_VERDICT_CONNECTED)
    g_signal_emit (self, signals[CONTACT], 0, contact);
  g_hash_table_remove (self->connections, GUINT_TO_POINTER (id));
}

void
ship_gateway_outside_serve (ShipGatewayOutside *self, ShipGatewayDoor *door)
{
  g_return_if_fail (SHIP_IS_GATEWAY_OUTSIDE (self));

  if (self->door != NULL)
    g_signal_handlers_disconnect_by_data (self->door, self);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_remove_all (self->held_up);
  g_hash_table_remove_all (self->dials);
  g_hash_table_remove_all (self->connections);
  self->cancellable = g_cancellable_new ();
  g_set_object (&self->door, door);
  if (door == NULL)
    return;

  g_signal_connect_object (door, "dial", G_CALLBACK (dial_cb), self, 0);
  g_signal_connect_object (door, "ended", G_CALLBACK (ended_cb), self, 0);
  g_signal_connect_object (door, "more", G_CALLBACK (more_cb), self, 0);
}

static void
ship_gateway_outside_dispose (GObject *object)
{
  ship_gateway_outside_serve (SHIP_GATEWAY_OUTSIDE (object), NULL);

  G_OBJECT_CLASS (ship_gateway_outside_parent_class)->dispose (object);
}

static void
ship_gateway_outside_finalize (GObject *object)
{
  ShipGatewayOutside *self = SHIP_GATEWAY_OUTSIDE (object);

  g_clear_object (&self->dialer);
  g_clear_object (&self->cancellable);
  g_hash_table_unref (self->held_up);
  g_hash_table_unref (self->dials);
  g_hash_table_unref (self->connections);
  ship_gateway_account_free (self->account);

  G_OBJECT_CLASS (ship_gateway_outside_parent_class)->finalize (object);
}

static void
ship_gateway_outside_class_init (ShipGatewayOutsideClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_gateway_outside_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_gateway_outside_finalize;

  signals[CONTACT] = g_signal_new ("contact",
                                   SHIP_TYPE_GATEWAY_OUTSIDE,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_POINTER);
}

static void
ship_gateway_outside_init (ShipGatewayOutside *self)
{
  ShipGatewayBounds bounds;

  self->cancellable = g_cancellable_new ();
  self->dials = g_hash_table_new (NULL, NULL);
  self->held_up = g_hash_table_new (NULL, NULL);
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, connection_free);
  ship_gateway_bounds_init (&bounds, SHIP_GATEWAY_DOWN_TOTAL, 0);
  self->account = ship_gateway_account_new (&bounds, g_get_monotonic_time ());
}

ShipGatewayOutside *
ship_gateway_outside_new (ShipEgressDialer *dialer)
{
  ShipGatewayOutside *self = g_object_new (SHIP_TYPE_GATEWAY_OUTSIDE, NULL);

  self->dialer = g_object_ref (dialer);
  return self;
}

void
ship_gateway_outside_set_bounds (ShipGatewayOutside *self, guint64 down_total, guint64 rate)
{
  ShipGatewayBounds bounds;

  g_return_if_fail (SHIP_IS_GATEWAY_OUTSIDE (self));

  ship_gateway_bounds_init (&bounds, down_total, rate);
  ship_gateway_account_set_bounds (self->account, &bounds, g_get_monotonic_time ());
}
