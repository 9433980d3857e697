/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-handle.h"
#include "fake-peer.h"
#include "ship-test.h"

/* A session as a face has it: asleep, awake, started for a call, and gone. */

static void
trouble_cb (ShipSessionHandle *handle, const GError *error, GString *told)
{
  g_string_append_printf (told, "%s; ", error->message);
}

static void
count_cb (ShipSessionHandle *handle, GParamSpec *pspec, guint *count)
{
  (*count)++;
}

static FakePeer *
peer_for (ShipPaths *paths, const char *id)
{
  g_autofree char *socket = ship_paths_dup_session_socket (paths, id);

  return fake_peer_new (socket, id);
}

static gboolean
call (ShipSessionHandle *handle, const char *method, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_handle_call_async (handle, method, NULL, NULL, ship_test_keep_result, &result);
  return ship_session_handle_call_finish (handle, ship_test_await (&result), error);
}

/* Readings that are under way keep it. */
static void
finalize (ShipSessionHandle *handle)
{
  client_test_until (G_OBJECT (handle)->ref_count == 1);
  g_assert_finalize_object (handle);
}

static void
test_asleep (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GString) told = g_string_new (NULL);
  ShipSessionHandle *handle;

  client_test_make_session (paths, "0000000000000011");
  g_setenv ("FAKE_SHIP_SESSION", "error", TRUE); /* a start would be seen */
  handle = ship_session_handle_new (paths, "0000000000000011");
  g_signal_connect (handle, "trouble", G_CALLBACK (trouble_cb), told);
  g_assert_null (ship_session_handle_get_snapshot (handle));
  client_test_until (ship_session_handle_get_snapshot (handle) != NULL);
  g_assert_cmpstr (ship_session_handle_get_snapshot (handle)->session->id, ==, "0000000000000011");
  g_assert_false (ship_session_handle_is_live (handle));
  g_assert_false (ship_session_handle_is_working (handle));
  g_assert_cmpstr (ship_session_handle_get_state (handle), ==, "hibernated");
  g_assert_cmpstr (ship_session_handle_get_detail (handle), ==, "");
  g_assert_cmpstr (ship_session_handle_get_activity (handle), ==, "");
  g_assert_cmpstr (told->str, ==, "");
  finalize (handle);
}

static void
test_awake (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GString) told = g_string_new (NULL);
  FakePeer          *peer;
  ShipSessionHandle *handle;
  guint              n_snapshots = 0;
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000012");
  peer = peer_for (paths, "0000000000000012");
  handle = ship_session_handle_new (paths, "0000000000000012");
  g_signal_connect (handle, "trouble", G_CALLBACK (trouble_cb), told);
  g_signal_connect (handle, "notify::snapshot", G_CALLBACK (count_cb), &n_snapshots);
  client_test_until (ship_session_handle_is_live (handle) && n_snapshots > 0);
  fake_peer_set_state (peer, "running", "Working");
  client_test_until (ship_session_handle_is_working (handle));
  g_assert_cmpstr (ship_session_handle_get_detail (handle), ==, "Working");

  /* What is not in the snapshot does not have it read again. */
  n_snapshots = 0;
  ship_dbus_session1_emit_changed (peer->skeleton, 1, "part", 7);
  for (guint i = 2; i < 40; i++)
    ship_dbus_session1_emit_changed (peer->skeleton, i, "task", 7);
  client_test_until (n_snapshots > 0);
  g_assert_cmpuint (n_snapshots, <=, 2);
  g_assert_false (call (handle, "Stop", &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT);

  fake_peer_free (peer);
  client_test_until (!ship_session_handle_is_live (handle));
  g_assert_false (ship_session_handle_is_working (handle));
  g_assert_cmpstr (told->str, ==, "The session's process ended unexpectedly; ");
  client_test_settle ();
  n_snapshots = 0;
  client_test_until (n_snapshots > 0); /* what it left */
  finalize (handle);
}

static void
test_started_for_calls (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  ShipSessionHandle *handle;
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  client_test_make_session (paths, "0000000000000013");
  g_setenv ("FAKE_SHIP_SESSION", "serve", TRUE);
  handle = ship_session_handle_new (paths, "0000000000000013");
  ship_session_handle_send_async (handle, "Do it", NULL, NULL, ship_test_keep_result, &sent);
  id = ship_session_handle_send_finish (handle, ship_test_await (&sent), &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, ==, 42);
  g_assert_true (ship_session_handle_is_live (handle));
  g_assert_true (call (handle, "Hibernate", &error));
  g_assert_no_error (error);
  client_test_until (!ship_session_handle_is_live (handle));
  client_test_until (ship_session_handle_get_snapshot (handle) != NULL);
  g_clear_object (&sent);
  finalize (handle);
}

/* What meets a process that is about to end goes to the next one. */
static void
test_going_to_sleep (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GString) told = g_string_new (NULL);
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;
  FakePeer          *peer;
  ShipSessionHandle *handle;

  client_test_make_session (paths, "0000000000000015");
  g_setenv ("FAKE_SHIP_SESSION", "serve", TRUE);
  peer = peer_for (paths, "0000000000000015");
  peer->is_closing = TRUE;
  handle = ship_session_handle_new (paths, "0000000000000015");
  g_signal_connect (handle, "trouble", G_CALLBACK (trouble_cb), told);
  client_test_until (ship_session_handle_is_live (handle));
  ship_session_handle_send_async (handle, "Do it", NULL, NULL, ship_test_keep_result, &sent);
  client_test_until (strstr (peer->calls->str, "Do it") != NULL);
  client_test_settle ();
  g_assert_null (sent);
  fake_peer_set_state (peer, "hibernated", "");
  fake_peer_close (peer);
  fake_peer_free (peer);
  g_assert_cmpint (ship_session_handle_send_finish (handle, ship_test_await (&sent), &error),
                   ==,
                   42);
  g_assert_no_error (error);
  g_assert_cmpstr (told->str, ==, "");
  g_assert_true (call (handle, "Hibernate", &error));
  client_test_until (!ship_session_handle_is_live (handle));
  client_test_until (ship_session_handle_get_snapshot (handle) != NULL);
  g_clear_object (&sent);
  finalize (handle);
}

static void
test_start_fails (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  ShipSessionHandle *handle;
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000014");
  g_setenv ("FAKE_SHIP_SESSION", "error", TRUE);
  handle = ship_session_handle_new (paths, "0000000000000014");
  ship_session_handle_send_async (handle, "Do it", NULL, NULL, ship_test_keep_result, &sent);
  g_assert_false (call (handle, "Resume", &error));
  g_assert_cmpstr (error->message, ==, "The store is damaged");
  g_clear_error (&error);
  g_assert_cmpint (ship_session_handle_send_finish (handle, ship_test_await (&sent), &error),
                   ==,
                   0);
  g_assert_cmpstr (error->message, ==, "The store is damaged");
  client_test_until (ship_session_handle_get_snapshot (handle) != NULL);
  g_clear_object (&sent);
  finalize (handle);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/session-handle/asleep", test_asleep);
  g_test_add_func ("/client/session-handle/awake", test_awake);
  g_test_add_func ("/client/session-handle/started-for-calls", test_started_for_calls);
  g_test_add_func ("/client/session-handle/going-to-sleep", test_going_to_sleep);
  g_test_add_func ("/client/session-handle/start-fails", test_start_fails);

  return client_test_run ();
}
