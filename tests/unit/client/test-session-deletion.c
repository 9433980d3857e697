/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-client.h"
#include "client/ship-session-deletion.h"
#include "client/ship-session-seen.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

/* The deletion of a session that sleeps, and what was seen of one. */

#define ID "00000000000000b1"

static gboolean
delete_session (ShipPaths *paths, const char *id, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_delete_async (paths, id, FALSE, cancellable, ship_test_keep_result, &result);
  return ship_session_delete_finish (ship_test_await (&result), error);
}

static void
test_delete (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *directory = ship_paths_dup_session_dir (paths, "00000000000000b3");
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "00000000000000b3");
  g_cancellable_cancel (cancelled);
  g_assert_false (delete_session (paths, "00000000000000b3", cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_true (g_file_test (directory, G_FILE_TEST_EXISTS));

  g_assert_true (delete_session (paths, "00000000000000b3", NULL, &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_false (delete_session (paths, "00000000000000b3", NULL, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
}

/* --- seen --- */

static gboolean
upsert_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipIndexRow row = { .id = (char *) ID,
                       .title = (char *) "T",
                       .repository = (char *) "/r",
                       .repository_name = (char *) "r",
                       .branch = (char *) "b",
                       .state = (char *) "idle",
                       .model = (char *) "a/b",
                       .is_cost_known = TRUE,
                       .created_at = 1,
                       .updated_at = 10,
                       .finished_at = *(gint64 *) data };

  return ship_index_table_upsert (db, &row, error);
}

static gboolean
load_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipIndexRow **row = data;

  *row = ship_index_table_load (db, ID, error);
  return *row != NULL;
}

static gboolean
is_unread (ShipPaths *paths)
{
  g_autoptr (ShipIndexRow) row = NULL;

  client_test_write_index (paths, load_job, &row);
  return row->finished_at > row->seen_at;
}

static gboolean
set_seen (ShipPaths *paths, gboolean is_seen, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_set_seen_async (paths, ID, is_seen, cancellable, ship_test_keep_result, &result);
  return ship_session_set_seen_finish (ship_test_await (&result), error);
}

static void
test_seen (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  gint64 finished_at = 5;

  /* What is put in anew counts as seen; what comes to its end then does not. */
  client_test_write_index (paths, upsert_job, &finished_at);
  g_assert_false (is_unread (paths));
  finished_at = 20;
  client_test_write_index (paths, upsert_job, &finished_at);
  g_assert_true (is_unread (paths));

  g_assert_true (set_seen (paths, TRUE, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (is_unread (paths));
  /* The session's process writes its row again, and leaves that alone. */
  client_test_write_index (paths, upsert_job, &finished_at);
  g_assert_false (is_unread (paths));
  g_assert_true (set_seen (paths, FALSE, NULL, &error));
  g_assert_true (is_unread (paths));

  g_cancellable_cancel (cancelled);
  g_assert_false (set_seen (paths, TRUE, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (is_unread (paths));
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/session-deletion/delete", test_delete);
  g_test_add_func ("/client/session-deletion/seen", test_seen);
  return client_test_run ();
}
