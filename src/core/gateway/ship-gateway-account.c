/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-gateway-account.h"

#define MINUTE_US (60 * G_USEC_PER_SEC)
#define MIB       (G_GUINT64_CONSTANT (1) << 20)
#define GIB       (G_GUINT64_CONSTANT (1) << 30)

/* Beyond that, hosts that nothing is known of are forgotten: a sandbox can make up any number. */
#define MANY_HOSTS 4096

/* A connection that is fast asks a few hundred times a second; one of those with a bound does so
 * some sixty times, and all of them together hold no more than a second's worth. */
#define MOST_STEP  (4 * MIB)
#define LEAST_STEP (16 * 1024)
#define PART       128
#define RATE_PART  64
#define SLOWEST    1024 /* bytes a second */

void
ship_gateway_bounds_init (ShipGatewayBounds *bounds, guint64 down_total, guint64 rate)
{
  /* Asking a registry for the largest installation sends far less than this. */
  *bounds = (ShipGatewayBounds){ .dials = 600,
                                 .host_dials = 400,
                                 .registry_tunnel = MIB,
                                 .registry_total = 16 * MIB,
                                 .down_tunnel = MIN (down_total, MAX (4 * GIB, down_total / 16)),
                                 .down_host = MIN (down_total, MAX (16 * GIB, down_total / 4)),
                                 .down_total = down_total,
                                 .rate = rate != 0 ? MAX (rate, SLOWEST) : 0,
                                 .step = LEAST_STEP };
}

/* Grows with the time, up to a bound. */
typedef struct
{
  double saved;
  gint64 at_us;
} Allowance;

typedef struct
{
  Allowance dials;
  guint64   n_up; /* bytes used, or given to a connection that may use them */
  guint64   n_down;
} Host;

struct _ShipGatewayAccount
{
  ShipGatewayBounds bounds;
  GHashTable       *hosts; /* (owned) (element-type utf8 Host) */
  Allowance         dials;
  Allowance         bytes[SHIP_EGRESS_N_WAYS]; /* a second's worth at most */
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
  ship_gateway_account_set_bounds (self, bounds, now_us);
  return self;
}

void
ship_gateway_account_set_bounds (ShipGatewayAccount      *self,
                                 const ShipGatewayBounds *bounds,
                                 gint64                   now_us)
{
  if (bounds->rate != self->bounds.rate || self->bytes[0].at_us == 0)
    for (guint way = 0; way < SHIP_EGRESS_N_WAYS; way++)
      self->bytes[way] = (Allowance){ (double) bounds->rate, now_us };
  self->bounds = *bounds;
}

void
ship_gateway_account_free (ShipGatewayAccount *self)
{
  g_hash_table_unref (self->hosts);
  g_free (self);
}

static void
grow (Allowance *allowance, double most, gint64 period_us, gint64 now_us)
{
  allowance->saved += (double) (now_us - allowance->at_us) * most / (double) period_us;
  allowance->saved = MIN (allowance->saved, most);
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

  grow (&self->dials, self->bounds.dials, MINUTE_US, now_us);
  if (self->dials.saved < 1) /* and no host is remembered for it */
    return SHIP_EGRESS_VERDICT_OFTEN;
  self->dials.saved -= 1;

  host = get_host (self, name, now_us);
  grow (&host->dials, self->bounds.host_dials, MINUTE_US, now_us);
  if (host->dials.saved < 1)
    return SHIP_EGRESS_VERDICT_OFTEN;
  host->dials.saved -= 1;

  if (is_registry && host->n_up >= self->bounds.registry_total)
    return SHIP_EGRESS_VERDICT_SPENT;
  if (host->n_down >= self->bounds.down_host || self->n_down >= self->bounds.down_total)
    return SHIP_EGRESS_VERDICT_FULL;
  return SHIP_EGRESS_VERDICT_CONNECTED;
}

/* --- what one carries --- */

ShipGatewayShare *
ship_gateway_share_new (const char *host, gboolean is_registry)
{
  ShipGatewayShare *share = g_new0 (ShipGatewayShare, 1);

  share->host = g_strdup (host);
  share->is_registry = is_registry;
  return share;
}

void
ship_gateway_share_free (ShipGatewayShare *share)
{
  g_free (share->host);
  g_free (share);
}

/* Whoever counts is no more to be trusted than a parser of an attacker's bytes. */
static void
add (guint64 *sum, guint64 n)
{
  *sum = n > G_MAXUINT64 - *sum ? G_MAXUINT64 : *sum + n;
}

static guint64
get_left (guint64 bound, guint64 used)
{
  return used < bound ? bound - used : 0;
}

static guint64
get_left_for (ShipGatewayAccount *self, const ShipGatewayShare *share, ShipEgressWay way)
{
  const ShipGatewayBounds *bounds = &self->bounds;
  const Host              *host = g_hash_table_lookup (self->hosts, share->host);
  guint64                  given = share->ways[way].limit;
  guint64                  n_up = host != NULL ? host->n_up : 0;
  guint64                  n_down = host != NULL ? host->n_down : 0;

  if (way == SHIP_EGRESS_UP)
    return share->is_registry ? MIN (get_left (bounds->registry_tunnel, given),
                                     get_left (bounds->registry_total, n_up))
                              : get_left (G_MAXUINT64, n_up);
  return MIN (
    get_left (bounds->down_tunnel, given),
    MIN (get_left (bounds->down_host, n_down), get_left (bounds->down_total, self->n_down)));
}

/* @is_back: it was not used */
static void
charge (ShipGatewayAccount *self, const char *name, ShipEgressWay way, guint64 n, gboolean is_back)
{
  Host    *host = g_hash_table_lookup (self->hosts, name);
  guint64 *sums[] = { host != NULL && way == SHIP_EGRESS_UP ? &host->n_up : NULL,
                      host != NULL && way == SHIP_EGRESS_DOWN ? &host->n_down : NULL,
                      way == SHIP_EGRESS_DOWN ? &self->n_down : NULL };

  for (guint i = 0; i < G_N_ELEMENTS (sums); i++)
    if (sums[i] != NULL && is_back)
      *sums[i] -= MIN (*sums[i], n);
    else if (sums[i] != NULL)
      add (sums[i], n);
  self->bytes[way].saved += is_back ? (double) n : -(double) n;
}

gboolean
ship_gateway_account_give (ShipGatewayAccount *self,
                           ShipGatewayShare   *share,
                           ShipEgressWay       way,
                           gint64              now_us)
{
  ShipEgressShare *one = &share->ways[way];
  guint64          rate = self->bounds.rate;
  guint64          left = get_left_for (self, share, way);
  guint64          step = CLAMP (left / PART, self->bounds.step, MOST_STEP);

  step = MIN (step, left);
  if (rate != 0 && step > 0)
    {
      step = MIN (step, MAX (rate / RATE_PART, 1));
      grow (&self->bytes[way], (double) rate, G_USEC_PER_SEC, now_us);
      if (self->bytes[way].saved < (double) step)
        return FALSE;
    }
  charge (self, share->host, way, step, FALSE);
  one->limit += step;
  one->is_last = step == 0;
  return TRUE;
}

void
ship_gateway_account_settle (ShipGatewayAccount *self,
                             ShipGatewayShare   *share,
                             guint64             n_up,
                             guint64             n_down)
{
  const guint64 carried[SHIP_EGRESS_N_WAYS] = { n_up, n_down };

  for (guint way = 0; way < SHIP_EGRESS_N_WAYS; way++)
    {
      guint64 given = share->ways[way].limit;

      if (carried[way] < given)
        charge (self, share->host, (ShipEgressWay) way, given - carried[way], TRUE);
      else /* a request's head is not waited for */
        charge (self, share->host, (ShipEgressWay) way, carried[way] - given, FALSE);
    }
  ship_gateway_share_free (share);
}
