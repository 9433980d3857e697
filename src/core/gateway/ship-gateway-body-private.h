/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gateway/ship-gateway-route-private.h"

G_BEGIN_DECLS

/*
 * Reads the model's name from the body of a request, and makes a request for streamed chat ask for
 * its usage if it does not. @model: (out) (transfer full) (nullable): left alone if the body names
 * none. @has_tools: (out): whether it offers any. Returns: (transfer full): the body to send; NULL
 * with a sentence in @error if it is not what it should be
 */
GBytes *ship_gateway_body_prepare (GBytes           *body,
                                   ShipWire          wire,
                                   ShipGatewayFamily family,
                                   char            **model,
                                   gboolean         *has_tools,
                                   GError          **error);

G_END_DECLS
