/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-working-tree.h"

#include <glib/gi18n-lib.h>
#include <sys/stat.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"
#include "git/ship-git-secret-scan.h"

/*
 * What is not committed, as a commit. One job on a worker thread:
 *
 *   is it what is checked out? → add every file to an index in memory → write its tree
 *     → look for credentials in what is new → commit
 */

#define MAX_FILE_BYTES (100 * 1024 * 1024) /* what GitHub takes */

typedef struct
{
  /* Input. */
  char *path;       /* (owned) */
  char *base;       /* (owned) */
  char *user_name;  /* (owned) */
  char *user_email; /* (owned) */

  /* In progress, on the worker. */
  GCancellable   *cancellable; /* (unowned) (nullable) */
  git_repository *repository;  /* (owned) */
  git_commit     *parent;      /* (owned) */
  git_tree       *before;      /* (owned) */
  GError         *refusal;     /* (owned) (nullable): of one file */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->base);
  g_free (job->user_name);
  g_free (job->user_email);
  git_tree_free (job->before);
  git_commit_free (job->parent);
  git_repository_free (job->repository);
  g_clear_error (&job->refusal);
  g_free (job);
}

static gboolean
open_base (Job *job, GError **error)
{
  git_oid head;
  git_oid base;

  job->repository = ship_git_open_user_repository (job->path, TRUE, error);
  if (job->repository == NULL || !ship_git_parse_id (job->base, &base, error))
    return FALSE;
  if (git_repository_is_bare (job->repository) ||
      git_reference_name_to_id (&head, job->repository, "HEAD") != 0 ||
      !git_oid_equal (&head, &base))
    {
      git_error_clear ();
      g_set_error_literal (error,
                           SHIP_GIT_ERROR,
                           SHIP_GIT_ERROR_CONFLICT,
                           _ ("Uncommitted changes can only be taken along from the branch that is "
                              "checked out."));
      return FALSE;
    }
  if (git_commit_lookup (&job->parent, job->repository, &base) != 0 ||
      git_commit_tree (&job->before, job->parent) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The current commit cannot be read."));
  return TRUE;
}

/* A file that a filter program of the user's keeps elsewhere (Git LFS) would be taken whole. */
static gboolean
has_filter (Job *job, const char *path)
{
  const char *value = NULL;

  if (git_attr_get (&value, job->repository, GIT_ATTR_CHECK_FILE_THEN_INDEX, path, "filter") != 0)
    git_error_clear ();
  return git_attr_value (value) == GIT_ATTR_VALUE_STRING;
}

static gboolean
is_too_large (Job *job, const char *path)
{
  g_autofree char *file = g_build_filename (git_repository_workdir (job->repository), path, NULL);
  struct stat      status;

  return lstat (file, &status) == 0 && S_ISREG (status.st_mode) && status.st_size > MAX_FILE_BYTES;
}

/* Returns: 0 to add @path to the index, or to take it out if the file is gone */
static int
add_cb (const char *path, const char *pathspec, void *user_data)
{
  Job             *job = user_data;
  g_autofree char *shown = NULL;

  if (g_cancellable_set_error_if_cancelled (job->cancellable, &job->refusal))
    return GIT_EUSER;
  if (!has_filter (job, path) && !is_too_large (job, path))
    return 0;
  shown = ship_git_display_path (path);
  g_set_error (&job->refusal,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               is_too_large (job, path)
                 ? _ ("“%s” is larger than 100 MB and not committed: ignore it or move it away to "
                      "take the other changes along.")
                 : _ ("“%s” is changed and goes through a Git filter, as Git LFS does: commit it "
                      "or put it aside to take the other changes along."),
               shown);
  return GIT_EUSER;
}

/* What another repository has checked out below this one stays as it was committed. */
static gboolean
restore_links (Job *job, git_index *index)
{
  for (gsize i = git_index_entrycount (index); i-- > 0;)
    {
      const git_index_entry *entry = git_index_get_byindex (index, i);
      git_tree_entry        *old = NULL;
      git_index_entry        kept = *entry;
      int                    code = 0;

      if (entry->mode != GIT_FILEMODE_COMMIT)
        continue;
      if (git_tree_entry_bypath (&old, job->before, entry->path) == 0 &&
          git_tree_entry_filemode (old) == GIT_FILEMODE_COMMIT)
        {
          g_autofree char *path = g_strdup (entry->path);

          kept.path = path;
          kept.id = *git_tree_entry_id (old);
          code = git_index_add (index, &kept);
        }
      else
        code = git_index_remove (index, entry->path, 0);
      git_tree_entry_free (old);
      if (code != 0)
        return FALSE;
    }
  return TRUE;
}

/* The index is read from its file, changed in memory and never written. */
static gboolean
write_tree (Job *job, git_oid *tree, GError **error)
{
  g_autoptr (git_index) index = NULL;

  if (git_repository_index (&index, job->repository) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The repository's index cannot be read."));
  if (git_index_has_conflicts (index))
    {
      g_set_error_literal (error,
                           SHIP_GIT_ERROR,
                           SHIP_GIT_ERROR_CONFLICT,
                           _ ("The repository has merge conflicts: resolve them to take its "
                              "uncommitted changes along."));
      return FALSE;
    }
  if (git_index_add_all (index, NULL, GIT_INDEX_ADD_DEFAULT, add_cb, job) == 0 &&
      restore_links (job, index) && git_index_write_tree_to (tree, index, job->repository) == 0)
    return TRUE;
  if (job->refusal == NULL)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The uncommitted changes cannot be taken along."));
  git_error_clear ();
  g_propagate_error (error, g_steal_pointer (&job->refusal));
  return FALSE;
}

static gboolean
check_file (git_odb *odb, const git_diff_delta *delta, GError **error)
{
  g_autoptr (git_odb_object) object = NULL;
  g_autoptr (git_odb_object) old = NULL;
  g_autofree char *shown = NULL;
  ShipGitSecret    secret;

  if (delta->status == GIT_DELTA_DELETED || delta->new_file.mode == GIT_FILEMODE_COMMIT)
    return TRUE;
  if (git_odb_read (&object, odb, &delta->new_file.id) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The uncommitted changes cannot be read back."));
  if (!git_oid_is_zero (&delta->old_file.id))
    git_odb_read (&old, odb, &delta->old_file.id);
  if (!ship_git_secret_scan_object (object, old, &secret))
    return TRUE;
  shown = ship_git_display_path (delta->new_file.path);
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_SECRET,
               _ ("The uncommitted changes were not taken along: line %u of “%s” holds what looks "
                  "like %s, and the agent would see it."),
               secret.line,
               shown,
               secret.kind);
  return FALSE;
}

static gboolean
check_secrets (Job *job, const git_oid *tree_id, GError **error)
{
  g_autoptr (git_tree) after = NULL;
  g_autoptr (git_diff) diff = NULL;
  g_autoptr (git_odb) odb = NULL;

  if (git_tree_lookup (&after, job->repository, tree_id) != 0 ||
      git_repository_odb (&odb, job->repository) != 0 ||
      git_diff_tree_to_tree (&diff, job->repository, job->before, after, NULL) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The uncommitted changes cannot be read back."));
  for (gsize i = 0; i < git_diff_num_deltas (diff); i++)
    if (g_cancellable_set_error_if_cancelled (job->cancellable, error) ||
        !check_file (odb, git_diff_get_delta (diff, i), error))
      return FALSE;
  return TRUE;
}

static char *
commit_tree (Job *job, const git_oid *tree_id, GError **error)
{
  const git_commit *parents[] = { job->parent };
  g_autoptr (git_tree) tree = NULL;
  g_autoptr (git_signature) who = NULL;
  git_oid id;

  if (git_tree_lookup (&tree, job->repository, tree_id) == 0 &&
      git_signature_now (&who, job->user_name, job->user_email) == 0 &&
      git_commit_create (&id,
                         job->repository,
                         NULL,
                         who,
                         who,
                         NULL,
                         _ ("Uncommitted changes that the session began with\n"),
                         tree,
                         1,
                         parents) == 0)
    return ship_git_id_to_string (&id);
  ship_git_set_error (error,
                      SHIP_GIT_ERROR_FAILED,
                      _ ("The uncommitted changes cannot be taken along."));
  return NULL;
}

static char *
commit (Job *job, GError **error)
{
  git_oid tree;

  if (!open_base (job, error) || !write_tree (job, &tree, error))
    return NULL;
  if (git_oid_equal (&tree, git_tree_id (job->before)))
    return g_strdup (job->base);
  if (!check_secrets (job, &tree, error))
    return NULL;
  return commit_tree (job, &tree, error);
}

static void
commit_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Job    *job = task_data;
  GError *error = NULL;
  char   *id;

  ship_git_thread_init ();
  job->cancellable = cancellable;
  id = commit (job, &error);
  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else
    g_task_return_error (task, error);
}

void
ship_git_working_tree_commit_async (const char         *repository_path,
                                    const char         *base,
                                    const char         *user_name,
                                    const char         *user_email,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (repository_path != NULL && base != NULL);
  g_return_if_fail (user_name != NULL && user_email != NULL);

  job = g_new0 (Job, 1);
  job->path = g_strdup (repository_path);
  job->base = g_strdup (base);
  job->user_name = g_strdup (user_name);
  job->user_email = g_strdup (user_email);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_git_working_tree_commit_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, commit_thread);
}

char *
ship_git_working_tree_commit_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_working_tree_commit_async),
                        NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
