/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-working-tree.h"

#include <glib/gstdio.h>
#include <unistd.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* What is not committed, as a commit, judged by the real git. */

#define git(directory, ...) g_free (ship_git_fixture_git (directory, __VA_ARGS__, NULL))

static char *
commit (const char *path, const char *base, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_working_tree_commit_async (path,
                                      base,
                                      "Ann",
                                      "ann@example.org",
                                      NULL,
                                      ship_test_keep_result,
                                      &result);
  return ship_git_working_tree_commit_finish (ship_test_await (&result), error);
}

static void
assert_refused (const char *path, const char *base, ShipGitError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *id = commit (path, base, &error);

  g_assert_null (id);
  g_assert_error (error, SHIP_GIT_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
}

/* All that a user could look at, which is not the objects. */
static char *
look (ShipGitFixture *fixture)
{
  g_autofree char *status =
    ship_git_fixture_git (fixture->repo, "status", "--porcelain=v2", "--branch", NULL);
  g_autofree char *refs = ship_git_fixture_git (fixture->repo, "for-each-ref", NULL);
  g_autofree char *staged = ship_git_fixture_git (fixture->repo, "diff", "--cached", NULL);

  return g_strconcat (status, refs, staged, NULL);
}

static void
test_every_kind_of_change (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *gone = g_build_filename (fixture->repo, "gone", NULL);
  g_autofree char *link = g_build_filename (fixture->repo, "link", NULL);
  g_autofree char *base = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *id = NULL;
  g_autofree char *changes = NULL;
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_fixture_write (fixture->repo, "gone", "1\n");
  ship_git_fixture_write (fixture->repo, ".gitignore", "*.o\n");
  base = ship_git_fixture_commit (fixture, "second");
  ship_git_fixture_write (fixture->repo, "README", "changed\n");
  ship_git_fixture_write (fixture->repo, "new/one", "1\n");
  ship_git_fixture_write (fixture->repo, "staged", "2\n");
  ship_git_fixture_write (fixture->repo, "ignored.o", "3\n");
  g_assert_cmpint (g_unlink (gone), ==, 0);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  git (fixture->repo, "add", "staged");
  before = look (fixture);

  id = commit (fixture->repo, base, &error);
  g_assert_no_error (error);
  changes =
    ship_git_fixture_git (fixture->repo, "diff", "--no-renames", "--name-status", base, id, NULL);
  g_assert_cmpstr (changes, ==, "M\tREADME\nD\tgone\nA\tlink\nA\tnew/one\nA\tstaged");
  log = ship_git_fixture_git (fixture->repo, "log", "-1", "--format=%an %ae %P", id, NULL);
  g_assert_true (g_str_has_prefix (log, "Ann ann@example.org "));
  g_assert_true (g_str_has_suffix (log, base));
  after = look (fixture);
  g_assert_cmpstr (before, ==, after);
}

static void
test_nothing (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *id = commit (fixture->repo, fixture->base, NULL);

  g_assert_cmpstr (id, ==, fixture->base);
}

/* A repository within this one is neither taken as a link nor as files. */
static void
test_nested (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *nested = g_build_filename (fixture->repo, "nested", NULL);
  g_autofree char *id = NULL;

  g_assert_cmpint (g_mkdir (nested, 0700), ==, 0);
  git (nested, "init", "-q");
  git (nested, "commit", "-q", "--allow-empty", "-m", "1");
  id = commit (fixture->repo, fixture->base, NULL);
  g_assert_cmpstr (id, ==, fixture->base);
}

static void
test_submodule_stays (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *sub = g_build_filename (fixture->repo, "sub", NULL);
  g_autofree char *base = NULL;
  g_autofree char *id = NULL;

  git (fixture->repo,
       "-c",
       "protocol.file.allow=always",
       "submodule",
       "add",
       "-q",
       fixture->repo,
       "sub");
  base = ship_git_fixture_commit (fixture, "with a submodule");
  git (sub, "commit", "-q", "--allow-empty", "-m", "ahead");
  id = commit (fixture->repo, base, NULL);
  g_assert_cmpstr (id, ==, base);
}

static void
test_refused (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *base = NULL;
  g_autofree char *taken = NULL;

  ship_git_fixture_write (fixture->repo, ".gitattributes", "*.bin filter=lfs\n");
  ship_git_fixture_write (fixture->repo,
                          "old",
                          "gh"
                          "p_Q7zP2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\n");
  base = ship_git_fixture_commit (fixture, "second");
  assert_refused (fixture->repo, fixture->base, SHIP_GIT_ERROR_CONFLICT, "checked out");

  ship_git_fixture_write (fixture->repo, "a.bin", "1\n");
  assert_refused (fixture->repo,
                  base,
                  SHIP_GIT_ERROR_FAILED,
                  "“a.bin” is changed and goes through");
  git (fixture->repo, "clean", "-fdq");

  /* What stood there before is known already. */
  ship_git_fixture_write (fixture->repo,
                          "old",
                          "gh"
                          "p_Q7zP2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\nx\n");
  taken = commit (fixture->repo, base, NULL);
  g_assert_nonnull (taken);
  ship_git_fixture_write (fixture->repo,
                          "new",
                          "\ngh"
                          "p_W7zP2LmX9cVt4BnK8sRdw1Yh5GfJ3uEo6TiP\n");
  assert_refused (fixture->repo, base, SHIP_GIT_ERROR_SECRET, "line 2 of “new”");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/working-tree/every-kind-of-change", test_every_kind_of_change);
  g_test_add_func ("/git/working-tree/nothing", test_nothing);
  g_test_add_func ("/git/working-tree/nested", test_nested);
  g_test_add_func ("/git/working-tree/submodule-stays", test_submodule_stays);
  g_test_add_func ("/git/working-tree/refused", test_refused);
  return g_test_run ();
}
