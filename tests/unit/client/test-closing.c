/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-closing.h"
#include "client/ship-day-money.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#define ID "00000000000000c1"

static void
wait_for (ShipClosing *closing)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_closing_wait_async (closing, ship_test_keep_result, &result);
  g_assert_true (ship_closing_wait_finish (closing, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

static void
test_closing (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipClosing *closing = ship_closing_new ();
  gpointer     transcripts[3] = { NULL };

  client_test_make_session (paths, ID);
  wait_for (closing); /* for nothing */
  for (guint i = 0; i < G_N_ELEMENTS (transcripts); i++)
    {
      ShipTranscript *transcript = ship_transcript_new (paths, ID, NULL);

      g_set_weak_pointer (&transcripts[i], transcript);
      /* One in the middle of its reading, too. */
      if (i == 1)
        ship_transcript_load_async (transcript, NULL, NULL, NULL);
      ship_closing_take_transcript (closing, transcript);
    }
  g_assert_nonnull (transcripts[0]);
  wait_for (closing);
  client_test_settle ();
  for (guint i = 0; i < G_N_ELEMENTS (transcripts); i++)
    g_assert_null (transcripts[i]);
  g_assert_finalize_object (closing);
}

/* --- the day --- */

static gboolean
spend_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipExchangeRow exchange = { .provider = (char *) "anthropic",
                               .model = (char *) "m",
                               .usage = SHIP_USAGE_INIT,
                               .cost = 0.75 };

  return ship_ledger_table_add (db, data, "a", &exchange, error) &&
         ship_ledger_table_add (db, data, "b", &exchange, error) &&
         ship_ledger_table_add (db, "2001-01-01", "b", &exchange, error) &&
         ship_allowance_table_add (db, data, 5, error);
}

static ShipDayMoney
read_day (ShipPaths *paths)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipDayMoney money;

  ship_day_money_load_async (paths, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_day_money_load_finish (ship_test_await (&result), &money, &error));
  g_assert_no_error (error);

  return money;
}

static void
test_day (void)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), "day", NULL);
  g_autoptr (ShipPaths) none = ship_paths_new_for_root (root);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  g_assert_cmpfloat (read_day (none).spent, ==, 0);
  client_test_write_index (paths, spend_job, today);
  g_assert_cmpfloat (read_day (paths).spent, ==, 1.5);
  g_assert_cmpfloat (read_day (paths).allowed, ==, 5);
}

static void
test_day_cancelled (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipDayMoney money;

  ship_day_money_load_async (paths, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_day_money_load_finish (ship_test_await (&result), &money, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/closing/waits", test_closing);
  g_test_add_func ("/day-money/sums", test_day);
  g_test_add_func ("/day-money/cancelled", test_day_cancelled);

  return client_test_run ();
}
