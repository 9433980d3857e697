/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-branch-list.h"

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* The branches a session can begin from. All work is on a worker thread. */

#define MAX_BRANCHES 2000

typedef struct
{
  char    *name; /* (owned) */
  gint64   time; /* of its last commit */
  gboolean is_head;
} Branch;

static void
branch_free (gpointer data)
{
  Branch *branch = data;

  g_free (branch->name);
  g_free (branch);
}

static int
compare_branches (gconstpointer a, gconstpointer b)
{
  const Branch *one = *(const Branch *const *) a;
  const Branch *two = *(const Branch *const *) b;

  if (one->is_head != two->is_head)
    return one->is_head ? -1 : 1;
  if (one->time != two->time)
    return one->time > two->time ? -1 : 1;
  return strcmp (one->name, two->name);
}

/* NULL: nothing can begin there. */
static Branch *
read_branch (git_reference *reference)
{
  g_autoptr (git_object) commit = NULL;
  const char *name = NULL;
  Branch     *branch;

  if (git_branch_name (&name, reference) != 0 || !g_utf8_validate (name, -1, NULL) ||
      git_reference_peel (&commit, reference, GIT_OBJECT_COMMIT) != 0)
    {
      git_error_clear ();
      return NULL;
    }
  branch = g_new0 (Branch, 1);
  branch->name = g_strdup (name);
  branch->time = git_commit_time ((git_commit *) commit);
  branch->is_head = git_branch_is_head (reference) == 1;

  return branch;
}

static GPtrArray *
list_thread (git_repository *repository, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) branches = g_ptr_array_new_with_free_func (branch_free);
  git_branch_iterator *iterator = NULL;
  git_reference       *reference = NULL;
  git_branch_t         type;

  if (git_branch_iterator_new (&iterator, repository, GIT_BRANCH_LOCAL) != 0)
    {
      ship_git_set_error (error, SHIP_GIT_ERROR_FAILED, _ ("The branches cannot be listed."));
      return NULL;
    }
  while (git_branch_next (&reference, &type, iterator) == 0)
    {
      g_autoptr (git_reference) owned = g_steal_pointer (&reference);
      Branch *branch = read_branch (owned);

      if (branch != NULL)
        g_ptr_array_add (branches, branch);
      if (g_cancellable_is_cancelled (cancellable))
        break;
    }
  git_error_clear ();
  git_branch_iterator_free (iterator);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return NULL;
  g_ptr_array_sort (branches, compare_branches);

  return g_steal_pointer (&branches);
}

static void
branches_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (git_repository) repository = NULL;
  g_autoptr (GPtrArray) branches = NULL;
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GError *error = NULL;

  ship_git_thread_init ();
  repository = ship_git_open_user_repository (data, TRUE, &error);
  if (repository != NULL)
    branches = list_thread (repository, cancellable, &error);
  if (branches == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; i < MIN (branches->len, MAX_BRANCHES); i++)
    g_strv_builder_add (names, ((Branch *) branches->pdata[i])->name);
  g_task_return_pointer (task, g_strv_builder_end (names), (GDestroyNotify) g_strfreev);
}

void
ship_git_list_branches_async (const char         *path,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (path != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_git_list_branches_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, branches_thread);
}

GStrv
ship_git_list_branches_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_list_branches_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
