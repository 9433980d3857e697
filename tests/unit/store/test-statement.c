/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

static sqlite3 *
open_memory (void)
{
  sqlite3 *db = NULL;

  g_assert_cmpint (sqlite3_open (":memory:", &db), ==, SQLITE_OK);
  g_assert_true (
    ship_statement_execute (db,
                            NULL,
                            "CREATE TABLE t (s TEXT, i INTEGER, l INTEGER, d REAL NOT NULL);\n",
                            ""));
  return db;
}

static void
test_types (void)
{
  sqlite3 *db = open_memory ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup ("it's; -- ü");

  g_assert_true (ship_statement_execute (db,
                                         &error,
                                         "INSERT INTO t VALUES (?, ?, ?, ?)",
                                         "sild",
                                         text,
                                         -7,
                                         G_MAXINT64,
                                         0.5));
  g_assert_no_error (error);
  g_assert_true (
    ship_statement_execute (db, &error, "INSERT INTO t (s, d) VALUES (?, ?)", "sd", NULL, 1.0));
  g_assert_no_error (error);

  {
    g_autoptr (ShipStatement) statement =
      ship_statement_new (db,
                          &error,
                          "SELECT s, i, l, d FROM t WHERE i = ? OR s IS ? ORDER BY d",
                          "is",
                          -7,
                          NULL);
    g_autofree char *s = NULL;
    g_autofree char *none = NULL;

    g_assert_no_error (error);
    g_assert_true (ship_statement_step (statement, &error));
    s = ship_statement_dup_string (statement, 0);
    g_assert_cmpstr (s, ==, text);
    g_assert_cmpint (ship_statement_get_int64 (statement, 1), ==, -7);
    g_assert_cmpint (ship_statement_get_int64 (statement, 2), ==, G_MAXINT64);
    g_assert_cmpfloat (ship_statement_get_double (statement, 3), ==, 0.5);
    g_assert_false (ship_statement_is_null (statement, 0));

    g_assert_true (ship_statement_step (statement, &error));
    none = ship_statement_dup_string (statement, 0);
    g_assert_null (none);
    g_assert_true (ship_statement_is_null (statement, 1));

    g_assert_false (ship_statement_step (statement, &error));
    g_assert_no_error (error);
  }
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK); /* nothing was left open */
}

static void
test_errors (void)
{
  sqlite3 *db = open_memory ();
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_statement_new (db, &error, "SELECT nonsense FROM t", ""));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (ship_statement_execute (db, &error, "INSERT INTO nowhere VALUES (1)", ""));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_false (ship_statement_execute (db, &error, "INSERT INTO t (s) VALUES (?)", "s", "x"));
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_FAILED); /* d may not be null */
  g_assert_cmpint (sqlite3_close (db), ==, SQLITE_OK);
}

static void
test_mistakes (void)
{
  if (g_test_subprocess ())
    {
      sqlite3 *db = open_memory ();

      ship_statement_execute (db, NULL, "DELETE FROM t; DELETE FROM t WHERE s = 'x'", "");
      return;
    }

  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_failed ();
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/statement/types", test_types);
  g_test_add_func ("/store/statement/errors", test_errors);
  g_test_add_func ("/store/statement/mistakes", test_mistakes);
  return g_test_run ();
}
