/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-transcript-private.h"

#include "session/ship-chat-tables.h"
#include "session/ship-session-tables.h"

/*
 * From a store's rows to the entries of a conversation, in the order things happened. On the
 * store's thread.
 *
 * The order: tasks by position; of each, its prompt with what was attached, then the parts of its
 * answers in the order the agent made them, with what was said into it, commits and notices between
 * them by time. What belongs to no task stands before the first that began later.
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
  ShipSessionRow *session;     /* (owned) */
  GPtrArray      *tasks;       /* (owned) (element-type ShipTaskRow) */
  GPtrArray      *messages;    /* (owned) (element-type ShipMessageRow) */
  GPtrArray      *journal;     /* (owned) (element-type ShipJournalRow) */
  GPtrArray      *steers;      /* (owned) (element-type ShipSteerRow) */
  GPtrArray      *attachments; /* (owned) (element-type ShipAttachmentRow) */
} Rows;

/* How far a task's entries between its messages have been told. */
typedef struct
{
  guint journal;
  guint steer;
} Told;

static void
rows_clear (Rows *rows)
{
  g_clear_pointer (&rows->session, ship_session_row_free);
  g_clear_pointer (&rows->tasks, g_ptr_array_unref);
  g_clear_pointer (&rows->messages, g_ptr_array_unref);
  g_clear_pointer (&rows->journal, g_ptr_array_unref);
  g_clear_pointer (&rows->steers, g_ptr_array_unref);
  g_clear_pointer (&rows->attachments, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

static gboolean
load_rows (sqlite3 *db, Rows *rows, GError **error)
{
  return (rows->session = ship_session_table_load (db, error)) != NULL &&
         (rows->tasks = ship_task_table_list (db, error)) != NULL &&
         (rows->messages = ship_message_table_list (db, 0, error)) != NULL &&
         (rows->journal = ship_journal_table_list (db, 0, 0, error)) != NULL &&
         (rows->steers = ship_steer_table_list (db, error)) != NULL &&
         (rows->attachments = ship_attachment_table_list_all (db, error)) != NULL;
}

static ShipEntryValues *
new_attachment (const ShipAttachmentRow *row)
{
  ShipEntryValues *values = g_new0 (ShipEntryValues, 1);

  values->key = g_strdup_printf ("attachment-%" G_GINT64_FORMAT, row->id);
  values->kind = "attachment";
  values->text = g_strdup (row->name);
  values->title = g_strdup (row->mime);
  values->output = g_format_size ((guint64) row->size);
  values->exit_code = -1;
  values->task = row->task;
  values->is_ended = TRUE;
  return values;
}

static void
add_attachments (const Rows *rows, gint64 task, gint64 steer, GPtrArray *entries)
{
  for (guint i = 0; i < rows->attachments->len; i++)
    {
      const ShipAttachmentRow *row = rows->attachments->pdata[i];

      if (row->task == task && row->steer == steer)
        g_ptr_array_add (entries, new_attachment (row));
    }
}

static ShipEntryValues *
new_steer (const ShipSteerRow *row)
{
  ShipEntryValues *values = g_new0 (ShipEntryValues, 1);

  values->key = g_strdup_printf ("steer-%" G_GINT64_FORMAT, row->id);
  values->kind = "steer";
  values->text = g_strdup (row->text);
  values->status = g_strdup (row->state);
  values->exit_code = -1;
  values->task = row->task;
  values->is_ended = !g_str_equal (row->state, "waiting");
  values->started_at = row->created_at;
  values->ended_at = row->read_at;
  return values;
}

/* What became a task is told as its prompt. */
static void
add_steers (const Rows *rows, gint64 task, gint64 before, guint *next, GPtrArray *entries)
{
  for (; *next < rows->steers->len; (*next)++)
    {
      const ShipSteerRow *row = rows->steers->pdata[*next];

      if (row->task != task || g_str_equal (row->state, "queued"))
        continue;
      if (before != 0 && row->created_at >= before)
        return;
      g_ptr_array_add (entries, new_steer (row));
      add_attachments (rows, task, row->id, entries);
    }
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

/* What happened between the parts, as far as it is older than @before (0: all). */
static void
add_between (const Rows *rows, gint64 task, gint64 before, Told *told, GPtrArray *entries)
{
  add_steers (rows, task, before, &told->steer, entries);
  add_journal (rows, task, before, &told->journal, entries);
}

static gboolean
add_message (sqlite3              *db,
             const Rows           *rows,
             const ShipMessageRow *message,
             Told                 *told,
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
        add_between (rows, message->task, values->started_at, told, entries);
      values->task = message->task;
      values->is_sub_agent = rows->session->agent_session != NULL &&
                             !g_str_equal (message->agent_session, rows->session->agent_session);
      g_ptr_array_add (entries, values);
    }
  return TRUE;
}

/* Everything of one task; 0: of none. */
static gboolean
add_task (sqlite3    *db,
          const Rows *rows,
          gint64      task,
          gint64      before,
          Told       *told,
          GPtrArray  *entries,
          GError    **error)
{
  for (guint i = 0; i < rows->messages->len; i++)
    {
      const ShipMessageRow *message = rows->messages->pdata[i];

      /* What the user said is the prompt. */
      if (message->task == task && g_str_equal (message->role, "assistant") &&
          !add_message (db, rows, message, told, entries, error))
        return FALSE;
    }
  add_between (rows, task, before, told, entries);
  return TRUE;
}

/* The prompt of a task of the agent's is its command. */
static char *
dup_prompt (const ShipTaskRow *row)
{
  if (row->command == NULL)
    return g_strdup (row->prompt);

  return g_strconcat ("/", row->command, *row->prompt != '\0' ? " " : "", row->prompt, NULL);
}

static gboolean
add_prompt_and_task (sqlite3     *db,
                     const Rows  *rows,
                     ShipTaskRow *task,
                     GPtrArray   *entries,
                     GError     **error)
{
  ShipEntryValues *prompt = take_prompt (task);
  Told             told = { 0 };

  if (prompt != NULL)
    {
      g_free (prompt->text);
      prompt->text = dup_prompt (task);
      g_ptr_array_add (entries, prompt);
      add_attachments (rows, task->id, 0, entries);
    }
  return add_task (db, rows, task->id, 0, &told, entries, error);
}

GPtrArray *
ship_transcript_read_all (sqlite3 *db, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_auto (Rows) rows = { NULL };
  Told told = { 0 };

  if (!load_rows (db, &rows, error))
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_entry_values_free);
  if (!add_task (db, &rows, 0, 1, &told, entries, error))
    return NULL;
  for (guint i = 0; i < rows.tasks->len; i++)
    {
      ShipTaskRow *task = rows.tasks->pdata[i];

      add_between (&rows, 0, task->started_at, &told, entries);
      if (!add_prompt_and_task (db, &rows, task, entries, error))
        return NULL;
    }
  add_between (&rows, 0, 0, &told, entries);
  return g_steal_pointer (&entries);
}
