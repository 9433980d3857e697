/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <glib/gstdio.h>
#include <sys/wait.h>
#include <unistd.h>

/* A client reads the file of a session while the actor's process writes it. */

static gboolean
job_bodies (sqlite3 *db, gpointer bodies, GCancellable *cancellable, GError **error)
{
  g_autoptr (ShipStatement) statement =
    ship_statement_new (db, error, "SELECT body FROM event ORDER BY id", "");

  if (statement == NULL)
    return FALSE;
  while (ship_statement_step (statement, error))
    {
      g_autofree char *body = ship_statement_dup_string (statement, 0);
      g_string_append (bodies, body);
    }
  return TRUE;
}

static void
assert_reads (ShipStore *reader, const char *expected)
{
  g_autoptr (GString) bodies = g_string_new (NULL);

  store_must (reader, job_bodies, bodies);
  g_assert_cmpstr (bodies->str, ==, expected);
}

static void
test_follows_writer (Fixture *fixture, gconstpointer data)
{
  ShipStore *writer = store_new (fixture, 2);
  ShipStore *reader = ship_store_new_read_only (fixture->path, 2);

  store_must (writer, job_insert, (gpointer) "a");
  assert_reads (reader, "a");
  store_must (writer, job_insert, (gpointer) "b");
  assert_reads (reader, "ab");
  store_close (writer);
  assert_reads (reader, "ab"); /* the writer is gone, and with it perhaps the journal */
  store_close (reader);

  /* The reader could not remove the journal as the last one; the next writer does. */
  writer = store_new (fixture, 2);
  store_must (writer, job_insert, (gpointer) "c");
  store_close (writer);
}

static void
test_cannot_write (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ShipStore *writer = store_new (fixture, 2);
  ShipStore *reader = ship_store_new_read_only (fixture->path, 2);

  store_must (writer, job_insert, (gpointer) "a");
  g_assert_false (store_run (reader, job_insert, (gpointer) "b", NULL, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_READ_ONLY);
  assert_reads (reader, "a");
  store_close (reader);
  store_close (writer);
}

/* Readers may come before the file, before its tables, and go on once both are there. */
static void
test_comes_first (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) bodies = g_string_new (NULL);
  ShipStore *reader = ship_store_new_read_only (fixture->path, 2);
  ShipStore *writer;

  g_assert_false (store_run (reader, job_bodies, bodies, NULL, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_READ_ONLY);
  g_clear_error (&error);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  g_assert_true (g_file_set_contents (fixture->path, "", 0, NULL));
  g_assert_false (store_run (reader, job_bodies, bodies, NULL, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_BUSY);
  g_assert_cmpint (ship_store_error_classify (error), ==, SHIP_ERROR_CLASS_RETRY);
  g_clear_error (&error);

  writer = store_new (fixture, 2);
  store_must (writer, job_insert, (gpointer) "a");
  assert_reads (reader, "a");
  store_close (reader);
  store_close (writer);
}

/* A sleeping session: nobody writes, the journal and its index are not there. */
static void
test_sleeping (Fixture *fixture, gconstpointer data)
{
  g_autofree char *index = g_strconcat (fixture->path, "-shm", NULL);
  g_autofree char *journal = g_strconcat (fixture->path, "-wal", NULL);
  ShipStore       *writer = store_new (fixture, 2);
  ShipStore       *reader;

  store_must (writer, job_insert, (gpointer) "a");
  store_close (writer);
  g_assert_false (g_file_test (index, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (journal, G_FILE_TEST_EXISTS));

  reader = ship_store_new_read_only (fixture->path, 2);
  assert_reads (reader, "a");

  writer = store_new (fixture, 2); /* it wakes */
  store_must (writer, job_insert, (gpointer) "b");
  assert_reads (reader, "ab");
  store_close (reader);
  store_close (writer);
}

/* The actor was killed: a journal with commits in it, an index that is stale or not there. */
static void
test_after_crash (Fixture *fixture, gconstpointer with_index)
{
  g_autofree char *index = g_strconcat (fixture->path, "-shm", NULL);
  ShipStore       *reader;
  ShipStore       *writer;
  pid_t            child = fork ();
  int              status;

  if (child == 0)
    {
      sqlite3 *db = NULL;

      if (sqlite3_open (fixture->path, &db) == SQLITE_OK &&
          sqlite3_exec (
            db,
            "PRAGMA journal_mode=WAL; CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT);"
            "PRAGMA user_version=1; INSERT INTO event (body) VALUES ('a'), ('b');"
            "BEGIN; INSERT INTO event (body) VALUES ('never committed')",
            NULL,
            NULL,
            NULL) == SQLITE_OK)
        _exit (0);
      _exit (1);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  if (with_index == NULL)
    g_assert_cmpint (g_unlink (index), ==, 0);

  reader = ship_store_new_read_only (fixture->path, 1);
  assert_reads (reader, "ab");
  store_close (reader);

  writer = store_new (fixture, 2);
  assert_reads (writer, "ab");
  store_close (writer);
}

/* A newer Ship migrates the file under a reader that stays open. */
static void
test_outgrown (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) bodies = g_string_new (NULL);
  ShipStore *writer = store_new (fixture, 1);
  ShipStore *reader = ship_store_new_read_only (fixture->path, 1);

  store_must (writer, job_insert, (gpointer) "a");
  assert_reads (reader, "a");
  store_close (writer);

  writer = store_new (fixture, 2);
  store_must (writer, job_insert, (gpointer) "b");
  g_assert_false (store_run (reader, job_bodies, bodies, NULL, &error));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_TOO_NEW);
  store_close (reader);
  store_close (writer);
}

/* A reader sees one moment, however long it takes, and does not stop the writer. */

typedef struct
{
  int first, second;
  int seen, written; /* atomic */
} Moment;

static gboolean
job_look_twice (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Moment *moment = data;

  g_assert_true (job_count (db, &moment->first, cancellable, error));
  g_atomic_int_set (&moment->seen, 1);
  while (g_atomic_int_get (&moment->written) == 0)
    g_thread_yield ();
  return job_count (db, &moment->second, cancellable, error);
}

static void
test_one_moment (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  ShipStore *writer = store_new (fixture, 2);
  ShipStore *reader = ship_store_new_read_only (fixture->path, 2);
  Moment     moment = { 0 };

  store_must (writer, job_insert, (gpointer) "a");
  ship_store_run_async (reader,
                        SHIP_STORE_DURABILITY_NORMAL,
                        job_look_twice,
                        &moment,
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &result);
  while (g_atomic_int_get (&moment.seen) == 0)
    g_thread_yield ();
  store_must (writer, job_insert, (gpointer) "b");
  g_atomic_int_set (&moment.written, 1);
  g_assert_true (ship_store_run_finish (reader, ship_test_await (&result), NULL));
  g_assert_cmpint (moment.first, ==, 1);
  g_assert_cmpint (moment.second, ==, 1);
  assert_reads (reader, "ab");
  g_clear_object (&result);
  store_close (reader);
  store_close (writer);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add_test ("/store/readers/follows-writer", test_follows_writer);
  add_test ("/store/readers/cannot-write", test_cannot_write);
  add_test ("/store/readers/comes-first", test_comes_first);
  add_test ("/store/readers/sleeping", test_sleeping);
  add_test ("/store/readers/outgrown", test_outgrown);
  add_test ("/store/readers/one-moment", test_one_moment);
  g_test_add ("/store/readers/after-crash/with-index",
              Fixture,
              "yes",
              fixture_set_up,
              test_after_crash,
              fixture_tear_down);
  g_test_add ("/store/readers/after-crash/without-index",
              Fixture,
              NULL,
              fixture_set_up,
              test_after_crash,
              fixture_tear_down);
  return g_test_run ();
}
