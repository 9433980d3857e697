/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <glib/gstdio.h>

static gboolean
job_insert_then_fail (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (job_insert (db, data, cancellable, error));
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "no");
  return FALSE;
}

static int
count (ShipStore *store)
{
  int n = -1;

  store_must (store, job_count, &n);
  return n;
}

static void
test_life (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new (fixture, 1);

  g_assert_cmpstr (ship_store_get_path (store), ==, fixture->path);
  store_must (store, job_insert, (gpointer) "one");
  g_assert_false (store_run (store, job_insert_then_fail, (gpointer) "two", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpint (count (store), ==, 1); /* rolled back */
  store_close (store);

  store = store_new (fixture, 2); /* an upgrade keeps the data */
  g_assert_cmpint (count (store), ==, 1);
  store_close (store);

  store = store_new (fixture, 2);
  g_assert_cmpint (count (store), ==, 1);
  store_close (store);
}

static void
test_too_new (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  gsize            n_before, n_after;
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new (fixture, 2);
  int        n;

  store_must (store, job_insert, (gpointer) "one");
  store_close (store);
  g_assert_true (g_file_get_contents (fixture->path, &before, &n_before, NULL));

  store = store_new (fixture, 1);
  for (int i = 0; i < 2; i++) /* each job says so */
    {
      g_assert_false (store_run (store, job_count, &n, NULL, &error));
      g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_TOO_NEW);
      g_assert_cmpint (ship_store_error_classify (error), ==, SHIP_ERROR_CLASS_USER);
      g_clear_error (&error);
    }
  store_close (store);

  g_assert_true (g_file_get_contents (fixture->path, &after, &n_after, NULL));
  g_assert_cmpmem (before, n_before, after, n_after);
}

/* A file that is moved aside is not written any more, and its end takes nothing from the new one.
 */
static void
test_moved_aside (Fixture *fixture, gconstpointer data)
{
  g_autofree char *aside = g_strconcat (fixture->path, ".damaged", NULL);
  g_autofree char *log = g_strconcat (fixture->path, "-wal", NULL);
  g_autofree char *shared = g_strconcat (fixture->path, "-shm", NULL);
  ShipStore       *old = store_new (fixture, 2);
  ShipStore       *fresh;

  store_must (old, job_insert, (gpointer) "one");
  store_must (old, job_insert, (gpointer) "two");
  g_assert_cmpint (g_rename (fixture->path, aside), ==, 0);
  g_unlink (log);
  g_unlink (shared);
  fresh = store_new (fixture, 2);
  store_must (fresh, job_insert, (gpointer) "three");
  g_assert_cmpint (count (old), ==, 1); /* it has found the new one */
  store_must (old, job_insert, (gpointer) "four");
  store_close (old);
  g_assert_cmpint (count (fresh), ==, 2);
  store_close (fresh);

  fresh = store_new (fixture, 2);
  old = store_new (fixture, 2);
  store_must (old, job_insert, (gpointer) "five");
  g_assert_cmpint (g_rename (fixture->path, aside), ==, 0);
  g_unlink (log);
  g_unlink (shared);
  store_must (fresh, job_insert, (gpointer) "six");
  store_close (old); /* without a job in between */
  g_assert_true (g_file_test (log, G_FILE_TEST_EXISTS));
  g_assert_cmpint (count (fresh), ==, 1);
  store_close (fresh);
  g_unlink (aside);
}

/* All the scripts and the version are one transaction: a failing one leaves the file as it was. */
static void
test_failed_migration (Fixture *fixture, gconstpointer data)
{
  static const char *const broken[] = {
    "CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
    "CREATE TABLE other (x); INSERT INTO nowhere VALUES (1)",
    NULL
  };
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new_with (fixture, broken);
  int        n;

  g_assert_false (store_run (store, job_count, &n, NULL, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
  store_close (store);

  store = store_new (fixture, 2); /* from nothing: neither table is there */
  g_assert_cmpint (count (store), ==, 0);
  store_close (store);
}

static gboolean
job_pragmas (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (ShipStatement) synchronous = ship_statement_new (db, error, "PRAGMA synchronous", "");
  g_autoptr (ShipStatement) journal = ship_statement_new (db, error, "PRAGMA journal_mode", "");
  g_autoptr (ShipStatement) foreign = ship_statement_new (db, error, "PRAGMA foreign_keys", "");
  g_autoptr (ShipStatement) version = ship_statement_new (db, error, "PRAGMA user_version", "");
  g_autofree char *mode = NULL;

  g_assert_true (ship_statement_step (synchronous, error));
  g_assert_true (ship_statement_step (journal, error));
  g_assert_true (ship_statement_step (foreign, error));
  g_assert_true (ship_statement_step (version, error));
  mode = ship_statement_dup_string (journal, 0);
  g_assert_cmpstr (mode, ==, "wal");
  g_assert_cmpint (ship_statement_get_int64 (foreign, 0), ==, 1);
  g_assert_cmpint (ship_statement_get_int64 (version, 0), ==, 2);
  *(int *) data = (int) ship_statement_get_int64 (synchronous, 0);
  return TRUE;
}

static void
test_durability (Fixture *fixture, gconstpointer data)
{
  static const ShipStoreDurability order[] = { SHIP_STORE_DURABILITY_NORMAL,
                                               SHIP_STORE_DURABILITY_FULL,
                                               SHIP_STORE_DURABILITY_FULL,
                                               SHIP_STORE_DURABILITY_NORMAL };
  ShipStore                       *store = store_new (fixture, 2);

  for (gsize i = 0; i < G_N_ELEMENTS (order); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      int synchronous = -1;

      ship_store_run_async (store,
                            order[i],
                            job_pragmas,
                            &synchronous,
                            NULL,
                            NULL,
                            ship_test_keep_result,
                            &result);
      g_assert_true (ship_store_run_finish (store, ship_test_await (&result), NULL));
      g_assert_cmpint (synchronous, ==, order[i] == SHIP_STORE_DURABILITY_FULL ? 2 : 1);
    }
  store_close (store);
}

/* Jobs: order, threads and the life of their data. */

typedef struct
{
  GString *log; /* (unowned) */
  char     name;
} Named;

static gboolean
job_log (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Named *named = data;

  g_string_append_c (named->log, named->name);
  return TRUE;
}

static void
named_free (gpointer data)
{
  Named *named = data;

  g_string_append_c (named->log, (char) g_ascii_toupper (named->name));
  g_free (named);
}

static void
test_order (Fixture *fixture, gconstpointer data)
{
  GAsyncResult *results[26] = { NULL };
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GString) log = g_string_new (NULL);
  ShipStore *store = store_new (fixture, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      Named *named = g_new0 (Named, 1);

      named->log = log;
      named->name = (char) ('a' + (int) i);
      ship_store_run_async (store,
                            SHIP_STORE_DURABILITY_NORMAL,
                            job_log,
                            named,
                            named_free,
                            NULL,
                            ship_test_keep_result,
                            &results[i]);
    }

  /* A close waits for what is queued; what comes later is refused. */
  ship_store_close_async (store, ship_test_keep_result, &closed);
  {
    g_autoptr (GAsyncResult) late = NULL;
    g_autoptr (GError) error = NULL;
    Named *named = g_new0 (Named, 1);
    g_autoptr (GString) late_log = g_string_new (NULL);

    named->log = late_log;
    named->name = 'z';
    ship_store_run_async (store,
                          SHIP_STORE_DURABILITY_NORMAL,
                          job_log,
                          named,
                          named_free,
                          NULL,
                          ship_test_keep_result,
                          &late);
    g_assert_false (ship_store_run_finish (store, ship_test_await (&late), &error));
    g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_CLOSED);
    g_assert_cmpstr (late_log->str, ==, "Z"); /* freed, not run */
  }

  g_assert_true (ship_store_close_finish (store, ship_test_await (&closed), NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_assert_true (ship_store_run_finish (store, ship_test_await (&results[i]), NULL));
      g_clear_object (&results[i]);
    }
  g_assert_cmpstr (log->str, ==, "aAbBcCdDeEfFgGhHiIjJkKlLmMnNoOpPqQrRsStTuUvVwWxXyYzZ");
  g_clear_object (&closed);
  g_assert_finalize_object (store);
}

/* Several programs that make, migrate and close the same new file at once. */
static void
test_made_by_many (Fixture *fixture, gconstpointer data)
{
  for (int round = 0; round < 20; round++)
    {
      ShipStore    *stores[8];
      GAsyncResult *results[G_N_ELEMENTS (stores)] = { NULL };
      GAsyncResult *closed[G_N_ELEMENTS (stores)] = { NULL };

      g_unlink (fixture->path);
      for (gsize i = 0; i < G_N_ELEMENTS (stores); i++)
        {
          stores[i] = store_new (fixture, 2);
          ship_store_run_async (stores[i],
                                SHIP_STORE_DURABILITY_NORMAL,
                                job_insert,
                                (gpointer) "one",
                                NULL,
                                NULL,
                                ship_test_keep_result,
                                &results[i]);
          ship_store_close_async (stores[i], ship_test_keep_result, &closed[i]);
        }
      for (gsize i = 0; i < G_N_ELEMENTS (stores); i++)
        {
          g_autoptr (GError) error = NULL;

          ship_store_run_finish (stores[i], ship_test_await (&results[i]), &error);
          g_assert_no_error (error);
          g_assert_true (ship_store_close_finish (stores[i], ship_test_await (&closed[i]), NULL));
          g_clear_object (&results[i]);
          g_clear_object (&closed[i]);
          g_assert_finalize_object (stores[i]);
        }
    }
}

static gboolean
job_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(GThread **) data = g_thread_self ();
  return TRUE;
}

static void
test_thread (Fixture *fixture, gconstpointer data)
{
  ShipStore *store = store_new (fixture, 1);
  GThread   *first = NULL;
  GThread   *second = NULL;

  store_must (store, job_thread, &first);
  store_must (store, job_thread, &second);
  g_assert_true (first != g_thread_self ());
  g_assert_true (first == second);
  store_close (store);
}

/* A store that nobody ever used makes no file. */
static void
test_unused (Fixture *fixture, gconstpointer data)
{
  store_close (store_new (fixture, 1));
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
}

/* Cancellation. */

static void
test_cancelled_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new (fixture, 1);

  g_cancellable_cancel (cancellable);
  g_assert_false (store_run (store, job_insert, (gpointer) "x", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (count (store), ==, 0);
  store_close (store);
}

static gboolean
job_insert_and_cancel (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_assert_true (job_insert (db, data, cancellable, error));
  g_cancellable_cancel (cancellable);
  return TRUE;
}

static void
test_cancelled_before_commit (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new (fixture, 1);

  g_assert_false (store_run (store, job_insert_and_cancel, (gpointer) "x", cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (count (store), ==, 0);
  store_close (store);
}

/* A statement that would run for hours. */
static gboolean
job_endless (sqlite3 *db, gpointer started, GCancellable *cancellable, GError **error)
{
  g_atomic_int_set ((int *) started, 1);
  return job_insert (db, (gpointer) "x", cancellable, error) &&
         ship_statement_execute (db,
                                 error,
                                 "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                                 "SELECT count(*) FROM n",
                                 "");
}

static void
test_cancelled_in_the_middle (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new (fixture, 1);
  int        started = 0;

  ship_store_run_async (store,
                        SHIP_STORE_DURABILITY_FULL,
                        job_endless,
                        &started,
                        NULL,
                        cancellable,
                        ship_test_keep_result,
                        &result);
  while (g_atomic_int_get (&started) == 0)
    g_thread_yield ();
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_store_run_finish (store, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (ship_store_error_classify (error), ==, SHIP_ERROR_CLASS_CANCELLED);
  g_assert_cmpint (count (store), ==, 0); /* and the store still works */
  g_clear_object (&result);
  store_close (store);
}

/* What was committed is not said to be cancelled. */
static void
test_cancelled_after (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipStore *store = store_new (fixture, 1);

  ship_store_run_async (store,
                        SHIP_STORE_DURABILITY_FULL,
                        job_insert,
                        (gpointer) "x",
                        NULL,
                        cancellable,
                        ship_test_keep_result,
                        &result);
  ship_test_await (&result);
  g_cancellable_cancel (cancellable);
  g_assert_true (ship_store_run_finish (store, result, &error));
  g_assert_no_error (error);
  g_assert_cmpint (count (store), ==, 1);
  g_clear_object (&result);
  store_close (store);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/store/life", test_life);
  add_test ("/store/moved-aside", test_moved_aside);
  add_test ("/store/too-new", test_too_new);
  add_test ("/store/failed-migration", test_failed_migration);
  add_test ("/store/durability", test_durability);
  add_test ("/store/order", test_order);
  add_test ("/store/made-by-many", test_made_by_many);
  add_test ("/store/thread", test_thread);
  add_test ("/store/unused", test_unused);
  add_test ("/store/cancelled-before", test_cancelled_before);
  add_test ("/store/cancelled-before-commit", test_cancelled_before_commit);
  add_test ("/store/cancelled-in-the-middle", test_cancelled_in_the_middle);
  add_test ("/store/cancelled-after", test_cancelled_after);
  return g_test_run ();
}
