/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "git/ship-git-create.h"

#include "git/ship-git-private.h"

#include <glib/gi18n-lib.h>

/* A new repository with a first commit, made on a worker thread. Cancelled: what was made so far
 * stays in @path. */

typedef struct
{
  const char           *path;       /* (unowned): the caller's, like all of them */
  const ShipGitNewFile *files;      /* (unowned) */
  const char           *user_name;  /* (unowned) */
  const char           *user_email; /* (unowned) */
  const char           *message;    /* (unowned) */
} Creation;

static gboolean
check_thread (int code, const char *path, GError **error)
{
  return code >= 0 || ship_git_set_error (error,
                                          SHIP_GIT_ERROR_FAILED,
                                          _ ("The repository in “%s” could not be made"),
                                          path);
}

static gboolean
write_files_thread (const Creation *self, GError **error)
{
  for (const ShipGitNewFile *file = self->files; file->name != NULL; file++)
    {
      g_autofree char *path = g_build_filename (self->path, file->name, NULL);

      if (!g_file_set_contents (path, file->text, -1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_identity_thread (const Creation *self, git_repository *repository, GError **error)
{
  git_config *config = NULL;
  gboolean    ok = check_thread (git_repository_config (&config, repository), self->path, error) &&
                check_thread (git_config_set_string (config, "user.name", self->user_name),
                              self->path,
                              error) &&
                check_thread (git_config_set_string (config, "user.email", self->user_email),
                              self->path,
                              error);

  git_config_free (config);
  return ok;
}

static gboolean
write_tree_thread (const Creation *self,
                   git_repository *repository,
                   git_tree      **tree,
                   GError        **error)
{
  git_index *index = NULL;
  git_oid    id;
  gboolean   ok = check_thread (git_repository_index (&index, repository), self->path, error) &&
                check_thread (git_index_add_all (index, NULL, GIT_INDEX_ADD_DEFAULT, NULL, NULL),
                              self->path,
                              error) &&
                check_thread (git_index_write (index), self->path, error) &&
                check_thread (git_index_write_tree (&id, index), self->path, error) &&
                check_thread (git_tree_lookup (tree, repository, &id), self->path, error);

  git_index_free (index);
  return ok;
}

static gboolean
commit_thread (const Creation *self, git_repository *repository, GError **error)
{
  git_signature *who = NULL;
  git_tree      *tree = NULL;
  git_oid        id;
  gboolean       ok =
    write_tree_thread (self, repository, &tree, error) &&
    check_thread (git_signature_now (&who, self->user_name, self->user_email), self->path, error) &&
    check_thread (
      git_commit_create_v (&id, repository, "HEAD", who, who, NULL, self->message, tree, 0),
      self->path,
      error);

  git_signature_free (who);
  git_tree_free (tree);
  return ok;
}

static void
create_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
  const Creation             *self = data;
  git_repository             *repository = NULL;
  GError                     *error = NULL;

  ship_git_thread_init ();
  options.flags = GIT_REPOSITORY_INIT_NO_REINIT;
  options.initial_head = "main";
  if (write_files_thread (self, &error) &&
      check_thread (git_repository_init_ext (&repository, self->path, &options),
                    self->path,
                    &error) &&
      set_identity_thread (self, repository, &error) && commit_thread (self, repository, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
  git_repository_free (repository);
}

void
ship_git_create_async (const char           *path,
                       const ShipGitNewFile *files,
                       const char           *user_name,
                       const char           *user_email,
                       const char           *message,
                       GCancellable         *cancellable,
                       GAsyncReadyCallback   callback,
                       gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Creation *self = g_new0 (Creation, 1);

  g_return_if_fail (path != NULL && files != NULL);

  g_task_set_source_tag (task, ship_git_create_async);
  g_task_set_task_data (task, self, g_free);
  self->path = path;
  self->files = files;
  self->user_name = user_name;
  self->user_email = user_email;
  self->message = message;
  g_task_run_in_thread (task, create_thread);
}

gboolean
ship_git_create_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_git_create_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
