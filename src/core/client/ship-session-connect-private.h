/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "ship-session-dbus.h"

G_BEGIN_DECLS

/*
 * Finds the ship-session of a session by its socket, or starts it. Cancelled: a process that was
 * started goes on by itself and ends when it has nothing to do.
 *
 * finish: (transfer full)
 */
void              ship_session_connect_async (ShipPaths          *paths,
                                              const char         *session_id,
                                              gboolean            start,
                                              GCancellable       *cancellable,
                                              GAsyncReadyCallback callback,
                                              gpointer            user_data);
ShipDBusSession1 *ship_session_connect_finish (GAsyncResult *result, GError **error);

G_END_DECLS
