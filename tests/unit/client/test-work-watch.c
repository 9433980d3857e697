/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-item-private.h"
#include "client/ship-work-watch.h"
#include "fake-peer.h"
#include "ship-test.h"

/* Who is at work, over a list that the test writes and a process that it plays. */

#define ID "00000000000000a1"

static ShipIndexRow *
new_row (const char *id, const char *state)
{
  ShipIndexRow *row = g_new0 (ShipIndexRow, 1);

  row->id = g_strdup (id);
  row->title = g_strdup ("T");
  row->repository = g_strdup ("/r");
  row->repository_name = g_strdup ("r");
  row->branch = g_strdup ("b");
  row->state = g_strdup (state);
  row->model = g_strdup ("p/m");

  return row;
}

static void
count_cb (guint *count)
{
  (*count)++;
}

/* What is under way holds it. */
static void
end (ShipWorkWatch *watch)
{
  client_test_until (G_OBJECT (watch)->ref_count == 1);
  g_assert_finalize_object (watch);
}

static void
test_counts (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GListStore) sessions = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSessionItem) one = ship_session_item_new (new_row (ID, "running"));
  g_autoptr (ShipSessionItem) other =
    ship_session_item_new (new_row ("00000000000000a2", "waiting"));
  ShipWorkWatch *watch;

  g_list_store_append (sessions, one);
  watch = ship_work_watch_new (paths, G_LIST_MODEL (sessions));
  g_assert_cmpuint (ship_work_watch_get_n_busy (watch), ==, 1);
  g_list_store_append (sessions, other);
  g_assert_cmpuint (ship_work_watch_get_n_busy (watch), ==, 2);
  g_assert_cmpuint (ship_work_watch_get_n_working (watch), ==, 1);
  ship_session_item_update (one, new_row (ID, "hibernated"));
  g_assert_cmpuint (ship_work_watch_get_n_busy (watch), ==, 1);
  g_assert_cmpuint (ship_work_watch_get_n_working (watch), ==, 0);
  g_list_store_remove_all (sessions);
  g_assert_cmpuint (ship_work_watch_get_n_busy (watch), ==, 0);
  end (watch);
}

/* The list says that it works; that there is nobody is found out by asking. */
static void
test_nobody_there (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GListStore) sessions = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSessionItem) item =
    ship_session_item_new (new_row ("00000000000000a3", "running"));
  ShipWorkWatch *watch = ship_work_watch_new (paths, G_LIST_MODEL (sessions));
  guint          n_lost = 0;

  g_signal_connect_swapped (watch, "lost", G_CALLBACK (count_cb), &n_lost);
  g_list_store_append (sessions, item);
  client_test_until (n_lost > 0);
  client_test_settle ();
  g_assert_cmpuint (n_lost, ==, 1);
  end (watch);
}

static void
stop_all (ShipWorkWatch *watch)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_work_watch_stop_all_async (watch, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_work_watch_stop_all_finish (watch, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

static void
test_process (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GListStore) sessions = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipSessionItem) item = ship_session_item_new (new_row (ID, "running"));
  g_autofree char *runtime = ship_paths_dup_session_runtime (paths, ID);
  g_autofree char *socket = ship_paths_dup_session_socket (paths, ID);
  g_autoptr (FakePeer) peer = NULL;
  ShipWorkWatch *watch;
  guint          n_lost = 0;

  client_test_make_session (paths, ID);
  g_assert_true (ship_paths_make_private_dir (runtime, NULL));
  peer = fake_peer_new (socket, ID);
  ship_dbus_session1_set_activity (peer->skeleton, "planning");
  watch = ship_work_watch_new (paths, G_LIST_MODEL (sessions));
  g_signal_connect_swapped (watch, "lost", G_CALLBACK (count_cb), &n_lost);
  g_list_store_append (sessions, item);
  client_test_until (g_str_equal (ship_session_item_get_activity (item), "planning"));
  ship_dbus_session1_set_activity (peer->skeleton, "coding");
  client_test_until (g_str_equal (ship_session_item_get_activity (item), "coding"));

  stop_all (watch);
  g_assert_nonnull (strstr (peer->calls->str, "Stop"));
  fake_peer_close (peer);
  client_test_until (n_lost > 0);
  g_assert_cmpstr (ship_session_item_get_activity (item), ==, "");
  stop_all (watch); /* there is nobody to be stopped */
  end (watch);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/work-watch/counts", test_counts);
  g_test_add_func ("/client/work-watch/nobody-there", test_nobody_there);
  g_test_add_func ("/client/work-watch/process", test_process);
  return client_test_run ();
}
