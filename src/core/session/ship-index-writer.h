/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-index-tables.h"

G_BEGIN_DECLS

/*
 * Keeps one session's row in the index true. Main thread. The index follows the session's own store
 * and is never read back by the session, so a write that fails is only logged, and made good by the
 * next one.
 */
#define SHIP_TYPE_INDEX_WRITER (ship_index_writer_get_type ())
G_DECLARE_FINAL_TYPE (ShipIndexWriter, ship_index_writer, SHIP, INDEX_WRITER, GObject)

ShipIndexWriter *ship_index_writer_new (const char *path);

/* Reads the session's store (pending tasks, open requests, cost) and writes the row soon; many
 * calls make one write. */
void ship_index_writer_touch (ShipIndexWriter *self, ShipStore *session_store);

/* Books an exchange on today's ledger. */
void ship_index_writer_book (ShipIndexWriter       *self,
                             const char            *session,
                             const ShipExchangeRow *exchange);

/* Writes what is pending and closes. Before the last unref. */
void ship_index_writer_close_async (ShipIndexWriter    *self,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean
ship_index_writer_close_finish (ShipIndexWriter *self, GAsyncResult *result, GError **error);

G_END_DECLS
