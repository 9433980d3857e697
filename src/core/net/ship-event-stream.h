/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Reads a GInputStream of text/event-stream to its end on the main context.
 * Signals: "event" (const char *event, const char *data, const char *id)
 *          "closed" (GError * (nullable)): once; NULL error for a clean end
 */
#define SHIP_TYPE_EVENT_STREAM (ship_event_stream_get_type ())
G_DECLARE_FINAL_TYPE (ShipEventStream, ship_event_stream, SHIP, EVENT_STREAM, GObject)

ShipEventStream *ship_event_stream_new (GInputStream *input, gsize max_event_size);
void             ship_event_stream_start (ShipEventStream *self);
/* No signal is emitted after this. */
void ship_event_stream_stop (ShipEventStream *self);
/* Monotonic microseconds of the last byte that arrived (for liveness). */
gint64 ship_event_stream_get_last_activity (ShipEventStream *self);

G_END_DECLS
