/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

/*
 * Whether working copies can be overlays here: tried, and that they can is kept in the cache until
 * the machine is started anew. Main thread. finish: (transfer full)
 * (nullable): NULL without an error when they can; else why not.
 */
void  ship_overlay_support_async (ShipPaths          *paths,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
char *ship_overlay_support_finish (GAsyncResult *result, GError **error);

G_END_DECLS
