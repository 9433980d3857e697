/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <glib/gstdio.h>
#include <string.h>

/* What SQLite says, as something a caller can act on. */

static void
assert_fails (ShipStore *store, ShipStoreFunc func, gpointer data, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (store_run (store, func, data, NULL, &error));
  g_assert_error (error, SHIP_STORE_ERROR, code);
}

static void
test_not_a_database (Fixture *fixture, gconstpointer data)
{
  g_autofree char *noise = g_strnfill (8192, 'x');
  g_autofree char *after = NULL;
  ShipStore       *store;
  int              n;

  g_assert_true (g_file_set_contents (fixture->path, noise, -1, NULL));
  store = store_new (fixture, 1);
  assert_fails (store, job_count, &n, SHIP_STORE_ERROR_DAMAGED);
  store_close (store);
  store = ship_store_new_read_only (fixture->path, 1);
  assert_fails (store, job_count, &n, SHIP_STORE_ERROR_DAMAGED);
  store_close (store);

  g_assert_true (g_file_get_contents (fixture->path, &after, NULL, NULL));
  g_assert_cmpstr (noise, ==, after); /* left alone */
}

static gboolean
job_fill (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_statement_execute (
    db,
    error,
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 2000) "
    "INSERT INTO event (body) SELECT hex (randomblob (100)) FROM n",
    "");
}

static gboolean
job_read_all (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_statement_execute (db, error, "SELECT sum (length (body)) FROM event", "");
}

static void
test_broken_pages (Fixture *fixture, gconstpointer data)
{
  g_autofree char *contents = NULL;
  gsize            length;
  ShipStore       *store = store_new (fixture, 1);

  store_must (store, job_fill, NULL);
  store_close (store);
  g_assert_true (g_file_get_contents (fixture->path, &contents, &length, NULL));
  g_assert_cmpuint (length, >, 100000);
  memset (contents + 8192, 0xa5, length - 8192);
  g_assert_true (g_file_set_contents (fixture->path, contents, (gssize) length, NULL));

  store = store_new (fixture, 1);
  assert_fails (store, job_read_all, NULL, SHIP_STORE_ERROR_DAMAGED);
  store_close (store);
}

static gboolean
job_limit_pages (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_statement_execute (db, error, "PRAGMA max_page_count=8", "");
}

static void
test_full (Fixture *fixture, gconstpointer data)
{
  ShipStore *store = store_new (fixture, 1);
  int        n = -1;

  store_must (store, job_limit_pages, NULL);
  assert_fails (store, job_fill, NULL, SHIP_STORE_ERROR_FULL);
  store_must (store, job_count, &n);
  g_assert_cmpint (n, ==, 0); /* rolled back, and still usable */
  store_close (store);
}

static void
test_no_directory (Fixture *fixture, gconstpointer data)
{
  g_autofree char  *path = g_build_filename (fixture->dir, "missing", "session.db", NULL);
  const char *const none[] = { NULL };
  ShipStore        *store = ship_store_new (path, g_strdupv ((char **) none));
  int               n;

  assert_fails (store, job_count, &n, SHIP_STORE_ERROR_READ_ONLY);
  store_close (store);
}

/* A failed open is tried again: the reason may have gone. */
static void
test_opens_later (Fixture *fixture, gconstpointer data)
{
  ShipStore *store = store_new (fixture, 1);
  int        n = -1;

  g_assert_cmpint (g_mkdir (fixture->path, 0700), ==, 0);
  assert_fails (store, job_count, &n, SHIP_STORE_ERROR_READ_ONLY);
  g_assert_cmpint (g_rmdir (fixture->path), ==, 0);
  store_must (store, job_count, &n);
  g_assert_cmpint (n, ==, 0);
  store_close (store);
}

/* Two writers: the second waits for the first, and gives up when it is cancelled. */

typedef struct
{
  int held, release; /* atomic */
} Hold;

static gboolean
job_hold (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Hold *hold = data;

  g_atomic_int_set (&hold->held, 1);
  while (g_atomic_int_get (&hold->release) == 0)
    g_thread_yield ();
  return job_insert (db, (gpointer) "first", cancellable, error);
}

static void
test_busy (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) first_result = NULL;
  g_autoptr (GAsyncResult) cancelled_result = NULL;
  g_autoptr (GAsyncResult) second_result = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  ShipStore *first = store_new (fixture, 1);
  ShipStore *second = store_new (fixture, 1);
  Hold       hold = { 0 };
  int        n = -1;

  store_must (second, job_count, &n);
  ship_store_run_async (first,
                        0,
                        job_hold,
                        &hold,
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &first_result);
  while (g_atomic_int_get (&hold.held) == 0)
    g_thread_yield ();

  ship_store_run_async (second,
                        0,
                        job_insert,
                        (gpointer) "cancelled",
                        NULL,
                        cancellable,
                        ship_test_keep_result,
                        &cancelled_result);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_store_run_finish (second, ship_test_await (&cancelled_result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  ship_store_run_async (second,
                        0,
                        job_insert,
                        (gpointer) "second",
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &second_result);
  g_atomic_int_set (&hold.release, 1);
  g_assert_true (ship_store_run_finish (first, ship_test_await (&first_result), NULL));
  g_assert_true (ship_store_run_finish (second, ship_test_await (&second_result), NULL));
  store_must (second, job_count, &n);
  g_assert_cmpint (n, ==, 2);
  g_clear_object (&first_result);
  g_clear_object (&cancelled_result);
  g_clear_object (&second_result);
  store_close (first);
  store_close (second);
}

static void
test_classify (void)
{
  static const struct
  {
    int            code;
    ShipErrorClass expected;
  } cases[] = {
    { SHIP_STORE_ERROR_FAILED, SHIP_ERROR_CLASS_BUG },
    { SHIP_STORE_ERROR_TOO_NEW, SHIP_ERROR_CLASS_USER },
    { SHIP_STORE_ERROR_DAMAGED, SHIP_ERROR_CLASS_BUG },
    { SHIP_STORE_ERROR_FULL, SHIP_ERROR_CLASS_USER },
    { SHIP_STORE_ERROR_READ_ONLY, SHIP_ERROR_CLASS_USER },
    { SHIP_STORE_ERROR_BUSY, SHIP_ERROR_CLASS_RETRY },
    { SHIP_STORE_ERROR_CLOSED, SHIP_ERROR_CLASS_BUG },
  };
  g_autoptr (GError) cancelled = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "x");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (SHIP_STORE_ERROR, cases[i].code, "x");
      g_assert_cmpint (ship_store_error_classify (error), ==, cases[i].expected);
    }
  g_assert_cmpint (ship_store_error_classify (cancelled), ==, SHIP_ERROR_CLASS_CANCELLED);
  g_assert_cmpint (ship_store_error_classify (foreign), ==, SHIP_ERROR_CLASS_BUG);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/store/errors/not-a-database", test_not_a_database);
  add_test ("/store/errors/broken-pages", test_broken_pages);
  add_test ("/store/errors/full", test_full);
  add_test ("/store/errors/no-directory", test_no_directory);
  add_test ("/store/errors/opens-later", test_opens_later);
  add_test ("/store/errors/busy", test_busy);
  g_test_add_func ("/store/errors/classify", test_classify);
  return g_test_run ();
}
