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
} ShipGatewayBounds;

/* What is shipped. */
extern const ShipGatewayBounds ship_gateway_bounds;

/*
 * Keeps the account of that. Connections that run at the same time do not know of each other's
 * bytes: each may take what was left when it began, and no more than one may. No I/O.
 */
typedef struct _ShipGatewayAccount ShipGatewayAccount;

ShipGatewayAccount *ship_gateway_account_new (const ShipGatewayBounds *bounds, gint64 now_us);
void                ship_gateway_account_free (ShipGatewayAccount *self);

/* A connection to @host is wanted. CONNECTED: it may be made; else why not. @now_us: monotonic */
ShipEgressVerdict ship_gateway_account_ask (ShipGatewayAccount *self,
                                            const char         *host,
                                            gboolean            is_registry,
                                            gint64              now_us);

/* What it may carry then, in bytes; 0: any number. */
guint64
ship_gateway_account_get_up (ShipGatewayAccount *self, const char *host, gboolean is_registry);
guint64 ship_gateway_account_get_down (ShipGatewayAccount *self, const char *host);

/* What one has carried. */
void
ship_gateway_account_add (ShipGatewayAccount *self, const char *host, guint64 n_up, guint64 n_down);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGatewayAccount, ship_gateway_account_free)

G_END_DECLS
