/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-archive.h"
#include "client/ship-day-money.h"
#include "client/ship-session-client.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* What would be lost with archived sessions, deleting them all, and the money of a day. */

#define SAFE   "aaaa000000000001"
#define UNSAFE "aaaa000000000002"
#define BROKEN "aaaa000000000003"
#define HERE   "aaaa000000000004"

static ShipPaths *
paths_for (const char *name)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), name, NULL);

  return ship_paths_new_for_root (root);
}

static gboolean
run_sql (sqlite3 *db, gpointer sql, GCancellable *cancellable, GError **error)
{
  char *message = NULL;

  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s", message);
  return TRUE;
}

static gboolean
derive (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(ShipIndexRow **) data = ship_index_row_derive (db, error);
  return *(ShipIndexRow **) data != NULL;
}

static gboolean
upsert (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_upsert (db, data, error);
}

static void
make (ShipPaths *paths, const char *id, const char *sql)
{
  g_autoptr (ShipIndexRow) row = NULL;

  client_test_make_session (paths, id);
  client_test_write_session (paths, id, run_sql, (gpointer) sql);
  client_test_write_session (paths, id, derive, &row);
  client_test_write_index (paths, upsert, row);
}

static GPtrArray *
survey (ShipPaths *paths, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_archive_survey_async (paths, cancellable, ship_test_keep_result, &result);
  return ship_archive_survey_finish (ship_test_await (&result), error);
}

static const ShipSessionLosses *
find (GPtrArray *losses, const char *id)
{
  for (guint i = 0; i < losses->len; i++)
    if (g_str_equal (((ShipSessionLosses *) losses->pdata[i])->id, id))
      return losses->pdata[i];
  g_assert_not_reached ();
}

static void
test_survey (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("survey");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) none = survey (paths, NULL, &error);
  g_autoptr (GPtrArray) losses = NULL;
  g_autofree char *broken = ship_paths_dup_session_store (paths, BROKEN);

  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
  make (paths, SAFE, "UPDATE session SET archived_at = 7");
  make (paths,
        UNSAFE,
        "UPDATE session SET archived_at = 7, head_commit = 'c1';"
        "INSERT INTO task (position, title, prompt, mode, model, state, created_at, started_at)"
        " VALUES (1, 'a', 'a', 'build', 'm/m', 'failed', 1, 2);"
        "INSERT INTO task (position, title, prompt, mode, model, state, created_at)"
        " VALUES (2, 'b', 'b', 'build', 'm/m', 'pending', 1)");
  make (paths, BROKEN, "UPDATE session SET archived_at = 7");
  make (paths, HERE, "UPDATE session SET title = 'not archived'");
  g_assert_true (g_file_set_contents (broken, "no store at all, whatever reads it", -1, NULL));

  losses = survey (paths, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (losses->len, ==, 3);
  g_assert_true (ship_session_losses_is_safe (find (losses, SAFE)));
  g_assert_false (find (losses, SAFE)->has_commits);
  g_assert_false (ship_session_losses_is_safe (find (losses, UNSAFE)));
  g_assert_true (find (losses, UNSAFE)->has_commits);
  g_assert_true (find (losses, UNSAFE)->has_leftovers);
  g_assert_cmpuint (find (losses, UNSAFE)->n_pending, ==, 1);
  g_assert_null (find (losses, BROKEN)->snapshot);
  g_assert_false (ship_session_losses_is_safe (find (losses, BROKEN)));
}

static void
test_survey_cancelled (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  make (paths, SAFE, "UPDATE session SET archived_at = 7");
  ship_archive_survey_async (paths, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_null (ship_archive_survey_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* One that is awake stays, and does not hold up the others. */
static void
test_delete (void)
{
  const char *const ids[] = { SAFE, HERE, UNSAFE, NULL };
  g_autoptr (ShipPaths) paths = paths_for ("delete");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) losses = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *lock_path = ship_paths_dup_session_lock (paths, HERE);
  int              lock;

  for (guint i = 0; ids[i] != NULL; i++)
    make (paths, ids[i], "UPDATE session SET archived_at = 7");
  lock = open (lock_path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  g_assert_cmpint (flock (lock, LOCK_EX | LOCK_NB), ==, 0);

  ship_archive_delete_async (paths, ids, NULL, ship_test_keep_result, &result);
  g_assert_cmpuint (ship_archive_delete_finish (ship_test_await (&result), &error), ==, 2);
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT);
  close (lock);
  losses = survey (paths, NULL, NULL);
  g_assert_cmpuint (losses->len, ==, 1);
  g_assert_nonnull (find (losses, HERE));
}

static void
test_delete_cancelled (void)
{
  const char *const ids[] = { SAFE, NULL };
  g_autoptr (ShipPaths) paths = paths_for ("delete-cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) losses = NULL;

  make (paths, SAFE, "UPDATE session SET archived_at = 7");
  g_cancellable_cancel (cancellable);
  ship_archive_delete_async (paths, ids, cancellable, ship_test_keep_result, &result);
  g_assert_cmpuint (ship_archive_delete_finish (ship_test_await (&result), NULL), ==, 0);
  losses = survey (paths, NULL, NULL);
  g_assert_cmpuint (losses->len, ==, 1);
}

static gboolean
spend (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char      *today = g_date_time_format (now, "%Y-%m-%d");
  const ShipExchangeRow exchange = { .provider = (char *) "p",
                                     .model = (char *) "m",
                                     .cost = 0.25 };

  return ship_ledger_table_add (db, today, SAFE, &exchange, error) &&
         ship_ledger_table_add (db, today, UNSAFE, &exchange, error) &&
         ship_ledger_table_add (db, "2001-01-01", SAFE, &exchange, error) &&
         ship_allowance_table_add (db, today, 3, error);
}

static void
test_money (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("money");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) nothing = NULL;
  g_autoptr (GAsyncResult) some = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GError) error = NULL;
  ShipDayMoney money = { -1, -1 };

  ship_day_money_load_async (paths, NULL, ship_test_keep_result, &nothing);
  g_assert_true (ship_day_money_load_finish (ship_test_await (&nothing), &money, &error));
  g_assert_no_error (error);
  g_assert_cmpfloat (money.spent, ==, 0);

  client_test_write_index (paths, spend, NULL);
  ship_day_money_load_async (paths, NULL, ship_test_keep_result, &some);
  g_assert_true (ship_day_money_load_finish (ship_test_await (&some), &money, &error));
  g_assert_cmpfloat (money.spent, ==, 0.5);
  g_assert_cmpfloat (money.allowed, ==, 3);

  ship_day_money_load_async (paths, cancellable, ship_test_keep_result, &cancelled);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_day_money_load_finish (ship_test_await (&cancelled), &money, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/archive/survey", test_survey);
  g_test_add_func ("/archive/survey-cancelled", test_survey_cancelled);
  g_test_add_func ("/archive/delete", test_delete);
  g_test_add_func ("/archive/delete-cancelled", test_delete_cancelled);
  g_test_add_func ("/archive/money", test_money);
  return client_test_run ();
}
