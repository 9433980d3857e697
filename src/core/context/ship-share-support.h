/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

/* How working copies can share the files of a base on this machine. */
typedef enum
{
  SHIP_SHARE_NONE,
  SHIP_SHARE_OVERLAY,  /* each lies over it */
  SHIP_SHARE_SNAPSHOT, /* each begins as a copy of it that costs nothing: btrfs */
} ShipShare;

/*
 * Tries the last first; that overlays can be used is kept in the cache until the machine is started
 * anew. Main thread. finish: SHIP_SHARE_NONE with @error, or without and with the @reason why not
 * (out) (transfer full) (nullable).
 */
void      ship_share_support_async (ShipPaths          *paths,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
ShipShare ship_share_support_finish (GAsyncResult *result, char **reason, GError **error);

G_END_DECLS
