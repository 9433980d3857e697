/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "gateway/ship-usage-meter-private.h"

G_BEGIN_DECLS

/* What the events of one answer have told so far. Plain value. */
typedef struct
{
  ShipUsage usage;
  gboolean  has_usage;
  gboolean  is_partial; /* what is told so far is said to grow */
  gboolean  is_final;   /* this is the last word on it */
  gboolean  is_error;   /* the answer ended in an error */
  gboolean  has_ended;  /* the answer said that it was complete */
  gsize     n_text;     /* bytes of text, reasoning and tool arguments */
} ShipUsageReport;

void ship_usage_report_init (ShipUsageReport *self);
/* @object: one event of a stream, or a whole answer */
void ship_usage_report_read (ShipUsageReport *self, ShipWire wire, JsonObject *object);

G_END_DECLS
