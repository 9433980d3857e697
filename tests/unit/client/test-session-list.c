/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-list.h"
#include "ship-test.h"

/* The list over an index that another process writes. */

typedef struct
{
  const char *id;
  const char *title;
  gint64      updated_at;
} Entry;

static gboolean
upsert_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  const Entry *entry = data;
  ShipIndexRow row = { .id = (char *) entry->id,
                       .title = (char *) entry->title,
                       .repository = (char *) "/r",
                       .repository_name = (char *) "r",
                       .branch = (char *) "b",
                       .state = (char *) "idle",
                       .model = (char *) "a/b",
                       .is_cost_known = TRUE,
                       .created_at = 1,
                       .updated_at = entry->updated_at };

  return ship_index_table_upsert (db, &row, error);
}

static gboolean
delete_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_delete (db, data, error);
}

static void
put (ShipPaths *paths, const char *id, const char *title, gint64 updated_at)
{
  Entry entry = { id, title, updated_at };

  client_test_write_index (paths, upsert_job, &entry);
}

static void
load (ShipSessionList *list)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_list_load_async (list, NULL, ship_test_keep_result, &result);
  ship_session_list_load_finish (list, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
close_list (ShipSessionList *list)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_list_close_async (list, ship_test_keep_result, &result);
  ship_session_list_close_finish (list, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  client_test_settle ();
  g_assert_finalize_object (list);
}

static char *
dup_titles (ShipSessionList *list)
{
  GString *titles = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (list)); i++)
    {
      g_autoptr (ShipSessionItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);

      g_string_append_printf (titles, "%s ", ship_session_item_get_row (item)->title);
    }
  return g_string_free (titles, FALSE);
}

static gboolean
has_titles (ShipSessionList *list, const char *expected)
{
  g_autofree char *titles = dup_titles (list);

  return g_str_equal (titles, expected);
}

static void
note_change_cb (GString *changes, guint position, guint removed, guint added)
{
  g_string_append_printf (changes, "%u-%u+%u ", position, removed, added);
}

static void
count_cb (guint *count)
{
  (*count)++;
}

static void
test_follows (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GString) changes = g_string_new (NULL);
  g_autoptr (ShipSessionItem) b = NULL;
  g_autoptr (ShipSessionItem) same = NULL;
  ShipSessionList *list = ship_session_list_new (paths);
  guint            n_titles = 0;
  double           cost;

  g_assert_true (ship_paths_make_private_dir (ship_paths_get_data_dir (paths), NULL));
  load (list);
  g_assert_true (has_titles (list, ""));
  put (paths, "a", "A", 10);
  put (paths, "b", "B", 20);
  put (paths, "c", "C", 30);
  client_test_until (has_titles (list, "C B A "));

  g_signal_connect_swapped (list, "items-changed", G_CALLBACK (note_change_cb), changes);
  b = g_list_model_get_item (G_LIST_MODEL (list), 1);
  g_signal_connect_swapped (b, "notify::title", G_CALLBACK (count_cb), &n_titles);
  g_object_get (b, "cost", &cost, NULL);
  g_assert_cmpfloat (cost, ==, 0);
  put (paths, "b", "B2", 20);
  client_test_until (has_titles (list, "C B2 A "));
  g_assert_cmpstr (changes->str, ==, "");
  g_assert_cmpuint (n_titles, ==, 1);

  put (paths, "b", "B2", 40);
  client_test_until (has_titles (list, "B2 C A "));
  same = g_list_model_get_item (G_LIST_MODEL (list), 0);
  g_assert_true (same == b);
  g_assert_cmpstr (changes->str, ==, "0-2+2 ");
  client_test_write_index (paths, delete_job, (gpointer) "c");
  client_test_until (has_titles (list, "B2 A "));
  g_assert_cmpstr (changes->str, ==, "0-2+2 1-1+0 ");
  g_signal_handlers_disconnect_by_data (list, changes);
  close_list (list);
}

static void
test_close_while_reading (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GAsyncResult) loaded = NULL;
  ShipSessionList *list = ship_session_list_new (paths);
  g_autoptr (GError) error = NULL;

  put (paths, "d", "D", 50);
  load (list);
  ship_session_list_load_async (list, NULL, ship_test_keep_result, &loaded);
  {
    g_autoptr (GAsyncResult) closed = NULL;

    ship_session_list_close_async (list, ship_test_keep_result, &closed);
    ship_session_list_close_finish (list, ship_test_await (&closed), &error);
    g_assert_no_error (error);
  }
  if (!ship_session_list_load_finish (list, ship_test_await (&loaded), &error))
    g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&loaded);
  client_test_settle ();
  g_assert_finalize_object (list);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/session-list/follows", test_follows);
  g_test_add_func ("/client/session-list/close-while-reading", test_close_while_reading);
  return client_test_run ();
}
