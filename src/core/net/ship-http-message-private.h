/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

#include "net/ship-http-client.h"

G_BEGIN_DECLS

guint ship_http_request_get_timeout (ShipHttpRequest *self);
gsize ship_http_request_get_max_size (ShipHttpRequest *self);

/* Returns: (transfer full), or NULL with @error if the address is not one of http or https */
SoupMessage *ship_http_request_to_message (ShipHttpRequest *self, GError **error);

/* Status and headers; no body yet. Returns: (transfer full) */
ShipHttpResponse *ship_http_response_new_from_message (SoupMessage *message);

G_END_DECLS
