/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * Reads the index, and again whenever its file changes (watched, coalesced): what a list over the
 * index is made of. Owned by the list; main thread, one store thread while the index is there.
 */
#define SHIP_TYPE_INDEX_FOLLOWER (ship_index_follower_get_type ())
G_DECLARE_FINAL_TYPE (ShipIndexFollower, ship_index_follower, SHIP, INDEX_FOLLOWER, GObject)

/* On the store's thread. (transfer full): the rows, NULL with @error */
typedef GPtrArray *(*ShipIndexReadFunc) (ShipPaths *paths, sqlite3 *db, GError **error);
/* On the main thread, with the rows of a reading; empty when there is no index yet. */
typedef void (*ShipIndexApplyFunc) (GPtrArray *rows, gpointer user_data);

/* @user_data: outlives the close */
ShipIndexFollower *ship_index_follower_new (ShipPaths         *paths,
                                            ShipIndexReadFunc  read,
                                            ShipIndexApplyFunc apply,
                                            gpointer           user_data);
/* From the next reading on. */
void ship_index_follower_set_read (ShipIndexFollower *self, ShipIndexReadFunc read);
/* A reading that begins after this; the first one begins to watch. */
void ship_index_follower_load_async (ShipIndexFollower  *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ship_index_follower_load_finish (ShipIndexFollower *self, GAsyncResult *result, GError **error);
/* Nothing is applied any more. Before the last unref. */
void ship_index_follower_close_async (ShipIndexFollower  *self,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean
ship_index_follower_close_finish (ShipIndexFollower *self, GAsyncResult *result, GError **error);

G_END_DECLS
