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
  GHashTable       *connections; /* (owned) (element-type guint ShipGatewayContact): by their ids */

  ShipGatewayAccount *account; /* (owned) */
};

enum
{
  CONTACT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipGatewayOutside, ship_gateway_outside, G_TYPE_OBJECT)

static void
contact_free (gpointer data)
{
  ShipGatewayContact *contact = data;

  g_free (contact->host);
  g_free (contact);
}

/* What is being dialed. */
typedef struct
{
  ShipGatewayOutside *self; /* (owned) */
  ShipGatewayDoor    *door; /* (owned): who asked */
  guint               id;
  char               *host; /* (owned) */
  guint16             port;
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

/* @fd: (transfer full): -1 for none */
static void
settle (Dial *dial, ShipEgressVerdict verdict, int fd)
{
  ShipGatewayOutside *self = dial->self;
  ShipEgressDialed    answer = { .kind = SHIP_EGRESS_MESSAGE_DIALED,
                                 .verdict = (guint8) verdict,
                                 .id = dial->id };
  ShipGatewayContact *contact;
  gboolean            is_registry;

  if (self->door != dial->door) /* it was closed meanwhile */
    {
      if (fd >= 0)
        close (fd);
      return;
    }
  contact = g_new0 (ShipGatewayContact, 1);
  contact->host = g_strdup (dial->host);
  contact->port = dial->port;
  contact->verdict = verdict;
  g_hash_table_insert (self->connections, GUINT_TO_POINTER (dial->id), contact);
  g_signal_emit (self, signals[CONTACT], 0, contact);
  is_registry = ship_egress_dialer_is_registry (self->dialer, dial->host, dial->port);
  answer.up_limit = ship_gateway_account_get_up (self->account, dial->host, is_registry);
  answer.down_limit = ship_gateway_account_get_down (self->account, dial->host);
  ship_gateway_door_answer (dial->door, &answer, fd);
}

static void
dialed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Dial) dial = user_data;
  ShipEgressVerdict verdict;
  int fd = ship_egress_dialer_dial_finish (SHIP_EGRESS_DIALER (object), result, &verdict);

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
  ShipGatewayContact *contact = g_hash_table_lookup (self->connections, GUINT_TO_POINTER (id));

  if (contact == NULL) /* who asked has left before there was an answer */
    return;
  contact->is_ended = TRUE;
  contact->end = (ShipEgressEnd) end;
  contact->n_up = n_up;
  contact->n_down = n_down;
  ship_gateway_account_add (self->account, contact->host, n_up, n_down);
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
  g_hash_table_remove_all (self->connections);
  self->cancellable = g_cancellable_new ();
  g_set_object (&self->door, door);
  if (door == NULL)
    return;

  g_signal_connect_object (door, "dial", G_CALLBACK (dial_cb), self, 0);
  g_signal_connect_object (door, "ended", G_CALLBACK (ended_cb), self, 0);
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
  self->cancellable = g_cancellable_new ();
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, contact_free);
  self->account = ship_gateway_account_new (&ship_gateway_bounds, g_get_monotonic_time ());
}

ShipGatewayOutside *
ship_gateway_outside_new (ShipEgressDialer *dialer)
{
  ShipGatewayOutside *self = g_object_new (SHIP_TYPE_GATEWAY_OUTSIDE, NULL);

  self->dialer = g_object_ref (dialer);
  return self;
}
