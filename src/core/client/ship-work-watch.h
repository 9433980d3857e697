/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * Which sessions of a list are at work, and what they are doing: holds a connection to the process
 * of each session that works or waits, puts its activity into its item, and tells the moment one of
 * them is gone. A session that only sleeps has none, so that it may end.
 *
 * Properties: "n-busy" (guint): that work or wait for their user; "n-working": of these, that work.
 * Signal "lost": a process ended; what the list says of it may not be true any more.
 *
 * Owned by whoever needs to know; main thread.
 */
#define SHIP_TYPE_WORK_WATCH (ship_work_watch_get_type ())
G_DECLARE_FINAL_TYPE (ShipWorkWatch, ship_work_watch, SHIP, WORK_WATCH, GObject)

/* @sessions: of ShipSessionItem */
ShipWorkWatch *ship_work_watch_new (ShipPaths *paths, GListModel *sessions);
guint          ship_work_watch_get_n_busy (ShipWorkWatch *self);
guint          ship_work_watch_get_n_working (ShipWorkWatch *self);

/* Stops the turn of every session that works or waits; its queue is held, not lost. finish: FALSE
 * with the first error; the others were stopped all the same. */
void ship_work_watch_stop_all_async (ShipWorkWatch      *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ship_work_watch_stop_all_finish (ShipWorkWatch *self, GAsyncResult *result, GError **error);

G_END_DECLS
