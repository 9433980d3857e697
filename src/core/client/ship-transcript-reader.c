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
 * them by time. What a sub-agent did stands right behind the part that started it; if that is not
 * known (yet), behind the rest of its task. What belongs to no task stands before the first that
 * began later.
 */

static void
turn_figures_free (ShipTurnFigures *self)
{
  if (self == NULL)
    return;
  g_free (self->error);
  g_free (self->category);
  g_free (self->commit);
  g_free (self);
}

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
  g_free (self->parent_key);
  g_free (self->subject);
  g_free (self->agent_session);
  g_free (self->agent_id);
  g_free (self->digest);
  turn_figures_free (self->turn);
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
  values->has_sub_agent = row->child_session != NULL && *row->child_session != '\0';
  values->subject = ship_tool_subject (values->tool, row->input);
  values->agent_id = g_steal_pointer (&row->agent_id);
  values->message = row->message;
  return values;
}

ShipEntryValues *
ship_transcript_read_part (sqlite3 *db, gint64 part, GError **error)
{
  g_autoptr (ShipPartRow) row = ship_part_table_load (db, part, error);
  g_autoptr (ShipMessageRow) message = NULL;
  ShipEntryValues *values = row != NULL ? take_part (row) : NULL;

  if (values == NULL)
    return NULL;
  message = ship_message_table_load (db, values->message, error);
  if (message == NULL || !g_str_equal (message->role, "assistant"))
    {
      ship_entry_values_free (values);
      return NULL;
    }
  values->task = message->task;
  values->agent_session = g_steal_pointer (&message->agent_session);
  return values;
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

/* Deeper than any agent goes; more of them stand behind the rest. */
#define MAX_DEPTH 32

/* The rows, and where each belongs; the lists hold rows of the arrays. */
typedef struct
{
  ShipSessionRow *session;       /* (owned) */
  GPtrArray      *tasks;         /* (owned) (element-type ShipTaskRow) */
  GPtrArray      *messages;      /* (owned) (element-type ShipMessageRow) */
  GPtrArray      *journal;       /* (owned) (element-type ShipJournalRow) */
  GPtrArray      *parts;         /* (owned) (element-type ShipPartRow): all that were read */
  GPtrArray      *steers;        /* (owned) (element-type ShipSteerRow) */
  GPtrArray      *attachments;   /* (owned) (element-type ShipAttachmentRow) */
  GHashTable     *message_parts; /* (owned) (element-type gint64 GPtrArray): of a whole reading */
  GHashTable     *task_messages; /* (owned) (element-type gint64 GPtrArray): answers */
  GHashTable     *own;    /* (owned) (element-type gint64 GPtrArray): the session's own agent's */
  GHashTable     *agents; /* (owned) (element-type utf8 GPtrArray): the others', by agent_key() */
  GHashTable     *task_journal; /* (owned) (element-type gint64 GPtrArray) */
  sqlite3        *db;           /* (unowned) */
  GArray         *units;        /* (owned) (element-type ShipTranscriptUnit) */
  guint           next_unit;    /* whose turn it is */
  guint           begin;        /* of what is shown */
  guint           end;
  gboolean        is_bounded;
  GPtrArray      *dropped; /* (owned) (element-type ShipEntryValues): what is not shown */
  GError         *error;   /* (owned) (nullable): of a reading in the middle */
} Rows;

static void
rows_clear (Rows *rows)
{
  g_clear_pointer (&rows->session, ship_session_row_free);
  g_clear_pointer (&rows->tasks, g_ptr_array_unref);
  g_clear_pointer (&rows->messages, g_ptr_array_unref);
  g_clear_pointer (&rows->journal, g_ptr_array_unref);
  g_clear_pointer (&rows->parts, g_ptr_array_unref);
  g_clear_pointer (&rows->steers, g_ptr_array_unref);
  g_clear_pointer (&rows->attachments, g_ptr_array_unref);
  g_clear_pointer (&rows->message_parts, g_hash_table_unref);
  g_clear_pointer (&rows->task_messages, g_hash_table_unref);
  g_clear_pointer (&rows->own, g_hash_table_unref);
  g_clear_pointer (&rows->agents, g_hash_table_unref);
  g_clear_pointer (&rows->task_journal, g_hash_table_unref);
  g_clear_pointer (&rows->units, g_array_unref);
  g_clear_pointer (&rows->dropped, g_ptr_array_unref);
  g_clear_error (&rows->error);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Rows, rows_clear)

/* An agent within a task: a sub-agent can be asked again later, for another one. */
static char *
agent_key (gint64 task, const char *agent_session)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s", task, agent_session);
}

static gpointer
dup_int (gint64 value)
{
  return g_memdup2 (&value, sizeof value);
}

/* @key: (transfer full) */
static void
add_to_list (GHashTable *lists, gpointer key, gpointer row)
{
  GPtrArray *list = g_hash_table_lookup (lists, key);

  if (list == NULL)
    {
      list = g_ptr_array_new ();
      g_hash_table_insert (lists, key, list);
    }
  else
    g_free (key);
  g_ptr_array_add (list, row);
}

static GHashTable *
new_lists (GHashFunc hash, GEqualFunc equal)
{
  return g_hash_table_new_full (hash, equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

static void
sort_rows (Rows *rows)
{
  const char *own = rows->session->agent_session != NULL ? rows->session->agent_session : "";

  rows->message_parts = new_lists (g_int64_hash, g_int64_equal);
  rows->task_messages = new_lists (g_int64_hash, g_int64_equal);
  rows->agents = new_lists (g_str_hash, g_str_equal);
  rows->own = new_lists (g_int64_hash, g_int64_equal);
  rows->task_journal = new_lists (g_int64_hash, g_int64_equal);
  for (guint i = 0; i < rows->parts->len; i++)
    {
      ShipPartRow *part = rows->parts->pdata[i];

      add_to_list (rows->message_parts, dup_int (part->message), part);
    }
  for (guint i = 0; i < rows->messages->len; i++)
    {
      ShipMessageRow *message = rows->messages->pdata[i];

      /* What the user said is the prompt. */
      if (!g_str_equal (message->role, "assistant"))
        continue;
      add_to_list (rows->task_messages, dup_int (message->task), message);
      if (!g_str_equal (message->agent_session, own))
        add_to_list (rows->agents, agent_key (message->task, message->agent_session), message);
      else
        add_to_list (rows->own, dup_int (message->task), message);
    }
  for (guint i = 0; i < rows->journal->len; i++)
    {
      ShipJournalRow *row = rows->journal->pdata[i];

      add_to_list (rows->task_journal, dup_int (row->task), row);
    }
}

static gboolean
is_sub_agent (const Rows *rows, const char *agent_session)
{
  return rows->session->agent_session != NULL &&
         !g_str_equal (agent_session, rows->session->agent_session);
}

static void
add_units (Rows *rows, gint64 task)
{
  GPtrArray         *messages = g_hash_table_lookup (rows->task_messages, &task);
  ShipTranscriptUnit unit = { task, 0 };
  guint              before = rows->units->len;

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      const ShipMessageRow *message = messages->pdata[i];

      unit.message = message->id;
      if (!is_sub_agent (rows, message->agent_session))
        g_array_append_val (rows->units, unit);
    }
  unit.message = 0;
  if (rows->units->len == before && task != 0)
    g_array_append_val (rows->units, unit);
}

static void
place_window (Rows *rows, ShipTranscriptWindow *window)
{
  rows->units = g_array_new (FALSE, FALSE, sizeof (ShipTranscriptUnit));
  rows->dropped = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_entry_values_free);
  add_units (rows, 0);
  for (guint i = 0; i < rows->tasks->len; i++)
    add_units (rows, ((ShipTaskRow *) rows->tasks->pdata[i])->id);
  rows->is_bounded = window->limit != 0;
  ship_transcript_window_place (window, rows->units, &rows->begin, &rows->end);
}

/* Of a bounded reading the parts, which are most of it, are read as they are needed. */
static gboolean
load_rows (sqlite3 *db, Rows *rows, ShipTranscriptWindow *window, GError **error)
{
  rows->db = db;
  if ((rows->session = ship_session_table_load (db, error)) == NULL ||
      (rows->tasks = ship_task_table_list (db, error)) == NULL ||
      (rows->messages = ship_message_table_list_outline (db, error)) == NULL ||
      (rows->journal = ship_journal_table_list (db, 0, 0, error)) == NULL ||
      (rows->steers = ship_steer_table_list (db, error)) == NULL ||
      (rows->attachments = ship_attachment_table_list_all (db, error)) == NULL)
    return FALSE;
  rows->parts = window->limit == 0
                  ? ship_part_table_list_all (db, error)
                  : g_ptr_array_new_with_free_func ((GDestroyNotify) ship_part_row_free);
  if (rows->parts == NULL)
    return FALSE;

  sort_rows (rows);
  place_window (rows, window);
  return TRUE;
}

/* Returns: (transfer container) (nullable) (element-type ShipPartRow) */
static GPtrArray *
dup_parts (Rows *rows, gint64 message)
{
  GPtrArray *parts;

  if (!rows->is_bounded)
    {
      parts = g_hash_table_lookup (rows->message_parts, &message);
      return parts != NULL ? g_ptr_array_ref (parts) : NULL;
    }
  if (rows->error != NULL)
    return NULL;
  return ship_part_table_list (rows->db, message, &rows->error);
}

static gboolean
is_in_window (const Rows *rows, guint unit)
{
  return unit >= rows->begin && unit < rows->end;
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
  values->digest = g_strdup (row->digest);
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

/* The entries of one task being put together. */
typedef struct
{
  Rows      *rows; /* (unowned) */
  gint64     task;
  guint      next;       /* of the task's journal */
  guint      next_steer; /* of what was said */
  GPtrArray *entries;    /* (unowned) */
} TaskEntries;

/* Adds the commits and notices that are older than @before (0: all that are left). */
static void
add_journal (TaskEntries *self, gint64 before)
{
  GPtrArray *journal = g_hash_table_lookup (self->rows->task_journal, &self->task);

  for (; journal != NULL && self->next < journal->len; self->next++)
    {
      ShipJournalRow  *row = journal->pdata[self->next];
      ShipEntryValues *values;

      if (before != 0 && row->created_at >= before)
        return;
      values = take_journal (row);
      if (values != NULL)
        g_ptr_array_add (self->entries, values);
    }
}

/* What became a task is told as its prompt. */
static void
add_steers (TaskEntries *self, gint64 before)
{
  GPtrArray *steers = self->rows->steers;

  for (; self->next_steer < steers->len; self->next_steer++)
    {
      const ShipSteerRow *row = steers->pdata[self->next_steer];

      if (row->task != self->task || g_str_equal (row->state, "queued"))
        continue;
      if (before != 0 && row->created_at >= before)
        return;
      g_ptr_array_add (self->entries, new_steer (row));
      add_attachments (self->rows, self->task, row->id, self->entries);
    }
}

/* What happened between the parts, as far as it is older than @before (0: all). */
static void
add_between (TaskEntries *self, gint64 before)
{
  add_steers (self, before);
  add_journal (self, before);
}

static void
add_agent_of (TaskEntries *self, const char *agent_session, const char *parent, guint depth);

static void
add_part (TaskEntries          *self,
          const ShipMessageRow *message,
          ShipPartRow          *part,
          const char           *parent,
          guint                 depth)
{
  g_autofree char *child_session = g_strdup (part->child_session);
  ShipEntryValues *values = take_part (part);

  if (values == NULL)
    return;
  if (values->started_at != 0 && depth == 0)
    add_between (self, values->started_at);
  values->task = message->task;
  values->agent_session = g_strdup (message->agent_session);
  values->is_sub_agent = is_sub_agent (self->rows, message->agent_session);
  values->parent_key = g_strdup (parent);
  values->depth = depth;
  g_ptr_array_add (self->entries, values);
  if (values->has_sub_agent)
    add_agent_of (self, child_session, values->key, depth + 1);
}

/* What happened before an answer that is not shown is not shown either. */
static void
skip_message (TaskEntries *self, const ShipMessageRow *message)
{
  GPtrArray *entries = self->entries;

  self->entries = self->rows->dropped;
  add_between (self, MAX (message->completed_at, message->created_at));
  self->entries = entries;
}

static void
add_message (TaskEntries *self, const ShipMessageRow *message, const char *parent, guint depth)
{
  g_autoptr (GPtrArray) parts = NULL;

  if (!is_sub_agent (self->rows, message->agent_session) && depth == 0 &&
      !is_in_window (self->rows, self->rows->next_unit++))
    {
      skip_message (self, message);
      return;
    }
  parts = dup_parts (self->rows, message->id);
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    add_part (self, message, parts->pdata[i], parent, depth);
}

/* What an agent said in this task, unless that is there already. @agent_session: (nullable) */
static void
add_agent_of (TaskEntries *self, const char *agent_session, const char *parent, guint depth)
{
  g_autofree char *key =
    agent_session != NULL ? agent_key (self->task, agent_session) : g_strdup ("");
  g_autofree char *owned_key = NULL;
  g_autoptr (GPtrArray) messages = NULL;

  if (depth > MAX_DEPTH || !g_hash_table_steal_extended (self->rows->agents,
                                                         key,
                                                         (gpointer *) &owned_key,
                                                         (gpointer *) &messages))
    return;
  for (guint i = 0; i < messages->len; i++)
    add_message (self, messages->pdata[i], parent, depth);
}

/* What the session's own agent said in this task. */
static void
add_own (TaskEntries *self)
{
  GPtrArray *messages = g_hash_table_lookup (self->rows->own, &self->task);

  for (guint i = 0; messages != NULL && i < messages->len; i++)
    add_message (self, messages->pdata[i], NULL, 0);
}

/* The answers of one task. Of one that is shown in part, sub-agents are where they were started. */
static void
add_answers (TaskEntries *self, gboolean is_whole)
{
  Rows      *rows = self->rows;
  GPtrArray *messages = g_hash_table_lookup (rows->task_messages, &self->task);

  add_own (self);
  for (guint i = 0; messages != NULL && i < messages->len; i++)
    {
      const char *agent_session = ((ShipMessageRow *) messages->pdata[i])->agent_session;
      gboolean    is_sub = is_sub_agent (rows, agent_session);

      if (!is_sub && rows->session->agent_session != NULL)
        continue;
      if (is_whole || !is_sub)
        add_agent_of (self, agent_session, NULL, is_sub ? 1 : 0);
    }
}

/* The prompt of a task of the agent's is its command. */
static char *
dup_prompt (const ShipTaskRow *row)
{
  if (row->command == NULL)
    return g_strdup (row->prompt);

  return g_strconcat ("/", row->command, *row->prompt != '\0' ? " " : "", row->prompt, NULL);
}

/* What a turn that has ended took. */
static void
add_turn (TaskEntries *self, const ShipTaskRow *task)
{
  ShipEntryValues *values;
  ShipTurnFigures *turn;
  int              n_unknown = 0;

  if (!self->rows->is_bounded || task->started_at == 0 || task->ended_at == 0)
    return;
  values = g_new0 (ShipEntryValues, 1);
  turn = values->turn = g_new0 (ShipTurnFigures, 1);
  values->key = g_strdup_printf ("turn-%" G_GINT64_FORMAT, task->id);
  values->kind = "turn";
  values->status = g_strdup (task->state);
  values->exit_code = -1;
  values->task = task->id;
  values->is_ended = TRUE;
  values->started_at = task->started_at;
  values->ended_at = task->ended_at;
  turn->error = g_strdup (task->error);
  turn->category = g_strdup (task->error_category);
  turn->commit = g_strdup (task->to_commit);
  turn->files_changed = task->files_changed;
  g_ptr_array_add (self->entries, values);
  if (self->rows->error == NULL)
    ship_exchange_table_sum (self->rows->db,
                             task->id,
                             &turn->usage,
                             &turn->cost,
                             &n_unknown,
                             &self->rows->error);
  turn->is_cost_whole = n_unknown == 0;
  if (n_unknown > 0 && turn->cost == 0)
    turn->cost = -1;
}

static guint
count_units (Rows *rows, gint64 task)
{
  guint n = 0;

  for (guint i = rows->next_unit;
       i < rows->units->len && g_array_index (rows->units, ShipTranscriptUnit, i).task == task;
       i++)
    n++;

  return n;
}

static GPtrArray *
get_sink (Rows *rows, guint unit, GPtrArray *entries)
{
  return is_in_window (rows, unit) ? entries : rows->dropped;
}

static void
add_task (Rows *rows, ShipTaskRow *task, GPtrArray *entries)
{
  TaskEntries      self = { .rows = rows, .task = task->id, .entries = entries };
  ShipEntryValues *prompt = take_prompt (task);
  guint            first = rows->next_unit;
  guint            n = count_units (rows, task->id);
  GPtrArray       *tail = get_sink (rows, first + n - 1, entries);

  if (prompt != NULL)
    {
      GPtrArray *head = get_sink (rows, first, entries);

      g_free (prompt->text);
      prompt->text = dup_prompt (task);
      g_ptr_array_add (head, prompt);
      add_attachments (rows, task->id, 0, head);
    }
  add_answers (&self, tail == entries && is_in_window (rows, first));
  rows->next_unit = first + n;
  self.entries = tail;
  add_between (&self, 0);
  add_turn (&self, task);
}

static void
add_all (Rows *rows, GPtrArray *entries)
{
  TaskEntries none = { .rows = rows, .entries = entries };

  add_answers (&none, rows->begin == 0);
  for (guint i = 0; i < rows->tasks->len; i++)
    {
      ShipTaskRow *task = rows->tasks->pdata[i];

      none.entries = get_sink (rows, rows->next_unit, entries);
      if (task->started_at != 0)
        add_between (&none, task->started_at);
      add_task (rows, task, entries);
    }
  none.entries = rows->end == rows->units->len ? entries : rows->dropped;
  add_between (&none, 0);
}

GPtrArray *
ship_transcript_read (sqlite3 *db, ShipTranscriptWindow *window, GError **error)
{
  g_autoptr (GPtrArray) entries = NULL;
  g_auto (Rows) rows = { NULL };

  if (!load_rows (db, &rows, window, error))
    return NULL;
  entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_entry_values_free);
  add_all (&rows, entries);
  if (rows.error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&rows.error));
      return NULL;
    }

  return g_steal_pointer (&entries);
}
