/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-draft-table.h"

#include "session/ship-session-tables-private.h"

/* Drafts as rows and as SQL. */

ShipDraftFileRow *
ship_draft_file_row_new (const char *name, gint64 size, const char *file)
{
  ShipDraftFileRow *self = g_new0 (ShipDraftFileRow, 1);

  self->name = g_strdup (name);
  self->size = size;
  self->file = g_strdup (file);
  return self;
}

void
ship_draft_file_row_free (ShipDraftFileRow *self)
{
  g_free (self->name);
  g_free (self->file);
  g_free (self);
}

ShipDraftRow *
ship_draft_row_new (const char *session)
{
  ShipDraftRow *self = g_new0 (ShipDraftRow, 1);

  self->session = g_strdup (session);
  self->text = g_strdup ("");
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_draft_file_row_free);
  return self;
}

ShipDraftRow *
ship_draft_row_copy (const ShipDraftRow *self)
{
  ShipDraftRow *copy = ship_draft_row_new (self->session);

  g_free (copy->text);
  copy->text = g_strdup (self->text);
  copy->mode = g_strdup (self->mode);
  copy->updated_at = self->updated_at;
  for (guint i = 0; i < self->files->len; i++)
    {
      const ShipDraftFileRow *file = self->files->pdata[i];

      g_ptr_array_add (copy->files, ship_draft_file_row_new (file->name, file->size, file->file));
    }
  return copy;
}

void
ship_draft_row_free (ShipDraftRow *self)
{
  g_free (self->session);
  g_free (self->text);
  g_free (self->mode);
  g_ptr_array_unref (self->files);
  g_free (self);
}

gboolean
ship_draft_row_is_empty (const ShipDraftRow *self)
{
  return *self->text == '\0' && self->files->len == 0;
}

gboolean
ship_draft_table_delete (sqlite3 *db, const char *session, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "DELETE FROM draft_file WHERE session = ?",
                                 "s",
                                 session) &&
         ship_statement_execute (db, error, "DELETE FROM draft WHERE session = ?", "s", session);
}

static gboolean
insert_file (sqlite3 *db, const ShipDraftRow *row, guint position, GError **error)
{
  const ShipDraftFileRow *file = row->files->pdata[position];

  return ship_statement_execute (
    db,
    error,
    "INSERT INTO draft_file (session, position, name, size, file) VALUES (?, ?, ?, ?, ?)",
    "sisls",
    row->session,
    (int) position,
    file->name,
    file->size,
    file->file);
}

gboolean
ship_draft_table_put (sqlite3 *db, const ShipDraftRow *row, GError **error)
{
  if (!ship_draft_table_delete (db, row->session, error))
    return FALSE;
  if (ship_draft_row_is_empty (row))
    return TRUE;

  for (guint i = 0; i < row->files->len; i++)
    if (!insert_file (db, row, i, error))
      return FALSE;
  return ship_statement_execute (
    db,
    error,
    "INSERT INTO draft (session, text, mode, updated_at) VALUES (?, ?, ?, ?)",
    "sssl",
    row->session,
    row->text,
    row->mode,
    row->updated_at);
}

static gpointer
read_file (ShipStatement *statement)
{
  ShipDraftFileRow *file = g_new0 (ShipDraftFileRow, 1);

  file->name = ship_statement_dup_string (statement, 0);
  file->size = ship_statement_get_int64 (statement, 1);
  file->file = ship_statement_dup_string (statement, 2);
  return file;
}

static gpointer
read_row (ShipStatement *statement)
{
  ShipDraftRow *row = g_new0 (ShipDraftRow, 1);

  row->session = ship_statement_dup_string (statement, 0);
  row->text = ship_statement_dup_string (statement, 1);
  row->mode = ship_statement_dup_string (statement, 2);
  row->updated_at = ship_statement_get_int64 (statement, 3);
  row->files = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_draft_file_row_free);
  return row;
}

GPtrArray *
ship_draft_table_list (sqlite3 *db, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_table_read_all (
    ship_statement_new (db, error, "SELECT session, text, mode, updated_at FROM draft", ""),
    read_row,
    (GDestroyNotify) ship_draft_row_free,
    error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      ShipDraftRow *row = rows->pdata[i];
      GPtrArray    *files = ship_table_read_all (
        ship_statement_new (
          db,
          error,
          "SELECT name, size, file FROM draft_file WHERE session = ? ORDER BY position",
          "s",
          row->session),
        read_file,
        (GDestroyNotify) ship_draft_file_row_free,
        error);

      if (files == NULL)
        return NULL;
      g_ptr_array_unref (row->files);
      row->files = files;
    }
  return g_steal_pointer (&rows);
}
