/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gateway/ship-gateway-route-private.h"

G_BEGIN_DECLS

/* The body of a request, ready to be sent. */
typedef struct
{
  GBytes  *bytes;    /* (owned) */
  char    *model;    /* (owned) (nullable): NULL if it names none */
  gboolean is_aside; /* offers no tools: a title, a summary, but not the work */
} ShipGatewayBody;

void ship_gateway_body_free (ShipGatewayBody *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGatewayBody, ship_gateway_body_free)

/*
 * Reads what has to be known about a request from its body, and makes a request for streamed chat
 * ask for its usage if it does not. Pure; any thread, since it may take long for a large one.
 * (transfer full) (nullable): NULL with a sentence in @error if it is not what it should be
 */
ShipGatewayBody *
ship_gateway_body_prepare (GBytes *body, ShipWire wire, ShipGatewayFamily family, GError **error);
/* The same: a large body on a worker, a small one at once. */
void             ship_gateway_body_prepare_async (GBytes             *body,
                                                  ShipWire            wire,
                                                  ShipGatewayFamily   family,
                                                  GCancellable       *cancellable,
                                                  GAsyncReadyCallback callback,
                                                  gpointer            user_data);
ShipGatewayBody *ship_gateway_body_prepare_finish (GAsyncResult *result, GError **error);

G_END_DECLS
