/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"
#include "client/ship-store-once.h"
#include "client/ship-transcript.h"
#include "git/ship-git-error.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <fcntl.h>
#include <git2.h>
#include <glib/gstdio.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

/* Making and deleting sessions, on a repository made here. */

static char *
create (ShipPaths *paths, const ShipNewSession *what, guint *n_dirty, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_create_async (paths, what, NULL, ship_test_keep_result, &result);
  return ship_session_create_finish (ship_test_await (&result), n_dirty, error);
}

static gboolean
remove_session (ShipPaths *paths, const char *id, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_remove_async (paths, id, NULL, ship_test_keep_result, &result);
  return ship_session_remove_finish (ship_test_await (&result), error);
}

static guint
count_sessions (ShipPaths *paths)
{
  g_autofree char *path = g_build_filename (ship_paths_get_data_dir (paths), "sessions", NULL);
  g_autoptr (GDir) directory = g_dir_open (path, 0, NULL);
  guint count = 0;

  while (directory != NULL && g_dir_read_name (directory) != NULL)
    count++;
  return count;
}

static gboolean
load_index_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(GPtrArray **) data = ship_index_table_list (db, FALSE, error);
  return *(GPtrArray **) data != NULL;
}

static ShipPaths *
paths_for (const char *name)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), name, NULL);

  return ship_paths_new_for_root (root);
}

static void
test_create (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("create");
  g_autofree char *repository = g_build_filename (client_test_get_root (), "create-repo", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *id = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *suffix = NULL;
  struct stat      status;
  guint            n_dirty = 99;
  ShipNewSession   what = { .repository = repository,
                            .prompt = "Fix the bug\nin main.c",
                            .model = "a/b/c",
                            .mode = "build" };

  client_test_make_repository (repository, TRUE);
  id = create (paths, &what, &n_dirty, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (n_dirty, !=, 99);
  directory = ship_paths_dup_session_dir (paths, id);
  g_assert_cmpint (g_stat (directory, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0700);

  ship_session_snapshot_load_async (paths, id, NULL, ship_test_keep_result, &result);
  snapshot = ship_session_snapshot_load_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (snapshot->session->id, ==, id);
  g_assert_cmpstr (snapshot->session->title, ==, "Fix the bug");
  g_assert_cmpstr (snapshot->session->model, ==, "a/b/c");
  g_assert_cmpstr (snapshot->session->state, ==, "hibernated");
  g_assert_cmpstr (snapshot->session->base_branch, ==, "main");
  g_assert_cmpuint (strlen (snapshot->session->base_commit), ==, 40);
  g_assert_cmpstr (snapshot->session->head_commit, ==, snapshot->session->base_commit);
  g_assert_true (g_str_has_prefix (snapshot->session->branch, "ship-fix-the-bug-"));
  suffix = g_strndup (id, 8);
  g_assert_true (g_str_has_suffix (snapshot->session->branch, suffix));
  g_assert_cmpuint (snapshot->tasks->len, ==, 0);

  client_test_write_index (paths, load_index_job, &rows);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((ShipIndexRow *) rows->pdata[0])->id, ==, id);
  g_assert_cmpstr (((ShipIndexRow *) rows->pdata[0])->branch, ==, snapshot->session->branch);
}

static void
test_refused (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("refused");
  g_autofree char *repository = g_build_filename (client_test_get_root (), "good-repo", NULL);
  g_autofree char *anonymous = g_build_filename (client_test_get_root (), "anon-repo", NULL);
  g_autofree char *nowhere = g_build_filename (client_test_get_root (), "nowhere", NULL);
  const struct
  {
    ShipNewSession what;
    GQuark         domain;
    int            code;
  } cases[] = {
    { { repository, "t", NULL, NULL, NULL, "nomodel", "build" },
      SHIP_CLIENT_ERROR,
      SHIP_CLIENT_ERROR_INVALID },
    { { repository, "t", NULL, NULL, NULL, "a/b", "dream" },
      SHIP_CLIENT_ERROR,
      SHIP_CLIENT_ERROR_INVALID },
    { { repository, "t", NULL, NULL, "a..b", "a/b", "build" },
      SHIP_CLIENT_ERROR,
      SHIP_CLIENT_ERROR_INVALID },
    { { repository, "t", NULL, NULL, "main", "a/b", "build" },
      SHIP_GIT_ERROR,
      SHIP_GIT_ERROR_CONFLICT },
    { { repository, "t", NULL, "no-such", NULL, "a/b", "build" },
      SHIP_GIT_ERROR,
      SHIP_GIT_ERROR_NOT_FOUND },
    { { anonymous, "t", NULL, NULL, NULL, "a/b", "build" },
      SHIP_GIT_ERROR,
      SHIP_GIT_ERROR_NO_IDENTITY },
    { { nowhere, "t", NULL, NULL, NULL, "a/b", "build" },
      SHIP_GIT_ERROR,
      SHIP_GIT_ERROR_NOT_FOUND },
    { { client_test_get_root (), "t", NULL, NULL, NULL, "a/b", "build" },
      SHIP_GIT_ERROR,
      SHIP_GIT_ERROR_NOT_A_REPOSITORY },
  };

  client_test_make_repository (repository, TRUE);
  client_test_make_repository (anonymous, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("case %u", i);
      g_assert_null (create (paths, &cases[i].what, NULL, &error));
      g_assert_error (error, cases[i].domain, cases[i].code);
    }
  g_assert_cmpuint (count_sessions (paths), ==, 0);
}

/* The index cannot be written: the session's directory goes again. */
static void
test_taken_back (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("taken-back");
  g_autofree char *repository = g_build_filename (client_test_get_root (), "back-repo", NULL);
  g_autofree char *index = ship_paths_dup_index_file (paths);
  g_autoptr (GError) error = NULL;
  ShipNewSession what = { .repository = repository, .title = "t", .model = "a/b", .mode = "plan" };

  client_test_make_repository (repository, TRUE);
  g_assert_cmpint (g_mkdir_with_parents (index, 0700), ==, 0);
  g_assert_null (create (paths, &what, NULL, &error));
  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, SHIP_STORE_ERROR);
  g_assert_cmpuint (count_sessions (paths), ==, 0);
}

static void
test_cancel (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("cancel");
  g_autofree char *repository = g_build_filename (client_test_get_root (), "cancel-repo", NULL);
  ShipNewSession what = { .repository = repository, .title = "t", .model = "a/b", .mode = "build" };
  guint          n_cancelled = 0;

  client_test_make_repository (repository, TRUE);
  /* After so many iterations of the main loop: in every step. */
  for (guint n_steps = 0; n_steps < 8; n_steps++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      g_autofree char *id = NULL;

      ship_session_create_async (paths, &what, cancellable, ship_test_keep_result, &result);
      for (guint i = 0; i < n_steps && result == NULL; i++)
        g_main_context_iteration (NULL, TRUE);
      g_cancellable_cancel (cancellable);
      id = ship_session_create_finish (ship_test_await (&result), NULL, &error);
      if (id != NULL)
        {
          g_assert_true (remove_session (paths, id, NULL));
          continue;
        }
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (count_sessions (paths), ==, 0);
      n_cancelled++;
    }
  g_assert_cmpuint (n_cancelled, >, 0);
}

/* What an agent may leave behind: depth, modes, links. */
static void
make_mess (const char *directory, const char *outside)
{
  g_autofree char *link = g_build_filename (directory, "link", NULL);
  g_autofree char *closed = g_build_filename (directory, "closed", NULL);
  g_autofree char *inside = g_build_filename (closed, "file", NULL);
  int              fd = open (directory, O_DIRECTORY | O_RDONLY | O_CLOEXEC);

  g_assert_cmpint (symlink (outside, link), ==, 0);
  g_assert_cmpint (g_mkdir (closed, 0700), ==, 0);
  g_assert_true (g_file_set_contents (inside, "x", -1, NULL));
  g_assert_cmpint (g_chmod (closed, 0), ==, 0);
  for (guint i = 0; i < 3000; i++)
    {
      int next;

      g_assert_cmpint (mkdirat (fd, "deep", 0500 | S_IWUSR), ==, 0);
      next = openat (fd, "deep", O_DIRECTORY | O_RDONLY | O_CLOEXEC);
      g_assert_cmpint (next, >=, 0);
      close (fd);
      fd = next;
    }
  close (fd);
}

static void
test_remove (void)
{
  const struct rlimit few = { 512, 512 };
  g_autoptr (ShipPaths) paths = paths_for ("remove");
  g_autofree char *repository = g_build_filename (client_test_get_root (), "remove-repo", NULL);
  g_autofree char *outside = g_build_filename (client_test_get_root (), "outside", NULL);
  g_autofree char *kept = g_build_filename (outside, "kept", NULL);
  g_autofree char *id = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *lock_path = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autoptr (GAsyncResult) forced = NULL;
  g_autoptr (GError) error = NULL;
  ShipNewSession what = { .repository = repository, .title = "t", .model = "a/b", .mode = "build" };
  int            lock;

  /* Deeper than there are descriptors. */
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &few), ==, 0);
  client_test_make_repository (repository, TRUE);
  g_assert_cmpint (g_mkdir (outside, 0700), ==, 0);
  g_assert_true (g_file_set_contents (kept, "x", -1, NULL));
  id = create (paths, &what, NULL, &error);
  g_assert_no_error (error);
  directory = ship_paths_dup_session_dir (paths, id);
  make_mess (directory, outside);

  lock_path = ship_paths_dup_session_lock (paths, id);
  lock = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (lock, LOCK_EX | LOCK_NB), ==, 0);
  g_assert_false (remove_session (paths, id, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT);
  g_clear_error (&error);
  close (lock);

  ship_session_remove_by_force_async (paths, id, NULL, ship_test_keep_result, &forced);
  g_assert_true (ship_session_remove_finish (ship_test_await (&forced), &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (kept, G_FILE_TEST_EXISTS));
  client_test_write_index (paths, load_index_job, &rows);
  g_assert_cmpuint (rows->len, ==, 0);
  g_assert_false (remove_session (paths, id, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (remove_session (paths, "..", &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  int status;

  client_test_init (&argc, &argv);
  git_libgit2_init ();
  g_test_add_func ("/client/session-creator/create", test_create);
  g_test_add_func ("/client/session-creator/refused", test_refused);
  g_test_add_func ("/client/session-creator/taken-back", test_taken_back);
  g_test_add_func ("/client/session-creator/cancel", test_cancel);
  g_test_add_func ("/client/session-creator/remove", test_remove);
  status = client_test_run ();
  git_libgit2_shutdown ();
  return status;
}
