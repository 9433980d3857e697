/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-list-splice-private.h"
#include "client/ship-transcript-private.h"
#include "session/ship-session-tables.h"

/*
 * A conversation, live. Owned by whoever shows it; main thread, one store thread until the close.
 *
 * One reading at a time. A part that is shown already is read by itself, a delta is not read at
 * all; everything else that changes means reading the whole again, once for whatever came while the
 * last reading was under way. A part that is new stands behind what its agent did so far, if
 * nothing says otherwise; then it is put there without reading the rest.
 *
 *   load_async, "changed", "closed" -> start_reading -> read_cb -> (apply, loads return) ->
 * start_reading …
 */

struct _ShipTranscript
{
  GObject            parent_instance;
  ShipPaths         *paths;   /* (owned) */
  char              *id;      /* (owned) */
  ShipSessionClient *client;  /* (owned) (nullable) */
  GPtrArray         *entries; /* (owned) (element-type ShipTranscriptEntry) */
  GHashTable *parts; /* (owned) (element-type gint64 ShipTranscriptEntry): of the entries, by row */
  ShipStore  *store; /* (owned) (nullable): between the first load and the close */
  GCancellable        *cancellable; /* (owned): of readings, until the close */
  GPtrArray           *waiting;     /* (owned) (element-type GTask): loads for the next reading */
  GHashTable          *stale_parts; /* (owned) (element-type gint64): to be read by themselves */
  GPtrArray           *shows; /* (owned) (element-type GTask): other places, one after the other */
  ShipTranscriptWindow window;
  gboolean             is_stale;
  gboolean             is_reading;
  gboolean             is_closed;
};

typedef struct
{
  ShipTranscript      *self;  /* (owned) */
  GPtrArray           *loads; /* (owned) (element-type GTask) */
  gboolean             is_whole;
  GTask               *show; /* (owned) (nullable): moves the window */
  ShipTranscriptWindow window;
  GArray              *parts; /* (owned) (element-type gint64): to be read, unless it is whole */
  GPtrArray *entries; /* (owned) (nullable) (element-type ShipEntryValues): the job's result */
} Reading;

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->self);
  g_ptr_array_unref (reading->loads);
  g_clear_object (&reading->show);
  g_array_unref (reading->parts);
  g_clear_pointer (&reading->entries, g_ptr_array_unref);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static GType
ship_transcript_get_item_type (GListModel *model)
{
  return SHIP_TYPE_TRANSCRIPT_ENTRY;
}

static guint
ship_transcript_get_n_items (GListModel *model)
{
  return SHIP_TRANSCRIPT (model)->entries->len;
}

static gpointer
ship_transcript_get_item (GListModel *model, guint position)
{
  GPtrArray *entries = SHIP_TRANSCRIPT (model)->entries;

  return position < entries->len ? g_object_ref (entries->pdata[position]) : NULL;
}

static void
ship_transcript_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ship_transcript_get_item_type;
  iface->get_n_items = ship_transcript_get_n_items;
  iface->get_item = ship_transcript_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipTranscript,
                               ship_transcript,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ship_transcript_iface_init))

static void start_reading (ShipTranscript *self);

static gboolean
read_parts (sqlite3 *db, Reading *reading, GError **error)
{
  reading->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_entry_values_free);
  for (guint i = 0; i < reading->parts->len; i++)
    {
      GError          *inner = NULL;
      ShipEntryValues *values =
        ship_transcript_read_part (db, g_array_index (reading->parts, gint64, i), &inner);

      if (inner != NULL)
        {
          g_propagate_error (error, inner);
          return FALSE;
        }
      if (values != NULL)
        g_ptr_array_add (reading->entries, values);
    }
  return TRUE;
}

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  if (!reading->is_whole)
    return read_parts (db, reading, error);
  reading->entries = ship_transcript_read (db, &reading->window, error);
  return reading->entries != NULL;
}

static void
index_part (ShipTranscript *self, ShipTranscriptEntry *entry)
{
  gint64 part = ship_transcript_entry_get_part (entry);

  if (part != 0)
    g_hash_table_insert (self->parts, g_memdup2 (&part, sizeof part), entry);
}

/* What is not shown any more goes first, so that what stays is seen to stay. */
static void
drop_entries (ShipTranscript *self, GPtrArray *values)
{
  g_autoptr (GHashTable) keys = g_hash_table_new (g_str_hash, g_str_equal);
  guint head = 0;
  guint tail = 0;
  guint n = self->entries->len;

  for (guint i = 0; i < values->len; i++)
    g_hash_table_add (keys, ((ShipEntryValues *) values->pdata[i])->key);
  while (tail < n && !g_hash_table_contains (
                       keys,
                       ship_transcript_entry_get_key (self->entries->pdata[n - 1 - tail])))
    tail++;
  while (head < n - tail &&
         !g_hash_table_contains (keys, ship_transcript_entry_get_key (self->entries->pdata[head])))
    head++;
  g_hash_table_remove_all (self->parts);
  if (tail > 0)
    {
      g_ptr_array_remove_range (self->entries, n - tail, tail);
      g_list_model_items_changed (G_LIST_MODEL (self), n - tail, tail, 0);
    }
  if (head > 0)
    {
      g_ptr_array_remove_range (self->entries, 0, head);
      g_list_model_items_changed (G_LIST_MODEL (self), 0, head, 0);
    }
}

/* @values: (element-type ShipEntryValues); its elements are taken out of it */
static void
apply_whole (ShipTranscript *self, GPtrArray *values)
{
  g_autoptr (GHashTable) known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_object_unref);

  drop_entries (self, values);
  for (guint i = 0; i < self->entries->len; i++)
    g_hash_table_insert (known,
                         g_strdup (ship_transcript_entry_get_key (self->entries->pdata[i])),
                         self->entries->pdata[i]);
  for (guint i = 0; i < values->len; i++)
    {
      ShipEntryValues     *one = g_steal_pointer (&values->pdata[i]);
      ShipTranscriptEntry *entry = g_hash_table_lookup (known, one->key);

      if (entry == NULL)
        entry = ship_transcript_entry_new (one);
      else
        ship_transcript_entry_update (g_object_ref (entry), one);
      g_ptr_array_add (fresh, entry);
      index_part (self, entry);
    }
  ship_list_splice (G_LIST_MODEL (self), &self->entries, fresh);
}

/* Where a part goes that is not there yet: behind what its agent did last. G_MAXUINT: it cannot be
 * said without reading the whole. */
static guint
find_place (ShipTranscript *self, ShipEntryValues *part)
{
  const ShipEntryValues *last = NULL;
  guint                  end = self->entries->len;

  if (self->window.has_later || part->has_sub_agent)
    return G_MAXUINT;
  for (guint i = self->entries->len; i > 0 && last == NULL; i--)
    {
      const ShipEntryValues *values =
        ship_transcript_entry_get_values (self->entries->pdata[i - 1]);

      if (values->task != part->task)
        end = i - 1;
      else if (values->part == 0 && values->started_at > part->started_at)
        return G_MAXUINT;
      else if (g_strcmp0 (values->agent_session, part->agent_session) == 0)
        last = values;
    }
  if (last == NULL || g_strcmp0 (last->agent_id, part->agent_id) >= 0)
    return G_MAXUINT;
  part->depth = last->depth;
  part->is_sub_agent = last->is_sub_agent;
  part->parent_key = g_strdup (last->parent_key);
  if (last->depth == 0)
    return end;
  for (guint i = end; i > 0; i--)
    {
      const ShipEntryValues *values =
        ship_transcript_entry_get_values (self->entries->pdata[i - 1]);

      if (g_strcmp0 (values->agent_session, part->agent_session) == 0)
        return values->has_sub_agent ? G_MAXUINT : i;
    }
  return G_MAXUINT;
}

/* @part: (transfer full) */
static void
insert_part (ShipTranscript *self, ShipEntryValues *part)
{
  guint                place = find_place (self, part);
  ShipTranscriptEntry *entry;

  if (place == G_MAXUINT)
    {
      self->is_stale |= !self->window.has_later;
      ship_entry_values_free (part);
      return;
    }
  entry = ship_transcript_entry_new (part);
  g_ptr_array_insert (self->entries, (int) place, entry);
  index_part (self, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 0, 1);
}

static void
apply_parts (ShipTranscript *self, GPtrArray *values)
{
  for (guint i = 0; i < values->len; i++)
    {
      ShipEntryValues     *one = g_steal_pointer (&values->pdata[i]);
      ShipTranscriptEntry *entry = g_hash_table_lookup (self->parts, &one->part);

      if (entry == NULL)
        {
          insert_part (self, one);
          continue;
        }
      /* What its agent did so far has to go behind it. */
      self->is_stale |= one->has_sub_agent != ship_transcript_entry_has_sub_agent (entry);
      one->task = ship_transcript_entry_get_task (entry);
      one->is_sub_agent = ship_transcript_entry_is_sub_agent (entry);
      one->parent_key = g_strdup (ship_transcript_entry_get_parent_key (entry));
      one->depth = ship_transcript_entry_get_depth (entry);
      ship_transcript_entry_update (entry, one);
    }
}

static void
finish_loads (Reading *reading, const GError *error)
{
  if (reading->show != NULL)
    g_ptr_array_add (reading->loads, g_steal_pointer (&reading->show));
  for (guint i = 0; i < reading->loads->len; i++)
    {
      if (error != NULL)
        g_task_return_error (reading->loads->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (reading->loads->pdata[i], TRUE);
    }
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  ShipTranscript *self = reading->self;
  g_autoptr (GError) error = NULL;

  self->is_reading = FALSE;
  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_debug ("the transcript could not be read: %s", error->message);
  else if (reading->is_whole)
    {
      self->window = reading->window;
      self->window.place = SHIP_TRANSCRIPT_SAME;
      apply_whole (self, reading->entries);
    }
  else
    apply_parts (self, reading->entries);

  finish_loads (reading, error);
  start_reading (self);
}

static void
take_stale_parts (ShipTranscript *self, GArray *parts)
{
  GHashTableIter iter;
  gpointer       key;

  g_hash_table_iter_init (&iter, self->stale_parts);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_array_append_val (parts, *(gint64 *) key);
  g_hash_table_remove_all (self->stale_parts);
}

/* One place after the other, each with the reading that shows it. */
static void
take_show (ShipTranscript *self, Reading *reading)
{
  ShipTranscriptWindow *wanted;

  reading->window = self->window;
  if (self->shows->len == 0)
    return;
  reading->show = g_ptr_array_steal_index (self->shows, 0);
  wanted = g_task_get_task_data (reading->show);
  reading->window.place = wanted->place;
  reading->window.task = wanted->task;
}

/* Does nothing when nothing is stale. */
static void
start_reading (ShipTranscript *self)
{
  Reading *reading;

  if (self->is_reading || self->store == NULL ||
      (!self->is_stale && self->shows->len == 0 && g_hash_table_size (self->stale_parts) == 0))
    return;
  reading = g_new0 (Reading, 1);
  reading->self = g_object_ref (self);
  reading->is_whole = self->is_stale || self->shows->len > 0;
  reading->parts = g_array_new (FALSE, FALSE, sizeof (gint64));
  take_stale_parts (self, reading->parts);
  if (reading->is_whole)
    {
      reading->loads = g_steal_pointer (&self->waiting);
      self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
      take_show (self, reading);
    }
  else
    reading->loads = g_ptr_array_new ();
  self->is_reading = TRUE;
  self->is_stale = FALSE;
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        read_job,
                        reading,
                        NULL,
                        self->cancellable,
                        read_cb,
                        reading);
}

static void
read_whole (ShipTranscript *self)
{
  self->is_stale = TRUE;
  start_reading (self);
}

static void
read_part (ShipTranscript *self, gint64 part)
{
  if (self->window.limit == 0 && !g_hash_table_contains (self->parts, &part))
    self->is_stale = TRUE;
  else if (self->window.has_later && !g_hash_table_contains (self->parts, &part))
    return; /* it is not in sight */
  else
    g_hash_table_add (self->stale_parts, g_memdup2 (&part, sizeof part));
  start_reading (self);
}

/* What was paid is told of turns that have ended: while one is under way, nothing is to be read. */
static gboolean
is_turn_figure (ShipTranscript *self, const char *table)
{
  const ShipEntryValues *last;

  if (self->window.limit == 0 || self->entries->len == 0 || !g_str_equal (table, "exchange"))
    return FALSE;
  last = ship_transcript_entry_get_values (self->entries->pdata[self->entries->len - 1]);
  return last->is_ended && g_str_equal (last->kind, "turn");
}

static void
changed_cb (ShipTranscript *self, const char *table, gint64 row)
{
  static const char *const shown[] = { "task", "journal", "steer", NULL };

  /* Of a message only its parts are shown; row 0 tells that one has gone. */
  if (g_str_equal (table, "part") && row != 0)
    read_part (self, row);
  else if (g_strv_contains (shown, table) || is_turn_figure (self, table) ||
           (row == 0 && (g_str_equal (table, "part") || g_str_equal (table, "message"))))
    read_whole (self);
}

static void
delta_cb (ShipTranscript *self, gint64 part, guint64 offset, const char *text)
{
  ShipTranscriptEntry *entry = g_hash_table_lookup (self->parts, &part);

  if (entry == NULL || !ship_transcript_entry_append (entry, offset, text))
    read_part (self, part);
}

/* Whatever it wrote last may not have been told. */
static void
client_closed_cb (ShipTranscript *self)
{
  read_whole (self);
}

static void
ship_transcript_dispose (GObject *object)
{
  ShipTranscript *self = SHIP_TRANSCRIPT (object);

  g_assert (self->store == NULL); /* ship_transcript_close_async() first */
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ship_transcript_parent_class)->dispose (object);
}

static void
ship_transcript_finalize (GObject *object)
{
  ShipTranscript *self = SHIP_TRANSCRIPT (object);

  ship_paths_unref (self->paths);
  g_free (self->id);
  g_ptr_array_unref (self->entries);
  g_hash_table_unref (self->parts);
  g_hash_table_unref (self->stale_parts);
  g_ptr_array_unref (self->waiting);
  g_ptr_array_unref (self->shows);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (ship_transcript_parent_class)->finalize (object);
}

static void
ship_transcript_class_init (ShipTranscriptClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_transcript_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_transcript_finalize;
}

static void
ship_transcript_init (ShipTranscript *self)
{
  self->entries = g_ptr_array_new_with_free_func (g_object_unref);
  self->parts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->stale_parts = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->shows = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

ShipTranscript *
ship_transcript_new (ShipPaths *paths, const char *session_id, ShipSessionClient *client)
{
  ShipTranscript *self = g_object_new (SHIP_TYPE_TRANSCRIPT, NULL);

  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  if (client != NULL)
    {
      self->client = g_object_ref (client);
      g_signal_connect_object (client, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (client, "delta", G_CALLBACK (delta_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (client,
                               "closed",
                               G_CALLBACK (client_closed_cb),
                               self,
                               G_CONNECT_SWAPPED);
    }
  return self;
}

ShipSubAgentCount
ship_transcript_count_sub_agents (ShipTranscript *self, gint64 task)
{
  ShipSubAgentCount count = { 0, 0 };

  g_return_val_if_fail (SHIP_IS_TRANSCRIPT (self), count);

  for (guint i = 0; i < self->entries->len; i++)
    {
      ShipTranscriptEntry *entry = g_ptr_array_index (self->entries, i);

      if (!ship_transcript_entry_has_sub_agent (entry) ||
          (task != 0 && ship_transcript_entry_get_task (entry) != task))
        continue;
      if (ship_transcript_entry_is_ended (entry))
        count.n_done++;
      else
        count.n_running++;
    }
  return count;
}

void
ship_transcript_load_async (ShipTranscript     *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_TRANSCRIPT (self));
  g_return_if_fail (!self->is_closed);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_transcript_load_async);
  g_ptr_array_add (self->waiting, task);
  if (self->store == NULL)
    {
      g_autofree char *path = ship_paths_dup_session_store (self->paths, self->id);

      self->store = ship_store_new_read_only (path, ship_session_tables_get_version ());
    }
  read_whole (self);
}

gboolean
ship_transcript_load_finish (ShipTranscript *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_transcript_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Loads that still wait for their reading are cancelled. */
static void
drop_tasks (GPtrArray *tasks)
{
  for (guint i = 0; i < tasks->len; i++)
    g_task_return_new_error (tasks->pdata[i], G_IO_ERROR, G_IO_ERROR_CANCELLED, "Closed");
  g_ptr_array_set_size (tasks, 0);
}

static void
drop_waiting (ShipTranscript *self)
{
  drop_tasks (self->waiting);
  drop_tasks (self->shows);
}

void
ship_transcript_set_limit (ShipTranscript *self, guint n)
{
  g_return_if_fail (SHIP_IS_TRANSCRIPT (self));
  g_return_if_fail (self->store == NULL);

  self->window.limit = n;
  self->window.place = SHIP_TRANSCRIPT_LATEST;
}

gboolean
ship_transcript_has_earlier (ShipTranscript *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT (self), FALSE);

  return self->window.has_earlier;
}

gboolean
ship_transcript_has_later (ShipTranscript *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT (self), FALSE);

  return self->window.has_later;
}

ShipTranscript *
ship_transcript_new_whole (ShipTranscript *self)
{
  g_return_val_if_fail (SHIP_IS_TRANSCRIPT (self), NULL);

  return ship_transcript_new (self->paths, self->id, NULL);
}

char *
ship_transcript_dup_attachment_path (ShipTranscript *self, const char *digest)
{
  g_autofree char *directory = NULL;

  g_return_val_if_fail (SHIP_IS_TRANSCRIPT (self), NULL);

  directory = ship_paths_dup_session_dir (self->paths, self->id);
  return g_build_filename (directory, "attachments", digest, NULL);
}

ShipStore *
ship_transcript_get_store (ShipTranscript *self)
{
  return self->store;
}

void
ship_transcript_show_async (ShipTranscript     *self,
                            ShipTranscriptPlace place,
                            gint64              task,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  ShipTranscriptWindow wanted = { .place = place, .task = task };
  GTask               *show;

  g_return_if_fail (SHIP_IS_TRANSCRIPT (self));
  g_return_if_fail (self->window.limit != 0);

  show = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (show, ship_transcript_show_async);
  g_task_set_task_data (show, g_memdup2 (&wanted, sizeof wanted), g_free);
  g_ptr_array_add (self->shows, show);
  if (self->store == NULL)
    drop_waiting (self);
  else
    start_reading (self);
}

gboolean
ship_transcript_show_finish (ShipTranscript *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_transcript_show_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_store_close_finish (SHIP_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_transcript_close_async (ShipTranscript *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ShipStore) store = NULL;

  g_return_if_fail (SHIP_IS_TRANSCRIPT (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_transcript_close_async);
  self->is_closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  drop_waiting (self);
  store = g_steal_pointer (&self->store);
  if (store == NULL)
    g_task_return_boolean (task, TRUE);
  else
    ship_store_close_async (store, closed_cb, g_steal_pointer (&task));
}

gboolean
ship_transcript_close_finish (ShipTranscript *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_transcript_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
