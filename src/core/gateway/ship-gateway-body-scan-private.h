/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What stands in the body of a model request at its top level, as far as the gateway needs to know.
 * Borrowed from the text. */
typedef struct
{
  const char *text; /* NULL: it is not there */
  gsize       length;
} ShipGatewayBodySpan;

typedef struct
{
  ShipGatewayBodySpan model;
  ShipGatewayBodySpan stream;
  ShipGatewayBodySpan stream_options;
  ShipGatewayBodySpan tools;
  ShipGatewayBodySpan usage;
  gsize               end; /* where the object's closing brace is */
  gboolean            is_empty;
} ShipGatewayBodyScan;

/*
 * Finds the top-level members of a JSON object without building a tree: images and long
 * conversations pass in one look. FALSE when that is not enough to be sure (it may be no object, or
 * write a name in an unusual way, or twice): then somebody has to parse it. What lies deeper is not
 * looked at. Pure, no recursion; any thread.
 */
gboolean ship_gateway_body_scan (const char *text, gsize length, ShipGatewayBodyScan *scan);

G_END_DECLS
