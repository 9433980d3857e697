/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/*
 * The body of an answer as it is read: errors are SHIP_HTTP_ERRORs, and a chunked body that was cut
 * off is one of them. Main context only; asynchronous reads only.
 */
#define SHIP_TYPE_HTTP_BODY (ship_http_body_get_type ())
G_DECLARE_FINAL_TYPE (ShipHttpBody, ship_http_body, SHIP, HTTP_BODY, GFilterInputStream)

/* @stream: what libsoup gave for @message. Returns: (transfer full) */
GInputStream *ship_http_body_new (GInputStream *stream, SoupMessage *message);

G_END_DECLS
