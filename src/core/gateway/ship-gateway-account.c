/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-account.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define MIB       (G_GUINT64_CONSTANT (1) << 20)
#define GIB       (G_GUINT64_CONSTANT (1) << 30)

/* Beyond that, hosts that nothing is known of are forgotten: a sandbox can make up any number. */
#define MANY_HOSTS 4096

/* Asking a registry for the largest installation sends far less than this. */
const ShipGatewayBounds ship_gateway_bounds = { .dials = 600,
                                                .host_dials = 400,
                                                .registry_tunnel = MIB,
                                                .registry_total = 16 * MIB,
                                                .down_tunnel = 4 * GIB,
                                                .down_host = 16 * GIB,
                                                .down_total = 64 * GIB };

/* Grows with the time, up to a minute's worth. */
typedef struct
{
  double saved;
  gint64 at_us;
} Allowance;

typedef struct
{
  Allowance dials;
  guint64   n_up;
  guint64   n_down;
} Host;

struct _ShipGatewayAccount
{
  ShipGatewayBounds bounds;
  GHashTable       *hosts; /* (owned) (element-type utf8 Host) */
  Allowance         dials;
  guint64           n_down;
};

ShipGatewayAccount *
ship_gateway_account_new (const ShipGatewayBounds *bounds, gint64 now_us)
{
  ShipGatewayAccount *self = g_new0 (ShipGatewayAccount, 1);

  self->bounds = *bounds;
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->dials.saved = bounds->dials;
  self->dials.at_us = now_us;
  return self;
}

void
ship_gateway_account_free (ShipGatewayAccount *self)
{
  g_hash_table_unref (self->hosts);
  g_free (self);
}

static void
grow (Allowance *allowance, guint a_minute, gint64 now_us)
{
  allowance->saved += (double) (now_us - allowance->at_us) * a_minute / MINUTE_US;
  allowance->saved = MIN (allowance->saved, a_minute);
  allowance->at_us = now_us;
}

static gboolean
is_idle_cb (gpointer key, gpointer value, gpointer user_data)
{
  const Host   *host = value;
  const gint64 *now_us = user_data;

  return host->n_up == 0 && host->n_down == 0 && *now_us - host->dials.at_us >= MINUTE_US;
}

static Host *
get_host (ShipGatewayAccount *self, const char *name, gint64 now_us)
{
  Host *host = g_hash_table_lookup (self->hosts, name);

  if (host != NULL)
    return host;
  if (g_hash_table_size (self->hosts) >= MANY_HOSTS)
    g_hash_table_foreach_remove (self->hosts, is_idle_cb, &now_us);
  host = g_new0 (Host, 1);
  host->dials.saved = self->bounds.host_dials;
  host->dials.at_us = now_us;
  g_hash_table_insert (self->hosts, g_strdup (name), host);
  return host;
}

ShipEgressVerdict
ship_gateway_account_ask (ShipGatewayAccount *self,
                          const char         *name,
                          gboolean            is_registry,
                          gint64              now_us)
{
  Host *host;

  grow (&self->dials, self->bounds.dials, now_us);
  if (self->dials.saved < 1) /* and no host is remembered for it */
    return SHIP_EGRESS_VERDICT_OFTEN;
  self->dials.saved -= 1;

  host = get_host (self, name, now_us);
  grow (&host->dials, self->bounds.host_dials, now_us);
  if (host->dials.saved < 1)
    return SHIP_EGRESS_VERDICT_OFTEN;
  host->dials.saved -= 1;

  if (is_registry && host->n_up >= self->bounds.registry_total)
    return SHIP_EGRESS_VERDICT_SPENT;
  if (host->n_down >= self->bounds.down_host || self->n_down >= self->bounds.down_total)
    return SHIP_EGRESS_VERDICT_FULL;
  return SHIP_EGRESS_VERDICT_CONNECTED;
}

/* What is left is never "any number". */
static guint64
get_left (guint64 bound, guint64 used)
{
  return used < bound ? bound - used : 1;
}

guint64
ship_gateway_account_get_up (ShipGatewayAccount *self, const char *name, gboolean is_registry)
{
  const Host *host = g_hash_table_lookup (self->hosts, name);

  if (!is_registry)
    return 0;
  return MIN (self->bounds.registry_tunnel,
              get_left (self->bounds.registry_total, host != NULL ? host->n_up : 0));
}

guint64
ship_gateway_account_get_down (ShipGatewayAccount *self, const char *name)
{
  const Host *host = g_hash_table_lookup (self->hosts, name);
  guint64     left = MIN (get_left (self->bounds.down_host, host != NULL ? host->n_down : 0),
                      get_left (self->bounds.down_total, self->n_down));

  return MIN (left, self->bounds.down_tunnel);
}

/* Whoever counts is no more to be trusted than a parser of an attacker's bytes. */
static void
add (guint64 *sum, guint64 n)
{
  *sum = n > G_MAXUINT64 - *sum ? G_MAXUINT64 : *sum + n;
}

void
ship_gateway_account_add (ShipGatewayAccount *self, const char *name, guint64 n_up, guint64 n_down)
{
  Host *host = g_hash_table_lookup (self->hosts, name);

  if (host == NULL) /* nothing was asked for */
    return;
  add (&host->n_up, n_up);
  add (&host->n_down, n_down);
  add (&self->n_down, n_down);
}
