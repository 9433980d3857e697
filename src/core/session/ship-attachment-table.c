/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-chat-tables.h"

#include "session/ship-session-tables-private.h"

/* The table "attachment": what was sent with a prompt. On the store's thread, inside a job. */

#define SELECT "SELECT id, task, IFNULL (steer, 0), name, mime, size, digest FROM attachment "

gboolean
ship_attachment_table_insert (sqlite3 *db, const ShipAttachmentRow *row, gint64 *id, GError **error)
{
  if (!ship_statement_execute (db,
                               error,
                               "INSERT INTO attachment (task, steer, name, mime, size, digest) "
                               "VALUES (?, NULLIF (?, 0), ?, ?, ?, ?)",
                               "llssls",
                               row->task,
                               row->steer,
                               row->name,
                               row->mime,
                               row->size,
                               row->digest))
    return FALSE;
  if (id != NULL)
    *id = sqlite3_last_insert_rowid (db);
  return TRUE;
}

gboolean
ship_attachment_table_move (sqlite3 *db, gint64 task, gint64 into, gint64 steer, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE attachment SET task = ?, steer = ? "
                                 "WHERE task = ? AND steer IS NULL",
                                 "lll",
                                 into,
                                 steer,
                                 task);
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipAttachmentRow *row = g_new0 (ShipAttachmentRow, 1);

  row->id = ship_statement_get_int64 (statement, 0);
  row->task = ship_statement_get_int64 (statement, 1);
  row->steer = ship_statement_get_int64 (statement, 2);
  row->name = ship_statement_dup_string (statement, 3);
  row->mime = ship_statement_dup_string (statement, 4);
  row->size = ship_statement_get_int64 (statement, 5);
  row->digest = ship_statement_dup_string (statement, 6);
  return row;
}

GPtrArray *
ship_attachment_table_list (sqlite3 *db, gint64 task, gint64 steer, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (db,
                        error,
                        SELECT "WHERE task = ? AND IFNULL (steer, 0) = ? ORDER BY id",
                        "ll",
                        task,
                        steer),
    read_row,
    (GDestroyNotify) ship_attachment_row_free,
    error);
}

GPtrArray *
ship_attachment_table_list_all (sqlite3 *db, GError **error)
{
  return ship_table_read_all (ship_statement_new (db, error, SELECT "ORDER BY id", ""),
                              read_row,
                              (GDestroyNotify) ship_attachment_row_free,
                              error);
}
