/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-maker-private.h"

#include "base/ship-tree-remove.h"
#include "client/ship-index-repair.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

/*
 * Everything that a ship-session needs to find when it is started. Main thread.
 *
 *   make_async -> made_dirs_cb -> stored_cb -> indexed_cb -> (return)
 *                        \______ failed ____/-> removed_cb -> (return)
 */

typedef struct
{
  /* Input. */
  ShipPaths            *paths; /* (owned) */
  const ShipSessionRow *row;   /* (unowned) */
  GStrv                 ask;   /* (owned) (nullable) */

  /* In progress. */
  char   *directory; /* (owned) */
  GError *failure;   /* (owned) (nullable): why it is being taken back */
} Making;

static void
making_free (Making *self)
{
  ship_paths_unref (self->paths);
  g_strfreev (self->ask);
  g_free (self->directory);
  g_clear_error (&self->failure);
  g_free (self);
}

static void
remove_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (ship_tree_remove_thread (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *self = g_task_get_task_data (task);

  /* What failed first is what the user has to know. */
  g_task_propagate_boolean (G_TASK (result), NULL);
  g_task_return_error (task, g_steal_pointer (&self->failure));
}

/* Takes back what was made. Not cancellable. @task, @error: (transfer full) */
static void
take_back (GTask *task, GError *error)
{
  Making *self = g_task_get_task_data (task);
  g_autoptr (GTask) removal = g_task_new (NULL, NULL, removed_cb, task);

  self->failure = error;
  g_task_set_source_tag (removal, take_back);
  g_task_set_task_data (removal, g_strdup (self->directory), g_free);
  g_task_run_in_thread (removal, remove_thread);
}

static gboolean
insert_index_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  const ShipSessionRow *row = data;
  ShipIndexRow          entry = { .id = row->id,
                                  .title = row->title,
                                  .repository = row->repository,
                                  .repository_name = row->repository_name,
                                  .branch = row->branch,
                                  .state = row->state,
                                  .model = row->model,
                                  .cost = 0.0,
                                  .is_cost_known = TRUE,
                                  .is_spare = row->is_spare,
                                  .created_at = row->created_at,
                                  .updated_at = row->updated_at };

  return ship_index_table_upsert (db, &entry, error);
}

static gboolean
insert_session_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  const Making         *self = data;
  const ShipSessionRow *row = self->row;

  if (!ship_session_table_insert (db, row, error))
    return FALSE;
  for (gsize i = 0; self->ask != NULL && self->ask[i] != NULL; i++)
    if (!ship_rule_table_set (db, self->ask[i], "*", "ask", row->created_at, NULL, error))
      return FALSE;
  return TRUE;
}

/* The list of sessions was damaged; its repair has put this one in with the others. */
static void
repaired_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_index_repair_finish (result, &error) >= 0)
    g_task_return_boolean (task, TRUE);
  else
    take_back (g_steal_pointer (&task), error);
}

static void
indexed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (ship_store_once_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else if (g_error_matches (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_DAMAGED))
    {
      g_clear_error (&error);
      ship_index_repair_async (self->paths,
                               g_task_get_cancellable (task),
                               repaired_cb,
                               g_object_ref (task));
    }
  else
    take_back (g_steal_pointer (&task), error);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making          *self = g_task_get_task_data (task);
  g_autofree char *index = ship_paths_dup_index_file (self->paths);
  GError          *error = NULL;

  if (ship_store_once_finish (result, &error))
    ship_store_write_once_async (index,
                                 ship_index_tables_dup_migrations (),
                                 insert_index_job,
                                 (gpointer) self->row,
                                 g_task_get_cancellable (task),
                                 indexed_cb,
                                 g_object_ref (task));
  else
    take_back (g_steal_pointer (&task), error);
}

static void
make_dirs_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (ship_paths_make_private_dir (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
made_dirs_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Making          *self = g_task_get_task_data (task);
  g_autofree char *store = ship_paths_dup_session_store (self->paths, self->row->id);
  GError          *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    ship_store_write_once_async (store,
                                 ship_session_tables_dup_migrations (),
                                 insert_session_job,
                                 self,
                                 g_task_get_cancellable (task),
                                 stored_cb,
                                 g_object_ref (task));
  else
    take_back (g_steal_pointer (&task), error);
}

void
ship_session_make_async (ShipPaths            *paths,
                         const ShipSessionRow *row,
                         const char *const    *ask,
                         GCancellable         *cancellable,
                         GAsyncReadyCallback   callback,
                         gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) dirs = NULL;
  Making *self = g_new0 (Making, 1);

  g_task_set_source_tag (task, ship_session_make_async);
  /* What was made is told, even when it was cancelled too late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) making_free);
  self->paths = ship_paths_ref (paths);
  self->row = row;
  self->ask = g_strdupv ((char **) ask);
  self->directory = ship_paths_dup_session_dir (paths, row->id);
  dirs = g_task_new (NULL, cancellable, made_dirs_cb, g_object_ref (task));
  g_task_set_source_tag (dirs, ship_session_make_async);
  g_task_set_task_data (dirs, g_strdup (self->directory), g_free);
  g_task_run_in_thread (dirs, make_dirs_thread);
}

gboolean
ship_session_make_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_make_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
