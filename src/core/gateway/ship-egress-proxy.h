/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The proxy that this machine itself needs to reach the internet, as its environment says:
 * https_proxy, HTTPS_PROXY, all_proxy or ALL_PROXY, and no_proxy or NO_PROXY. HTTP proxies and
 * those of SOCKS, with or without credentials, which go nowhere but to the proxy. Plain value with
 * one owner.
 */
typedef struct _ShipEgressProxy ShipEgressProxy;

/* Returns: (nullable): NULL for none, or for one that cannot be used; that is said in a warning */
ShipEgressProxy *ship_egress_proxy_new (const char *const *environment);
void             ship_egress_proxy_free (ShipEgressProxy *self);

gboolean ship_egress_proxy_is_for (ShipEgressProxy *self, const char *host, guint16 port);
/* Connects through the proxy only. */
void ship_egress_proxy_set_up (ShipEgressProxy *self, GSocketClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEgressProxy, ship_egress_proxy_free)

G_END_DECLS
