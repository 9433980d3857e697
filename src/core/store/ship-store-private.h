/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/ship-store.h"

G_BEGIN_DECLS

/* The last error of @db as a SHIP_STORE_ERROR, or G_IO_ERROR_CANCELLED after an interrupt. */
void ship_store_set_error (sqlite3 *db, GError **error);

/* Scripts without parameters. */
gboolean ship_store_exec (sqlite3 *db, const char *sql, GError **error);

/*
 * The file and its one connection; on the store's thread only. Opening is tried again by the next
 * job if it failed, because a reader may come before the writer has made the file, and a full disk
 * may be emptied.
 */
typedef struct
{
  char               *path;           /* (owned) */
  GStrv               migrations;     /* (owned) (nullable): NULL: read-only */
  int                 newest_version; /* the newest schema this program knows */
  sqlite3            *db;             /* (owned) (nullable): while open */
  ShipStoreDurability durability;     /* what the connection is set to */
  GCancellable       *cancellable;    /* (unowned) (nullable): of the running job */
} ShipStoreFile;

ShipStoreFile *ship_store_file_new (const char *path, GStrv migrations, int newest_version);
void           ship_store_file_free (ShipStoreFile *self);
void           ship_store_file_close (ShipStoreFile *self);
gboolean       ship_store_file_run (ShipStoreFile      *self,
                                    ShipStoreDurability durability,
                                    ShipStoreFunc       func,
                                    gpointer            data,
                                    GCancellable       *cancellable,
                                    GError            **error);

G_END_DECLS
