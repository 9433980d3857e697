/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The index is derived data: puts into it what the sessions' own stores say and it does not. One
 * that is missing is made anew, a damaged one is moved aside (index.db.damaged) first. A session
 * whose store cannot be read is listed as failed, with the reason. To be called before the sessions
 * are listed; costs next to nothing when there is nothing to do. finish: how many sessions were
 * put in; -1 with @error */
void ship_index_repair_async (ShipPaths          *paths,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data);
int  ship_index_repair_finish (GAsyncResult *result, GError **error);

G_END_DECLS
