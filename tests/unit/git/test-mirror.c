/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-mirror.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* The host's own copy: made, updated, shared between processes. */

static void
expect (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
assert_updated (ShipGitFixture *fixture, const char *commit)
{
  g_autoptr (GError) error = NULL;

  ship_git_fixture_update (fixture, commit, &error);
  g_assert_no_error (error);
}

static void
assert_whole (ShipGitFixture *fixture)
{
  expect (ship_git_fixture_git (fixture->mirror,
                                "fsck",
                                "--strict",
                                "--no-progress",
                                "--no-dangling",
                                NULL),
          "");
}

static char *
count (ShipGitFixture *fixture, const char *commit)
{
  return ship_git_fixture_git (fixture->mirror, "rev-list", "--count", commit, NULL);
}

static void
test_update (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *second = NULL;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autofree char *packs = NULL;

  assert_updated (fixture, fixture->base);
  before = ship_git_fixture_snapshot (fixture->mirror);
  assert_updated (fixture, fixture->base);
  after = ship_git_fixture_snapshot (fixture->mirror);
  g_assert_cmpstr (before, ==, after);
  ship_git_fixture_write (fixture->repo, "README", "hello again\n");
  second = ship_git_fixture_commit (fixture, "second");
  assert_updated (fixture, second);
  expect (count (fixture, second), "2");
  assert_whole (fixture);
  /* Only what was new: a commit, a tree, a blob. */
  packs = ship_git_fixture_git (fixture->mirror, "count-objects", "-v", NULL);
  g_assert_nonnull (strstr (packs, "in-pack: 9\npacks: 2"));
}

/* More than one piece of the stream, with deltas in the source's pack. */
static void
test_large (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  g_autofree char *commit = NULL;

  for (guint round = 0; round < 3; round++)
    for (guint i = 0; i < 20; i++)
      {
        g_autofree char *name = g_strdup_printf ("file-%u", i);
        g_autoptr (GString) text = g_string_new (NULL);

        g_rand_set_seed (random, i);
        while (text->len < 100 * 1000)
          g_string_append_printf (text, "%08x%08x\n", g_rand_int (random), g_rand_int (random));
        g_string_append_printf (text, "%u\n", round);
        ship_git_fixture_write (fixture->repo, name, text->str);
        if (i == 19)
          {
            g_free (commit);
            commit = ship_git_fixture_commit (fixture, name);
          }
      }
  g_free (ship_git_fixture_git (fixture->repo, "gc", "-q", NULL));
  assert_updated (fixture, commit);
  expect (count (fixture, commit), "4");
  assert_whole (fixture);
}

/* What is not reachable from the commit stays where it is: other branches, the stash, amended
 * commits. */
static void
test_only_what_is_reachable (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *secret = NULL;
  g_autofree char *probe = NULL;
  const char      *argv[] = { "git", "cat-file", "-e", NULL, NULL };

  g_free (ship_git_fixture_git (fixture->repo, "checkout", "-q", "-b", "private", NULL));
  ship_git_fixture_write (fixture->repo, ".env", "PASSWORD=hunter2\n");
  secret = ship_git_fixture_commit (fixture, "secret");
  g_free (ship_git_fixture_git (fixture->repo, "gc", "-q", NULL));
  assert_updated (fixture, fixture->base);
  argv[3] = secret;
  g_assert_cmpint (ship_git_fixture_run (argv, fixture->mirror, NULL, NULL, NULL, NULL), !=, 0);
}

/* A sandbox reads the objects as another user, whatever umask we have. */
static void
test_modes (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  const char *argv[] = { "find", "objects", "(",     "-type", "d", "!",     "-perm", "0755", ")",
                         "-o",   "(",       "-type", "f",     "!", "-perm", "0444",  ")",    NULL };
  g_autofree char *tree = NULL;
  g_autofree char *commit = NULL;
  g_autoptr (GBytes) pack = NULL;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GError) error = NULL;
  mode_t mask = umask (0077);

  assert_updated (fixture, fixture->base);
  ship_git_fixture_write (fixture->repo, "x", "1\n");
  ship_git_fixture_pack_tree (fixture->repo, fixture->base, &tree, &pack);
  commit = ship_git_fixture_import (fixture, tree, pack, fixture->base, "b", &error);
  umask (mask);
  g_assert_no_error (error);
  g_assert_cmpint (ship_git_fixture_run (argv, fixture->mirror, NULL, NULL, &output, NULL), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (output), ==, 0);
}

static void
test_source_with_alternates (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *clone = g_build_filename (fixture->root, "a \"odd\"\tname", NULL);
  g_autofree char *second = NULL;

  g_free (
    ship_git_fixture_git (fixture->root, "clone", "-q", "--shared", fixture->repo, clone, NULL));
  g_free (g_steal_pointer (&fixture->repo));
  fixture->repo = g_strdup (clone);
  ship_git_fixture_write (fixture->repo, "README", "hello again\n");
  second = ship_git_fixture_commit (fixture, "second");
  g_free (ship_git_fixture_git (fixture->repo, "gc", "-q", NULL));
  assert_updated (fixture, second);
  expect (count (fixture, second), "2");
  assert_whole (fixture);
}

static void
test_shallow_source (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *clone = g_build_filename (fixture->root, "shallow", NULL);
  g_autofree char *url = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;
  g_autofree char *marker =
    g_build_filename (fixture->mirror, "objects", "info", "ship-shallow", NULL);

  ship_git_fixture_write (fixture->repo, "README", "hello again\n");
  second = ship_git_fixture_commit (fixture, "second");
  url = g_strconcat ("file://", fixture->repo, NULL);
  g_free (ship_git_fixture_git (fixture->root, "clone", "-q", "--depth=1", url, "shallow", NULL));
  g_free (g_steal_pointer (&fixture->repo));
  fixture->repo = g_strdup (clone);
  assert_updated (fixture, second);
  expect (count (fixture, second), "1");
  g_assert_true (g_file_test (marker, G_FILE_TEST_IS_REGULAR));
  ship_git_fixture_write (fixture->repo, "README", "third\n");
  third = ship_git_fixture_commit (fixture, "third");
  assert_updated (fixture, third);
  expect (count (fixture, third), "2");
  assert_whole (fixture);
  g_assert_true (ship_git_fixture_deliver (fixture, "ship-x", second, NULL));
}

static void
test_errors (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_false (
    ship_git_fixture_update (fixture, "abababababababababababababababababababab", &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (ship_git_fixture_update (fixture, "HEAD", &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  ship_git_mirror_update_async (fixture->mirror,
                                fixture->root,
                                fixture->base,
                                NULL,
                                ship_test_keep_result,
                                &result);
  g_assert_false (ship_git_mirror_update_finish (ship_test_await (&result), &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_A_REPOSITORY);
  g_assert_false (g_file_test (fixture->mirror, G_FILE_TEST_EXISTS));
}

/* A source whose objects are damaged: a plain sentence, and the mirror has nothing of it. */
static void
test_broken_source (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *blob = ship_git_fixture_git (fixture->repo, "rev-parse", "HEAD:README", NULL);
  g_autofree char *name = g_strdup_printf (".git/objects/%.2s/%s", blob, blob + 2);
  g_autofree char *path = g_build_filename (fixture->repo, name, NULL);
  g_autofree char *packs = g_build_filename (fixture->mirror, "objects", "pack", NULL);
  g_autoptr (GDir) directory = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_unlink (path), ==, 0);
  g_assert_false (ship_git_fixture_update (fixture, fixture->base, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED);
  g_test_message ("%s", error->message);
  directory = g_dir_open (packs, 0, NULL);
  g_assert_null (g_dir_read_name (directory));
}

static void
test_delete_branch (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *refs = NULL;
  g_autoptr (GError) error = NULL;

  assert_updated (fixture, fixture->base);
  g_free (
    ship_git_fixture_git (fixture->mirror, "update-ref", "refs/heads/gone", fixture->base, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      /* The second time there is nothing left to delete. */
      ship_git_mirror_delete_branch_async (fixture->mirror,
                                           "gone",
                                           NULL,
                                           ship_test_keep_result,
                                           &result);
      ship_git_mirror_delete_branch_finish (ship_test_await (&result), &error);
      g_assert_no_error (error);
    }
  refs = ship_git_fixture_git (fixture->mirror, "for-each-ref", "refs/heads", NULL);
  g_assert_cmpstr (refs, ==, "");
}

static void
test_cancel_while_locked (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autofree char *lock = g_strconcat (fixture->mirror, ".lock", NULL);
  g_autofree char *parent = g_path_get_dirname (fixture->mirror);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  int fd;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  fd = g_open (lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  ship_git_mirror_update_async (fixture->mirror,
                                fixture->repo,
                                fixture->base,
                                cancellable,
                                ship_test_keep_result,
                                &result);
  g_usleep (50 * 1000);
  g_assert_false (g_file_test (fixture->mirror, G_FILE_TEST_EXISTS));
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_git_mirror_update_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (fd);
  assert_updated (fixture, fixture->base);
}

static void
count_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  guint *n_pending = user_data;

  ship_git_mirror_update_finish (result, &error);
  g_assert_no_error (error);
  --*n_pending;
}

/* Four threads and three further processes make the same mirror and bring different commits. */
static void
test_at_once (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GPtrArray) commits = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) processes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *quarantine = g_build_filename (fixture->mirror, "incoming", NULL);
  guint            n_pending = 0;

  for (guint i = 0; i < 7; i++)
    {
      g_autofree char *text = g_strdup_printf ("%u\n", i);

      ship_git_fixture_write (fixture->repo, "n", text);
      g_ptr_array_add (commits, ship_git_fixture_commit (fixture, text));
    }
  for (guint i = 0; i < 3; i++)
    g_ptr_array_add (processes,
                     g_subprocess_new (G_SUBPROCESS_FLAGS_NONE,
                                       NULL,
                                       self,
                                       "--update",
                                       fixture->mirror,
                                       fixture->repo,
                                       commits->pdata[i],
                                       NULL));
  for (guint i = 2; i < 7; i++, n_pending++)
    ship_git_mirror_update_async (fixture->mirror,
                                  fixture->repo,
                                  commits->pdata[i],
                                  NULL,
                                  count_cb,
                                  &n_pending);
  while (n_pending > 0)
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < processes->len; i++)
    g_assert_true (g_subprocess_wait_check (processes->pdata[i], NULL, NULL));
  for (guint i = 0; i < commits->len; i++)
    {
      g_autofree char *name = g_strconcat ("refs/ship/base/", commits->pdata[i], NULL);

      expect (ship_git_fixture_git (fixture->mirror, "rev-parse", name, NULL), commits->pdata[i]);
    }
  assert_whole (fixture);
  g_assert_false (g_file_test (quarantine, G_FILE_TEST_EXISTS));
}

/* What a crash left behind is no obstacle. */
static void
test_after_crash (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *fresh = g_strconcat (fixture->mirror, ".new", NULL);
  g_autofree char *second = NULL;

  ship_git_fixture_write (fresh, "objects/half", "x");
  assert_updated (fixture, fixture->base);
  ship_git_fixture_write (fixture->mirror, "incoming/objects/pack/pack-x.pack", "half");
  ship_git_fixture_write (fixture->repo, "README", "hello again\n");
  second = ship_git_fixture_commit (fixture, "second");
  assert_updated (fixture, second);
  assert_whole (fixture);
}

static int
update_and_exit (char **argv)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_mirror_update_async (argv[2], argv[3], argv[4], NULL, ship_test_keep_result, &result);
  return ship_git_mirror_update_finish (ship_test_await (&result), NULL) ? 0 : 1;
}

int
main (int argc, char *argv[])
{
  if (argc == 5 && strcmp (argv[1], "--update") == 0)
    return update_and_exit (argv);
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/mirror/update", test_update);
  g_test_add_func ("/git/mirror/large", test_large);
  g_test_add_func ("/git/mirror/only-what-is-reachable", test_only_what_is_reachable);
  g_test_add_func ("/git/mirror/modes", test_modes);
  g_test_add_func ("/git/mirror/source-with-alternates", test_source_with_alternates);
  g_test_add_func ("/git/mirror/shallow-source", test_shallow_source);
  g_test_add_func ("/git/mirror/errors", test_errors);
  g_test_add_func ("/git/mirror/broken-source", test_broken_source);
  g_test_add_func ("/git/mirror/delete-branch", test_delete_branch);
  g_test_add_func ("/git/mirror/cancel-while-locked", test_cancel_while_locked);
  g_test_add_func ("/git/mirror/at-once", test_at_once);
  g_test_add_func ("/git/mirror/after-crash", test_after_crash);
  return g_test_run ();
}
