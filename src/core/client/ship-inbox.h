/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "session/ship-index-tables.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One open request of any session; it does not change. */
#define SHIP_TYPE_INBOX_ITEM (ship_inbox_item_get_type ())
G_DECLARE_FINAL_TYPE (ShipInboxItem, ship_inbox_item, SHIP, INBOX_ITEM, GObject)
const ShipInboxRow *ship_inbox_item_get_row (ShipInboxItem *self);

/* Everything that waits for the user: a GListModel of ShipInboxItem over all sessions, the oldest
 * first. Reads the index, read-only, and again whenever its file changes. What a process that died
 * has left there is not in it: nobody waits for the answer. */
#define SHIP_TYPE_INBOX (ship_inbox_get_type ())
G_DECLARE_FINAL_TYPE (ShipInbox, ship_inbox, SHIP, INBOX, GObject)

ShipInbox *ship_inbox_new (ShipPaths *paths);
/* The first (or a fresh) reading. */
void     ship_inbox_load_async (ShipInbox          *self,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gboolean ship_inbox_load_finish (ShipInbox *self, GAsyncResult *result, GError **error);
/* Before the last unref. */
void     ship_inbox_close_async (ShipInbox *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_inbox_close_finish (ShipInbox *self, GAsyncResult *result, GError **error);

G_END_DECLS
