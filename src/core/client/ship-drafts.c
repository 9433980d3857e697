/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-drafts.h"

#include "session/ship-session-tables.h"

#include <glib/gstdio.h>

/*
 *   load_async -> load_job (rows; files that no row names are deleted) -> loaded_cb -> (return)
 *   put -> (400 ms) due_cb -> write_job -> written_cb
 *   keep_async -> kept_cb -> (return)
 *   close_async -> write_job -> closed_cb -> (return)
 *
 * A file is written before the row that names it, and deleted after that row is gone from memory:
 * what an accident leaves over goes with the next load.
 */

#define DIRECTORY   "drafts"
#define COALESCE_MS 400

struct _ShipDrafts
{
  GObject     parent_instance;
  ShipPaths  *paths;     /* (owned) */
  char       *directory; /* (owned): of files */
  ShipStore  *store;     /* (owned) (nullable): until the close */
  GHashTable *rows;      /* (owned) (element-type utf8 ShipDraftRow): by session */
  GHashTable *dirty;     /* (owned) (element-type utf8): sessions that are to be written */
  guint       timer;
  gboolean    is_loaded;
};

typedef enum
{
  PROP_IS_LOADED = 1,
} ShipDraftsProperty;

static GParamSpec *properties[PROP_IS_LOADED + 1];

enum
{
  CHANGED,
  TROUBLE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipDrafts, ship_drafts, G_TYPE_OBJECT)

/* --- reading --- */

typedef struct
{
  char      *directory; /* (owned) */
  GPtrArray *rows;      /* (owned) (nullable): the result */
} Load;

static void
load_free (Load *load)
{
  g_free (load->directory);
  g_clear_pointer (&load->rows, g_ptr_array_unref);
  g_free (load);
}

static gboolean
is_named (GPtrArray *rows, const char *file)
{
  for (guint i = 0; i < rows->len; i++)
    {
      const ShipDraftRow *row = rows->pdata[i];

      for (guint j = 0; j < row->files->len; j++)
        if (g_str_equal (((ShipDraftFileRow *) row->files->pdata[j])->file, file))
          return TRUE;
    }

  return FALSE;
}

static void
sweep_thread (const Load *load)
{
  g_autoptr (GDir) directory = g_dir_open (load->directory, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (load->directory, name, NULL);

      if (!is_named (load->rows, name))
        g_unlink (path);
    }
}

static gboolean
load_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Load *load = data;

  g_clear_pointer (&load->rows, g_ptr_array_unref);
  load->rows = ship_draft_table_list (db, error);
  if (load->rows == NULL)
    return FALSE;

  sweep_thread (load);
  return TRUE;
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipDrafts *self = g_task_get_source_object (task);
  Load       *load = g_task_get_task_data (task);
  GError     *error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->is_loaded = TRUE;
  while (load->rows->len > 0)
    {
      ShipDraftRow *row = g_ptr_array_steal_index (load->rows, load->rows->len - 1);

      /* What was written meanwhile is newer. */
      if (g_hash_table_contains (self->rows, row->session))
        ship_draft_row_free (row);
      else
        g_hash_table_insert (self->rows, row->session, row);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_LOADED]);
  g_task_return_boolean (task, TRUE);
}

void
ship_drafts_load_async (ShipDrafts         *self,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Load   *load = g_new0 (Load, 1);
  GError *error = NULL;

  g_return_if_fail (SHIP_IS_DRAFTS (self));

  load->directory = g_strdup (self->directory);
  g_task_set_source_tag (task, ship_drafts_load_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  if (!ship_paths_make_private_dir (ship_paths_get_data_dir (self->paths), &error))
    {
      g_task_return_error (task, error);
      return;
    }
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        load_job,
                        load,
                        NULL,
                        cancellable,
                        loaded_cb,
                        g_steal_pointer (&task));
}

gboolean
ship_drafts_load_finish (ShipDrafts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_drafts_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

gboolean
ship_drafts_is_loaded (ShipDrafts *self)
{
  g_return_val_if_fail (SHIP_IS_DRAFTS (self), FALSE);

  return self->is_loaded;
}

const ShipDraftRow *
ship_drafts_get (ShipDrafts *self, const char *session)
{
  g_return_val_if_fail (SHIP_IS_DRAFTS (self), NULL);

  return g_hash_table_lookup (self->rows, session);
}

/* --- writing --- */

static gboolean
write_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  GPtrArray *rows = data;

  for (guint i = 0; i < rows->len; i++)
    if (!ship_draft_table_put (db, rows->pdata[i], error))
      return FALSE;

  return TRUE;
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipDrafts) self = SHIP_DRAFTS (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_signal_emit (self, signals[TROUBLE], 0, error);
}

static void
write_dirty (ShipDrafts *self)
{
  GPtrArray     *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_draft_row_free);
  GHashTableIter iter;
  gpointer       session;

  g_clear_handle_id (&self->timer, g_source_remove);
  g_hash_table_iter_init (&iter, self->dirty);
  while (g_hash_table_iter_next (&iter, &session, NULL))
    {
      const ShipDraftRow *row = g_hash_table_lookup (self->rows, session);

      g_ptr_array_add (rows,
                       row != NULL ? ship_draft_row_copy (row) : ship_draft_row_new (session));
      g_hash_table_iter_remove (&iter);
    }
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        write_job,
                        rows,
                        (GDestroyNotify) g_ptr_array_unref,
                        NULL,
                        written_cb,
                        g_object_ref (self));
}

static gboolean
due_cb (gpointer user_data)
{
  ShipDrafts *self = user_data;

  self->timer = 0;
  write_dirty (self);
  return G_SOURCE_REMOVE;
}

static gboolean
names (const ShipDraftRow *row, const char *file)
{
  for (guint i = 0; i < row->files->len; i++)
    if (g_str_equal (((ShipDraftFileRow *) row->files->pdata[i])->file, file))
      return TRUE;

  return FALSE;
}

static void
deleted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_file_delete_finish (G_FILE (object), result, &error))
    g_debug ("a file of a draft was not deleted: %s", error->message);
}

static void
delete_dropped (ShipDrafts *self, const ShipDraftRow *old, const ShipDraftRow *row)
{
  for (guint i = 0; i < old->files->len; i++)
    {
      const ShipDraftFileRow *file = old->files->pdata[i];
      g_autoptr (GFile) gfile = ship_drafts_dup_file (self, file->file);

      if (!names (row, file->file))
        g_file_delete_async (gfile, G_PRIORITY_LOW, NULL, deleted_cb, NULL);
    }
}

void
ship_drafts_put (ShipDrafts *self, ShipDraftRow *row)
{
  const ShipDraftRow *old;
  g_autofree char    *session = g_strdup (row->session);

  g_return_if_fail (SHIP_IS_DRAFTS (self));

  row->updated_at = g_get_real_time () / 1000;
  old = g_hash_table_lookup (self->rows, session);
  if (old != NULL)
    delete_dropped (self, old, row);
  if (ship_draft_row_is_empty (row))
    {
      g_hash_table_remove (self->rows, session);
      ship_draft_row_free (row);
    }
  else
    g_hash_table_replace (self->rows, row->session, row);
  g_hash_table_add (self->dirty, g_strdup (session));
  if (self->timer == 0 && self->store != NULL)
    self->timer = g_timeout_add (COALESCE_MS, due_cb, self);
  g_signal_emit (self, signals[CHANGED], 0, session);
}

/* --- files --- */

GFile *
ship_drafts_dup_file (ShipDrafts *self, const char *file)
{
  g_return_val_if_fail (SHIP_IS_DRAFTS (self), NULL);

  return g_file_new_build_filename (self->directory, file, NULL);
}

static void
kept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (g_file_replace_contents_finish (G_FILE (object), result, NULL, &error))
    g_task_return_pointer (task, g_file_get_basename (G_FILE (object)), g_free);
  else
    g_task_return_error (task, error);
}

void
ship_drafts_keep_async (ShipDrafts         *self,
                        GBytes             *content,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autofree char *name = g_uuid_string_random ();
  g_autoptr (GFile) file = ship_drafts_dup_file (self, name);
  GError *error = NULL;

  g_return_if_fail (SHIP_IS_DRAFTS (self));

  g_task_set_source_tag (task, ship_drafts_keep_async);
  if (!ship_paths_make_private_dir (self->directory, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_file_replace_contents_bytes_async (file,
                                       content,
                                       NULL,
                                       FALSE,
                                       G_FILE_CREATE_PRIVATE,
                                       cancellable,
                                       kept_cb,
                                       g_steal_pointer (&task));
}

char *
ship_drafts_keep_finish (ShipDrafts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_drafts_keep_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- the object --- */

static void
ship_drafts_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipDraftsProperty) id)
    {
    case PROP_IS_LOADED:
      g_value_set_boolean (value, SHIP_DRAFTS (object)->is_loaded);
      break;
    }
}

static void
ship_drafts_dispose (GObject *object)
{
  g_assert (SHIP_DRAFTS (object)->store == NULL); /* ship_drafts_close_async() first */

  G_OBJECT_CLASS (ship_drafts_parent_class)->dispose (object);
}

static void
ship_drafts_finalize (GObject *object)
{
  ShipDrafts *self = SHIP_DRAFTS (object);

  ship_paths_unref (self->paths);
  g_free (self->directory);
  g_hash_table_unref (self->rows);
  g_hash_table_unref (self->dirty);

  G_OBJECT_CLASS (ship_drafts_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, GType type)
{
  return g_signal_new (name,
                       SHIP_TYPE_DRAFTS,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       1,
                       type | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
ship_drafts_class_init (ShipDraftsClass *klass)
{
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  G_OBJECT_CLASS (klass)->get_property = ship_drafts_get_property;
  G_OBJECT_CLASS (klass)->dispose = ship_drafts_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_drafts_finalize;

  properties[PROP_IS_LOADED] = g_param_spec_boolean ("is-loaded", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (G_OBJECT_CLASS (klass), G_N_ELEMENTS (properties), properties);
  signals[CHANGED] = new_signal ("changed", G_TYPE_STRING);
  signals[TROUBLE] = new_signal ("trouble", G_TYPE_ERROR);
}

static void
ship_drafts_init (ShipDrafts *self)
{
  self->rows =
    g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) ship_draft_row_free);
  self->dirty = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ShipDrafts *
ship_drafts_new (ShipPaths *paths)
{
  ShipDrafts      *self = g_object_new (SHIP_TYPE_DRAFTS, NULL);
  g_autofree char *index = ship_paths_dup_index_file (paths);

  self->paths = ship_paths_ref (paths);
  self->directory = g_build_filename (ship_paths_get_data_dir (paths), DIRECTORY, NULL);
  self->store = ship_store_new (index, ship_index_tables_dup_migrations ());

  return self;
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_store_close_finish (SHIP_STORE (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_drafts_close_async (ShipDrafts *self, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_autoptr (ShipStore) store = NULL;

  g_return_if_fail (SHIP_IS_DRAFTS (self));

  g_task_set_source_tag (task, ship_drafts_close_async);
  if (g_hash_table_size (self->dirty) > 0)
    write_dirty (self);
  store = g_steal_pointer (&self->store);
  ship_store_close_async (store, closed_cb, g_steal_pointer (&task));
}

gboolean
ship_drafts_close_finish (ShipDrafts *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_drafts_close_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
