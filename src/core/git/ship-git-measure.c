/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-measure.h"

#include <glib/gi18n-lib.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

/*
 * Walks a commit's trees in the mirror: names and sizes, no content. One job on a worker thread,
 * cancelled between two entries.
 */

#define LARGE_FILES 4000
#define LARGE_BYTES ((guint64) 64 << 20)

typedef struct
{
  char  *mirror_path; /* (owned) */
  char  *commit;      /* (owned) */
  char **candidates;  /* (owned) */
} Job;

typedef struct
{
  git_odb        *odb; /* (unowned) */
  GCancellable   *cancellable;
  ShipGitMeasure *measure;
  guint64         n_bytes;
} Walk;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->mirror_path);
  g_free (job->commit);
  g_strfreev (job->candidates);
  g_free (job);
}

void
ship_git_measure_free (ShipGitMeasure *self)
{
  g_free (self->nearest);
  g_free (self);
}

static int
walk_cb (const char *root, const git_tree_entry *entry, void *data)
{
  Walk        *walk = data;
  size_t       size = 0;
  git_object_t type;

  if (git_tree_entry_type (entry) != GIT_OBJECT_BLOB)
    return g_cancellable_is_cancelled (walk->cancellable) ? -1 : 0;

  walk->measure->n_files++;
  if (!walk->measure->is_large &&
      git_odb_read_header (&size, &type, walk->odb, git_tree_entry_id (entry)) == 0)
    walk->n_bytes += size;
  if (walk->measure->n_files >= LARGE_FILES || walk->n_bytes >= LARGE_BYTES)
    walk->measure->is_large = TRUE;

  return 0;
}

static git_tree *
open_tree (git_repository *mirror, const char *commit_id)
{
  g_autoptr (git_commit) commit = NULL;
  git_tree *tree = NULL;
  git_oid   id;

  if (ship_git_parse_id (commit_id, &id, NULL) && git_commit_lookup (&commit, mirror, &id) == 0)
    git_commit_tree (&tree, commit);

  return tree;
}

/* G_MAXUINT when that cannot be told. */
static guint
count_changes (git_repository *mirror, const char *candidate, git_tree *tree)
{
  g_autoptr (git_tree) other = open_tree (mirror, candidate);
  g_autoptr (git_diff) diff = NULL;
  git_diff_options options = GIT_DIFF_OPTIONS_INIT;

  options.flags = GIT_DIFF_SKIP_BINARY_CHECK;
  if (other == NULL || git_diff_tree_to_tree (&diff, mirror, other, tree, &options) != 0)
    return G_MAXUINT;

  return (guint) git_diff_num_deltas (diff);
}

static void
find_nearest (const Job      *job,
              git_repository *mirror,
              git_tree       *tree,
              GCancellable   *cancellable,
              ShipGitMeasure *measure)
{
  guint fewest = G_MAXUINT;

  for (guint i = 0; job->candidates[i] != NULL && !g_cancellable_is_cancelled (cancellable); i++)
    {
      guint n = count_changes (mirror, job->candidates[i], tree);

      if (n >= fewest)
        continue;
      fewest = n;
      g_free (measure->nearest);
      measure->nearest = g_strdup (job->candidates[i]);
      measure->n_changed = n;
    }
  git_error_clear ();
}

static gboolean
measure_commit (const Job *job, GCancellable *cancellable, ShipGitMeasure *measure, GError **error)
{
  g_autoptr (git_repository) mirror = ship_git_open_mirror (job->mirror_path, error);
  g_autoptr (git_tree) tree = mirror != NULL ? open_tree (mirror, job->commit) : NULL;
  g_autoptr (git_odb) odb = NULL;
  Walk walk = { .cancellable = cancellable, .measure = measure };

  if (mirror == NULL)
    return FALSE;
  if (tree == NULL || git_repository_odb (&odb, mirror) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_NOT_FOUND,
                               _ ("The repository has no commit %s."),
                               job->commit);
  walk.odb = odb;
  if (git_tree_walk (tree, GIT_TREEWALK_PRE, walk_cb, &walk) != 0 &&
      !g_cancellable_is_cancelled (cancellable))
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("Ship's own copy of the repository cannot be read."));
  find_nearest (job, mirror, tree, cancellable, measure);

  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static void
measure_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (ShipGitMeasure) measure = g_new0 (ShipGitMeasure, 1);
  GError *error = NULL;

  ship_git_thread_init ();
  if (measure_commit (task_data, cancellable, measure, &error))
    g_task_return_pointer (task,
                           g_steal_pointer (&measure),
                           (GDestroyNotify) ship_git_measure_free);
  else
    g_task_return_error (task, error);
}

void
ship_git_measure_async (const char         *mirror_path,
                        const char         *commit,
                        const char *const  *candidates,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (mirror_path != NULL && commit != NULL && candidates != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  job = g_new0 (Job, 1);
  job->mirror_path = g_strdup (mirror_path);
  job->commit = g_strdup (commit);
  job->candidates = g_strdupv ((char **) candidates);
  g_task_set_source_tag (task, ship_git_measure_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, measure_thread);
}

ShipGitMeasure *
ship_git_measure_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_measure_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
