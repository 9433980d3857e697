/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-mirror.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-lock-private.h"
#include "git/ship-git-mirror-prune.h"
#include "git/ship-git-private.h"
#include "git/ship-git-store-private.h"
#include "git/ship-git-transfer-private.h"

/*
 * Making and updating a mirror, and deleting its branches (what a turn brought is in
 * ship-git-import.c). A base commit is kept by refs/ship/base/ID. Because objects are moved in all
 * at once, a commit that is in the mirror is there with its whole history. Each function is one job
 * on a worker thread, under the mirror's lock; cancelled at any step it leaves the mirror as it
 * was.
 */

typedef struct
{
  char *mirror_path;     /* (owned) */
  char *repository_path; /* (owned) (nullable) */
  char *name;            /* (owned): a commit or a branch */
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->mirror_path);
  g_free (job->repository_path);
  g_free (job->name);
  g_free (job);
}

static GTask *
new_task (const char         *mirror_path,
          const char         *repository_path,
          const char         *name,
          gpointer            tag,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job   *job = g_new0 (Job, 1);

  job->mirror_path = g_strdup (mirror_path);
  job->repository_path = g_strdup (repository_path);
  job->name = g_strdup (name);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  /* What was done in spite of a late cancellation is said to be done. */
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

/* The commits whose parents are missing on purpose, in the source and in what the mirror has
 * already. The sandbox finds them beside the objects. */
static char *
dup_shallow_list (git_repository *source, const char *mirror_path)
{
  g_autofree char *source_path =
    g_build_filename (git_repository_commondir (source), "shallow", NULL);
  g_autofree char *mirror_file = g_build_filename (mirror_path, "shallow", NULL);
  g_autofree char *from_source = NULL;
  g_autofree char *from_mirror = NULL;

  g_file_get_contents (source_path, &from_source, NULL, NULL);
  g_file_get_contents (mirror_file, &from_mirror, NULL, NULL);
  if (from_source == NULL || (from_mirror != NULL && strstr (from_mirror, from_source) != NULL))
    return g_steal_pointer (&from_mirror);
  return g_strconcat (from_source, from_mirror, NULL);
}

static gboolean
write_shallow_list (const char *mirror_path, const char *shallow, GError **error)
{
  static const char *const names[] = { "shallow", "objects/info/ship-shallow" };

  for (gsize i = 0; shallow != NULL && i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (mirror_path, names[i], NULL);

      if (!g_file_set_contents (path, shallow, -1, error))
        return FALSE;
      if (g_chmod (path, 0444) != 0)
        {
          g_set_error_literal (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED, g_strerror (errno));
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
bring (const Job      *job,
       git_repository *source,
       git_repository *mirror,
       const git_oid  *commit,
       GCancellable   *cancellable,
       GError        **error)
{
  g_auto (git_buf) from = { 0 };
  g_autofree char *to = g_build_filename (job->mirror_path, "objects", NULL);
  g_autofree char *shallow = dup_shallow_list (source, job->mirror_path);
  g_autofree char *quarantine = NULL;
  g_autofree char *packs = NULL;
  g_autoptr (GArray) have = ship_git_list_tips (mirror, error);
  gboolean ok;

  if (have == NULL)
    return FALSE;
  if (git_repository_item_path (&from, source, GIT_REPOSITORY_ITEM_OBJECTS) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The repository's objects cannot be found."));
  quarantine = ship_git_store_open_quarantine (job->mirror_path, error);
  if (quarantine == NULL)
    return FALSE;
  packs = g_build_filename (quarantine, "objects", "pack", NULL);
  ok = ship_git_transfer_thread (&(ShipGitTransfer){ .scratch = quarantine,
                                                     .from_objects = from.ptr,
                                                     .to_objects = to,
                                                     .shallow = shallow,
                                                     .wanted = commit,
                                                     .have = have,
                                                     .pack_dir = packs },
                                 cancellable,
                                 error) &&
       write_shallow_list (job->mirror_path, shallow, error) &&
       ship_git_store_publish (quarantine, job->mirror_path, error);
  ship_git_store_discard_quarantine (quarantine);
  return ok;
}

static gboolean
keep_base (git_repository *mirror,
           const char     *reference_name,
           const git_oid  *commit,
           GError        **error)
{
  git_reference *reference = NULL;

  if (git_reference_create (&reference, mirror, reference_name, commit, TRUE, NULL) != 0)
    return ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The base commit cannot be kept."));
  git_reference_free (reference);
  return TRUE;
}

static gboolean
has_commit (git_repository *repository, const git_oid *id)
{
  g_autoptr (git_commit) commit = NULL;
  gboolean found = git_commit_lookup (&commit, repository, id) == 0;

  git_error_clear ();
  return found;
}

static gboolean
is_kept (const char *mirror_path, const char *reference_name)
{
  g_autoptr (git_repository) mirror = NULL;
  g_autoptr (git_reference) reference = NULL;
  gboolean found;

  found = git_repository_open_bare (&mirror, mirror_path) == 0 &&
          git_reference_lookup (&reference, mirror, reference_name) == 0 &&
          has_commit (mirror, git_reference_target (reference));
  git_error_clear ();
  return found;
}

static gboolean
update (const Job *job, const char *reference_name, GCancellable *cancellable, GError **error)
{
  g_autoptr (ShipGitLock) lock = NULL;
  g_autoptr (git_repository) source = NULL;
  g_autoptr (git_repository) mirror = NULL;
  git_oid commit;

  if (!ship_git_parse_id (job->name, &commit, error))
    return FALSE;
  source = ship_git_open_user_repository (job->repository_path, TRUE, error);
  if (source == NULL)
    return FALSE;
  if (!has_commit (source, &commit))
    {
      g_set_error (error,
                   SHIP_GIT_ERROR,
                   SHIP_GIT_ERROR_NOT_FOUND,
                   _ ("The repository has no commit %s."),
                   job->name);
      return FALSE;
    }
  lock = ship_git_lock_acquire_thread (job->mirror_path, cancellable, error);
  if (lock == NULL || !ship_git_store_ensure (job->mirror_path, error))
    return FALSE;
  mirror = ship_git_open_mirror (job->mirror_path, error);
  if (mirror == NULL)
    return FALSE;
  if (!has_commit (mirror, &commit) && !bring (job, source, mirror, &commit, cancellable, error))
    return FALSE;
  return keep_base (mirror, reference_name, &commit, error);
}

static void
update_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  const Job       *job = task_data;
  g_autofree char *reference_name = g_strconcat ("refs/ship/base/", job->name, NULL);
  g_autoptr (GError) error = NULL;

  ship_git_thread_init ();
  if (is_kept (job->mirror_path, reference_name) ||
      update (job, reference_name, cancellable, &error))
    {
      ship_git_mirror_touch_thread (job->mirror_path);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static gboolean
delete_branch (const Job *job, GCancellable *cancellable, GError **error)
{
  g_autofree char *reference_name = ship_git_dup_branch_ref (job->name, error);
  g_autoptr (ShipGitLock) lock = NULL;
  g_autoptr (git_repository) mirror = NULL;
  int code;

  if (reference_name == NULL)
    return FALSE;
  if (!g_file_test (job->mirror_path, G_FILE_TEST_IS_DIR))
    return TRUE;
  lock = ship_git_lock_acquire_thread (job->mirror_path, cancellable, error);
  if (lock == NULL)
    return FALSE;
  mirror = ship_git_open_mirror (job->mirror_path, error);
  if (mirror == NULL)
    return FALSE;
  code = git_reference_remove (mirror, reference_name);
  if (code == 0 || code == GIT_ENOTFOUND)
    return TRUE;
  return ship_git_set_error (error,
                             SHIP_GIT_ERROR_FAILED,
                             _ ("The branch “%s” cannot be deleted."),
                             job->name);
}

static void
delete_branch_thread (GTask        *task,
                      gpointer      source_object,
                      gpointer      task_data,
                      GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  ship_git_thread_init ();
  if (delete_branch (task_data, cancellable, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static char *
read_branch (const Job *job, GError **error)
{
  g_autofree char *reference_name = ship_git_dup_branch_ref (job->name, error);
  g_autoptr (git_repository) mirror = NULL;
  git_oid ancestor;
  git_oid tip;

  if (reference_name == NULL || !g_file_test (job->mirror_path, G_FILE_TEST_IS_DIR))
    return NULL;
  mirror = ship_git_open_mirror (job->mirror_path, error);
  if (mirror == NULL || git_oid_fromstr (&ancestor, job->repository_path) != 0 ||
      git_reference_name_to_id (&tip, mirror, reference_name) != 0)
    return NULL;
  if (!git_oid_equal (&tip, &ancestor) && git_graph_descendant_of (mirror, &tip, &ancestor) != 1)
    return NULL;
  return g_strdup (git_oid_tostr_s (&tip));
}

static void
read_branch_thread (GTask        *task,
                    gpointer      source_object,
                    gpointer      task_data,
                    GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *tip = NULL;

  ship_git_thread_init ();
  tip = read_branch (task_data, &error);
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&tip), g_free);
}

void
ship_git_mirror_read_branch_async (const char         *mirror_path,
                                   const char         *branch,
                                   const char         *ancestor,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (mirror_path != NULL && branch != NULL && ancestor != NULL);

  task = new_task (mirror_path,
                   ancestor,
                   branch,
                   ship_git_mirror_read_branch_async,
                   cancellable,
                   callback,
                   user_data);
  g_task_run_in_thread (task, read_branch_thread);
}

char *
ship_git_mirror_read_branch_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_mirror_read_branch_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ship_git_mirror_update_async (const char         *mirror_path,
                              const char         *repository_path,
                              const char         *commit,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (mirror_path != NULL && repository_path != NULL && commit != NULL);

  task = new_task (mirror_path,
                   repository_path,
                   commit,
                   ship_git_mirror_update_async,
                   cancellable,
                   callback,
                   user_data);
  g_task_run_in_thread (task, update_thread);
}

gboolean
ship_git_mirror_update_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_mirror_update_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_git_mirror_delete_branch_async (const char         *mirror_path,
                                     const char         *branch,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (mirror_path != NULL && branch != NULL);

  task = new_task (mirror_path,
                   NULL,
                   branch,
                   ship_git_mirror_delete_branch_async,
                   cancellable,
                   callback,
                   user_data);
  g_task_run_in_thread (task, delete_branch_thread);
}

gboolean
ship_git_mirror_delete_branch_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_mirror_delete_branch_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
