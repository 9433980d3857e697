/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-create.h"

#include <glib/gstdio.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* A new repository, judged by the real git. */

static const ShipGitNewFile files[] = {
  { "README", "Hello\n" },
  { "run.sh", "echo hello\n" },
  { NULL, NULL },
};

static gboolean
create (const char *path, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_create_async (path,
                         files,
                         "Ann",
                         "ann@example.org",
                         "Begin",
                         cancellable,
                         ship_test_keep_result,
                         &result);
  return ship_git_create_finish (ship_test_await (&result), error);
}

static void
test_create (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *path = g_build_filename (fixture->root, "new", NULL);
  g_autofree char *log = NULL;
  g_autofree char *names = NULL;
  g_autofree char *status = NULL;
  g_autofree char *check = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_assert_true (create (path, NULL, &error));
  g_assert_no_error (error);
  log = ship_git_fixture_git (path, "log", "--format=%an <%ae> %s %D", NULL);
  g_assert_cmpstr (log, ==, "Ann <ann@example.org> Begin HEAD -> main");
  names = ship_git_fixture_git (path, "ls-tree", "--name-only", "HEAD", NULL);
  g_assert_cmpstr (names, ==, "README\nrun.sh");
  status = ship_git_fixture_git (path, "status", "--porcelain", NULL);
  g_assert_cmpstr (status, ==, "");
  check = ship_git_fixture_git (path, "config", "--local", "user.name", NULL);
  g_assert_cmpstr (check, ==, "Ann");

  /* One that is there already is left alone. */
  g_assert_false (create (path, NULL, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *path = g_build_filename (fixture->root, "new", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  g_cancellable_cancel (cancellable);
  g_assert_false (create (path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/create/create", test_create);
  g_test_add_func ("/git/create/cancelled", test_cancelled);
  return g_test_run ();
}
