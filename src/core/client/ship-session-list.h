/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "session/ship-index-tables.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One row of the list: properties "id", "title", "repository", "repository-name", "branch",
 * "state", "detail", "model", "cost" (double, negative: unknown), "n-pending", "n-requests",
 * "created-at", "updated-at", "is-unread" (a result the user has not looked at), "activity" (see
 * ShipWorkWatch; else ""). The object stays when its values change. */
#define SHIP_TYPE_SESSION_ITEM (ship_session_item_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionItem, ship_session_item, SHIP, SESSION_ITEM, GObject)
const ShipIndexRow *ship_session_item_get_row (ShipSessionItem *self);
gboolean            ship_session_item_is_unread (ShipSessionItem *self);
const char         *ship_session_item_get_activity (ShipSessionItem *self);

/* A GListModel of ShipSessionItem, newest first: reads the index, read-only, and again whenever its
 * file changes (watched, coalesced). Needs no session to be awake. */
#define SHIP_TYPE_SESSION_LIST (ship_session_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionList, ship_session_list, SHIP, SESSION_LIST, GObject)

typedef enum
{
  SHIP_SESSION_LIST_CURRENT, /* not archived: the default */
  SHIP_SESSION_LIST_ARCHIVED,
  SHIP_SESSION_LIST_ALL,
} ShipSessionListScope;

ShipSessionList *ship_session_list_new (ShipPaths *paths);
/* From the next reading on. */
void ship_session_list_set_scope (ShipSessionList *self, ShipSessionListScope scope);
/* The first (or a fresh) reading. */
void ship_session_list_load_async (ShipSessionList    *self,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean
ship_session_list_load_finish (ShipSessionList *self, GAsyncResult *result, GError **error);
/* Before the last unref. */
void ship_session_list_close_async (ShipSessionList    *self,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean
ship_session_list_close_finish (ShipSessionList *self, GAsyncResult *result, GError **error);

G_END_DECLS
