/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-list.h"

#include "client/ship-list-splice-private.h"
#include "client/ship-session-item-private.h"
#include "client/ship-session-liveness-private.h"
#include "session/ship-session-tables.h"

/*
 * The sessions, archived or not or both, newest first. Owned by whoever shows them; main thread,
 * one store thread while the index is there.
 *
 *   load_async -> found_cb -> start_reading -> read_cb -> (return)
 *   the index's log changes -> (100 ms) due_cb -> load without a caller
 *
 * One reading at a time: what comes while one is under way makes one more after it, and a load
 * waits for a reading that began after it was asked for.
 */

#define COALESCE_MS 100

struct _ShipSessionList
{
  GObject       parent_instance;
  ShipPaths    *paths; /* (owned) */
  GPtrArray    *items; /* (owned) (element-type ShipSessionItem) */
  ShipStore    *store; /* (owned) (nullable): NULL until the index is there, and after the close */
  GFileMonitor *monitor;     /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned): of readings, until the close */
  GPtrArray    *waiting;     /* (owned) (element-type GTask): loads for the next reading */
  guint         timer;
  gboolean      is_reading;
  gboolean      is_stale;

  ShipSessionListScope scope;
};

typedef struct
{
  ShipSessionList *self;  /* (owned) */
  GPtrArray       *loads; /* (owned) (element-type GTask) */
  GPtrArray       *rows;  /* (owned) (nullable) (element-type ShipIndexRow): the job's result */

  ShipSessionListScope scope;
} Reading;

static void
reading_free (Reading *reading)
{
  g_object_unref (reading->self);
  g_ptr_array_unref (reading->loads);
  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  g_free (reading);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reading, reading_free)

static GType
ship_session_list_get_item_type (GListModel *model)
{
  return SHIP_TYPE_SESSION_ITEM;
}

static guint
ship_session_list_get_n_items (GListModel *model)
{
  return SHIP_SESSION_LIST (model)->items->len;
}

static gpointer
ship_session_list_get_item (GListModel *model, guint position)
{
  GPtrArray *items = SHIP_SESSION_LIST (model)->items;

  return position < items->len ? g_object_ref (items->pdata[position]) : NULL;
}

static void
ship_session_list_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ship_session_list_get_item_type;
  iface->get_n_items = ship_session_list_get_n_items;
  iface->get_item = ship_session_list_get_item;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipSessionList,
                               ship_session_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ship_session_list_iface_init))

static void start_reading (ShipSessionList *self);

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Reading *reading = data;

  g_clear_pointer (&reading->rows, g_ptr_array_unref);
  reading->rows =
    reading->scope == SHIP_SESSION_LIST_ALL
      ? ship_index_table_list_all (db, error)
      : ship_index_table_list (db, reading->scope != SHIP_SESSION_LIST_CURRENT, error);
  for (guint i = 0; reading->rows != NULL && i < reading->rows->len; i++)
    {
      ShipIndexRow *row = reading->rows->pdata[i];

      ship_session_correct_state_thread (reading->self->paths, row->id, &row->state, &row->detail);
    }
  return reading->rows != NULL;
}

/* @rows: (element-type ShipIndexRow); its rows are taken out of it */
static void
apply (ShipSessionList *self, GPtrArray *rows)
{
  g_autoptr (GHashTable) known = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *fresh = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < self->items->len; i++)
    g_hash_table_insert (known,
                         ship_session_item_get_row (self->items->pdata[i])->id,
                         self->items->pdata[i]);
  for (guint i = 0; i < rows->len; i++)
    {
      ShipIndexRow    *row = g_steal_pointer (&rows->pdata[i]);
      ShipSessionItem *item = g_hash_table_lookup (known, row->id);

      if (item == NULL)
        {
          g_ptr_array_add (fresh, ship_session_item_new (row));
          continue;
        }
      /* Its key goes with the old row. */
      g_hash_table_remove (known, row->id);
      g_ptr_array_add (fresh, g_object_ref (item));
      ship_session_item_update (item, row);
    }
  ship_list_splice (G_LIST_MODEL (self), &self->items, fresh);
}

static void
finish_reading (Reading *reading, const GError *error)
{
  ShipSessionList *self = reading->self;

  self->is_reading = FALSE;
  if (error == NULL)
    apply (self, reading->rows);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && reading->loads->len == 0)
    g_debug ("the index could not be read again: %s", error->message);

  for (guint i = 0; i < reading->loads->len; i++)
    {
      if (error != NULL)
        g_task_return_error (reading->loads->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (reading->loads->pdata[i], TRUE);
    }
  if (self->is_stale || self->waiting->len > 0)
    start_reading (self);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  g_autoptr (GError) error = NULL;

  ship_store_run_finish (SHIP_STORE (object), result, &error);
  finish_reading (reading, error);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reading) reading = user_data;
  ShipSessionList *self = reading->self;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);
  g_autofree char *path = g_file_get_path (G_FILE (object));

  /* No index yet: no sessions yet. */
  if (info == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      reading->rows = g_ptr_array_new ();
    }
  if (info == NULL || g_cancellable_set_error_if_cancelled (self->cancellable, &error))
    {
      finish_reading (reading, error);
      return;
    }
  self->store = ship_store_new_read_only (path, ship_index_tables_get_version ());
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        read_job,
                        reading,
                        NULL,
                        self->cancellable,
                        read_cb,
                        reading);
  g_steal_pointer (&reading);
}

static void
start_reading (ShipSessionList *self)
{
  Reading *reading;

  self->is_stale = TRUE;
  if (self->is_reading)
    return;
  self->is_reading = TRUE;
  self->is_stale = FALSE;
  reading = g_new0 (Reading, 1);
  reading->self = g_object_ref (self);
  reading->scope = self->scope;
  reading->loads = g_steal_pointer (&self->waiting);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  if (self->store != NULL)
    ship_store_run_async (self->store,
                          SHIP_STORE_DURABILITY_NORMAL,
                          read_job,
                          reading,
                          NULL,
                          self->cancellable,
                          read_cb,
                          reading);
  else
    {
      g_autofree char *path = ship_paths_dup_index_file (self->paths);
      g_autoptr (GFile) file = g_file_new_for_path (path);

      g_file_query_info_async (file,
                               G_FILE_ATTRIBUTE_STANDARD_TYPE,
                               G_FILE_QUERY_INFO_NONE,
                               G_PRIORITY_DEFAULT,
                               self->cancellable,
                               found_cb,
                               reading);
    }
}

static gboolean
due_cb (gpointer user_data)
{
  ShipSessionList *self = user_data;

  self->timer = 0;
  start_reading (self);
  return G_SOURCE_REMOVE;
}

static void
log_changed_cb (ShipSessionList *self)
{
  if (self->timer == 0)
    self->timer = g_timeout_add (COALESCE_MS, due_cb, self);
}

/* Every commit goes through the index's write-ahead log, so its file is the one to watch. */
static void
watch (ShipSessionList *self)
{
  g_autofree char *path = ship_paths_dup_index_file (self->paths);
  g_autofree char *log_path = g_strconcat (path, "-wal", NULL);
  g_autoptr (GFile) log = g_file_new_for_path (log_path);
  g_autoptr (GError) error = NULL;

  self->monitor = g_file_monitor_file (log, G_FILE_MONITOR_NONE, NULL, &error);
  if (self->monitor == NULL)
    {
      g_warning ("The list of sessions will not follow changes: %s", error->message);
      return;
    }
  g_file_monitor_set_rate_limit (self->monitor, COALESCE_MS);
  g_signal_connect_object (self->monitor,
                           "changed",
                           G_CALLBACK (log_changed_cb),
                           self,
                           G_CONNECT_SWAPPED);
}

static void
ship_session_list_dispose (GObject *object)
{
  ShipSessionList *self = SHIP_SESSION_LIST (object);

  g_assert (self->store == NULL); /* ship_session_list_close_async() first */
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->monitor);
  G_OBJECT_CLASS (ship_session_list_parent_class)->dispose (object);
}

static void
ship_session_list_finalize (GObject *object)
{
  ShipSessionList *self = SHIP_SESSION_LIST (object);

  ship_paths_unref (self->paths);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->waiting);
  g_object_unref (self->cancellable);
  G_OBJECT_CLASS (ship_session_list_parent_class)->finalize (object);
}

static void
ship_session_list_class_init (ShipSessionListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_session_list_finalize;
}

static void
ship_session_list_init (ShipSessionList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  self->cancellable = g_cancellable_new ();
}

ShipSessionList *
ship_session_list_new (ShipPaths *paths)
{
  ShipSessionList *self = g_object_new (SHIP_TYPE_SESSION_LIST, NULL);

  self->paths = ship_paths_ref (paths);
  return self;
}

void
ship_session_list_set_scope (ShipSessionList *self, ShipSessionListScope scope)
{
  g_return_if_fail (SHIP_IS_SESSION_LIST (self));

  self->scope = scope;
}

void
ship_session_list_load_async (ShipSessionList    *self,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_SESSION_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_session_list_load_async);
  g_ptr_array_add (self->waiting, task);
  if (self->monitor == NULL && !g_cancellable_is_cancelled (self->cancellable))
    watch (self);
  start_reading (self);
}

gboolean
ship_session_list_load_finish (ShipSessionList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_list_load_async), FALSE);

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
ship_session_list_close_async (ShipSessionList    *self,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ShipStore) store = NULL;

  g_return_if_fail (SHIP_IS_SESSION_LIST (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_list_close_async);
  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->monitor);
  store = g_steal_pointer (&self->store);
  if (store == NULL)
    g_task_return_boolean (task, TRUE);
  else
    ship_store_close_async (store, closed_cb, g_steal_pointer (&task));
}

gboolean
ship_session_list_close_finish (ShipSessionList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_list_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
