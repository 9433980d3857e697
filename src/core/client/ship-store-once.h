/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * One job over a store that is not kept open: opened, run, closed. @data is borrowed until the
 * callback, which comes after the thread has ended, so that a job may leave its result in it.
 * Cancelled: as ship_store_run_async().
 */

/* Read-only. G_IO_ERROR_NOT_FOUND when there is no such file. */
void ship_store_read_once_async (const char         *path,
                                 int                 newest_version,
                                 ShipStoreFunc       func,
                                 gpointer            data,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
/* Durable. @migrations: (transfer full); makes the file when it is not there. */
void ship_store_write_once_async (const char         *path,
                                  GStrv               migrations,
                                  ShipStoreFunc       func,
                                  gpointer            data,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
/* Of both. */
gboolean ship_store_once_finish (GAsyncResult *result, GError **error);

G_END_DECLS
