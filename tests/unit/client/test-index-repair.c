/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-index-repair.h"
#include "client/ship-store-once.h"
#include "session/ship-asking-tables.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <glib/gstdio.h>

/* The index made again from the sessions' own stores, whatever happened to it. */

#define A "aaaa000000000001"
#define B "aaaa000000000002"

static ShipPaths *
paths_for (const char *name)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), name, NULL);

  return ship_paths_new_for_root (root);
}

static int
repair (ShipPaths *paths, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_index_repair_async (paths, NULL, ship_test_keep_result, &result);
  return ship_index_repair_finish (ship_test_await (&result), error);
}

typedef struct
{
  GPtrArray *rows;
  GPtrArray *ledger;
} Picture;

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  picture->rows = ship_index_table_list_all (db, error);
  picture->ledger = ship_ledger_table_list (db, "", error);
  return picture->rows != NULL && picture->ledger != NULL;
}

static void
picture_clear (Picture *self)
{
  g_clear_pointer (&self->rows, g_ptr_array_unref);
  g_clear_pointer (&self->ledger, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

static gboolean
add_exchange (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipExchangeRow exchange = { .provider = (char *) "p",
                               .model = (char *) "m",
                               .status = 200,
                               .usage = { 10, 20, 3, 5, -1, -1.0 },
                               .cost = 0.25,
                               .started_at = 86400000LL * 400 };

  return ship_exchange_table_insert (db, &exchange, NULL, error);
}

static void
make_two (ShipPaths *paths)
{
  client_test_make_session (paths, A);
  client_test_make_session (paths, B);
  client_test_write_session (paths, A, add_exchange, NULL);
}

static void
assert_whole (ShipPaths *paths)
{
  g_auto (Picture) picture = { NULL };

  client_test_write_index (paths, read_job, &picture);
  g_assert_cmpuint (picture.rows->len, ==, 2);
  g_assert_cmpstr (((ShipIndexRow *) picture.rows->pdata[0])->title, ==, "A title");
  g_assert_cmpuint (picture.ledger->len, ==, 1);
  g_assert_cmpstr (((ShipLedgerRow *) picture.ledger->pdata[0])->session, ==, A);
  g_assert_cmpint (((ShipLedgerRow *) picture.ledger->pdata[0])->n_requests, ==, 1);
  g_assert_cmpfloat (((ShipLedgerRow *) picture.ledger->pdata[0])->cost, ==, 0.25);
}

static void
test_missing (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("missing");
  g_autofree char *index = ship_paths_dup_index_file (paths);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (repair (paths, &error), ==, 0); /* no sessions, nothing is made */
  g_assert_false (g_file_test (index, G_FILE_TEST_EXISTS));
  make_two (paths);
  g_assert_cmpint (repair (paths, &error), ==, 2);
  assert_whole (paths);
  g_assert_cmpint (repair (paths, &error), ==, 0);
  assert_whole (paths); /* money is not booked twice */
}

static void
test_damaged (void)
{
  static const char *const contents[] = { "this is no database, and longer than a header would be"
                                          " so that nobody takes it for an empty one. ..........",
                                          "" };
  g_autoptr (ShipPaths) paths = paths_for ("damaged");
  g_autofree char *index = ship_paths_dup_index_file (paths);
  g_autofree char *aside = g_strconcat (index, ".damaged", NULL);
  g_autoptr (GError) error = NULL;

  make_two (paths);
  g_assert_cmpint (repair (paths, &error), ==, 2);
  for (guint i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_assert_true (g_file_set_contents (index, contents[i], -1, NULL));
      g_assert_cmpint (repair (paths, &error), ==, 2);
      g_assert_no_error (error);
      assert_whole (paths);
    }
  g_assert_true (g_file_test (aside, G_FILE_TEST_EXISTS));
}

/* Cut in the middle, as a full disk or a bad copy leaves it. */
static void
test_truncated (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("truncated");
  g_autofree char *index = ship_paths_dup_index_file (paths);
  g_autofree char *content = NULL;
  gsize            length = 0;
  g_autoptr (GError) error = NULL;

  make_two (paths);
  g_assert_cmpint (repair (paths, &error), ==, 2);
  g_assert_true (g_file_get_contents (index, &content, &length, NULL));
  g_assert_true (g_file_set_contents (index, content, (gssize) length / 3, NULL));
  g_assert_cmpint (repair (paths, &error), ==, 2);
  assert_whole (paths);
}

/* A session whose store is not to be read is listed all the same. */
static void
test_unreadable_session (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("unreadable");
  g_autofree char *store = NULL;
  g_auto (Picture) picture = { NULL };
  g_autoptr (GError) error = NULL;
  const ShipIndexRow *row;

  make_two (paths);
  store = ship_paths_dup_session_store (paths, B);
  g_assert_true (
    g_file_set_contents (store, "not a database at all, whatever its name says", -1, NULL));
  g_assert_cmpint (repair (paths, &error), ==, 2);
  client_test_write_index (paths, read_job, &picture);
  g_assert_cmpuint (picture.rows->len, ==, 2);
  row = picture.rows->pdata[0];
  g_assert_cmpstr (row->id, ==, B);
  g_assert_cmpstr (row->state, ==, "failed");
  g_assert_nonnull (strstr (row->detail, "damaged"));
}

static gboolean
add_requests (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipRequestRow open = { .agent_id = (char *) "per_1",
                          .kind = (char *) "permission",
                          .permission = (char *) "bash",
                          .title = (char *) "git push",
                          .details = (char *) "{}",
                          .state = (char *) "open",
                          .created_at = 5 };
  ShipRequestRow answered = open;

  answered.agent_id = (char *) "per_2";
  answered.state = (char *) "answered";
  return ship_request_table_insert (db, &open, NULL, error) &&
         ship_request_table_insert (db, &answered, NULL, error);
}

static gboolean
set_spare (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db, "UPDATE session SET is_spare = 1", NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean
read_lists_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  picture->rows = ship_index_table_list (db, FALSE, error);
  picture->ledger = ship_inbox_table_list (db, error);
  return picture->rows != NULL && picture->ledger != NULL;
}

/* What waits for the user is found again; what is nobody's yet is known and not shown. */
static void
test_requests_and_spares (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("requests");
  g_autofree char *index = ship_paths_dup_index_file (paths);
  g_autoptr (GError) error = NULL;
  const ShipInboxRow *request;

  make_two (paths);
  client_test_write_session (paths, A, add_requests, NULL);
  client_test_write_session (paths, B, add_requests, NULL);
  client_test_write_session (paths, B, set_spare, NULL);
  for (guint i = 0; i < 2; i++)
    {
      g_auto (Picture) picture = { NULL };

      g_assert_cmpint (repair (paths, &error), ==, 1); /* the spare is not counted */
      g_assert_cmpint (repair (paths, &error), ==, 0); /* the spare is not missing */
      client_test_write_index (paths, read_lists_job, &picture);
      g_assert_cmpuint (picture.rows->len, ==, 1);
      g_assert_cmpstr (((ShipIndexRow *) picture.rows->pdata[0])->id, ==, A);
      g_assert_cmpuint (picture.ledger->len, ==, 1);
      request = picture.ledger->pdata[0];
      g_assert_cmpstr (request->session, ==, A);
      g_assert_cmpstr (request->title, ==, "git push");
      g_assert_true (g_file_set_contents (index, "damaged", -1, NULL));
    }
}

static gboolean
set_new (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db, "PRAGMA user_version = 999", NULL, NULL, NULL) == SQLITE_OK;
}

/* It is somebody's who knows better. */
static void
test_newer (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("newer");
  g_autofree char *index = ship_paths_dup_index_file (paths);
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  client_test_write_index (paths, set_new, NULL);
  make_two (paths);
  g_assert_true (g_file_get_contents (index, &before, NULL, NULL));
  g_assert_cmpint (repair (paths, &error), ==, -1);
  g_assert_error (error, SHIP_STORE_ERROR, SHIP_STORE_ERROR_TOO_NEW);
  g_assert_true (g_file_get_contents (index, &after, NULL, NULL));
  g_assert_cmpstr (before, ==, after);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  make_two (paths);
  ship_index_repair_async (paths, cancellable, ship_test_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_cmpint (ship_index_repair_finish (ship_test_await (&result), &error), ==, -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpint (repair (paths, &error), ==, 2);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/index-repair/missing", test_missing);
  g_test_add_func ("/client/index-repair/requests-and-spares", test_requests_and_spares);
  g_test_add_func ("/client/index-repair/damaged", test_damaged);
  g_test_add_func ("/client/index-repair/truncated", test_truncated);
  g_test_add_func ("/client/index-repair/unreadable-session", test_unreadable_session);
  g_test_add_func ("/client/index-repair/newer", test_newer);
  g_test_add_func ("/client/index-repair/cancelled", test_cancelled);
  return client_test_run ();
}
