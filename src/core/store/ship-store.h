/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sqlite3.h>

#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_STORE_ERROR (ship_store_error_quark ())
GQuark ship_store_error_quark (void);

typedef enum
{
  SHIP_STORE_ERROR_FAILED,
  SHIP_STORE_ERROR_TOO_NEW, /* the file was written by a newer Ship */
  SHIP_STORE_ERROR_DAMAGED, /* not a database, or a broken one */
  SHIP_STORE_ERROR_FULL,    /* no space left */
  SHIP_STORE_ERROR_READ_ONLY,
  SHIP_STORE_ERROR_BUSY,
  SHIP_STORE_ERROR_CLOSED,
} ShipStoreError;

ShipErrorClass ship_store_error_classify (const GError *error);

/* What a power cut may take: nothing that was committed, or the last moments of a stream. */
typedef enum
{
  SHIP_STORE_DURABILITY_FULL,
  SHIP_STORE_DURABILITY_NORMAL,
} ShipStoreDurability;

#define SHIP_TYPE_STORE (ship_store_get_type ())
G_DECLARE_FINAL_TYPE (ShipStore, ship_store, SHIP, STORE, GObject)

/*
 * Runs on the store's thread, inside a transaction. Returns FALSE with @error to roll back.
 * Its data is freed on that thread too, so it may not hold the last reference to a GObject.
 */
typedef gboolean (*ShipStoreFunc) (sqlite3      *db,
                                   gpointer      data,
                                   GCancellable *cancellable,
                                   GError      **error);

/* @migrations: (transfer full): NULL-terminated SQL scripts, script i takes version i to i + 1 */
ShipStore *ship_store_new (const char *path, GStrv migrations);
/* Reads a file another process writes (WAL): opened read-only, no migration, jobs in a read
 * transaction.
 * @newest_version: the newest schema version this program knows. */
ShipStore *ship_store_new_read_only (const char *path, int newest_version);

const char *ship_store_get_path (ShipStore *self);

void     ship_store_run_async (ShipStore          *self,
                               ShipStoreDurability durability,
                               ShipStoreFunc       func,
                               gpointer            data,
                               GDestroyNotify      data_free,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
gboolean ship_store_run_finish (ShipStore *self, GAsyncResult *result, GError **error);

/* Waits for the jobs already queued, then closes the file and ends the thread. Must have finished
 * before the last reference is dropped. Not cancellable. */
void     ship_store_close_async (ShipStore *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_store_close_finish (ShipStore *self, GAsyncResult *result, GError **error);

/* The numbered migrations PREFIX/0001-*.sql … of a GResource, in order.
 * Returns: (transfer full), or NULL with @error for a gap or a bad name */
GStrv ship_store_load_migrations (GResource *resource, const char *prefix, GError **error);

G_END_DECLS
