/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-branch-private.h"
#include "git/ship-git-lock-private.h"
#include "git/ship-git-private.h"
#include "git/ship-git-repository.h"
#include "git/ship-git-store-private.h"
#include "git/ship-git-transfer-private.h"

/*
 * Bringing a session's branch into the user's repository. One job on a worker thread, under the
 * mirror's lock:
 *
 *   is the branch checked out? → would it lose commits? → bring the objects → set the one reference
 *
 * Only objects, one reference and its log are written; no checkout, index, HEAD, FETCH_HEAD or
 * setting is touched and no hook runs. Cancelled before the last step it leaves at most
 * unreferenced objects, which git prunes.
 */

typedef struct
{
  char *path;        /* (owned) */
  char *mirror_path; /* (owned) */
  char *branch;      /* (owned) */
  char *commit;      /* (owned) */
} Job;

/* Everything that one delivery has open. */
typedef struct
{
  const Job      *job;            /* (unowned) */
  char           *reference_name; /* (owned) */
  git_oid         commit;
  git_oid         old;    /* where the branch is */
  gboolean        is_new; /* the branch is not there yet */
  git_repository *target; /* (owned) */
  git_repository *mirror; /* (owned) */
} Delivery;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->path);
  g_free (job->mirror_path);
  g_free (job->branch);
  g_free (job->commit);
  g_free (job);
}

static void
delivery_clear (Delivery *self)
{
  g_free (self->reference_name);
  git_repository_free (self->target);
  git_repository_free (self->mirror);
}

/* @sentence: (transfer full) */
static gboolean
conflict (char *sentence, GError **error)
{
  g_set_error_literal (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT, sentence);
  g_free (sentence);
  return FALSE;
}

static gboolean
check_target (Delivery *self, GError **error)
{
  int code = git_reference_name_to_id (&self->old, self->target, self->reference_name);

  git_error_clear ();
  if (ship_git_branch_is_checked_out (self->target, self->reference_name))
    return conflict (
      g_strdup_printf (
        _ ("The branch “%s” is checked out in your repository. Nothing was changed there."),
        self->job->branch),
      error);
  self->is_new = code == GIT_ENOTFOUND;
  if (!self->is_new && code != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The branch “%s” cannot be read."),
                               self->job->branch);
  if (!self->is_new && !ship_git_branch_has (self->mirror, &self->commit, &self->old))
    return conflict (
      g_strdup_printf (
        _ ("The branch “%s” in your repository has commits that this session does not have. "
           "Nothing was changed there."),
        self->job->branch),
      error);
  return TRUE;
}

static gboolean
open_both (Delivery *self, GError **error)
{
  g_autoptr (git_commit) commit = NULL;

  self->reference_name = ship_git_dup_branch_ref (self->job->branch, error);
  if (self->reference_name == NULL || !ship_git_parse_id (self->job->commit, &self->commit, error))
    return FALSE;
  self->target = ship_git_open_user_repository (self->job->path, TRUE, error);
  if (self->target == NULL)
    return FALSE;
  self->mirror = ship_git_open_mirror (self->job->mirror_path, error);
  if (self->mirror == NULL)
    return FALSE;
  if (git_commit_lookup (&commit, self->mirror, &self->commit) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_NOT_FOUND,
                               _ ("The session's commit cannot be found."));
  return TRUE;
}

static gboolean
bring (Delivery *self, GCancellable *cancellable, GError **error)
{
  g_auto (git_buf) to = { 0 };
  g_autofree char *from = g_build_filename (self->job->mirror_path, "objects", NULL);
  g_autofree char *shallow_path =
    g_build_filename (git_repository_commondir (self->target), "shallow", NULL);
  g_autofree char *shallow = NULL;
  g_autofree char *scratch = NULL;
  g_autofree char *packs = NULL;
  g_autoptr (GArray) have = ship_git_list_tips (self->target, error);
  gboolean ok;

  if (have == NULL)
    return FALSE;
  if (git_repository_item_path (&to, self->target, GIT_REPOSITORY_ITEM_OBJECTS) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The repository's objects cannot be found."));
  packs = g_build_filename (to.ptr, "pack", NULL);
  g_mkdir_with_parents (packs, 0777);
  g_file_get_contents (shallow_path, &shallow, NULL, NULL);
  scratch = ship_git_store_open_quarantine (self->job->mirror_path, error);
  if (scratch == NULL)
    return FALSE;
  ok = ship_git_transfer_thread (&(ShipGitTransfer){ .scratch = scratch,
                                                     .from_objects = from,
                                                     .to_objects = to.ptr,
                                                     .shallow = shallow,
                                                     .wanted = &self->commit,
                                                     .have = have,
                                                     .pack_dir = packs },
                                 cancellable,
                                 error);
  ship_git_store_discard_quarantine (scratch);
  return ok;
}

static gboolean
move_branch (Delivery *self, GError **error)
{
  git_reference *reference = NULL;
  int            code;

  if (self->is_new)
    code = git_reference_create (&reference,
                                 self->target,
                                 self->reference_name,
                                 &self->commit,
                                 FALSE,
                                 "ship: new branch");
  else
    code = git_reference_create_matching (&reference,
                                          self->target,
                                          self->reference_name,
                                          &self->commit,
                                          TRUE,
                                          &self->old,
                                          "ship: new commits");
  git_reference_free (reference);
  if (code == 0)
    return TRUE;
  return ship_git_set_error (error,
                             code == GIT_EMODIFIED || code == GIT_EEXISTS ? SHIP_GIT_ERROR_CONFLICT
                                                                          : SHIP_GIT_ERROR_FAILED,
                             _ ("The branch “%s” could not be set in your repository."),
                             self->job->branch);
}

static gboolean
deliver (Delivery *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (ShipGitLock) lock = NULL;

  lock = ship_git_lock_acquire_thread (self->job->mirror_path, cancellable, error);
  if (lock == NULL || !open_both (self, error) || !check_target (self, error))
    return FALSE;
  if (!self->is_new && git_oid_equal (&self->old, &self->commit))
    return TRUE;
  if (!bring (self, cancellable, error) ||
      g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  return move_branch (self, error);
}

static void
deliver_thread (GTask *task, gpointer source_object, gpointer task_data, GCancellable *cancellable)
{
  Delivery self = { .job = task_data };
  g_autoptr (GError) error = NULL;
  gboolean ok;

  ship_git_thread_init ();
  ok = deliver (&self, cancellable, &error);
  delivery_clear (&self);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

void
ship_git_repository_deliver_async (const char         *path,
                                   const char         *mirror_path,
                                   const char         *branch,
                                   const char         *commit,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Job *job;

  g_return_if_fail (path != NULL && mirror_path != NULL && branch != NULL && commit != NULL);

  job = g_new0 (Job, 1);
  job->path = g_strdup (path);
  job->mirror_path = g_strdup (mirror_path);
  job->branch = g_strdup (branch);
  job->commit = g_strdup (commit);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_git_repository_deliver_async);
  g_task_set_task_data (task, job, job_free);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, deliver_thread);
}

gboolean
ship_git_repository_deliver_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_repository_deliver_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
