/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-git-fixture.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "ship-test.h"

/*
 * See the header. Main thread of a test.
 */

static void
remove_tree (const char *path)
{
  const char *argv[] = { "rm", "-rf", path, NULL };

  g_assert_cmpint (ship_git_fixture_run (argv, NULL, NULL, NULL, NULL, NULL), ==, 0);
}

/* HOME is what ship_git_fixture_init() made it. */
static void
remove_home (void)
{
  remove_tree (g_getenv ("HOME"));
}

void
ship_git_fixture_init (void)
{
  g_autofree char         *home = g_dir_make_tmp ("ship-git-home-XXXXXX", NULL);
  static const char *const cleared[] = {
    "GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "EMAIL",    "GIT_DIR",
    "GIT_WORK_TREE",   "GIT_INDEX_FILE",   "SUDO_UID",
  };

  g_assert_nonnull (home);
  g_setenv ("HOME", home, TRUE);
  atexit (remove_home);
  g_setenv ("XDG_CONFIG_HOME", home, TRUE);
  g_setenv ("GIT_CONFIG_NOSYSTEM", "1", TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (cleared); i++)
    g_unsetenv (cleared[i]);
  ship_git_fixture_write (
    home,
    ".gitconfig",
    "[user]\n\tname = Test User\n\temail = test@example.com\n"
    "[init]\n\tdefaultBranch = main\n[protocol \"file\"]\n\tallow = always\n");
}

static char *
to_text (GBytes *bytes)
{
  GString *text = g_string_new (NULL);

  return g_string_free (
    g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes)),
    FALSE);
}

int
ship_git_fixture_run (const char *const *argv,
                      const char        *directory,
                      char             **environ_,
                      GBytes            *input,
                      GBytes           **output,
                      char             **error_text)
{
  GSubprocessFlags flags = G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE;
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (input != NULL ? flags | G_SUBPROCESS_FLAGS_STDIN_PIPE : flags);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autoptr (GError) error = NULL;

  if (directory != NULL)
    g_subprocess_launcher_set_cwd (launcher, directory);
  if (environ_ != NULL)
    g_subprocess_launcher_set_environ (launcher, environ_);
  process = g_subprocess_launcher_spawnv (launcher, argv, &error);
  g_assert_no_error (error);
  g_subprocess_communicate (process, input, NULL, &out, &err, &error);
  g_assert_no_error (error);
  if (error_text != NULL)
    *error_text = to_text (err);
  if (output != NULL)
    *output = g_steal_pointer (&out);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process) : -1;
}

static char *
run_git_checked (const char *directory, GPtrArray *argv, GBytes *input)
{
  g_autoptr (GBytes) output = NULL;
  g_autofree char *error_text = NULL;
  int              code = ship_git_fixture_run ((const char *const *) argv->pdata,
                                   directory,
                                   NULL,
                                   input,
                                   &output,
                                   &error_text);
  char            *text;

  if (code != 0)
    g_error ("git %s failed in %s: %s", (char *) argv->pdata[1], directory, error_text);
  text = to_text (output);
  return g_strchomp (text);
}

char *
ship_git_fixture_git (const char *directory, const char *first, ...)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  va_list args;

  g_ptr_array_add (argv, (gpointer) "git");
  va_start (args, first);
  for (const char *arg = first; arg != NULL; arg = va_arg (args, const char *))
    g_ptr_array_add (argv, (gpointer) arg);
  va_end (args);
  g_ptr_array_add (argv, NULL);
  return run_git_checked (directory, argv, NULL);
}

void
ship_git_fixture_write (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
git_quietly (const char *directory, const char *command, const char *argument)
{
  g_autofree char *output = ship_git_fixture_git (directory, command, argument, NULL);
}

char *
ship_git_fixture_commit (ShipGitFixture *self, const char *message)
{
  g_autofree char *output = NULL;

  git_quietly (self->repo, "add", "-A");
  output = ship_git_fixture_git (self->repo, "commit", "-q", "-m", message, NULL);
  return ship_git_fixture_git (self->repo, "rev-parse", "HEAD", NULL);
}

ShipGitFixture *
ship_git_fixture_new (void)
{
  ShipGitFixture *self = g_new0 (ShipGitFixture, 1);
  g_autoptr (GError) error = NULL;

  self->root = g_dir_make_tmp ("ship-git-XXXXXX", &error);
  g_assert_no_error (error);
  self->repo = g_build_filename (self->root, "user repo", NULL);
  self->mirror = g_build_filename (self->root, "cache", "mirror.git", NULL);
  git_quietly (self->root, "init", "user repo");
  ship_git_fixture_write (self->repo, "README", "hello\n");
  ship_git_fixture_write (self->repo,
                          "src/a.c",
                          "int a;\nint b;\nint c;\nint d;\nint e;\nint f;\n");
  ship_git_fixture_write (self->repo, "src/b.c", "int b;\n");
  self->base = ship_git_fixture_commit (self, "base");
  return self;
}

void
ship_git_fixture_free (ShipGitFixture *self)
{
  remove_tree (self->root);
  g_free (self->root);
  g_free (self->repo);
  g_free (self->mirror);
  g_free (self->base);
  g_free (self);
}

char *
ship_git_fixture_snapshot (const char *directory)
{
  static const char script[] =
    "find . ! -type d -printf '%p %m %s %T@ %l\\n' | sort; "
    "find . -type d | sort; find . -type f -print0 | sort -z | xargs -0 sha1sum";
  const char *argv[] = { "sh", "-c", script, NULL };
  g_autoptr (GBytes) output = NULL;

  g_assert_cmpint (ship_git_fixture_run (argv, directory, NULL, NULL, &output, NULL), ==, 0);
  return to_text (output);
}

gboolean
ship_git_fixture_update (ShipGitFixture *self, const char *commit, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_mirror_update_async (self->mirror,
                                self->repo,
                                commit,
                                NULL,
                                ship_test_keep_result,
                                &result);
  return ship_git_mirror_update_finish (ship_test_await (&result), error);
}

char *
ship_git_fixture_import (ShipGitFixture *self,
                         const char     *tree,
                         GBytes         *pack,
                         const char     *parent,
                         const char     *branch,
                         GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  ShipGitImport import = { .mirror_path = self->mirror,
                           .tree = tree,
                           .pack = pack,
                           .parent = parent,
                           .branch = branch,
                           .user_name = "Ada Lovelace",
                           .user_email = "ada@example.com",
                           .message = "Do the thing\n\nIn two paragraphs.\n",
                           .trailer = "Co-authored-by: Ship <ship@example.com>" };

  ship_git_mirror_import_async (&import, NULL, ship_test_keep_result, &result);
  return ship_git_mirror_import_finish (ship_test_await (&result), error);
}

gboolean
ship_git_fixture_deliver (ShipGitFixture *self,
                          const char     *branch,
                          const char     *commit,
                          GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_repository_deliver_async (self->repo,
                                     self->mirror,
                                     branch,
                                     commit,
                                     NULL,
                                     ship_test_keep_result,
                                     &result);
  return ship_git_repository_deliver_finish (ship_test_await (&result), error);
}

void
ship_git_fixture_pack_tree (const char *directory, const char *base, char **tree, GBytes **pack)
{
  const char      *argv[] = { "git", "pack-objects",        "--revs", "--thin", "--stdout",
                              "-q",  "--delta-base-offset", NULL };
  g_autofree char *revisions = NULL;
  g_autoptr (GBytes) input = NULL;

  git_quietly (directory, "add", "-A");
  *tree = ship_git_fixture_git (directory, "write-tree", NULL);
  revisions = g_strdup_printf ("%s\n^%s\n", *tree, base);
  input = g_bytes_new (revisions, strlen (revisions));
  g_assert_cmpint (ship_git_fixture_run (argv, directory, NULL, input, pack, NULL), ==, 0);
}
