/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Puts a session out of sight, or back. One that is awake is asked to do it; for one that sleeps no
 * process is started: it is written here, under its lock. SHIP_CLIENT_ERROR_CONFLICT when it is to
 * be archived and works, NOT_FOUND when there is none. */
void     ship_session_archive_async (ShipPaths          *paths,
                                     const char         *session_id,
                                     gboolean            archived,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_session_archive_finish (GAsyncResult *result, GError **error);

/* Archives what has been asleep without activity for @days (0: nothing) and has nothing open:
 * nothing in its queue, no question, no failure, no hold. At most a few at a time, so that it can
 * be done before each list. finish: how many; a session that cannot be archived is left for the
 * next time. @now_ms: milliseconds since 1970 */
void  ship_session_archive_idle_async (ShipPaths          *paths,
                                       guint               days,
                                       gint64              now_ms,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
guint ship_session_archive_idle_finish (GAsyncResult *result);

G_END_DECLS
