/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "net/ship-http-client.h"

G_BEGIN_DECLS

/*
 * Takes an error of GIO or libsoup and gives the SHIP_HTTP_ERROR for it; G_IO_ERROR_CANCELLED and
 * our own stay. @host: (nullable): is named in the message; never a whole address, whose query may
 * hold a secret. Returns: (transfer full)
 */
GError *ship_http_error_convert (GError *foreign, const char *host);

G_END_DECLS
