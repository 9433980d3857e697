/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-transcript-private.h"

#include "session/ship-session-tables.h"

/*
 * From a store's rows to the entries of a conversation, in the order things happened. On the
 * store's thread.
 *
 * The order: tasks by position; of each, its prompt, then the parts of its answers in the order the
 * agent made them, with commits and notices between them by time. What belongs to no task stands
 * before the first.
 */

void
ship_entry_values_free (ShipEntryValues *self)
{
  if (self == NULL)
    return;
  g_free (self->key);
  g_free (self->text);
  g_free (self->tool);
  g_free (self->status);
  g_free (self->title);
  g_free (self->output);
  g_free (self);
}

/* The kinds of part that are shown. The rest (steps, snapshots, what a newer agent may invent)
 * stays in the store. */
static const char *
shown_kind (const char *kind)
{
  static const char *const shown[] = { "text", "reasoning", "tool" };

  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    if (g_str_equal (kind, shown[i]))
      return shown[i];
  return NULL;
}

/* Takes the strings out of @row. */
static ShipEntryValues *
take_part (ShipPartRow *row)
{
  const char      *kind = shown_kind (row->kind);
  ShipEntryValues *values;

  if (kind == NULL || (g_str_equal (kind, "text") && row->is_ended && *row->text == '\0'))
    return NULL;
  values = g_new0 (ShipEntryValues, 1);
  values->key = g_strdup_printf ("part-%" G_GINT64_FORMAT, row->id);
  values->kind = kind;
  values->text = g_steal_pointer (&row->text);
  values->tool = g_steal_pointer (&row->tool);
  values->status = g_steal_pointer (&row->status);
  values->title = g_steal_pointer (&row->title);
  values->output = g_steal_pointer (&row->output);
  values->exit_code = row->exit_code;
  values->part = row->id;
  values->is_ended = row->is_ended;
  values->started_at = row->started_at;
  values->ended_at = row->ended_at;
  return values;
}

ShipEntryValues *
ship_transcript_read_part (sqlite3 *db, gint64 part, GError **error)
{
  g_autoptr (ShipPartRow) row = ship_part_table_load (db, part, error);

  return row != NULL ? take_part (row) : NULL;
}

static ShipEntryValues *
take_prompt (ShipTaskRow *row)
{
  ShipEntryValues *values;

  if (g_str_equal (row->state, "cancelled") && row->started_at == 0)
    return NULL;
  values = g_new0 (ShipEntryValues, 1);
  values->key = g_strdup_printf ("task-%" G_GINT64_FORMAT, row->id);
  values->kind = "prompt";
  values->text = g_strdup (row->prompt);
  values->title = g_strdup (row->title);
  values->status = g_strdup (row->state);
  values->exit_code = -1;
  values->task = row->id;
  values->is_ended = row->ended_at != 0;
  values->started_at = row->started_at;
  values->ended_at = row->ended_at;
  return values;
}

static ShipEntryValues *
take_journal (ShipJournalRow *row)
{
  ShipEntryValues *values;
  const char      *kind = NULL;

  if (g_str_equal (row->kind, "commit"))
    kind = "commit";
  else if (g_str_equal (row->kind, "notice"))
    kind = "notice";
  if (kind == NULL)
    return NULL;
  values = g_new0 (ShipEntryValues, 1);
  values->key = g_strdup_printf ("journal-%" G_GINT64_FORMAT, row->id);
  values->kind = kind;
  values->text = g_steal_pointer (&row->text);
  values->exit_code = -1;
  values->task = row->task;
  values->is_ended = TRUE;
  values->started_at = row->created_at;
  values->ended_at = row->created_at;
  return values;
}

typedef struct
{
  ShipSessionRow *session;  /* (owned) */
  GPtrArray      *tasks;    /* (owned) (element-type ShipTaskRow) */
  GPtrArray      *messages; /* (owned) (element-type ShipMessageRow) */
  GPtrArray      *journal;  /* (owned) (element-type ShipJournalRow) */
} Rows;

static void
rows_clear (Rows *rows)
{
  g_clear_pointer (&rows->session, ship_session_row_free);
  g_clear_pointer (&rows->tasks, g_ptr_array_unref);
  g_clear_pointer (&rows->messages, g_ptr_array_unref);
  g_clear_pointer (&rows->journal, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

static gboolean
load_rows (sqlite3 *db, Rows *rows, GError **error)
{
  return (rows->session = ship_session_table_load (db, error)) != NULL &&
         (rows->tasks = ship_task_table_list (db, error)) != NULL &&
         (rows->messages = ship_message_table_list (db, 0, error)) != NULL &&
         (rows->journal = ship_journal_table_list (db, 0, 0, error)) != NULL;
}

/* Adds the commits and notices of @task that are older than @before (0: all that are left). */
static void
add_journal (const Rows *rows, gint64 task, gint64 before, guint *next, GPtrArray *entries)
{
  for (; *next < rows->journal->len; (*next)++)
    {
      ShipJournalRow  *row = rows->journal->pdata[*next];
      ShipEntryValues *values;

      if (row->task != task)
        continue;
      if (before != 0 && row->created_at >= before)
        return;
      values = take_journal (row);
      if (values != NULL)
        g_ptr_array_add (entries, values);
    }
}

static gboolean
add_message (sqlite3              *db,
             const Rows           *rows,
             const ShipMessageRow *message,
             guint                *next,
             GPtrArray            *entries,
             GError              **error)
{
  g_autoptr (GPtrArray) parts = ship_part_table_list (db, message->id, error);

  if (parts == NULL)
    return FALSE;
  for (guint i = 0; i < parts->len; i++)
    {
      ShipEntryValues *values = take_part (parts->pdata[i]);

      if (values == NULL)
        continue;
      if (values->started_at != 0)
        add_journal (rows, message->task, values->started_at, next, entries);
      values->task = message->task;
      values->is_sub_agent = rows->session->agent_session != NULL &&
                             !g_str_equal (message->agent_session, rows->session->agent_session);
      g_ptr_array_add (entries, values);
    }
  return TRUE;
}

/* Everything of one task; 0: of none. */
static gboolean
add_task (sqlite3 *db, const Rows *rows, gint64 task, GPtrArray *entries, GError **error)
{
  guint next = 0;

  for (guint i = 0; i < rows->messages->len; i++)
    {
      const ShipMessageRow *message = rows->messages->pdata[i];

      /* What the user said is the prompt. */
      if (message->task == task && g_str_equal (message->role, "assistant") &&
          !add_message (db, rows, message, &next, entries, error))
        return FALSE;
    }
  add_journal (rows, task, 0, &next, entries);
  return TRUE;
}

GPtrArray *
ship_transcript_read_all (sqlite3 *db, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_auto (Rows) rows = { NULL };

  if (!load_rows (db, &rows, error))
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_entry_values_free);
  if (!add_task (db, &rows, 0, entries, error))
    return NULL;
  for (guint i = 0; i < rows.tasks->len; i++)
    {
      ShipTaskRow     *task = rows.tasks->pdata[i];
      ShipEntryValues *prompt = take_prompt (task);

      if (prompt != NULL)
        g_ptr_array_add (entries, prompt);
      if (!add_task (db, &rows, task->id, entries, error))
        return NULL;
    }
  return g_steal_pointer (&entries);
}
