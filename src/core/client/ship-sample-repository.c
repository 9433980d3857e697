/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-sample-repository.h"

#include "git/ship-git-create.h"

/*
 * Something for the rehearsal to work on: a few files and one commit, by an identity that is set in
 * this repository only, so that it works where git has never been told who you are. Main thread; a
 * chain:
 *
 *   make_async -> made_dir_cb -> created_cb -> (return)
 */

#define USER_NAME  "Ship Rehearsal"
#define USER_EMAIL "rehearsal@ship.invalid"

/* clang-format off */
static const ShipGitNewFile files[] = {
  { "README.md",
    "# Greeter\n\nA very small program to rehearse on.\n\n    sh greet.sh World\n    sh test-greet.sh\n" },
  { "greet.sh",
    "#!/bin/sh\n# Greets whoever is named.\nprintf 'Hello, %s!\\n' \"${1:-World}\"\n" },
  { "test-greet.sh",
    "#!/bin/sh\n# Checks the greeting.\nset -e\n"
    "test \"$(sh greet.sh Ann)\" = 'Hello, Ann!'\necho 'greet: passed'\n" },
  { ".gitignore", "*.o\n__pycache__/\n" },
  { NULL, NULL },
};
/* clang-format on */

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_git_create_finish (result, &error))
    g_task_return_pointer (task, g_strdup (g_task_get_task_data (task)), g_free);
  else
    g_task_return_error (task, error);
}

static void
make_dir_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  char   *path = g_dir_make_tmp ("ship-rehearsal-XXXXXX", &error);

  if (path != NULL)
    g_task_return_pointer (task, path, g_free);
  else
    g_task_return_error (task, error);
}

static void
made_dir_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError       *error = NULL;
  char         *path = g_task_propagate_pointer (G_TASK (result), &error);

  if (path == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_task_set_task_data (task, path, g_free);
  ship_git_create_async (path,
                         files,
                         USER_NAME,
                         USER_EMAIL,
                         "Greet whoever is named",
                         cancellable,
                         created_cb,
                         g_steal_pointer (&task));
}

void
ship_sample_repository_make_async (GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) directory = NULL;

  g_task_set_source_tag (task, ship_sample_repository_make_async);
  directory = g_task_new (NULL, cancellable, made_dir_cb, g_steal_pointer (&task));
  g_task_set_source_tag (directory, ship_sample_repository_make_async);
  g_task_run_in_thread (directory, make_dir_thread);
}

char *
ship_sample_repository_make_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_sample_repository_make_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
