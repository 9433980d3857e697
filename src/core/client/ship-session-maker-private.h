/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "session/ship-session-rows.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Makes the directory, the store and the row in the index of a session that was thought out. What
 * fails, or is cancelled, leaves nothing behind. @row: borrowed until it returns. @ask: (nullable):
 * permissions that are asked for */
void     ship_session_make_async (ShipPaths            *paths,
                                  const ShipSessionRow *row,
                                  const char *const    *ask,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean ship_session_make_finish (GAsyncResult *result, GError **error);

G_END_DECLS
