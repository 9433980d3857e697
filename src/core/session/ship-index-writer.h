/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-index-tables.h"

G_BEGIN_DECLS

/*
 * Keeps one session's row in the index true. Main thread. The index follows the session's own store
 * and is not read back by it, so a write that fails is only logged, and made good by the next one.
 * Only of the day's money is something read: what the other sessions have spent.
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

/* What the ledger says of @day, all that was booked before this call included. */
typedef struct
{
  double own;     /* US dollars, of @session */
  double others;  /* of all other sessions */
  double allowed; /* beyond the day's budget */
} ShipIndexDay;

void     ship_index_writer_read_day_async (ShipIndexWriter    *self,
                                           const char         *day,
                                           const char         *session,
                                           GAsyncReadyCallback callback,
                                           gpointer            user_data);
gboolean ship_index_writer_read_day_finish (ShipIndexWriter *self,
                                            GAsyncResult    *result,
                                            ShipIndexDay    *found,
                                            GError         **error);

/* Allows @dollars more on @day; durable when it finishes. */
void ship_index_writer_allow_async (ShipIndexWriter    *self,
                                    const char         *day,
                                    double              dollars,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean
ship_index_writer_allow_finish (ShipIndexWriter *self, GAsyncResult *result, GError **error);

/* Writes what is pending and closes. Before the last unref. */
void ship_index_writer_close_async (ShipIndexWriter    *self,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean
ship_index_writer_close_finish (ShipIndexWriter *self, GAsyncResult *result, GError **error);

G_END_DECLS
