/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-cache-prune.h"

#include "base/ship-tree-remove.h"
#include "client/ship-store-once.h"
#include "context/ship-base.h"
#include "git/ship-git-mirror-prune.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

#include <glib/gstdio.h>

/*
 * prune_async -> listed_cb -> prune_thread -> pruned_cb -> (return)
 *
 * Without an index that can be read nobody knows which repositories have sessions, and nothing is
 * removed.
 */

#define MIRROR_SUFFIX ".git"

typedef struct
{
  ShipPaths      *paths; /* (owned) */
  ShipCacheLimits limits;
  GHashTable     *mirrors; /* (owned) (element-type utf8): paths of those that sessions have */
  guint           n_removed;
} Pruning;

/* A base of any repository. */
typedef struct
{
  char   *dir;    /* (owned) */
  char   *commit; /* (owned) */
  gint64  used;
  guint64 size;
} Entry;

static void
pruning_free (Pruning *self)
{
  ship_paths_unref (self->paths);
  g_hash_table_unref (self->mirrors);
  g_free (self);
}

static void
entry_free (Entry *self)
{
  g_free (self->dir);
  g_free (self->commit);
  g_free (self);
}

/* --- bases --- */

static int
compare_use (gconstpointer a, gconstpointer b)
{
  gint64 first = (*(const Entry **) a)->used;
  gint64 second = (*(const Entry **) b)->used;

  return first < second ? -1 : first > second;
}

static void
add_bases (GPtrArray *entries, const char *dir, GCancellable *cancellable)
{
  g_auto (GStrv) commits = NULL;

  ship_base_prune_thread (dir);
  commits = ship_base_list_thread (dir);
  for (guint i = 0; commits[i] != NULL && !g_cancellable_is_cancelled (cancellable); i++)
    {
      Entry *entry = g_new0 (Entry, 1);

      ship_base_settle_thread (dir, commits[i]);
      entry->dir = g_strdup (dir);
      entry->commit = g_strdup (commits[i]);
      entry->used = ship_base_get_used_thread (dir, commits[i]);
      entry->size = ship_base_measure_thread (dir, commits[i], cancellable);
      g_ptr_array_add (entries, entry);
    }
}

static GPtrArray *
list_bases (Pruning *self, GCancellable *cancellable)
{
  g_autofree char *bases = g_build_filename (ship_paths_get_cache_dir (self->paths), "bases", NULL);
  g_autoptr (GDir) directories = g_dir_open (bases, 0, NULL);
  GPtrArray  *entries = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  const char *name;

  while (directories != NULL && (name = g_dir_read_name (directories)) != NULL)
    {
      g_autofree char *dir = g_build_filename (bases, name, NULL);

      if (g_file_test (dir, G_FILE_TEST_IS_DIR))
        add_bases (entries, dir, cancellable);
    }
  g_ptr_array_sort (entries, compare_use);

  return entries;
}

/* One that another lies over stays until that has gone: so the list is gone through again. */
static void
prune_bases (Pruning *self, GCancellable *cancellable)
{
  g_autoptr (GPtrArray) entries = list_bases (self, cancellable);
  gint64   now = g_get_real_time () / G_USEC_PER_SEC;
  guint64  total = 0;
  gboolean has_changed = TRUE;

  for (guint i = 0; i < entries->len; i++)
    total += ((Entry *) entries->pdata[i])->size;
  while (has_changed)
    {
      has_changed = FALSE;
      for (guint i = 0; i < entries->len && !g_cancellable_is_cancelled (cancellable); i++)
        {
          Entry *entry = entries->pdata[i];

          if ((total <= self->limits.base_bytes &&
               entry->used + self->limits.base_seconds >= now) ||
              !ship_base_remove_thread (entry->dir, entry->commit))
            continue;
          total -= entry->size;
          self->n_removed++;
          has_changed = TRUE;
          g_ptr_array_remove_index (entries, i--);
        }
    }
}

/* --- mirrors --- */

/* The bases of a mirror that went: those in use stay, for whoever that is. */
static void
remove_bases_of (Pruning *self, const char *hash)
{
  g_autofree char *dir =
    g_build_filename (ship_paths_get_cache_dir (self->paths), "bases", hash, NULL);
  gboolean has_changed = TRUE;

  while (has_changed)
    {
      g_auto (GStrv) commits = ship_base_list_thread (dir);

      has_changed = FALSE;
      for (guint i = 0; commits[i] != NULL; i++)
        has_changed = ship_base_remove_thread (dir, commits[i]) || has_changed;
    }
  g_rmdir (dir); /* if nothing is left */
}

static void
prune_mirrors (Pruning *self, GCancellable *cancellable)
{
  g_autofree char *mirrors =
    g_build_filename (ship_paths_get_cache_dir (self->paths), "mirrors", NULL);
  g_autoptr (GDir) entries = g_dir_open (mirrors, 0, NULL);
  const char *name;

  while (entries != NULL && !g_cancellable_is_cancelled (cancellable) &&
         (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (mirrors, name, NULL);
      g_autofree char *hash = NULL;

      if (!g_str_has_suffix (name, MIRROR_SUFFIX) || g_hash_table_contains (self->mirrors, path) ||
          !ship_git_mirror_prune_thread (path, self->limits.mirror_seconds, cancellable))
        continue;
      self->n_removed++;
      hash = g_strndup (name, strlen (name) - strlen (MIRROR_SUFFIX));
      remove_bases_of (self, hash);
    }
}

static void
prune_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Pruning *self = data;

  prune_bases (self, cancellable);
  prune_mirrors (self, cancellable);
  g_task_return_boolean (step, TRUE);
}

static void
pruned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
add_mirrors (Pruning *self, GPtrArray *rows)
{
  for (guint i = 0; i < rows->len; i++)
    g_hash_table_add (
      self->mirrors,
      ship_paths_dup_mirror (self->paths, ((ShipIndexRow *) rows->pdata[i])->repository));
}

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) sessions = ship_index_table_list_all (db, error);
  g_autoptr (GPtrArray) spares = sessions != NULL ? ship_index_table_list_spares (db, error) : NULL;

  if (spares == NULL)
    return FALSE;
  add_mirrors (data, sessions);
  add_mirrors (data, spares);

  return TRUE;
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GTask) step = NULL;
  GError *error = NULL;

  if (!ship_store_once_finish (result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  step = g_task_new (NULL, g_task_get_cancellable (task), pruned_cb, g_object_ref (task));
  g_task_set_source_tag (step, listed_cb);
  g_task_set_task_data (step, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (step, prune_thread);
}

void
ship_cache_prune_async (ShipPaths             *paths,
                        const ShipCacheLimits *limits,
                        GCancellable          *cancellable,
                        GAsyncReadyCallback    callback,
                        gpointer               user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *index = ship_paths_dup_index_file (paths);
  Pruning         *self = g_new0 (Pruning, 1);

  g_task_set_source_tag (task, ship_cache_prune_async);
  g_task_set_task_data (task, self, (GDestroyNotify) pruning_free);
  self->paths = ship_paths_ref (paths);
  self->limits = *limits;
  self->mirrors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              list_job,
                              self,
                              cancellable,
                              listed_cb,
                              g_object_ref (task));
}

gboolean
ship_cache_prune_finish (GAsyncResult *result, guint *n_removed, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cache_prune_async), FALSE);

  if (n_removed != NULL)
    *n_removed = ((Pruning *) g_task_get_task_data (G_TASK (result)))->n_removed;
  return g_task_propagate_boolean (G_TASK (result), error);
}
