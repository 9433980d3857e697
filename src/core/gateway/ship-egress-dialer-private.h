/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "egress/ship-egress-protocol.h"
#include "gateway/ship-egress-proxy.h"
#include "net/ship-egress-policy.h"

G_BEGIN_DECLS

/* Whether a name may lead to @address. */
typedef gboolean (*ShipEgressGuardFunc) (GInetAddress *address);

/*
 * Makes connections to hosts outside, for a sandbox: judged by the policy, resolved once, refused
 * if any address is not public, and connected to one of the very addresses that were looked at.
 * Main thread.
 */
#define SHIP_TYPE_EGRESS_DIALER (ship_egress_dialer_get_type ())
G_DECLARE_FINAL_TYPE (ShipEgressDialer, ship_egress_dialer, SHIP, EGRESS_DIALER, GObject)

/* @resolver: (nullable): the system's. It allows nothing until it has a policy. */
ShipEgressDialer *ship_egress_dialer_new (GResolver *resolver, ShipEgressGuardFunc guard);

/* For connections to come; those there are go on. */
void ship_egress_dialer_set_policy (ShipEgressDialer *self, const ShipEgressPolicy *policy);

/* @proxy: (transfer full) (nullable): of this machine. What leads to a private address is refused
 * as without it. In the mode "open" it is asked for the very address that was looked at; a name
 * that is allowed by a pattern is left for it to look up, since behind a proxy there may be no
 * other way. */
void ship_egress_dialer_take_proxy (ShipEgressDialer *self, ShipEgressProxy *proxy);

/* See ship_egress_policy_is_registry(). */
gboolean ship_egress_dialer_is_registry (ShipEgressDialer *self, const char *host, guint16 port);

void ship_egress_dialer_dial_async (ShipEgressDialer   *self,
                                    const char         *host,
                                    guint16             port,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
/* (transfer full): the connected descriptor, when @verdict is CONNECTED; else -1. Cancelled:
 * UNREACHABLE. */
int ship_egress_dialer_dial_finish (ShipEgressDialer  *self,
                                    GAsyncResult      *result,
                                    ShipEgressVerdict *verdict);

G_END_DECLS
