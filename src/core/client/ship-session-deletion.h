/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Ends the session's process, if there is one, and deletes what is on disk: see
 * ship_session_remove_async(). Cancelled: it may be asleep, and is still there. */
void     ship_session_delete_async (ShipPaths          *paths,
                                    const char         *session_id,
                                    gboolean            force, /* even if its commits are lost */
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ship_session_delete_finish (GAsyncResult *result, GError **error);

G_END_DECLS
