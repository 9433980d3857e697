/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What is kept of the cache. */
typedef struct
{
  guint64 base_bytes;     /* of all bases together */
  gint64  base_seconds;   /* that one may lie unused */
  gint64  mirror_seconds; /* that the mirror of a repository without a session may */
} ShipCacheLimits;

#define SHIP_CACHE_LIMITS_INIT                                                                     \
  {                                                                                                \
    (guint64) 10 * 1024 * 1024 * 1024, 14 * 24 * 3600, 60 * 24 * 3600                              \
  }

/*
 * Removes what is beyond the limits: bases that nobody uses, the longest unused first; mirrors of
 * repositories that no session is listed for and that keep nothing of deleted ones, with their
 * bases. What is needed again is made again. Waits for nobody. finish: how many bases and mirrors
 * went. Cancelled anywhere: what is there is whole.
 */
void     ship_cache_prune_async (ShipPaths             *paths,
                                 const ShipCacheLimits *limits,
                                 GCancellable          *cancellable,
                                 GAsyncReadyCallback    callback,
                                 gpointer               user_data);
gboolean ship_cache_prune_finish (GAsyncResult *result, guint *n_removed, GError **error);

G_END_DECLS
