/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-repository.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* The user's own repository: looking at it, and bringing a branch into it without touching anything
 * else. */

#define BRANCH "ship-a-b"

static ShipGitRepositoryInfo *
inspect (const char *path, const char *branch, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_repository_inspect_async (path, branch, NULL, ship_test_keep_result, &result);
  return ship_git_repository_inspect_finish (ship_test_await (&result), error);
}

static void
assert_inspect_fails (const char *path, const char *branch, ShipGitError code, const char *says)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (inspect (path, branch, &error));
  g_assert_error (error, SHIP_GIT_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
}

static void
git (const char *directory, const char *one, const char *two, const char *three)
{
  g_free (ship_git_fixture_git (directory, one, two, three, NULL));
}

static void
test_inspect (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *below = g_build_filename (fixture->repo, "src", NULL);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_fixture_write (fixture->repo, "README", "changed\n");
  ship_git_fixture_write (fixture->repo, "untracked/one", "1\n");
  ship_git_fixture_write (fixture->repo, "untracked/two", "2\n");
  ship_git_fixture_write (fixture->repo, "ignored.o", "2\n");
  ship_git_fixture_write (fixture->repo, ".git/info/exclude", "*.o\n");
  before = ship_git_fixture_snapshot (fixture->repo);
  info = inspect (below, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (info->path, ==, fixture->repo);
  g_assert_cmpstr (info->name, ==, "user repo");
  g_assert_cmpstr (info->commit, ==, fixture->base);
  g_assert_cmpstr (info->branch, ==, "main");
  g_assert_false (info->is_bare);
  g_assert_cmpuint (info->n_dirty, ==, 2);
  g_assert_false (info->has_submodules);
  g_assert_cmpstr (info->user_name, ==, "Test User");
  g_assert_cmpstr (info->user_email, ==, "test@example.com");
  after = ship_git_fixture_snapshot (fixture->repo);
  g_assert_cmpstr (before, ==, after);
}

static void
test_inspect_branch (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *second = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = NULL;

  git (fixture->repo, "branch", "old", NULL);
  ship_git_fixture_write (fixture->repo, "README", "changed\n");
  second = ship_git_fixture_commit (fixture, "second");
  info = inspect (fixture->repo, "old", NULL);
  g_assert_cmpstr (info->commit, ==, fixture->base);
  g_assert_cmpstr (info->branch, ==, "old");
  assert_inspect_fails (fixture->repo, "nowhere", SHIP_GIT_ERROR_NOT_FOUND, "no branch “nowhere”");
  assert_inspect_fails (fixture->repo, "-x", SHIP_GIT_ERROR_FAILED, "name of a branch");
}

static void
test_inspect_kinds (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *bare = g_build_filename (fixture->root, "bare.git", NULL);
  g_autofree char *worktree = g_build_filename (fixture->root, "tree", NULL);
  g_autoptr (ShipGitRepositoryInfo) of_bare = NULL;
  g_autoptr (ShipGitRepositoryInfo) of_worktree = NULL;
  g_autoptr (ShipGitRepositoryInfo) detached = NULL;

  g_free (ship_git_fixture_git (fixture->root, "clone", "-q", "--bare", fixture->repo, bare, NULL));
  of_bare = inspect (bare, NULL, NULL);
  g_assert_true (of_bare->is_bare);
  g_assert_cmpstr (of_bare->name, ==, "bare");
  g_assert_cmpuint (of_bare->n_dirty, ==, 0);
  g_free (
    ship_git_fixture_git (fixture->repo, "worktree", "add", "-q", "-b", "side", worktree, NULL));
  of_worktree = inspect (worktree, NULL, NULL);
  g_assert_cmpstr (of_worktree->path, ==, worktree);
  g_assert_cmpstr (of_worktree->branch, ==, "side");
  git (fixture->repo, "checkout", "-q", "--detach");
  detached = inspect (fixture->repo, NULL, NULL);
  g_assert_null (detached->branch);
  g_assert_cmpstr (detached->commit, ==, fixture->base);
}

static void
test_inspect_submodules (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *cache = g_strdup_printf ("160000,%s,sub", fixture->base);
  g_autoptr (ShipGitRepositoryInfo) info = NULL;

  g_free (
    ship_git_fixture_git (fixture->repo, "update-index", "--add", "--cacheinfo", cache, NULL));
  info = inspect (fixture->repo, NULL, NULL);
  g_assert_true (info->has_submodules);
}

static void
test_inspect_identity (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (ShipGitRepositoryInfo) info = NULL;
  g_autoptr (ShipGitRepositoryInfo) nobody = NULL;

  git (fixture->repo, "config", "user.name", "Local Name");
  g_setenv ("GIT_AUTHOR_EMAIL", "env@example.com", TRUE);
  info = inspect (fixture->repo, NULL, NULL);
  g_unsetenv ("GIT_AUTHOR_EMAIL");
  g_assert_cmpstr (info->user_name, ==, "Local Name");
  g_assert_cmpstr (info->user_email, ==, "env@example.com");
  git (fixture->repo, "config", "user.name", "");
  git (fixture->repo, "config", "user.email", "");
  nobody = inspect (fixture->repo, NULL, NULL);
  g_assert_null (nobody->user_name);
  g_assert_null (nobody->user_email);
}

static void
test_inspect_errors (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *empty = g_build_filename (fixture->root, "empty", NULL);
  g_autofree char *nowhere = g_build_filename (fixture->root, "nowhere", NULL);

  assert_inspect_fails (nowhere, NULL, SHIP_GIT_ERROR_NOT_FOUND, "There is no folder");
  assert_inspect_fails (fixture->root,
                        NULL,
                        SHIP_GIT_ERROR_NOT_A_REPOSITORY,
                        "not in a git repository");
  git (fixture->root, "init", "-q", "empty");
  assert_inspect_fails (empty, NULL, SHIP_GIT_ERROR_EMPTY, "“empty” has no commit yet");
}

static void
test_not_owned (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *below = g_build_filename (fixture->repo, "src", NULL);
  g_autofree char *remedy =
    g_strdup_printf ("git config --global --add safe.directory '%s'", fixture->repo);
  g_autoptr (ShipGitRepositoryInfo) info = NULL;
  const char *argv[] = { "chown", "-R", "54321:54321", fixture->repo, NULL };

  if (geteuid () != 0)
    {
      g_test_skip ("only root can give a repository to somebody else");
      return;
    }
  g_assert_cmpint (ship_git_fixture_run (argv, NULL, NULL, NULL, NULL, NULL), ==, 0);
  assert_inspect_fails (fixture->repo, NULL, SHIP_GIT_ERROR_NOT_OWNED, remedy);
  assert_inspect_fails (below, NULL, SHIP_GIT_ERROR_NOT_OWNED, remedy);
  /* The remedy is one. Another directory's is none, and gives another error inside libgit2. */
  g_free (ship_git_fixture_git (fixture->root,
                                "config",
                                "--global",
                                "safe.directory",
                                "/elsewhere",
                                NULL));
  assert_inspect_fails (below, NULL, SHIP_GIT_ERROR_NOT_OWNED, remedy);
  g_free (ship_git_fixture_git (fixture->root,
                                "config",
                                "--global",
                                "--add",
                                "safe.directory",
                                fixture->repo,
                                NULL));
  info = inspect (below, NULL, NULL);
  g_assert_nonnull (info);
}

static void
test_inspect_cancelled (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ship_git_repository_inspect_async (fixture->repo,
                                     NULL,
                                     cancellable,
                                     ship_test_keep_result,
                                     &result);
  g_assert_null (ship_git_repository_inspect_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* A turn's commit in the mirror, made of what stands in a scratch clone. */
static char *
make_turn (ShipGitFixture *fixture, const char *parent, const char *text)
{
  g_autofree char *scratch = g_build_filename (fixture->root, "scratch", NULL);
  g_autofree char *objects = g_build_filename (fixture->mirror, "objects", NULL);
  g_autofree char *tree = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GError) error = NULL;
  char *commit;

  g_assert_true (ship_git_fixture_update (fixture, fixture->base, NULL));
  if (!g_file_test (scratch, G_FILE_TEST_EXISTS))
    git (fixture->root, "init", "-q", "scratch");
  ship_git_fixture_write (scratch, ".git/objects/info/alternates", objects);
  git (scratch, "reset", "-q", parent);
  git (scratch, "checkout", "-q", ".");
  ship_git_fixture_write (scratch, "src/turn.c", text);
  ship_git_fixture_pack_tree (scratch, parent, &tree, &pack);
  commit = ship_git_fixture_import (fixture, tree, pack, parent, BRANCH, &error);
  g_assert_no_error (error);
  return commit;
}

/* Everything of the repository but its objects and the one branch with its log. */
static char *
snapshot_but_branch (ShipGitFixture *fixture)
{
  g_autofree char *whole = ship_git_fixture_snapshot (fixture->repo);
  g_auto (GStrv) lines = g_strsplit (whole, "\n", -1);
  GString *text = g_string_new (NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (strstr (lines[i], "./.git/objects/") == NULL &&
        strstr (lines[i], "refs/heads/" BRANCH) == NULL)
      g_string_append_printf (text, "%s\n", lines[i]);
  return g_string_free (text, FALSE);
}

static void
assert_delivered (ShipGitFixture *fixture, const char *commit)
{
  g_autofree char *before = snapshot_but_branch (fixture);
  g_autofree char *after = NULL;
  g_autofree char *found = NULL;
  g_autofree char *fsck = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_fixture_deliver (fixture, BRANCH, commit, &error);
  g_assert_no_error (error);
  after = snapshot_but_branch (fixture);
  g_assert_cmpstr (before, ==, after);
  found = ship_git_fixture_git (fixture->repo, "rev-parse", "refs/heads/" BRANCH, NULL);
  g_assert_cmpstr (found, ==, commit);
  fsck = ship_git_fixture_git (fixture->repo, "fsck", "--no-progress", "--no-dangling", NULL);
  g_assert_cmpstr (fsck, ==, "");
}

static void
test_deliver (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *first = make_turn (fixture, fixture->base, "int one;\n");
  g_autofree char *second = NULL;
  g_autofree char *objects = NULL;

  /* A dirty checkout, a hook that would be seen, and settings that would lead elsewhere. */
  ship_git_fixture_write (fixture->repo, "README", "in the middle of something\n");
  ship_git_fixture_write (fixture->repo,
                          ".git/hooks/reference-transaction",
                          "#!/bin/sh\ntouch HOOK-RAN\n");
  ship_git_fixture_write (fixture->repo, ".git/hooks/post-update", "#!/bin/sh\ntouch HOOK-RAN\n");
  g_free (ship_git_fixture_git (fixture->repo,
                                "config",
                                "url.https://evil.invalid/.insteadOf",
                                "/",
                                NULL));
  assert_delivered (fixture, first);
  assert_delivered (fixture, first);
  second = make_turn (fixture, first, "int two;\n");
  assert_delivered (fixture, second);
  /* Three new objects for each turn, but nothing of what was there. */
  objects = ship_git_fixture_git (fixture->repo, "count-objects", "-v", NULL);
  g_assert_nonnull (strstr (objects, "in-pack: 8"));
}

static void
assert_conflict (ShipGitFixture *fixture, const char *commit, const char *says)
{
  g_autofree char *before = ship_git_fixture_snapshot (fixture->repo);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (ship_git_fixture_deliver (fixture, BRANCH, commit, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_CONFLICT);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, says));
  after = ship_git_fixture_snapshot (fixture->repo);
  g_assert_cmpstr (before, ==, after);
}

static void
test_deliver_conflicts (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *worktree = g_build_filename (fixture->root, "tree", NULL);
  g_autofree char *first = make_turn (fixture, fixture->base, "int one;\n");
  g_autofree char *theirs = NULL;

  git (fixture->repo, "symbolic-ref", "HEAD", "refs/heads/" BRANCH);
  assert_conflict (fixture, first, "checked out");
  git (fixture->repo, "symbolic-ref", "HEAD", "refs/heads/main");
  g_free (
    ship_git_fixture_git (fixture->repo, "worktree", "add", "-q", "-b", BRANCH, worktree, NULL));
  assert_conflict (fixture, first, "checked out");
  g_free (ship_git_fixture_git (fixture->repo, "worktree", "remove", worktree, NULL));
  assert_delivered (fixture, first);
  git (fixture->repo, "checkout", "-q", BRANCH);
  ship_git_fixture_write (fixture->repo, "mine", "mine\n");
  theirs = ship_git_fixture_commit (fixture, "mine");
  git (fixture->repo, "checkout", "-q", "main");
  assert_conflict (fixture, first, "commits that this session does not have");
}

/* The user has gone on since: their new commits are unknown to the mirror, and nothing is sent
 * twice. */
static void
test_deliver_after_users_work (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *first = make_turn (fixture, fixture->base, "int one;\n");
  g_autofree char *theirs = NULL;
  g_autofree char *objects = NULL;

  ship_git_fixture_write (fixture->repo, "README", "mine\n");
  theirs = ship_git_fixture_commit (fixture, "mine");
  assert_delivered (fixture, first);
  objects = ship_git_fixture_git (fixture->repo, "count-objects", "-v", NULL);
  g_assert_nonnull (strstr (objects, "in-pack: 4"));
}

/* The base is gone from the user's repository: the whole history is brought. */
static void
test_deliver_to_another (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *first = make_turn (fixture, fixture->base, "int one;\n");
  g_autofree char *other = g_build_filename (fixture->root, "other", NULL);
  g_autofree char *unrelated = NULL;

  git (fixture->root, "init", "-q", "other");
  g_free (g_steal_pointer (&fixture->repo));
  fixture->repo = g_steal_pointer (&other);
  ship_git_fixture_write (fixture->repo, "unrelated", "1\n");
  unrelated = ship_git_fixture_commit (fixture, "unrelated");
  assert_delivered (fixture, first);
}

static void
test_deliver_errors (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *first = make_turn (fixture, fixture->base, "int one;\n");
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_false (
    ship_git_fixture_deliver (fixture, BRANCH, "abababababababababababababababababababab", &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (ship_git_fixture_deliver (fixture, "a..b", first, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  ship_git_repository_deliver_async (fixture->repo,
                                     fixture->mirror,
                                     BRANCH,
                                     first,
                                     cancellable,
                                     ship_test_keep_result,
                                     &result);
  g_assert_false (ship_git_repository_deliver_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/repository/inspect", test_inspect);
  g_test_add_func ("/git/repository/inspect-branch", test_inspect_branch);
  g_test_add_func ("/git/repository/inspect-kinds", test_inspect_kinds);
  g_test_add_func ("/git/repository/inspect-submodules", test_inspect_submodules);
  g_test_add_func ("/git/repository/inspect-identity", test_inspect_identity);
  g_test_add_func ("/git/repository/inspect-errors", test_inspect_errors);
  g_test_add_func ("/git/repository/not-owned", test_not_owned);
  g_test_add_func ("/git/repository/inspect-cancelled", test_inspect_cancelled);
  g_test_add_func ("/git/repository/deliver", test_deliver);
  g_test_add_func ("/git/repository/deliver-conflicts", test_deliver_conflicts);
  g_test_add_func ("/git/repository/deliver-after-users-work", test_deliver_after_users_work);
  g_test_add_func ("/git/repository/deliver-to-another", test_deliver_to_another);
  g_test_add_func ("/git/repository/deliver-errors", test_deliver_errors);
  return g_test_run ();
}
