/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-index-follower-private.h"
#include "ship-test.h"

/* A follower that is closed while it reads. */

static int n_read; /* atomic: counted on the store's thread */

static GPtrArray *
read_nothing (ShipPaths *paths, sqlite3 *db, GError **error)
{
  g_atomic_int_inc (&n_read);

  return g_ptr_array_new ();
}

static void
count (GPtrArray *rows, gpointer user_data)
{
  guint *n_applied = user_data;

  (*n_applied)++;
}

static gboolean
no_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static void
load (ShipIndexFollower *follower)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_index_follower_load_async (follower, NULL, ship_test_keep_result, &result);
  ship_index_follower_load_finish (follower, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
close_follower (ShipIndexFollower *follower)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_index_follower_close_async (follower, ship_test_keep_result, &result);
  ship_index_follower_close_finish (follower, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

/* The store has read, and the main thread does not know yet: that is no failure, and nothing to
 * apply. */
static void
test_read_but_not_told (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  guint              n_applied = 0;
  ShipIndexFollower *follower = ship_index_follower_new (paths, read_nothing, count, &n_applied);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  client_test_write_index (paths, no_job, NULL);
  load (follower);
  g_assert_cmpuint (n_applied, ==, 1);

  n_read = 0;
  ship_index_follower_load_async (follower, NULL, ship_test_keep_result, &result);
  while (g_atomic_int_get (&n_read) == 0)
    g_thread_yield ();
  close_follower (follower);
  g_assert_false (ship_index_follower_load_finish (follower, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (n_applied, ==, 1);
  g_clear_object (&result);
  client_test_settle ();
  g_assert_finalize_object (follower);
}

/* The same of a reading nobody waits for. */
static void
test_read_again_but_not_told (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  guint              n_applied = 0;
  ShipIndexFollower *follower = ship_index_follower_new (paths, read_nothing, count, &n_applied);

  client_test_write_index (paths, no_job, NULL);
  load (follower);
  n_applied = 0;
  n_read = 0;
  client_test_write_index (paths, no_job, NULL);
  while (g_atomic_int_get (&n_read) == 0)
    g_main_context_iteration (NULL, FALSE);
  close_follower (follower);
  client_test_settle ();
  g_assert_cmpuint (n_applied, <=, 1);
  g_assert_finalize_object (follower);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/index-follower/read-but-not-told", test_read_but_not_told);
  g_test_add_func ("/client/index-follower/read-again-but-not-told", test_read_again_but_not_told);

  return client_test_run ();
}
