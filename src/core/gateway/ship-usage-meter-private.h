/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "usage/ship-usage.h"

G_BEGIN_DECLS

/* The protocols that tell what a model request used. */
typedef enum
{
  SHIP_WIRE_NONE, /* nothing is generated: a list of models, a count of tokens */
  SHIP_WIRE_ANTHROPIC,
  SHIP_WIRE_CHAT,
  SHIP_WIRE_RESPONSES,
  SHIP_WIRE_GEMINI,
} ShipWire;

/*
 * Listens to the answer of one model request and says what it used. No I/O; takes any slice;
 * bounded. Plain struct.
 */
typedef struct _ShipUsageMeter ShipUsageMeter;

/* @request_size: bytes of request body, for the estimate */
ShipUsageMeter *ship_usage_meter_new (ShipWire wire, gsize request_size);
void            ship_usage_meter_free (ShipUsageMeter *self);

/* Once, before the body. */
void ship_usage_meter_begin (ShipUsageMeter *self, guint status, const char *content_type);
void ship_usage_meter_feed (ShipUsageMeter *self, const char *bytes, gsize n_bytes);
/* Whether a stream that ends now has said by the means of its protocol that it is complete. libsoup
 * takes a connection that breaks between two chunks for the end of the answer, so this is the only
 * way to know. */
gboolean ship_usage_meter_saw_end (ShipUsageMeter *self);
/* Once. @is_whole: the body came to its own end. Returns whether @usage is an estimate, because the
 * answer did not say. An answer that is an error, or failed before any output, has used nothing. */
gboolean ship_usage_meter_finish (ShipUsageMeter *self, gboolean is_whole, ShipUsage *usage);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipUsageMeter, ship_usage_meter_free)

G_END_DECLS
