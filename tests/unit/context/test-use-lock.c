/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context/ship-use-lock.h"

#include <glib/gstdio.h>

/* Who may use a thing of the cache, and who may make or remove it. The functions block, as on a
 * worker. */

typedef struct
{
  char *root; /* (owned) */
  char *path; /* (owned) */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->root = g_dir_make_tmp ("ship-lock-XXXXXX", NULL);
  f->path = g_build_filename (f->root, "lock", NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_remove (f->path);
  g_assert_no_errno (g_rmdir (f->root));
  g_free (f->root);
  g_free (f->path);
}

static void
test_shared (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ShipUseLock *one = ship_use_lock_share_thread (f->path, NULL, &error);
  ShipUseLock *two = ship_use_lock_try_share_thread (f->path);

  g_assert_no_error (error);
  g_assert_nonnull (one);
  g_assert_nonnull (two);
  g_assert_null (ship_use_lock_try_seize_thread (f->path));
  ship_use_lock_free (one);
  g_assert_null (ship_use_lock_try_seize_thread (f->path));
  ship_use_lock_free (two);
  two = ship_use_lock_try_seize_thread (f->path);
  g_assert_nonnull (two);
  g_assert_null (ship_use_lock_try_share_thread (f->path));
  ship_use_lock_soften_thread (two, NULL, &error);
  g_assert_no_error (error);
  one = ship_use_lock_try_share_thread (f->path);
  g_assert_nonnull (one);
  ship_use_lock_free (one);
  ship_use_lock_free (two);
}

static gpointer
cancel_thread (gpointer data)
{
  g_usleep (50 * 1000);
  g_cancellable_cancel (data);
  return NULL;
}

/* A wait ends with its cancellable, whatever it waits for. */
static void
test_cancelled (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipUseLock) held = ship_use_lock_seize_thread (f->path, NULL, NULL);
  GThread *thread = g_thread_new ("cancel", cancel_thread, cancellable);

  g_assert_null (ship_use_lock_share_thread (f->path, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
}

/* Removed while it was waited for: the lock of a file that is gone is worth nothing. */
static gpointer
remove_thread (gpointer data)
{
  gpointer *both = data;

  g_usleep (50 * 1000);
  g_remove (both[0]);
  ship_use_lock_free (both[1]);
  return NULL;
}

static void
test_removed (Fixture *f, gconstpointer data)
{
  gpointer both[2] = { f->path, ship_use_lock_seize_thread (f->path, NULL, NULL) };
  GThread *thread = g_thread_new ("remove", remove_thread, both);
  g_autoptr (ShipUseLock) lock = ship_use_lock_share_thread (f->path, NULL, NULL);

  g_thread_join (thread);
  g_assert_nonnull (lock);
  g_assert_null (ship_use_lock_try_seize_thread (f->path));
}

static void
test_impossible (Fixture *f, gconstpointer data)
{
  g_autofree char *path = g_build_filename (f->root, "no", "such", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_use_lock_share_thread (path, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_null (ship_use_lock_try_seize_thread (path));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/context/use-lock/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("shared", test_shared);
  ADD ("cancelled", test_cancelled);
  ADD ("removed", test_removed);
  ADD ("impossible", test_impossible);
  return g_test_run ();
}
