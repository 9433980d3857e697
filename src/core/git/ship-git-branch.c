/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-branch.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-branch-private.h"
#include "git/ship-git-lock-private.h"
#include "git/ship-git-private.h"

/*
 * A session's branch under another name, in the user's repository and in the mirror. One job on a
 * worker thread, under the mirror's lock. In each repository the new reference is made before the
 * old one goes, so that there is no moment without either; whoever finds both completes the move.
 */

typedef struct
{
  char *mirror_path;     /* (owned) */
  char *repository_path; /* (owned) */
  char *from;            /* (owned) */
  char *to;              /* (owned) */
} Job;

/* Everything that one renaming has open. */
typedef struct
{
  const Job      *job;    /* (unowned) */
  char           *from;   /* (owned): the reference */
  char           *to;     /* (owned): the reference */
  git_repository *target; /* (owned): the user's */
  git_repository *mirror; /* (owned) (nullable): not made yet */
} Renaming;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_free (job->mirror_path);
  g_free (job->repository_path);
  g_free (job->from);
  g_free (job->to);
  g_free (job);
}

static void
renaming_clear (Renaming *self)
{
  g_free (self->from);
  g_free (self->to);
  git_repository_free (self->target);
  git_repository_free (self->mirror);
}

/* Whether DIRECTORY/HEAD, or the note of a rebase that is going on there, names the branch. */
static gboolean
is_head_in (const char *directory, const char *reference_name)
{
  static const char *const names[] = { "HEAD", "rebase-merge/head-name", "rebase-apply/head-name" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);
      g_autofree char *text = NULL;
      const char      *name;

      if (!g_file_get_contents (path, &text, NULL, NULL))
        continue;
      g_strstrip (text);
      name = g_str_has_prefix (text, "ref:") ? text + 4 + strspn (text + 4, " \t") : text;
      if (strcmp (name, reference_name) == 0)
        return TRUE;
    }
  return FALSE;
}

gboolean
ship_git_branch_is_checked_out (git_repository *repository, const char *reference_name)
{
  const char      *common = git_repository_commondir (repository);
  g_autofree char *worktrees = g_build_filename (common, "worktrees", NULL);
  g_autoptr (GDir) directory = g_dir_open (worktrees, 0, NULL);
  const char *name;

  if (is_head_in (common, reference_name))
    return TRUE;
  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (worktrees, name, NULL);

      if (is_head_in (path, reference_name))
        return TRUE;
    }
  return FALSE;
}

gboolean
ship_git_branch_has (git_repository *repository, const git_oid *tip, const git_oid *commit)
{
  g_autoptr (GHashTable) seen = ship_git_new_id_set ();
  g_autoptr (GArray) queue = g_array_new (FALSE, FALSE, sizeof (git_oid));

  g_array_append_vals (queue, tip, 1);
  for (guint next = 0; next < queue->len; next++)
    {
      g_autoptr (git_commit) current = NULL;
      git_oid id = g_array_index (queue, git_oid, next);

      if (git_oid_equal (&id, commit))
        return TRUE;
      if (!g_hash_table_add (seen, g_memdup2 (&id, sizeof id)) ||
          git_commit_lookup (&current, repository, &id) != 0)
        continue;
      for (guint i = 0; i < git_commit_parentcount (current); i++)
        g_array_append_vals (queue, git_commit_parent_id (current, i), 1);
    }
  git_error_clear ();
  return FALSE;
}

/* @sentence: (transfer full) */
static gboolean
conflict (char *sentence, GError **error)
{
  git_error_clear ();
  g_set_error_literal (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT, sentence);
  g_free (sentence);
  return FALSE;
}

/* git keeps branches as files: "a" and "a/b" cannot both be. */
static gboolean
is_above (const char *above, const char *below)
{
  gsize length = strlen (above);

  return strncmp (above, below, length) == 0 && below[length] == '/';
}

/* A branch that leaves no room for the new one. (transfer full) (nullable): its short name */
static char *
dup_clash (git_repository *repository, const char *to)
{
  g_autoptr (git_reference_iterator) iterator = NULL;
  g_autofree char *clash = NULL;
  const char      *name = NULL;

  if (git_reference_iterator_glob_new (&iterator, repository, "refs/heads/*") != 0)
    {
      git_error_clear ();
      return NULL;
    }
  while (clash == NULL && git_reference_next_name (&name, iterator) == 0)
    if (strcmp (name, to) == 0 || is_above (name, to) || is_above (to, name))
      clash = g_strdup (name + strlen ("refs/heads/"));
  git_error_clear ();
  return g_steal_pointer (&clash);
}

static gboolean
open_both (Renaming *self, GError **error)
{
  self->from = ship_git_dup_branch_ref (self->job->from, error);
  self->to = self->from != NULL ? ship_git_dup_branch_ref (self->job->to, error) : NULL;
  if (self->to == NULL)
    return FALSE;
  self->target = ship_git_open_user_repository (self->job->repository_path, TRUE, error);
  if (self->target == NULL)
    return FALSE;
  if (!g_file_test (self->job->mirror_path, G_FILE_TEST_IS_DIR))
    return TRUE;
  self->mirror = ship_git_open_mirror (self->job->mirror_path, error);
  return self->mirror != NULL;
}

static gboolean
check (Renaming *self, GError **error)
{
  g_autofree char *clash = dup_clash (self->target, self->to);

  if (clash == NULL && self->mirror != NULL)
    clash = dup_clash (self->mirror, self->to);
  if (clash != NULL && strcmp (clash, self->job->to) == 0)
    return conflict (g_strdup_printf (_ ("There is a branch “%s” already."), clash), error);
  if (clash != NULL)
    return conflict (g_strdup_printf (_ ("There cannot be a branch “%s” beside the branch “%s”."),
                                      self->job->to,
                                      clash),
                     error);
  if (ship_git_branch_is_checked_out (self->target, self->from))
    return conflict (
      g_strdup_printf (_ ("The branch “%s” is checked out in your repository: switch to another "
                          "one there first."),
                       self->job->from),
      error);
  return TRUE;
}

static gboolean
drop (git_repository *repository, const char *name)
{
  g_autoptr (git_reference) reference = NULL;

  return git_reference_lookup (&reference, repository, name) == 0 &&
         git_reference_delete (reference) == 0;
}

/* What is done already is not done again: see above. */
static gboolean
move (git_repository *repository, const char *from, const char *to, GError **error)
{
  git_reference *made = NULL;
  git_oid        old;
  git_oid        now;
  gboolean       is_there = git_reference_name_to_id (&now, repository, to) == 0;

  if (git_reference_name_to_id (&old, repository, from) != 0)
    {
      git_error_clear ();
      return TRUE;
    }
  if (is_there && !ship_git_branch_has (repository, &now, &old))
    return conflict (
      g_strdup_printf (_ ("There is a branch “%s” already."), to + strlen ("refs/heads/")),
      error);
  if (!is_there && git_reference_create (&made, repository, to, &old, FALSE, "ship: renamed") != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_FAILED,
                               _ ("The branch “%s” could not be made."),
                               to + strlen ("refs/heads/"));
  git_reference_free (made);
  if (drop (repository, from))
    return TRUE;
  ship_git_set_error (error,
                      SHIP_GIT_ERROR_FAILED,
                      _ ("The branch “%s” could not be renamed."),
                      from + strlen ("refs/heads/"));
  if (!is_there)
    drop (repository, to);
  git_error_clear ();
  return FALSE;
}

static gboolean
rename_both (Renaming *self, GError **error)
{
  if (ship_git_branch_is_checked_out (self->target, self->from))
    return check (self, error);
  if (!move (self->target, self->from, self->to, error))
    return FALSE;
  if (self->mirror == NULL || move (self->mirror, self->from, self->to, error))
    return TRUE;
  move (self->target, self->to, self->from, NULL);
  return FALSE;
}

static void
run (GTask *task,
     gboolean (*func) (Renaming *self, GError **error),
     const Job    *job,
     GCancellable *cancellable)
{
  Renaming self = { .job = job };
  g_autoptr (ShipGitLock) lock = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok;

  ship_git_thread_init ();
  lock = ship_git_lock_acquire_thread (job->mirror_path, cancellable, &error);
  ok = lock != NULL && open_both (&self, &error) && func (&self, &error);
  renaming_clear (&self);
  if (ok)
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
check_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  run (task, check, data, cancellable);
}

static void
rename_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  run (task, rename_both, data, cancellable);
}

static GTask *
new_task (const char         *mirror_path,
          const char         *repository_path,
          const char         *from,
          const char         *to,
          gpointer            tag,
          GCancellable       *cancellable,
          GAsyncReadyCallback callback,
          gpointer            user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job   *job = g_new0 (Job, 1);

  job->mirror_path = g_strdup (mirror_path);
  job->repository_path = g_strdup (repository_path);
  job->from = g_strdup (from);
  job->to = g_strdup (to);
  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, job, job_free);
  g_task_set_check_cancellable (task, FALSE);
  return task;
}

void
ship_git_branch_check_async (const char         *mirror_path,
                             const char         *repository_path,
                             const char         *from,
                             const char         *to,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = new_task (mirror_path,
                                     repository_path,
                                     from,
                                     to,
                                     ship_git_branch_check_async,
                                     cancellable,
                                     callback,
                                     user_data);
  g_task_run_in_thread (task, check_thread);
}

gboolean
ship_git_branch_check_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_branch_check_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_git_branch_rename_async (const char         *mirror_path,
                              const char         *repository_path,
                              const char         *from,
                              const char         *to,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = new_task (mirror_path,
                                     repository_path,
                                     from,
                                     to,
                                     ship_git_branch_rename_async,
                                     cancellable,
                                     callback,
                                     user_data);
  g_task_run_in_thread (task, rename_thread);
}

gboolean
ship_git_branch_rename_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_branch_rename_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
