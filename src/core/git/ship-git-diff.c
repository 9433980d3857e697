/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-diff.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-diff-private.h"
#include "git/ship-git-private.h"

/*
 * The changes between two commits of a mirror. A worker computes plain structs; the objects and
 * their list are made in _finish(), on the main thread. Large files have numbers but no text, so
 * that one lock file or generated table does not fill the memory of everybody who looks.
 */

#define MAX_PATCH_BYTES (1024 * 1024)
#define MAX_PATCH_LINES 20000
#define MAX_TOTAL_BYTES (64 * 1024 * 1024)
#define MAX_FILE_BYTES  (16 * 1024 * 1024)
#define CONTEXT_LINES   3
#define RENAME_LIMIT    1000

typedef struct
{
  char *mirror_path; /* (owned) */
  char *from;        /* (owned) */
  char *to;          /* (owned) */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->mirror_path);
  g_free (job->from);
  g_free (job->to);
  g_free (job);
}

static git_tree *
lookup_tree (git_repository *mirror, const char *hex, GError **error)
{
  g_autoptr (git_object) object = NULL;
  git_object *tree = NULL;
  git_oid     id;

  if (!ship_git_parse_id (hex, &id, error))
    return NULL;
  if (git_object_lookup (&object, mirror, &id, GIT_OBJECT_ANY) == 0 &&
      git_object_peel (&tree, object, GIT_OBJECT_TREE) == 0)
    return (git_tree *) tree;
  ship_git_set_error (error, SHIP_GIT_ERROR_NOT_FOUND, _ ("The commit %s cannot be found."), hex);
  return NULL;
}

static git_diff *
compute_diff (const Job *job, git_repository *mirror, GError **error)
{
  g_autoptr (git_tree) from = lookup_tree (mirror, job->from, error);
  g_autoptr (git_tree) to = from != NULL ? lookup_tree (mirror, job->to, error) : NULL;
  g_autoptr (git_diff) diff = NULL;
  git_diff_options      options = GIT_DIFF_OPTIONS_INIT;
  git_diff_find_options find = GIT_DIFF_FIND_OPTIONS_INIT;

  if (to == NULL)
    return NULL;
  options.flags = GIT_DIFF_INCLUDE_TYPECHANGE | GIT_DIFF_INDENT_HEURISTIC;
  options.context_lines = CONTEXT_LINES;
  options.max_size = MAX_FILE_BYTES;
  options.old_prefix = "a";
  options.new_prefix = "b";
  find.flags = GIT_DIFF_FIND_RENAMES;
  find.rename_limit = RENAME_LIMIT;
  if (git_diff_tree_to_tree (&diff, mirror, from, to, &options) == 0 &&
      git_diff_find_similar (diff, &find) == 0)
    return g_steal_pointer (&diff);
  ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The changes cannot be computed."));
  return NULL;
}

static ShipGitChange
to_change (git_delta_t status)
{
  if (status == GIT_DELTA_ADDED || status == GIT_DELTA_COPIED)
    return SHIP_GIT_CHANGE_ADDED;
  if (status == GIT_DELTA_DELETED)
    return SHIP_GIT_CHANGE_DELETED;
  if (status == GIT_DELTA_RENAMED)
    return SHIP_GIT_CHANGE_RENAMED;
  if (status == GIT_DELTA_TYPECHANGE)
    return SHIP_GIT_CHANGE_TYPE;
  return SHIP_GIT_CHANGE_MODIFIED;
}

/* @budget: (inout): how many bytes of patches there may still be in all. */
static gboolean
fill_patch (ShipGitFileChange *change, git_patch *patch, gsize *budget, GError **error)
{
  g_auto (git_buf) text = { 0 };
  gsize n_context = 0;
  gsize n_added = 0;
  gsize n_deleted = 0;
  gsize size;

  if (git_patch_line_stats (&n_context, &n_added, &n_deleted, patch) != 0)
    return ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The changes cannot be computed."));
  change->additions = (guint) n_added;
  change->deletions = (guint) n_deleted;
  change->is_binary = (git_patch_get_delta (patch)->flags & GIT_DIFF_FLAG_BINARY) != 0;
  size = git_patch_size (patch, TRUE, TRUE, TRUE);
  change->is_truncated = !change->is_binary && (n_context + n_added + n_deleted > MAX_PATCH_LINES ||
                                                size > MAX_PATCH_BYTES || size > *budget);
  if (change->is_binary || change->is_truncated)
    return TRUE;
  if (git_patch_to_buf (&text, patch) != 0)
    return ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The changes cannot be computed."));
  change->patch = g_utf8_make_valid (text.ptr, (gssize) text.size);
  *budget -= size;
  return TRUE;
}

static ShipGitFileChange *
new_change (git_diff *diff, gsize index, gsize *budget, GError **error)
{
  g_autoptr (ShipGitFileChange) change = g_new0 (ShipGitFileChange, 1);
  g_autoptr (git_patch) patch = NULL;
  const git_diff_delta *delta = git_diff_get_delta (diff, index);
  const git_diff_file  *file =
    delta->status == GIT_DELTA_DELETED ? &delta->old_file : &delta->new_file;

  change->path = g_utf8_make_valid (file->path, -1);
  change->change = to_change (delta->status);
  if (delta->status == GIT_DELTA_RENAMED)
    change->old_path = g_utf8_make_valid (delta->old_file.path, -1);
  if (git_patch_from_diff (&patch, diff, index) != 0)
    {
      ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The changes cannot be computed."));
      return NULL;
    }
  if (patch != NULL && !fill_patch (change, patch, budget, error))
    return NULL;
  return g_steal_pointer (&change);
}

static GPtrArray *
list_changes (const Job *job, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) changes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_git_file_change_free);
  g_autoptr (git_repository) mirror = ship_git_open_mirror (job->mirror_path, error);
  g_autoptr (git_diff) diff = mirror != NULL ? compute_diff (job, mirror, error) : NULL;
  gsize budget = MAX_TOTAL_BYTES;

  if (diff == NULL)
    return NULL;
  for (gsize i = 0; i < git_diff_num_deltas (diff); i++)
    {
      ShipGitFileChange *change;

      if (g_cancellable_set_error_if_cancelled (cancellable, error))
        return NULL;
      change = new_change (diff, i, &budget, error);
      if (change == NULL)
        return NULL;
      g_ptr_array_add (changes, change);
    }
  return g_steal_pointer (&changes);
}

static void
diff_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *changes;

  ship_git_thread_init ();
  changes = list_changes (task_data, cancellable, &error);
  if (changes != NULL)
    g_task_return_pointer (task, changes, (GDestroyNotify) g_ptr_array_unref);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_git_diff_async (const char         *mirror_path,
                     const char         *from,
                     const char         *to,
                     GCancellable       *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (mirror_path != NULL && from != NULL && to != NULL);

  job = g_new0 (Job, 1);
  job->mirror_path = g_strdup (mirror_path);
  job->from = g_strdup (from);
  job->to = g_strdup (to);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_git_diff_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, diff_thread);
}

GListModel *
ship_git_diff_finish (GAsyncResult *result, GError **error)
{
  g_autoptr (GPtrArray) changes = NULL;
  GListStore *list;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_diff_async), NULL);

  changes = g_task_propagate_pointer (G_TASK (result), error);
  if (changes == NULL)
    return NULL;
  list = g_list_store_new (SHIP_TYPE_GIT_FILE_DIFF);
  g_ptr_array_set_free_func (changes, NULL);
  for (guint i = 0; i < changes->len; i++)
    {
      g_autoptr (ShipGitFileDiff) file = ship_git_file_diff_new_take (changes->pdata[i]);

      g_list_store_append (list, file);
    }
  return G_LIST_MODEL (list);
}
