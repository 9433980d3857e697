/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-branch.h"

#include <string.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* A session's branch under another name: in both repositories, and from every point at which an
 * earlier try can have been interrupted. */

#define OLD "ship-old"
#define NEW "feature/new"

static void
git (const char *directory, const char *one, const char *two, const char *three)
{
  g_free (ship_git_fixture_git (directory, one, two, three, NULL));
}

/* A repository and a mirror that both have the session's branch at the base. */
static ShipGitFixture *
new_with_branch (void)
{
  ShipGitFixture *fixture = ship_git_fixture_new ();
  g_autoptr (GError) error = NULL;

  ship_git_fixture_update (fixture, fixture->base, &error);
  g_assert_no_error (error);
  git (fixture->mirror, "branch", OLD, fixture->base);
  git (fixture->repo, "branch", OLD, fixture->base);
  return fixture;
}

static gboolean
check (ShipGitFixture *fixture, const char *to, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_branch_check_async (fixture->mirror,
                               fixture->repo,
                               OLD,
                               to,
                               NULL,
                               ship_test_keep_result,
                               &result);
  return ship_git_branch_check_finish (ship_test_await (&result), error);
}

static gboolean
rename_branch (ShipGitFixture *fixture, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_branch_rename_async (fixture->mirror,
                                fixture->repo,
                                OLD,
                                NEW,
                                cancellable,
                                ship_test_keep_result,
                                &result);
  return ship_git_branch_rename_finish (ship_test_await (&result), error);
}

static void
assert_branches (const char *directory, const char *expected)
{
  g_autofree char *branches = ship_git_fixture_git (directory,
                                                    "for-each-ref",
                                                    "--format=%(refname:short)",
                                                    "refs/heads",
                                                    NULL);

  g_assert_cmpstr (branches, ==, expected);
}

static void
test_rename (void)
{
  g_autoptr (ShipGitFixture) fixture = new_with_branch ();
  g_autofree char *head = NULL;
  g_autofree char *status = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (check (fixture, NEW, &error));
  assert_branches (fixture->repo, "main\n" OLD);
  g_assert_true (rename_branch (fixture, NULL, &error));
  g_assert_no_error (error);
  assert_branches (fixture->repo, NEW "\nmain");
  assert_branches (fixture->mirror, NEW);
  head = ship_git_fixture_git (fixture->repo, "symbolic-ref", "HEAD", NULL);
  status = ship_git_fixture_git (fixture->repo, "status", "--porcelain", NULL);
  g_assert_cmpstr (head, ==, "refs/heads/main");
  g_assert_cmpstr (status, ==, "");
}

static void
assert_refused (ShipGitFixture *fixture, const char *to, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (check (fixture, to, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
test_refused (void)
{
  g_autoptr (ShipGitFixture) fixture = new_with_branch ();
  g_autoptr (GError) error = NULL;

  git (fixture->repo, "branch", "a/b", NULL);
  git (fixture->mirror, "branch", "another-sessions", fixture->base);
  assert_refused (fixture, "main", "There is a branch");
  assert_refused (fixture, "another-sessions", "There is a branch");
  assert_refused (fixture, "a", "beside the branch “a/b”");
  assert_refused (fixture, "a/b/c", "beside the branch “a/b”");
  assert_refused (fixture, OLD "/x", "beside the branch");
  git (fixture->repo, "checkout", "--quiet", OLD);
  assert_refused (fixture, "free", "checked out");

  /* Checked out after the check: nothing is done. */
  g_assert_false (rename_branch (fixture, NULL, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT);
  assert_branches (fixture->repo, "a/b\nmain\n" OLD);
}

/* In its place there is meanwhile something of somebody else's. */
static void
test_taken_back (void)
{
  g_autoptr (ShipGitFixture) fixture = new_with_branch ();
  g_autofree char *other = NULL;
  g_autofree char *tree = NULL;
  g_autoptr (GError) error = NULL;

  tree = ship_git_fixture_git (fixture->mirror, "rev-parse", "refs/heads/" OLD "^{tree}", NULL);
  other = ship_git_fixture_git (fixture->mirror,
                                "-c",
                                "user.name=U",
                                "-c",
                                "user.email=u@example.org",
                                "commit-tree",
                                "-m",
                                "other",
                                tree,
                                NULL);
  git (fixture->mirror, "branch", NEW, other);
  g_assert_false (rename_branch (fixture, NULL, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT);
  assert_branches (fixture->repo, "main\n" OLD);
  assert_branches (fixture->mirror, NEW "\n" OLD);
}

/* What an interrupted try leaves: the new one beside the old, here or there, or all but the note.
 */
static void
test_completed (void)
{
  for (guint done = 0; done < 5; done++)
    {
      g_autoptr (ShipGitFixture) fixture = new_with_branch ();
      g_autoptr (GError) error = NULL;

      if (done > 0)
        git (fixture->repo, "branch", NEW, OLD);
      if (done > 1)
        git (fixture->repo, "branch", "-D", OLD);
      if (done > 2)
        git (fixture->mirror, "branch", NEW, OLD);
      if (done > 3)
        git (fixture->mirror, "branch", "-D", OLD);
      g_assert_true (rename_branch (fixture, NULL, &error));
      g_assert_no_error (error);
      assert_branches (fixture->repo, NEW "\nmain");
      assert_branches (fixture->mirror, NEW);
    }
}

/* Before the first turn neither repository has it; before the first wake there is no mirror. */
static void
test_not_there_yet (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_assert_true (check (fixture, NEW, &error));
  g_assert_true (rename_branch (fixture, NULL, &error));
  assert_branches (fixture->repo, "main");
  g_cancellable_cancel (cancellable);
  g_assert_false (rename_branch (fixture, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  ship_git_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git/branch/rename", test_rename);
  g_test_add_func ("/git/branch/refused", test_refused);
  g_test_add_func ("/git/branch/taken-back", test_taken_back);
  g_test_add_func ("/git/branch/completed", test_completed);
  g_test_add_func ("/git/branch/not-there-yet", test_not_there_yet);
  return g_test_run ();
}
