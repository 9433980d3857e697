/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-repository.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

/*
 * Looking at the user's own repository: one job on a worker thread that changes nothing, not even
 * the index's cached times. (Bringing a branch into it is in ship-git-deliver.c.)
 */

#define MAX_DIRTY 10000

typedef struct
{
  char *path;   /* (owned) */
  char *branch; /* (owned) (nullable) */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->branch);
  g_free (job);
}

void
ship_git_repository_info_free (ShipGitRepositoryInfo *self)
{
  g_free (self->path);
  g_free (self->name);
  g_free (self->commit);
  g_free (self->branch);
  g_free (self->user_name);
  g_free (self->user_email);
  g_free (self);
}

static void
read_place (git_repository *repository, ShipGitRepositoryInfo *info)
{
  const char *root = git_repository_workdir (repository);

  info->is_bare = root == NULL;
  info->path =
    g_canonicalize_filename (root != NULL ? root : git_repository_path (repository), NULL);
  info->name = g_path_get_basename (info->path);
  if (info->is_bare && g_str_has_suffix (info->name, ".git") && strlen (info->name) > 4)
    info->name[strlen (info->name) - 4] = '\0';
}

static gboolean
read_named_branch (git_repository        *repository,
                   const char            *branch,
                   ShipGitRepositoryInfo *info,
                   GError               **error)
{
  g_autofree char *name = ship_git_dup_branch_ref (branch, error);
  git_oid          id;

  if (name == NULL)
    return FALSE;
  if (git_reference_name_to_id (&id, repository, name) != 0)
    {
      git_error_clear ();
      g_set_error (error,
                   SHIP_GIT_ERROR,
                   SHIP_GIT_ERROR_NOT_FOUND,
                   _ ("The repository has no branch “%s”."),
                   branch);
      return FALSE;
    }
  info->branch = g_strdup (branch);
  info->commit = ship_git_id_to_string (&id);
  return TRUE;
}

/* Which object it is, git says better. */
static gboolean
say_damaged (const ShipGitRepositoryInfo *info, GError **error)
{
  git_error_clear ();
  g_set_error (error,
               SHIP_GIT_ERROR,
               SHIP_GIT_ERROR_FAILED,
               _ ("The repository “%s” is damaged: its current commit cannot be read. Run “git "
                  "fsck” there."),
               info->name);
  return FALSE;
}

static gboolean
read_head (git_repository *repository, ShipGitRepositoryInfo *info, GError **error)
{
  g_autoptr (git_reference) head = NULL;
  g_autoptr (git_object) commit = NULL;
  int code = git_repository_head (&head, repository);

  if (code == GIT_EUNBORNBRANCH)
    {
      git_error_clear ();
      g_set_error (
        error,
        SHIP_GIT_ERROR,
        SHIP_GIT_ERROR_EMPTY,
        _ ("The repository “%s” has no commit yet. Make a first commit, then try again."),
        info->name);
      return FALSE;
    }
  if (code != 0 || git_reference_peel (&commit, head, GIT_OBJECT_COMMIT) != 0)
    return say_damaged (info, error);
  if (git_reference_is_branch (head))
    info->branch = g_strdup (git_reference_shorthand (head));
  info->commit = ship_git_id_to_string (git_object_id (commit));
  return TRUE;
}

static gboolean
has_tree (git_repository *repository, const char *commit_id)
{
  g_autoptr (git_commit) commit = NULL;
  g_autoptr (git_tree) tree = NULL;
  git_oid  id;
  gboolean found;

  found = git_oid_fromstr (&id, commit_id) == 0 &&
          git_commit_lookup (&commit, repository, &id) == 0 && git_commit_tree (&tree, commit) == 0;
  git_error_clear ();
  return found;
}

static int
count_cb (const char *path, unsigned int flags, void *user_data)
{
  guint *n = user_data;

  return ++*n >= MAX_DIRTY ? GIT_EUSER : 0;
}

static gboolean
count_dirty (git_repository *repository, ShipGitRepositoryInfo *info, GError **error)
{
  git_status_options options = GIT_STATUS_OPTIONS_INIT;
  int                code;

  if (info->is_bare)
    return TRUE;
  options.flags = GIT_STATUS_OPT_INCLUDE_UNTRACKED | GIT_STATUS_OPT_EXCLUDE_SUBMODULES;
  code = git_status_foreach_ext (repository, &options, count_cb, &info->n_dirty);
  if (code == 0 || code == GIT_EUSER)
    return TRUE;
  if (!has_tree (repository, info->commit))
    return say_damaged (info, error);
  return ship_git_set_error (error,
                             SHIP_GIT_ERROR_FAILED,
                             _ ("The changed files of “%s” cannot be listed."),
                             info->name);
}

static gboolean
has_gitmodules (git_repository *repository, const char *commit_id)
{
  g_autoptr (git_commit) commit = NULL;
  g_autoptr (git_tree) tree = NULL;
  git_oid  id;
  gboolean found;

  found =
    git_oid_fromstr (&id, commit_id) == 0 && git_commit_lookup (&commit, repository, &id) == 0 &&
    git_commit_tree (&tree, commit) == 0 && git_tree_entry_byname (tree, ".gitmodules") != NULL;
  git_error_clear ();
  return found;
}

/* In the attributes at the root, where git-lfs writes it. */
static gboolean
has_lfs (git_repository *repository, const char *commit_id)
{
  g_autofree char *path = g_strconcat (commit_id, ":.gitattributes", NULL);
  git_object      *object = NULL;
  gboolean         found = FALSE;

  if (git_revparse_single (&object, repository, path) == 0 &&
      git_object_type (object) == GIT_OBJECT_BLOB)
    found = memmem (git_blob_rawcontent ((git_blob *) object),
                    (gsize) git_blob_rawsize ((git_blob *) object),
                    "filter=lfs",
                    strlen ("filter=lfs")) != NULL;
  git_object_free (object);
  git_error_clear ();
  return found;
}

static gboolean
has_gitlinks (git_repository *repository)
{
  g_autoptr (git_index) index = NULL;
  gsize n;

  if (git_repository_index (&index, repository) != 0)
    {
      git_error_clear ();
      return FALSE;
    }
  n = git_index_entrycount (index);
  for (gsize i = 0; i < n; i++)
    if (git_index_get_byindex (index, i)->mode == GIT_FILEMODE_COMMIT)
      return TRUE;
  return FALSE;
}

/* As git looks for it: the environment, author.*, user.*. */
static char *
dup_identity (git_config *config, const char *variable, const char *const *keys)
{
  const char *value = g_getenv (variable);

  for (gsize i = 0; (value == NULL || value[0] == '\0') && keys[i] != NULL; i++)
    if (git_config_get_string (&value, config, keys[i]) != 0)
      value = NULL;
  git_error_clear ();
  if (value == NULL || value[0] == '\0' || !g_utf8_validate (value, -1, NULL))
    return NULL;
  return g_strdup (value);
}

static gboolean
read_identity (git_repository *repository, ShipGitRepositoryInfo *info, GError **error)
{
  static const char *const name_keys[] = { "author.name", "user.name", NULL };
  static const char *const email_keys[] = { "author.email", "user.email", NULL };
  g_autoptr (git_config) config = NULL;

  if (git_repository_config_snapshot (&config, repository) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The settings of “%s” cannot be read."),
                               info->name);
  info->user_name = dup_identity (config, "GIT_AUTHOR_NAME", name_keys);
  info->user_email = dup_identity (config, "GIT_AUTHOR_EMAIL", email_keys);
  if (info->user_email == NULL && g_getenv ("EMAIL") != NULL &&
      g_utf8_validate (g_getenv ("EMAIL"), -1, NULL))
    info->user_email = g_strdup (g_getenv ("EMAIL"));
  return TRUE;
}

static gboolean
inspect (const Job *job, ShipGitRepositoryInfo *info, GCancellable *cancellable, GError **error)
{
  g_autoptr (git_repository) repository = ship_git_open_user_repository (job->path, TRUE, error);

  if (repository == NULL)
    return FALSE;
  read_place (repository, info);
  if (job->branch != NULL ? !read_named_branch (repository, job->branch, info, error)
                          : !read_head (repository, info, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error) ||
      !count_dirty (repository, info, error))
    return FALSE;
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  info->has_submodules = has_gitmodules (repository, info->commit) || has_gitlinks (repository);
  info->has_lfs = has_lfs (repository, info->commit);
  return read_identity (repository, info, error);
}

static void
inspect_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (ShipGitRepositoryInfo) info = g_new0 (ShipGitRepositoryInfo, 1);
  g_autoptr (GError) error = NULL;

  ship_git_thread_init ();
  if (inspect (task_data, info, cancellable, &error))
    g_task_return_pointer (task,
                           g_steal_pointer (&info),
                           (GDestroyNotify) ship_git_repository_info_free);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_git_repository_inspect_async (const char         *path,
                                   const char         *branch,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (path != NULL);

  job = g_new0 (Job, 1);
  job->path = g_strdup (path);
  job->branch = g_strdup (branch);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_git_repository_inspect_async);
  g_task_set_task_data (task, job, job_free);
  g_task_run_in_thread (task, inspect_thread);
}

ShipGitRepositoryInfo *
ship_git_repository_inspect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_repository_inspect_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
