/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-sample.h"

#include <git2.h>
#include <glib/gi18n.h>

/*
 * Something for the rehearsal to work on: a few files and one commit, by an identity that is set in
 * this repository only, so that it works where git has never been told who you are. On a worker
 * thread.
 */

#define USER_NAME  "Ship Rehearsal"
#define USER_EMAIL "rehearsal@ship.invalid"

/* clang-format off */
static const struct
{
  const char *path;
  const char *text;
} files[] = {
  { "README.md",
    "# Greeter\n\nA very small program to rehearse on.\n\n    sh greet.sh World\n    sh test-greet.sh\n" },
  { "greet.sh",
    "#!/bin/sh\n# Greets whoever is named.\nprintf 'Hello, %s!\\n' \"${1:-World}\"\n" },
  { "test-greet.sh",
    "#!/bin/sh\n# Checks the greeting.\nset -e\n"
    "test \"$(sh greet.sh Ann)\" = 'Hello, Ann!'\necho 'greet: passed'\n" },
  { ".gitignore", "*.o\n__pycache__/\n" },
};
/* clang-format on */

static gboolean
check (int code, GError **error)
{
  const git_error *last = git_error_last ();

  if (code >= 0)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               G_IO_ERROR_FAILED,
               _ ("The sample repository could not be made: %s"),
               last != NULL ? last->message : "?");
  return FALSE;
}

static gboolean
write_files (const char *directory, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (directory, files[i].path, NULL);

      if (!g_file_set_contents (path, files[i].text, -1, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
set_identity (git_repository *repository, GError **error)
{
  git_config *config = NULL;
  gboolean    ok = check (git_repository_config (&config, repository), error) &&
                check (git_config_set_string (config, "user.name", USER_NAME), error) &&
                check (git_config_set_string (config, "user.email", USER_EMAIL), error);

  git_config_free (config);
  return ok;
}

static gboolean
write_tree (git_repository *repository, git_tree **tree, GError **error)
{
  git_index *index = NULL;
  git_oid    id;
  gboolean   ok = check (git_repository_index (&index, repository), error) &&
                check (git_index_add_all (index, NULL, GIT_INDEX_ADD_DEFAULT, NULL, NULL), error) &&
                check (git_index_write (index), error) &&
                check (git_index_write_tree (&id, index), error) &&
                check (git_tree_lookup (tree, repository, &id), error);

  git_index_free (index);
  return ok;
}

static gboolean
commit (git_repository *repository, GError **error)
{
  git_signature *signature = NULL;
  git_tree      *tree = NULL;
  git_oid        id;
  gboolean       ok = write_tree (repository, &tree, error) &&
                check (git_signature_now (&signature, USER_NAME, USER_EMAIL), error) &&
                check (git_commit_create_v (&id,
                                            repository,
                                            "HEAD",
                                            signature,
                                            signature,
                                            NULL,
                                            "Greet whoever is named",
                                            tree,
                                            0),
                       error);

  git_signature_free (signature);
  git_tree_free (tree);
  return ok;
}

static gboolean
make_repository (const char *directory, GError **error)
{
  git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;
  git_repository             *repository = NULL;
  gboolean                    ok;

  options.flags = GIT_REPOSITORY_INIT_NO_REINIT;
  options.initial_head = "main";
  ok = check (git_repository_init_ext (&repository, directory, &options), error) &&
       set_identity (repository, error) && commit (repository, error);
  git_repository_free (repository);
  return ok;
}

static void
make_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError          *error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("ship-rehearsal-XXXXXX", &error);
  gboolean         ok;

  git_libgit2_init ();
  ok = directory != NULL && write_files (directory, &error) && make_repository (directory, &error);
  git_libgit2_shutdown ();
  if (ok)
    g_task_return_pointer (task, g_steal_pointer (&directory), g_free);
  else
    g_task_return_error (task, error);
}

void
ship_cli_sample_make_async (GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_cli_sample_make_async);
  g_task_run_in_thread (task, make_thread);
}

char *
ship_cli_sample_make_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_sample_make_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
