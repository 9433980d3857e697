/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What is done beside the sessions, by a process of its own that gives way to everything: prepares
 * what the next session of @repository (nullable) would wait for; removes what spares left; and, a
 * few times a day, what the cache need not hold any more. One at a time: does nothing while another
 * process does it. finish: FALSE only when that could not be found out; what fails on the way is
 * said in the journal.
 */
void     ship_tidy_async (ShipPaths          *paths,
                          const char         *repository,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data);
gboolean ship_tidy_finish (GAsyncResult *result, GError **error);

G_END_DECLS
