/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Notes in the index that the user has seen what became of a session, or is to be told again. A
 * session that is not listed (any more) is none to note for. */
void     ship_session_set_seen_async (ShipPaths          *paths,
                                      const char         *session_id,
                                      gboolean            is_seen,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ship_session_set_seen_finish (GAsyncResult *result, GError **error);

G_END_DECLS
