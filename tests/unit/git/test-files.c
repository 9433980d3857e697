/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-files.h"

#include "ship-git-fixture.h"
#include "ship-test.h"

/* The files of a commit, without a checkout. */

static GStrv
list (const char *mirror, const char *repository, const char *commit, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_list_files_async (mirror, repository, commit, NULL, ship_test_keep_result, &result);
  return ship_git_list_files_finish (ship_test_await (&result), error);
}

static void
test_list (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *mirror = g_build_filename (fixture->repo, ".git", NULL);
  g_autofree char *commit = NULL;
  g_auto (GStrv) from_mirror = NULL;
  g_auto (GStrv) from_repository = NULL;
  g_auto (GStrv) nothing = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_fixture_write (fixture->repo, "deep/down/x.txt", "x\n");
  commit = ship_git_fixture_commit (fixture, "more");
  ship_git_fixture_write (fixture->repo, "not-committed", "x\n");

  from_mirror = list (mirror, "/nonexistent", commit, &error);
  g_assert_no_error (error);
  g_assert_true (g_strv_contains ((const char *const *) from_mirror, "deep/"));
  g_assert_true (g_strv_contains ((const char *const *) from_mirror, "deep/down/x.txt"));
  g_assert_false (g_strv_contains ((const char *const *) from_mirror, "not-committed"));

  from_repository = list ("/nonexistent", fixture->repo, commit, &error);
  g_assert_no_error (error);
  g_assert_true (
    g_strv_equal ((const char *const *) from_mirror, (const char *const *) from_repository));

  nothing = list (mirror, fixture->repo, "0123456789012345678901234567890123456789", &error);
  g_assert_null (nothing);
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (list (mirror, fixture->repo, "HEAD", &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ship_git_list_files_async ("/nonexistent",
                             "/nonexistent",
                             "0123456789012345678901234567890123456789",
                             cancellable,
                             ship_test_keep_result,
                             &result);
  g_assert_null (ship_git_list_files_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git/files/list", test_list);
  g_test_add_func ("/git/files/cancelled", test_cancelled);
  return g_test_run ();
}
