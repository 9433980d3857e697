/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-files.h"

#include "git/ship-git-autocleanups.h"
#include "git/ship-git-private.h"

#include <glib/gi18n-lib.h>

/* The files of a commit without a checkout. All work is on a worker thread. */

#define MAX_PATHS 200000

typedef struct
{
  char      *mirror_path;     /* (owned) */
  char      *repository_path; /* (owned) */
  char      *commit;          /* (owned) */
  GPtrArray *paths;           /* (owned) (element-type utf8): filled by the worker */
} Listing;

static void
listing_free (gpointer data)
{
  Listing *self = data;

  g_free (self->mirror_path);
  g_free (self->repository_path);
  g_free (self->commit);
  g_ptr_array_unref (self->paths);
  g_free (self);
}

static gboolean
is_plain (const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return FALSE;
  for (; *text != '\0'; text++)
    if (g_ascii_iscntrl (*text))
      return FALSE;

  return TRUE;
}

static int
entry_cb (const char *root, const git_tree_entry *entry, gpointer data)
{
  Listing         *self = data;
  g_autofree char *path = g_strconcat (root, git_tree_entry_name (entry), NULL);

  if (self->paths->len >= MAX_PATHS)
    return -1;
  if (!is_plain (path))
    return 0;
  if (git_tree_entry_type (entry) == GIT_OBJECT_TREE)
    g_ptr_array_add (self->paths, g_strconcat (path, "/", NULL));
  else
    g_ptr_array_add (self->paths, g_steal_pointer (&path));

  return 0;
}

static gboolean
list_thread (git_repository *repository, Listing *self, GError **error)
{
  g_autoptr (git_object) object = NULL;
  g_autoptr (git_object) tree = NULL;
  git_oid id;

  if (!ship_git_parse_id (self->commit, &id, error))
    return FALSE;
  if (git_object_lookup (&object, repository, &id, GIT_OBJECT_COMMIT) != 0 ||
      git_object_peel (&tree, object, GIT_OBJECT_TREE) != 0)
    return ship_git_set_error (error,
                               SHIP_GIT_ERROR_NOT_FOUND,
                               _ ("The commit %s is not there."),
                               self->commit);
  git_tree_walk ((git_tree *) tree, GIT_TREEWALK_PRE, entry_cb, self);

  return TRUE;
}

static void
files_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Listing *self = data;
  g_autoptr (git_repository) mirror = NULL;
  g_autoptr (git_repository) repository = NULL;
  GError *error = NULL;

  ship_git_thread_init ();
  mirror = ship_git_open_mirror (self->mirror_path, NULL);
  if (mirror == NULL || !list_thread (mirror, self, NULL))
    {
      g_ptr_array_set_size (self->paths, 0);
      repository = ship_git_open_user_repository (self->repository_path, FALSE, &error);
      if (repository == NULL || !list_thread (repository, self, &error))
        {
          g_task_return_error (task, error);
          return;
        }
    }

  g_ptr_array_add (self->paths, NULL);
  g_task_return_pointer (task,
                         g_strdupv ((char **) self->paths->pdata),
                         (GDestroyNotify) g_strfreev);
}

void
ship_git_list_files_async (const char         *mirror_path,
                           const char         *repository_path,
                           const char         *commit,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Listing *self = g_new0 (Listing, 1);

  g_task_set_source_tag (task, ship_git_list_files_async);
  g_task_set_task_data (task, self, listing_free);
  self->mirror_path = g_strdup (mirror_path);
  self->repository_path = g_strdup (repository_path);
  self->commit = g_strdup (commit);
  self->paths = g_ptr_array_new_with_free_func (g_free);
  g_task_run_in_thread (task, files_thread);
}

GStrv
ship_git_list_files_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_list_files_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
