/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-archive.h"

#include "client/ship-session-creator.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

/*
 *   survey_async -> listed_cb -> survey_next -> losses_cb -> survey_next … -> (return)
 *   delete_async -> delete_next -> removed_cb -> delete_next … -> (return)
 */

/* Data of both tasks. */
typedef struct
{
  ShipPaths *paths;  /* (owned) */
  GPtrArray *rows;   /* (owned) (nullable) (element-type ShipIndexRow): what is surveyed */
  GPtrArray *losses; /* (owned) (nullable) (element-type ShipSessionLosses) */
  GStrv      ids;    /* (owned) (nullable): what is deleted */
  GError    *error;  /* (owned) (nullable): the first one */
  guint      next;
  guint      n_deleted;
} Run;

static void
run_free (Run *run)
{
  ship_paths_unref (run->paths);
  g_clear_pointer (&run->rows, g_ptr_array_unref);
  g_clear_pointer (&run->losses, g_ptr_array_unref);
  g_strfreev (run->ids);
  g_clear_error (&run->error);
  g_free (run);
}

/* --- survey --- */

static void survey_next (GTask *task);

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Run *run = data;

  run->rows = ship_index_table_list (db, TRUE, error);
  return run->rows != NULL;
}

static void
losses_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Run               *run = g_task_get_task_data (task);
  GError            *error = NULL;
  ShipSessionLosses *losses = ship_session_losses_load_finish (result, &error);

  if (losses == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (run->losses, losses);
  survey_next (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
survey_next (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  if (run->rows != NULL && run->next < run->rows->len)
    {
      ship_session_losses_load_async (run->paths,
                                      ((ShipIndexRow *) run->rows->pdata[run->next++])->id,
                                      g_task_get_cancellable (task),
                                      losses_cb,
                                      task);
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&run->losses), (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  /* Without an index there never was a session. */
  if (ship_store_once_finish (result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      survey_next (g_steal_pointer (&task));
    }
  else
    g_task_return_error (task, error);
}

void
ship_archive_survey_async (ShipPaths          *paths,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask           *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *index = ship_paths_dup_index_file (paths);
  Run             *run = g_new0 (Run, 1);

  g_task_set_source_tag (task, ship_archive_survey_async);
  run->paths = ship_paths_ref (paths);
  run->losses = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_session_losses_free);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              list_job,
                              run,
                              cancellable,
                              listed_cb,
                              task);
}

GPtrArray *
ship_archive_survey_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_archive_survey_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- delete --- */

static void delete_next (GTask *task);

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask  *task = user_data;
  Run    *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (ship_session_remove_finish (result, &error))
    run->n_deleted++;
  else if (run->error == NULL)
    run->error = error;
  else
    g_error_free (error);
  delete_next (task);
}

/* @task: (transfer full) */
static void
delete_next (GTask *task)
{
  Run          *run = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  if (run->ids[run->next] != NULL && !g_cancellable_is_cancelled (cancellable))
    {
      ship_session_remove_async (run->paths, run->ids[run->next++], cancellable, removed_cb, task);
      return;
    }
  g_task_return_int (task, run->n_deleted);
  g_object_unref (task);
}

void
ship_archive_delete_async (ShipPaths          *paths,
                           const char *const  *ids,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Run   *run = g_new0 (Run, 1);

  g_task_set_source_tag (task, ship_archive_delete_async);
  g_task_set_check_cancellable (task, FALSE); /* what was deleted is told all the same */
  run->paths = ship_paths_ref (paths);
  run->ids = g_strdupv ((char **) ids);
  g_task_set_task_data (task, run, (GDestroyNotify) run_free);
  delete_next (task);
}

guint
ship_archive_delete_finish (GAsyncResult *result, GError **error)
{
  Run *run;

  g_return_val_if_fail (g_task_is_valid (result, NULL), 0);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_archive_delete_async), 0);

  run = g_task_get_task_data (G_TASK (result));
  if (run->error != NULL && error != NULL)
    *error = g_error_copy (run->error);
  return (guint) g_task_propagate_int (G_TASK (result), NULL);
}
