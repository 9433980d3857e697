/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "egress/ship-egress-protocol.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The program ship-egress and the channel to it. Main thread.
 *
 * Signals: "stream" (GSocketConnection *): one canonical request comes on it, one answer goes back
 *          "dial" (guint id, const char *host, guint port): a connection is asked for; to be
 * answered once; the host is one "ended" (guint id, guint end, guint64 n_up, guint64 n_down): that
 * one is closed, or nobody waits for it any more
 *          "more" (guint id, guint way): that one is to carry more; to be answered once
 *          "failed" (GError *): once, if ship-egress ended by itself or broke the rules; it is then
 * stopped
 */
#define SHIP_TYPE_GATEWAY_DOOR (ship_gateway_door_get_type ())
G_DECLARE_FINAL_TYPE (ShipGatewayDoor, ship_gateway_door, SHIP, GATEWAY_DOOR, GObject)

ShipGatewayDoor *ship_gateway_door_new (void);

/* Once. finish: (transfer full): the descriptor on which ship-egress takes connections from a
 * sandbox */
void ship_gateway_door_start_async (ShipGatewayDoor    *self,
                                    const char         *program,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
int  ship_gateway_door_start_finish (ShipGatewayDoor *self, GAsyncResult *result, GError **error);
/* @answer: what is said; @fd: (transfer full): the connection when its verdict is CONNECTED, else
 * -1 */
void ship_gateway_door_answer (ShipGatewayDoor *self, const ShipEgressDialed *answer, int fd);
void ship_gateway_door_allow (ShipGatewayDoor *self, const ShipEgressMore *answer);
/* No signal is emitted after this. */
void ship_gateway_door_stop (ShipGatewayDoor *self);

G_END_DECLS
