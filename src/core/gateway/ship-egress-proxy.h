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

/* Returns: (nullable): NULL for none */
ShipEgressProxy *ship_egress_proxy_new (const char *const *environment);
void             ship_egress_proxy_free (ShipEgressProxy *self);

gboolean ship_egress_proxy_is_for (ShipEgressProxy *self, const char *host, guint16 port);
/* One over TLS, or that nobody understands, is not: what it is for is not to be reached past it. */
gboolean ship_egress_proxy_is_usable (ShipEgressProxy *self);
/* Connects through the proxy only. */
void ship_egress_proxy_set_up (ShipEgressProxy *self, GSocketClient *client);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEgressProxy, ship_egress_proxy_free)

G_END_DECLS
