/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-branch-list.h"

#include "ship-git-fixture.h"
#include "ship-test.h"

#include <glib/gstdio.h>

/* The branches a session can begin from. */

static GStrv
list (const char *path, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_list_branches_async (path, NULL, ship_test_keep_result, &result);
  return ship_git_list_branches_finish (ship_test_await (&result), error);
}

static void
test_order (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_auto (GStrv) names = NULL;
  g_auto (GStrv) from_below = NULL;
  g_autofree char *below = g_build_filename (fixture->repo, "deep", NULL);
  g_autofree char *tree = ship_git_fixture_git (fixture->repo, "rev-parse", "HEAD^{tree}", NULL);
  g_autofree char *set_old = NULL;
  g_autofree char *set_new = NULL;
  g_autoptr (GError) error = NULL;

  g_setenv ("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z", TRUE);
  first = ship_git_fixture_git (fixture->repo, "commit-tree", "-m", "old", tree, NULL);
  g_setenv ("GIT_COMMITTER_DATE", "2031-01-01T00:00:00Z", TRUE);
  second = ship_git_fixture_git (fixture->repo, "commit-tree", "-m", "new", tree, NULL);
  g_unsetenv ("GIT_COMMITTER_DATE");
  set_old = ship_git_fixture_git (fixture->repo, "branch", "a-old", first, NULL);
  set_new = ship_git_fixture_git (fixture->repo, "branch", "feature/new", second, NULL);

  names = list (fixture->repo, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (names[0], ==, "main");
  g_assert_cmpstr (names[1], ==, "feature/new");
  g_assert_cmpstr (names[2], ==, "a-old");
  g_assert_null (names[3]);

  g_assert_cmpint (g_mkdir (below, 0700), ==, 0);
  from_below = list (below, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (from_below), ==, 3);
}

static void
test_not_there (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (list ("/nonexistent", &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (error->domain, ==, SHIP_GIT_ERROR);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_list_branches_async (fixture->repo, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (ship_git_list_branches_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/branch-list/order", test_order);
  g_test_add_func ("/git/branch-list/not-there", test_not_there);
  g_test_add_func ("/git/branch-list/cancelled", test_cancelled);
  return g_test_run ();
}
