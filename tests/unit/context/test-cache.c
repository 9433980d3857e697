/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-tree-size.h"
#include "client-test.h"
#include "context/ship-base-refresh.h"
#include "context/ship-base.h"
#include "context/ship-cache-prune.h"
#include "context/ship-tidy.h"
#include "context/ship-use-lock.h"
#include "git/ship-git-mirror.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <git2.h>
#include <glib/gstdio.h>
#include <utime.h>

/* What the cache keeps, and what is made for it ahead. */

#define A   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B   "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define C   "cccccccccccccccccccccccccccccccccccccccc"
#define OLD 100000 /* seconds ago */

typedef struct
{
  ShipPaths *paths;      /* (owned) */
  char      *repository; /* (owned) */
  char      *mirror;     /* (owned) */
  char      *dir;        /* (owned): of its bases */
} Fixture;

static gboolean
nothing_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), data, NULL);

  f->paths = ship_paths_new_for_root (root);
  f->repository = g_build_filename (root, "repository", NULL);
  client_test_make_repository (f->repository, TRUE);
  f->mirror = ship_paths_dup_mirror (f->paths, f->repository);
  f->dir = ship_paths_dup_bases (f->paths, f->repository);
  g_assert_true (ship_paths_make_private_dir (ship_paths_get_data_dir (f->paths), NULL));
  client_test_write_index (f->paths, nothing_job, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  ship_paths_unref (f->paths);
  g_free (f->repository);
  g_free (f->mirror);
  g_free (f->dir);
}

static void
age (const char *path, int seconds)
{
  time_t         time = (time_t) (g_get_real_time () / G_USEC_PER_SEC) - seconds;
  struct utimbuf times = { time, time };

  g_assert_no_errno (utime (path, &times));
}

/* 40 kB. */
static void
add_base (Fixture *f, const char *commit, const char *below, int unused_seconds)
{
  g_autofree char *path = ship_base_dup_path (f->dir, commit);
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  g_autofree char *tree = g_build_filename (fresh, "tree", NULL);
  g_autofree char *file = g_build_filename (tree, "file", NULL);
  g_autofree char *lock = ship_base_dup_lock_path (f->dir, commit);
  g_autofree char *content = g_strnfill (40000, 'x');
  g_autoptr (GBytes) index = g_bytes_new ("DIRC", 4);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (tree, 0700));
  g_assert_true (g_file_set_contents (file, content, -1, NULL));
  g_assert_true (g_file_set_contents (lock, "", 0, NULL));
  ship_base_publish_thread (f->dir, commit, fresh, index, below, &error);
  g_assert_no_error (error);
  age (lock, unused_seconds);
}

static gboolean
has_base (Fixture *f, const char *commit)
{
  g_auto (GStrv) commits = ship_base_list_thread (f->dir);

  return g_strv_contains ((const char *const *) commits, commit);
}

static guint
prune (Fixture *f, guint64 base_bytes, gint64 base_seconds)
{
  ShipCacheLimits limits = { base_bytes, base_seconds, OLD / 2 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_removed = 0;

  ship_cache_prune_async (f->paths, &limits, NULL, ship_test_keep_result, &result);
  ship_cache_prune_finish (ship_test_await (&result), &n_removed, &error);
  g_assert_no_error (error);
  return n_removed;
}

static void
test_bases_by_age (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipBase) used = NULL;
  g_autofree char *lock = ship_base_dup_lock_path (f->dir, C);
  g_autofree char *remains = g_build_filename (f->dir, A ".new", "tree", NULL);

  add_base (f, A, NULL, OLD);
  add_base (f, B, A, OLD);
  add_base (f, C, NULL, OLD);
  g_assert_no_errno (g_mkdir_with_parents (remains, 0700));
  used = ship_base_open_thread (f->dir, C, NULL, NULL);
  age (lock, OLD);
  g_assert_cmpuint (prune (f, G_MAXUINT64, 2 * OLD), ==, 0);
  g_assert_cmpuint (prune (f, G_MAXUINT64, OLD / 2), ==, 2); /* what lies over it goes first */
  g_assert_false (has_base (f, A));
  g_assert_false (has_base (f, B));
  g_assert_true (has_base (f, C));
  g_assert_false (g_file_test (remains, G_FILE_TEST_EXISTS));
}

static void
test_bases_by_size (Fixture *f, gconstpointer data)
{
  add_base (f, A, NULL, 30);
  add_base (f, B, NULL, 20);
  add_base (f, C, NULL, 10);
  g_assert_cmpuint (prune (f, 400000, OLD), ==, 0);
  g_assert_cmpuint (prune (f, 130000, OLD), ==, 1);
  g_assert_false (has_base (f, A));
  g_assert_true (has_base (f, B));
  g_assert_cmpuint (prune (f, 0, OLD), ==, 2);
}

/* --- mirrors --- */

static char *
read_head (Fixture *f)
{
  git_repository *repository = NULL;
  git_oid         id;
  char           *commit;

  g_assert_cmpint (git_repository_open (&repository, f->repository), ==, 0);
  g_assert_cmpint (git_reference_name_to_id (&id, repository, "HEAD"), ==, 0);
  commit = g_strdup (git_oid_tostr_s (&id));
  git_repository_free (repository);
  return commit;
}

static void
make_mirror (Fixture *f)
{
  g_autofree char *commit = read_head (f);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_git_mirror_update_async (f->mirror,
                                f->repository,
                                commit,
                                NULL,
                                ship_test_keep_result,
                                &result);
  ship_git_mirror_update_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
age_mirror (Fixture *f)
{
  g_autofree char *lock = g_strconcat (f->mirror, ".lock", NULL);

  age (lock, OLD);
}

static void
set_mirror_ref (Fixture *f, const char *name, gboolean is_there)
{
  git_repository  *mirror = NULL;
  git_reference   *reference = NULL;
  g_autofree char *commit = read_head (f);
  git_oid          id;

  g_assert_cmpint (git_repository_open (&mirror, f->mirror), ==, 0);
  g_assert_cmpint (git_oid_fromstr (&id, commit), ==, 0);
  if (is_there)
    g_assert_cmpint (git_reference_create (&reference, mirror, name, &id, TRUE, NULL), ==, 0);
  else
    g_assert_cmpint (git_reference_remove (mirror, name), ==, 0);
  git_reference_free (reference);
  git_repository_free (mirror);
}

static gboolean
list_session_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipIndexRow row = { .id = (char *) "0123456789abcdef",
                       .title = (char *) "T",
                       .repository = data,
                       .repository_name = (char *) "r",
                       .branch = (char *) "b",
                       .state = (char *) "hibernated",
                       .model = (char *) "p/m" };

  return ship_index_table_upsert (db, &row, error);
}

static gboolean
forget_session_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_delete (db, "0123456789abcdef", error);
}

static gboolean
has_mirror (Fixture *f)
{
  return g_file_test (f->mirror, G_FILE_TEST_EXISTS);
}

static void
test_mirrors (Fixture *f, gconstpointer data)
{
  make_mirror (f);
  add_base (f, A, NULL, 0);
  g_assert_cmpuint (prune (f, G_MAXUINT64, OLD), ==, 0); /* it was just used */

  age_mirror (f);
  client_test_write_index (f->paths, list_session_job, f->repository);
  g_assert_cmpuint (prune (f, G_MAXUINT64, OLD), ==, 0);
  client_test_write_index (f->paths, forget_session_job, NULL);

  set_mirror_ref (f, "refs/ship/rescue/0123456789abcdef", TRUE);
  g_assert_cmpuint (prune (f, G_MAXUINT64, OLD), ==, 0);
  g_assert_true (has_mirror (f));
  set_mirror_ref (f, "refs/ship/rescue/0123456789abcdef", FALSE);

  make_mirror (f); /* used again, though there was nothing to bring */
  g_assert_cmpuint (prune (f, G_MAXUINT64, OLD), ==, 0);
  age_mirror (f);
  g_assert_cmpuint (prune (f, G_MAXUINT64, OLD), ==, 1);
  g_assert_false (has_mirror (f));
  g_assert_false (g_file_test (f->dir, G_FILE_TEST_EXISTS));
  make_mirror (f);
  g_assert_true (has_mirror (f));
}

/* Who has which sessions is not known then. */
static void
test_no_index (Fixture *f, gconstpointer data)
{
  ShipCacheLimits  limits = { 0, 0, 0 };
  g_autofree char *index = ship_paths_dup_index_file (f->paths);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  make_mirror (f);
  age_mirror (f);
  g_assert_no_errno (g_unlink (index));
  ship_cache_prune_async (f->paths, &limits, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_cache_prune_finish (ship_test_await (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (has_mirror (f));
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  ShipCacheLimits limits = { 0, 0, 0 };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  add_base (f, A, NULL, OLD);
  ship_cache_prune_async (f->paths, &limits, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_cache_prune_finish (ship_test_await (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (has_base (f, A));
}

/* --- ahead --- */

static void
refresh (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gboolean has_made = TRUE;

  ship_base_refresh_async (f->paths, f->repository, NULL, ship_test_keep_result, &result);
  ship_base_refresh_finish (ship_test_await (&result), &has_made, &error);
  g_assert_no_error (error);
  g_assert_false (has_made); /* it is small */
}

static char *
commit_again (Fixture *f)
{
  git_repository *repository = NULL;
  git_signature  *signature = NULL;
  git_commit     *parent = NULL;
  git_tree       *tree = NULL;
  git_oid         id;

  g_assert_cmpint (git_repository_open (&repository, f->repository), ==, 0);
  g_assert_cmpint (git_reference_name_to_id (&id, repository, "HEAD"), ==, 0);
  g_assert_cmpint (git_commit_lookup (&parent, repository, &id), ==, 0);
  g_assert_cmpint (git_commit_tree (&tree, parent), ==, 0);
  git_signature_new (&signature, "Ann", "ann@example.org", 2, 0);
  g_assert_cmpint (git_commit_create_v (&id,
                                        repository,
                                        "HEAD",
                                        signature,
                                        signature,
                                        NULL,
                                        "second",
                                        tree,
                                        1,
                                        parent),
                   ==,
                   0);
  git_signature_free (signature);
  git_tree_free (tree);
  git_commit_free (parent);
  git_repository_free (repository);
  return read_head (f);
}

static gboolean
mirror_has (Fixture *f, const char *commit)
{
  git_repository *mirror = NULL;
  git_commit     *found = NULL;
  git_oid         id;
  gboolean        has;

  g_assert_cmpint (git_repository_open (&mirror, f->mirror), ==, 0);
  g_assert_cmpint (git_oid_fromstr (&id, commit), ==, 0);
  has = git_commit_lookup (&found, mirror, &id) == 0;
  git_commit_free (found);
  git_repository_free (mirror);
  return has;
}

static void
test_refresh (Fixture *f, gconstpointer data)
{
  g_autofree char *second = NULL;

  refresh (f);
  g_assert_false (has_mirror (f)); /* nobody has worked on it */
  make_mirror (f);
  second = commit_again (f);
  g_assert_false (mirror_has (f, second));
  refresh (f);
  g_assert_true (mirror_has (f, second));
}

static void
tidy (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_tidy_async (f->paths, f->repository, NULL, ship_test_keep_result, &result);
  ship_tidy_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
}

/* One at a time; and the cache is looked through a few times a day only. */
static void
test_tidy (Fixture *f, gconstpointer data)
{
  const char      *cache = ship_paths_get_cache_dir (f->paths);
  g_autofree char *lock_path = g_build_filename (cache, "tidy.lock", NULL);
  g_autofree char *stamp = g_build_filename (cache, "tidied", NULL);
  g_autofree char *second = NULL;
  ShipUseLock     *lock;

  tidy (f); /* there is no cache, and it stays so */
  g_assert_false (g_file_test (lock_path, G_FILE_TEST_EXISTS));
  make_mirror (f);
  second = commit_again (f);
  lock = ship_use_lock_try_seize_thread (lock_path);
  tidy (f);
  g_assert_false (mirror_has (f, second));
  ship_use_lock_free (lock);

  add_base (f, A, NULL, 20 * 24 * 3600);
  tidy (f);
  g_assert_true (mirror_has (f, second));
  g_assert_false (has_base (f, A));
  add_base (f, A, NULL, 20 * 24 * 3600);
  tidy (f);
  g_assert_true (has_base (f, A));
  age (stamp, 7 * 3600);
  tidy (f);
  g_assert_false (has_base (f, A));
}

static void
test_size (Fixture *f, gconstpointer data)
{
  g_assert_cmpuint (ship_tree_size_thread ("/nonexistent", NULL), ==, 0);
  add_base (f, A, NULL, 0);
  g_assert_cmpuint (ship_tree_size_thread (f->dir, NULL), >=, 40000);
  g_assert_cmpuint (ship_base_measure_thread (f->dir, A, NULL), >=, 40000);
  g_assert_cmpuint (ship_base_measure_thread (f->dir, A, NULL), <, 200000);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  git_libgit2_init ();
#define ADD(name, func) g_test_add ("/context/cache/" name, Fixture, name, set_up, func, tear_down)
  ADD ("bases-by-age", test_bases_by_age);
  ADD ("bases-by-size", test_bases_by_size);
  ADD ("mirrors", test_mirrors);
  ADD ("no-index", test_no_index);
  ADD ("cancelled", test_cancelled);
  ADD ("refresh", test_refresh);
  ADD ("tidy", test_tidy);
  ADD ("size", test_size);
  return client_test_run ();
}
