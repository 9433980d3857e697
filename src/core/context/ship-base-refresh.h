/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What the next session of @repository would wait for, made ahead: its HEAD brought into the
 * mirror, and the base of that if the repository is large. Only for a repository that has been
 * worked on; nothing for others. finish: whether there was anything to do. Cancelled or failed:
 * what was there before is there, and nothing else.
 */
void     ship_base_refresh_async (ShipPaths          *paths,
                                  const char         *repository,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean ship_base_refresh_finish (GAsyncResult *result, gboolean *has_made, GError **error);

G_END_DECLS
