/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-index-tables.h"

#include "session/ship-session-tables-private.h"

#include <string.h>

/* The index's table "request": what is open in any session. On the store's thread, inside a job. */

/* A list needs no whole files: who wants to see a long diff reads the session's own store. */
#define MAX_DETAILS_BYTES (16 * 1024)

gboolean
ship_inbox_table_replace (sqlite3 *db, const char *session, GPtrArray *requests, GError **error)
{
  if (!ship_statement_execute (db, error, "DELETE FROM request WHERE session = ?", "s", session))
    return FALSE;
  for (guint i = 0; i < requests->len; i++)
    {
      const ShipRequestRow *row = requests->pdata[i];

      if (!ship_statement_execute (
            db,
            error,
            "INSERT INTO request (session, id, kind, permission, title, details, created_at) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            "slssssl",
            session,
            row->id,
            row->kind,
            row->permission,
            row->title,
            strlen (row->details) <= MAX_DETAILS_BYTES ? row->details : "{}",
            row->created_at))
        return FALSE;
    }
  return TRUE;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipInboxRow *row = g_new0 (ShipInboxRow, 1);

  row->session = ship_statement_dup_string (statement, 0);
  row->id = ship_statement_get_int64 (statement, 1);
  row->kind = ship_statement_dup_string (statement, 2);
  row->permission = ship_statement_dup_string (statement, 3);
  row->title = ship_statement_dup_string (statement, 4);
  row->details = ship_statement_dup_string (statement, 5);
  row->created_at = ship_statement_get_int64 (statement, 6);
  row->session_title = ship_statement_dup_string (statement, 7);
  row->repository_name = ship_statement_dup_string (statement, 8);
  return row;
}

GPtrArray *
ship_inbox_table_list (sqlite3 *db, GError **error)
{
  return ship_table_read_all (
    ship_statement_new (
      db,
      error,
      "SELECT request.session, request.id, request.kind, request.permission, request.title, "
      "request.details, request.created_at, session.title, session.repository_name "
      "FROM request JOIN session ON session.id = request.session AND NOT session.is_spare "
      "ORDER BY request.created_at, request.session, request.id",
      ""),
    read_row,
    (GDestroyNotify) ship_inbox_row_free,
    error);
}
