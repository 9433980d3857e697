/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-names.h"
#include "base/ship-tree-remove.h"
#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"
#include "client/ship-session-lock-private.h"
#include "client/ship-store-once.h"
#include "git/ship-git-mirror.h"
#include "git/ship-git-rescue.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

/*
 * Deletes a sleeping session. Main thread.
 *
 *   remove_async -> locked_cb -> read_cb -> [ kept_cb -> branch_cb ] -> removed_cb -> unindexed_cb
 * -> (return)
 *
 * Each step can be done again: cancelled or failed in the middle, the session is still listed and
 * can be deleted once more. The row of the index goes last. The lock is held to the end, so that no
 * process wakes up in what is going.
 */

typedef struct
{
  /* Input. */
  ShipPaths *paths; /* (owned) */
  char      *id;    /* (owned) */
  gboolean   force; /* even if its commits cannot be kept */

  /* In progress. */
  int             lock; /* -1: nothing is there to be locked */
  ShipSessionRow *row;  /* (owned) (nullable): of a damaged store nothing is known */
  gboolean        is_indexed;
} Deletion;

static void
deletion_free (Deletion *self)
{
  ship_paths_unref (self->paths);
  g_free (self->id);
  ship_session_row_free (self->row);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

static gboolean
delete_index_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Deletion *self = data;
  GError   *inner = NULL;
  g_autoptr (ShipIndexRow) row = ship_index_table_load (db, self->id, &inner);

  if (inner != NULL)
    {
      g_propagate_error (error, inner);
      return FALSE;
    }
  self->is_indexed = row != NULL;
  return ship_index_table_delete (db, self->id, error);
}

static gboolean
read_session_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Deletion *self = data;

  self->row = ship_session_table_load (db, error);
  return self->row != NULL;
}

static void
return_no_such_session (GTask *task, const char *id)
{
  g_task_return_new_error (task,
                           SHIP_CLIENT_ERROR,
                           SHIP_CLIENT_ERROR_NOT_FOUND,
                           _ ("There is no session “%s”"),
                           id);
}

static void
unindexed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion *self = g_task_get_task_data (task);
  GError   *error = NULL;

  if (!ship_store_once_finish (result, &error))
    g_task_return_error (task, error);
  else if (self->lock < 0 && !self->is_indexed)
    return_no_such_session (task, self->id);
  else
    g_task_return_boolean (task, TRUE);
}

static void
remove_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Deletion        *self = data;
  g_autofree char *directory = ship_paths_dup_session_dir (self->paths, self->id);
  g_autofree char *runtime = ship_paths_dup_session_runtime (self->paths, self->id);
  GError          *error = NULL;

  if (ship_tree_remove_thread (runtime, &error) && ship_tree_remove_thread (directory, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion        *self = g_task_get_task_data (task);
  g_autofree char *index = ship_paths_dup_index_file (self->paths);
  GError          *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    ship_store_write_once_async (index,
                                 ship_index_tables_dup_migrations (),
                                 delete_index_job,
                                 self,
                                 g_task_get_cancellable (task),
                                 unindexed_cb,
                                 g_object_ref (task));
  else
    g_task_return_error (task, error);
}

/* The worker gets our data; it lives until removed_cb. @task: (transfer full) */
static void
remove_files (GTask *task)
{
  Deletion *self = g_task_get_task_data (task);
  g_autoptr (GTask) removal = g_task_new (NULL, g_task_get_cancellable (task), removed_cb, task);

  g_task_set_source_tag (removal, remove_files);
  g_task_set_task_data (removal, self, NULL);
  g_task_run_in_thread (removal, remove_thread);
}

static void
branch_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  /* A branch or a mirror that is gone already is no reason to keep the session. */
  ship_git_mirror_delete_branch_finish (result, NULL);
  remove_files (g_steal_pointer (&task));
}

static void
kept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion        *self = g_task_get_task_data (task);
  g_autofree char *mirror = ship_paths_dup_mirror (self->paths, self->row->repository);
  GError          *error = NULL;

  if (!ship_git_rescue_keep_finish (result, &error) && !self->force)
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  ship_git_mirror_delete_branch_async (mirror,
                                       self->row->branch,
                                       g_task_get_cancellable (task),
                                       branch_cb,
                                       g_object_ref (task));
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion        *self = g_task_get_task_data (task);
  g_autofree char *mirror = NULL;
  ShipGitRescue    rescue = { 0 };

  /* What cannot be read can still be deleted. */
  if (!ship_store_once_finish (result, NULL) || self->row == NULL)
    {
      remove_files (g_steal_pointer (&task));
      return;
    }
  mirror = ship_paths_dup_mirror (self->paths, self->row->repository);
  rescue = (ShipGitRescue){ .mirror_path = mirror,
                            .id = self->id,
                            .title = self->row->title,
                            .repository = self->row->repository,
                            .branch = self->row->branch,
                            .base = self->row->base_commit,
                            .commit = self->row->head_commit,
                            .deleted_at = g_get_real_time () / 1000 };
  ship_git_rescue_keep_async (&rescue, g_task_get_cancellable (task), kept_cb, g_object_ref (task));
}

static void
lock_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Deletion        *self = data;
  g_autofree char *index = ship_paths_dup_index_file (self->paths);
  GError          *error = NULL;

  self->lock = ship_session_lock_thread (self->paths, self->id, &error);
  if (self->lock >= 0)
    g_task_return_boolean (task, TRUE);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_error (task, error);
  else
    {
      /* Without its directory it may still be listed. */
      g_clear_error (&error);
      if (g_file_test (index, G_FILE_TEST_EXISTS))
        g_task_return_boolean (task, TRUE);
      else
        return_no_such_session (task, self->id);
    }
}

static void
locked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Deletion        *self = g_task_get_task_data (task);
  g_autofree char *store = ship_paths_dup_session_store (self->paths, self->id);
  GError          *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    ship_store_read_once_async (store,
                                ship_session_tables_get_version (),
                                read_session_job,
                                self,
                                g_task_get_cancellable (task),
                                read_cb,
                                g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
start (ShipPaths          *paths,
       const char         *session_id,
       gboolean            force,
       GCancellable       *cancellable,
       GAsyncReadyCallback callback,
       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) lock = NULL;
  Deletion *self = g_new0 (Deletion, 1);

  g_task_set_source_tag (task, ship_session_remove_async);
  g_task_set_task_data (task, self, (GDestroyNotify) deletion_free);
  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->force = force;
  self->lock = -1;
  if (!ship_names_is_session_id (session_id))
    {
      return_no_such_session (task, session_id);
      return;
    }
  lock = g_task_new (NULL, cancellable, locked_cb, g_steal_pointer (&task));
  g_task_set_source_tag (lock, ship_session_remove_async);
  g_task_set_task_data (lock, self, NULL);
  g_task_run_in_thread (lock, lock_thread);
}

void
ship_session_remove_async (ShipPaths          *paths,
                           const char         *session_id,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  start (paths, session_id, FALSE, cancellable, callback, user_data);
}

void
ship_session_remove_by_force_async (ShipPaths          *paths,
                                    const char         *session_id,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  start (paths, session_id, TRUE, cancellable, callback, user_data);
}

gboolean
ship_session_remove_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_remove_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
