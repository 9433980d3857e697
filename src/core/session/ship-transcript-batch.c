/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-transcript-batch-private.h"

#include "session/ship-session-tables.h"
#include "store/ship-statement.h"

/*
 * One frame of the transcript, written in one transaction on the store's thread.
 */

ShipTranscriptOp *
ship_transcript_op_new (ShipTranscriptOpKind kind, gint64 task)
{
  ShipTranscriptOp *self = g_new0 (ShipTranscriptOp, 1);

  self->kind = kind;
  self->task = task;

  return self;
}

void
ship_transcript_op_free (ShipTranscriptOp *self)
{
  g_clear_pointer (&self->message, ship_message_row_free);
  g_clear_pointer (&self->part, ship_part_row_free);
  g_clear_pointer (&self->request, ship_request_row_free);
  g_clear_pointer (&self->todos, g_ptr_array_unref);
  g_free (self->message_agent_id);
  g_free (self->agent_session);
  g_free (self->agent_id);
  if (self->delta != NULL)
    g_string_free (self->delta, TRUE);
  g_free (self->journal_kind);
  g_free (self->text);
  g_free (self);
}

ShipTranscriptBatch *
ship_transcript_batch_new (void)
{
  ShipTranscriptBatch *self = g_new0 (ShipTranscriptBatch, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->ops = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_transcript_op_free);

  return self;
}

ShipTranscriptBatch *
ship_transcript_batch_ref (ShipTranscriptBatch *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ship_transcript_batch_unref (ShipTranscriptBatch *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_ptr_array_unref (self->ops);
  g_free (self);
}

/* The row of a part's message; a part that came before its message gets an empty one to hang on. */
static gint64
find_message (sqlite3 *db, ShipTranscriptOp *op, gint64 now_ms, GError **error)
{
  g_autoptr (GError) local = NULL;
  gint64         row = ship_message_table_find (db, op->message_agent_id, &local);
  ShipMessageRow placeholder = { .usage = SHIP_USAGE_INIT };

  if (local != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return 0;
    }
  if (row != 0)
    return row;

  placeholder.agent_id = op->message_agent_id;
  placeholder.agent_session = op->agent_session;
  placeholder.task = op->task;
  placeholder.role = (char *) "assistant";
  placeholder.created_at = now_ms;
  if (!ship_message_table_upsert (db, &placeholder, &row, error))
    return 0;

  return row;
}

static gboolean
write_part (sqlite3 *db, ShipTranscriptOp *op, gint64 now_ms, GError **error)
{
  op->part->message = find_message (db, op, now_ms, error);
  if (op->part->message == 0)
    return FALSE;

  op->table = "part";
  op->is_written = TRUE;
  return ship_part_table_upsert (db, op->part, &op->row, error);
}

static gboolean
write_delta (sqlite3 *db, ShipTranscriptOp *op, GError **error)
{
  g_autoptr (ShipStatement) find =
    ship_statement_new (db,
                        error,
                        "SELECT id, length(CAST(text AS BLOB)) FROM part WHERE agent_id = ?",
                        "s",
                        op->agent_id);
  g_autoptr (GError) local = NULL;

  if (find == NULL)
    return FALSE;

  if (!ship_statement_step (find, &local))
    {
      if (local == NULL)
        return TRUE; /* text of a part that was never announced, or is gone: its full form will come
                      */
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }

  op->table = "part";
  op->row = ship_statement_get_int64 (find, 0);
  op->offset = ship_statement_get_int64 (find, 1);
  op->is_written = TRUE;
  return ship_part_table_append_text (db, op->agent_id, op->delta->str, error);
}

static gboolean
write_op (sqlite3 *db, ShipTranscriptOp *op, gint64 now_ms, GError **error)
{
  switch (op->kind)
    {
    case SHIP_TRANSCRIPT_OP_MESSAGE:
      op->table = "message";
      op->is_written = TRUE;
      return ship_message_table_upsert (db, op->message, &op->row, error);
    case SHIP_TRANSCRIPT_OP_PART:
      return write_part (db, op, now_ms, error);
    case SHIP_TRANSCRIPT_OP_DELTA:
      return write_delta (db, op, error);
    case SHIP_TRANSCRIPT_OP_PART_REMOVED:
      op->table = "message";
      op->is_written = TRUE;
      return ship_part_table_remove (db, op->agent_id, error);
    case SHIP_TRANSCRIPT_OP_TODOS:
      op->table = "todo";
      op->row = op->task;
      op->is_written = TRUE;
      return ship_todo_table_replace (db, op->task, op->agent_session, op->todos, error);
    case SHIP_TRANSCRIPT_OP_REQUEST:
      op->table = "request";
      op->is_written = TRUE;
      return ship_request_table_insert (db, op->request, &op->row, error);
    case SHIP_TRANSCRIPT_OP_REQUEST_CLOSED:
      op->table = "request";
      op->is_written = TRUE;
      return ship_request_table_close (db, op->agent_id, "answered", op->text, now_ms, error);
    case SHIP_TRANSCRIPT_OP_JOURNAL:
      op->table = "journal";
      op->is_written = TRUE;
      return ship_journal_table_insert (db,
                                        op->journal_kind,
                                        op->text,
                                        op->task,
                                        now_ms,
                                        &op->row,
                                        error);
    }

  g_assert_not_reached ();
}

gboolean
ship_transcript_batch_write_thread (sqlite3      *db,
                                    gpointer      data,
                                    GCancellable *cancellable,
                                    GError      **error)
{
  ShipTranscriptBatch *self = data;

  for (guint i = 0; i < self->ops->len; i++)
    if (!write_op (db, g_ptr_array_index (self->ops, i), self->now_ms, error))
      return FALSE;

  return TRUE;
}
