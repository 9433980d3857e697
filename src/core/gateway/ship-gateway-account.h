/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "egress/ship-egress-protocol.h"

G_BEGIN_DECLS

/* How much a sandbox may have of the hosts outside, until its way out is made anew. */
typedef struct
{
  guint   dials;           /* a minute, saved up for as many */
  guint   host_dials;      /* the same, to one host */
  guint64 registry_tunnel; /* bytes sent to a registry, where things are fetched: in one tunnel */
  guint64 registry_total;  /* and in all */
  guint64 down_tunnel;     /* bytes that come from a host: through one connection, */
  guint64 down_host;       /* from the host in all, */
  guint64 down_total;      /* and from all hosts */
  guint64 rate;            /* bytes a second, each way; 0: any number */
  guint64 step;            /* at least so many are given at a time, if there are */
} ShipGatewayBounds;

/* What is shipped, for that many bytes from all hosts. */
void ship_gateway_bounds_init (ShipGatewayBounds *bounds, guint64 down_total, guint64 rate);

/*
 * Keeps the account of that, one for all connections: each is given its share in steps, before it
 * carries anything, and what it has not used comes back when it ends. Steps get smaller as less is
 * left, so that little is held by connections that rest. No I/O.
 */
typedef struct _ShipGatewayAccount ShipGatewayAccount;

/* Of one connection. */
typedef struct
{
  char           *host; /* (owned) */
  gboolean        is_registry;
  ShipEgressShare ways[SHIP_EGRESS_N_WAYS];
} ShipGatewayShare;

ShipGatewayAccount *ship_gateway_account_new (const ShipGatewayBounds *bounds, gint64 now_us);
void                ship_gateway_account_free (ShipGatewayAccount *self);
/* What was used already counts. */
void ship_gateway_account_set_bounds (ShipGatewayAccount      *self,
                                      const ShipGatewayBounds *bounds,
                                      gint64                   now_us);

/* A connection to @host is wanted. CONNECTED: it may be made; else why not. @now_us: monotonic */
ShipEgressVerdict ship_gateway_account_ask (ShipGatewayAccount *self,
                                            const char         *host,
                                            gboolean            is_registry,
                                            gint64              now_us);

/* One was made to @host. It begins with nothing. */
ShipGatewayShare *ship_gateway_share_new (const char *host, gboolean is_registry);
/* One step more, or the word that there is none. FALSE: not yet, the rate is used up. */
gboolean ship_gateway_account_give (ShipGatewayAccount *self,
                                    ShipGatewayShare   *share,
                                    ShipEgressWay       way,
                                    gint64              now_us);
/* It has ended, and has carried that. @share: (transfer full) */
void ship_gateway_account_settle (ShipGatewayAccount *self,
                                  ShipGatewayShare   *share,
                                  guint64             n_up,
                                  guint64             n_down);
void ship_gateway_share_free (ShipGatewayShare *share);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGatewayAccount, ship_gateway_account_free)

G_END_DECLS
