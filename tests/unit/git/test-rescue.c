/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-rescue.h"

#include <string.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* What a deleted session leaves, for how long, and what is said before it is deleted. */

#define ID     "0123456789abcdef"
#define BRANCH "ship-a"
#define DAY    ((gint64) 24 * 3600 * 1000)

static void
git (const char *directory, const char *one, const char *two, const char *three)
{
  g_free (ship_git_fixture_git (directory, one, two, three, NULL));
}

/* A commit of the session's, in the mirror only. (transfer full) */
static char *
add_commit (ShipGitFixture *fixture, const char *parent, const char *message)
{
  g_autofree char *tree = ship_git_fixture_git (fixture->mirror, "rev-parse", "HEAD^{tree}", NULL);

  return ship_git_fixture_git (fixture->mirror,
                               "-c",
                               "user.name=U",
                               "-c",
                               "user.email=u@example.org",
                               "commit-tree",
                               "-m",
                               message,
                               "-p",
                               parent,
                               tree,
                               NULL);
}

static ShipGitFixture *
new_with_mirror (void)
{
  ShipGitFixture *fixture = ship_git_fixture_new ();
  g_autoptr (GError) error = NULL;

  ship_git_fixture_update (fixture, fixture->base, &error);
  g_assert_no_error (error);
  git (fixture->mirror, "update-ref", "refs/heads/none", fixture->base);
  return fixture;
}

static gboolean
keep (ShipGitFixture *fixture, const char *commit, gint64 deleted_at, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  ShipGitRescue rescue = { .mirror_path = fixture->mirror,
                           .id = (char *) ID,
                           .title = (char *) "Über\nall",
                           .repository = fixture->repo,
                           .branch = (char *) BRANCH,
                           .base = fixture->base,
                           .commit = (char *) commit,
                           .deleted_at = deleted_at };

  ship_git_rescue_keep_async (&rescue, NULL, ship_test_keep_result, &result);
  return ship_git_rescue_keep_finish (ship_test_await (&result), error);
}

static GPtrArray *
list (ShipGitFixture *fixture, gint64 now)
{
  g_autofree char *mirrors = g_path_get_dirname (fixture->mirror);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *rescues;

  ship_git_rescue_list_async (mirrors, now, NULL, ship_test_keep_result, &result);
  rescues = ship_git_rescue_list_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  return rescues;
}

static int
count (ShipGitFixture *fixture, const char *repository, const char *commit)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  int n;

  ship_git_rescue_count_async (fixture->mirror,
                               repository,
                               fixture->base,
                               commit,
                               NULL,
                               ship_test_keep_result,
                               &result);
  n = ship_git_rescue_count_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  return n;
}

static void
test_keep (void)
{
  g_autoptr (ShipGitFixture) fixture = new_with_mirror ();
  g_autofree char *commit = add_commit (fixture, fixture->base, "one");
  g_autofree char *back = NULL;
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GPtrArray) late = NULL;
  g_autoptr (GPtrArray) later = NULL;
  g_autoptr (GError) error = NULL;
  const ShipGitRescue *rescue;

  g_assert_true (keep (fixture, commit, 100 * DAY, &error));
  g_assert_true (keep (fixture, commit, 100 * DAY, &error)); /* a delete that is tried again */
  kept = list (fixture, 129 * DAY);
  g_assert_cmpuint (kept->len, ==, 1);
  rescue = kept->pdata[0];
  g_assert_cmpstr (rescue->id, ==, ID);
  g_assert_cmpstr (rescue->title, ==, "Über\nall");
  g_assert_cmpstr (rescue->repository, ==, fixture->repo);
  g_assert_cmpstr (rescue->branch, ==, BRANCH);
  g_assert_cmpstr (rescue->base, ==, fixture->base);
  g_assert_cmpstr (rescue->commit, ==, commit);

  g_assert_true (ship_git_fixture_deliver (fixture, "back", rescue->commit, &error));
  back = ship_git_fixture_git (fixture->repo, "rev-parse", "back", NULL);
  g_assert_cmpstr (back, ==, commit);

  late = list (fixture, 131 * DAY);
  g_assert_cmpuint (late->len, ==, 0);
  later = list (fixture, 101 * DAY); /* it is really gone */
  g_assert_cmpuint (later->len, ==, 0);
}

/* The branch is further than the session could note. */
static void
test_keep_the_tip (void)
{
  g_autoptr (ShipGitFixture) fixture = new_with_mirror ();
  g_autofree char *one = add_commit (fixture, fixture->base, "one");
  g_autofree char *two = add_commit (fixture, one, "two");
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GError) error = NULL;

  git (fixture->mirror, "branch", BRANCH, two);
  g_assert_true (keep (fixture, one, 1, &error));
  kept = list (fixture, 2);
  g_assert_cmpuint (kept->len, ==, 1);
  g_assert_cmpstr (((ShipGitRescue *) kept->pdata[0])->commit, ==, two);
}

static void
test_nothing_to_keep (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (ShipGitFixture) other = new_with_mirror ();
  g_autoptr (GPtrArray) kept = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  const char *absent = "0123456789012345678901234567890123456789";

  g_assert_true (keep (fixture, fixture->base, 1, &error)); /* no mirror */
  g_assert_true (keep (other, other->base, 1, &error));     /* no commit */
  g_assert_true (keep (other, absent, 1, &error));          /* not there any more */
  g_assert_no_error (error);
  kept = list (other, 2);
  g_assert_cmpuint (kept->len, ==, 0);

  g_cancellable_cancel (cancellable);
  ship_git_rescue_list_async (other->root, 1, cancellable, ship_test_keep_result, &result);
  g_assert_null (ship_git_rescue_list_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_count (void)
{
  g_autoptr (ShipGitFixture) fixture = new_with_mirror ();
  g_autofree char *one = add_commit (fixture, fixture->base, "one");
  g_autofree char *two = add_commit (fixture, one, "two");
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (count (fixture, fixture->repo, fixture->base), ==, 0);
  g_assert_cmpint (count (fixture, fixture->repo, two), ==, 2);
  g_assert_cmpint (count (fixture, "/nonexistent", two), ==, 2);
  g_assert_true (ship_git_fixture_deliver (fixture, BRANCH, one, &error));
  g_assert_cmpint (count (fixture, fixture->repo, two), ==, 1);
  g_assert_true (ship_git_fixture_deliver (fixture, BRANCH, two, &error));
  g_assert_cmpint (count (fixture, fixture->repo, two), ==, 0);

  /* The objects are still there, but nothing leads to them. */
  git (fixture->repo, "branch", "-D", BRANCH);
  g_assert_cmpint (count (fixture, fixture->repo, two), ==, 2);
  git (fixture->repo, "branch", "merged", two);
  g_assert_cmpint (count (fixture, fixture->repo, two), ==, 0);
}

int
main (int argc, char *argv[])
{
  ship_git_fixture_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/git/rescue/keep", test_keep);
  g_test_add_func ("/git/rescue/keep-the-tip", test_keep_the_tip);
  g_test_add_func ("/git/rescue/nothing-to-keep", test_nothing_to_keep);
  g_test_add_func ("/git/rescue/count", test_count);
  return g_test_run ();
}
