/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-client.h"
#include "fake-peer.h"
#include "ship-test.h"

#include <gio/gunixsocketaddress.h>

/* The client against a peer in this process, and against a program that is started. */

static gboolean
connect_client (ShipSessionClient *client, gboolean start, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_client_connect_async (client, start, NULL, ship_test_keep_result, &result);
  return ship_session_client_connect_finish (client, ship_test_await (&result), error);
}

static gboolean
call (ShipSessionClient *client, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_client_call_async (client, method, arguments, NULL, ship_test_keep_result, &result);
  return ship_session_client_call_finish (client, ship_test_await (&result), error);
}

static gint64
send_prompt (ShipSessionClient *client, const char *text, GVariant *options, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_client_send_async (client, text, options, NULL, ship_test_keep_result, &result);
  return ship_session_client_send_finish (client, ship_test_await (&result), error);
}

typedef struct
{
  GString *told;
  guint    n_closed;
  GError  *error;
} Heard;

static void
state_cb (Heard *heard, GParamSpec *pspec, ShipSessionClient *client)
{
  g_string_append_printf (heard->told, "state:%s ", ship_session_client_get_state (client));
}

static void
changed_cb (Heard *heard, const char *table, gint64 row)
{
  g_string_append_printf (heard->told, "%s:%" G_GINT64_FORMAT " ", table, row);
}

static void
delta_cb (Heard *heard, gint64 part, guint64 offset, const char *text)
{
  g_string_append_printf (heard->told,
                          "+%" G_GINT64_FORMAT "@%" G_GUINT64_FORMAT ":%s ",
                          part,
                          offset,
                          text);
}

static void
closed_cb (Heard *heard, const GError *error)
{
  heard->n_closed++;
  heard->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
listen_to (ShipSessionClient *client, Heard *heard)
{
  heard->told = g_string_new (NULL);
  g_signal_connect_swapped (client, "notify::state", G_CALLBACK (state_cb), heard);
  g_signal_connect_swapped (client, "changed", G_CALLBACK (changed_cb), heard);
  g_signal_connect_swapped (client, "delta", G_CALLBACK (delta_cb), heard);
  g_signal_connect_swapped (client, "closed", G_CALLBACK (closed_cb), heard);
}

static FakePeer *
peer_for (ShipPaths *paths, const char *id)
{
  g_autofree char *socket = ship_paths_dup_session_socket (paths, id);

  return fake_peer_new (socket, id);
}

static void
test_nothing_there (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  ShipSessionClient *missing = ship_session_client_new (paths, "00000000000000ff");
  ShipSessionClient *asleep = ship_session_client_new (paths, "0000000000000001");
  ShipSessionClient *escaping = ship_session_client_new (paths, "../0000000000000001");
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000001");
  g_assert_false (connect_client (missing, TRUE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (connect_client (escaping, TRUE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (connect_client (asleep, FALSE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
  g_clear_error (&error);
  g_assert_false (call (asleep, "Stop", NULL, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
  g_clear_error (&error);
  g_assert_cmpint (send_prompt (asleep, "x", NULL, &error), ==, 0);
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
  g_assert_finalize_object (missing);
  g_assert_finalize_object (asleep);
  g_assert_finalize_object (escaping);
}

static void
test_commands (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (FakePeer) peer = NULL;
  ShipSessionClient *client = ship_session_client_new (paths, "0000000000000002");
  g_autoptr (GError) error = NULL;
  GVariantDict options;

  client_test_make_session (paths, "0000000000000002");
  peer = peer_for (paths, "0000000000000002");
  g_assert_true (connect_client (client, FALSE, &error));
  g_assert_no_error (error);
  g_assert_true (ship_session_client_is_connected (client));
  g_assert_cmpstr (ship_session_client_get_state (client), ==, "idle");
  g_assert_true (connect_client (client, FALSE, &error)); /* twice is as good as once */

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "model", "s", "a/b");
  g_assert_cmpint (send_prompt (client, "Do it", g_variant_dict_end (&options), &error), ==, 42);
  g_assert_no_error (error);
  g_assert_cmpint (send_prompt (client, "", NULL, &error), ==, 0);
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_INVALID);
  g_assert_cmpstr (error->message, ==, "An empty prompt says nothing");
  g_clear_error (&error);
  g_assert_false (call (client, "Stop", NULL, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_true (call (client, "CancelTask", g_variant_new ("(x)", (gint64) 1), &error));
  g_assert_no_error (error);
  g_assert_false (call (client, "CancelTask", g_variant_new ("(x)", (gint64) 2), &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (call (client, "Nonsense", NULL, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_FAILED);
  g_assert_cmpstr (peer->calls->str,
                   ==,
                   "Send(Do it,a/b) Send(,) Stop CancelTask(1) CancelTask(2) ");
  g_assert_finalize_object (client);
}

/* Seconds are counted from when they were told: what the wall clock says later does not matter. */
static void
test_retry_at (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (FakePeer) peer = NULL;
  ShipSessionClient *client = ship_session_client_new (paths, "0000000000000013");
  gint64             now_ms = g_get_real_time () / 1000;

  client_test_make_session (paths, "0000000000000013");
  peer = peer_for (paths, "0000000000000013");
  g_assert_true (connect_client (client, FALSE, NULL));
  g_assert_cmpint (ship_session_client_get_retry_at (client), ==, 0);
  g_assert_cmpuint (ship_session_client_get_retry_left (client), ==, 0);

  ship_dbus_session1_set_retry_at (peer->skeleton, now_ms + 600 * 1000);
  fake_peer_set_state (peer, "retrying", "Retry 1 in 600 s");
  client_test_until (ship_session_client_get_retry_at (client) == now_ms + 600 * 1000);
  g_assert_cmpuint (ship_session_client_get_retry_left (client), >, 0);
  g_assert_cmpuint (ship_session_client_get_retry_left (client), <=, 600);

  /* Of a clock that was a year ahead: a day is the most that is believed. */
  ship_dbus_session1_set_retry_at (peer->skeleton, now_ms + 366 * 24 * 3600 * (gint64) 1000);
  fake_peer_set_state (peer, "retrying", "Retry 2");
  client_test_until (ship_session_client_get_retry_at (client) > now_ms + 600 * 1000);
  g_assert_cmpuint (ship_session_client_get_retry_left (client), <=, 24 * 3600);

  fake_peer_close (peer);
  client_test_until (!ship_session_client_is_connected (client));
  g_assert_cmpint (ship_session_client_get_retry_at (client), ==, 0);
  g_assert_finalize_object (client);
}

static void
test_events (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  FakePeer          *peer;
  ShipSessionClient *client = ship_session_client_new (paths, "0000000000000003");
  Heard              heard = { NULL };

  client_test_make_session (paths, "0000000000000003");
  peer = peer_for (paths, "0000000000000003");
  g_assert_true (connect_client (client, FALSE, NULL));
  listen_to (client, &heard);
  fake_peer_set_state (peer, "running", "Working");
  ship_dbus_session1_emit_changed (peer->skeleton, 1, "part", 7);
  ship_dbus_session1_emit_delta (peer->skeleton, 2, 7, 5, "abc");
  fake_peer_set_state (peer, "waiting", "");
  client_test_until (g_str_has_suffix (heard.told->str, "waiting "));
  g_assert_cmpstr (heard.told->str, ==, "state:running part:7 +7@5:abc state:waiting ");

  /* It did not say that it would end. */
  fake_peer_free (peer);
  client_test_until (heard.n_closed > 0);
  g_assert_error (heard.error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE);
  g_assert_cmpstr (ship_session_client_get_state (client), ==, "hibernated");
  g_assert_cmpstr (ship_session_client_get_detail (client), ==, "");
  g_assert_false (ship_session_client_is_connected (client));
  g_clear_error (&heard.error);

  peer = peer_for (paths, "0000000000000003");
  g_assert_true (connect_client (client, FALSE, NULL));
  fake_peer_set_state (peer, "hibernated", "");
  fake_peer_free (peer);
  client_test_until (heard.n_closed > 1);
  g_assert_no_error (heard.error);
  g_string_free (heard.told, TRUE);
  g_assert_finalize_object (client);
}

static void
hibernate (ShipSessionClient *client)
{
  Heard heard = { NULL };
  g_autoptr (GError) error = NULL;

  listen_to (client, &heard);
  g_assert_true (call (client, "Hibernate", NULL, &error));
  g_assert_no_error (error);
  client_test_until (heard.n_closed > 0);
  g_assert_no_error (heard.error);
  g_signal_handlers_disconnect_by_data (client, &heard);
  g_string_free (heard.told, TRUE);
}

static void
leave_stale_socket (ShipPaths *paths, const char *id)
{
  g_autofree char *path = ship_paths_dup_session_socket (paths, id);
  g_autofree char *directory = ship_paths_dup_session_runtime (paths, id);
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GSocket) socket =
    g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

  g_assert_true (ship_paths_make_private_dir (directory, NULL));
  g_assert_true (g_socket_bind (socket, address, FALSE, NULL));
}

static void
test_start (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  ShipSessionClient *client = ship_session_client_new (paths, "0000000000000004");
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000004");
  leave_stale_socket (paths, "0000000000000004");
  g_setenv ("FAKE_SHIP_SESSION", "serve", TRUE);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (connect_client (client, TRUE, &error));
      g_assert_no_error (error);
      hibernate (client);
    }
  g_assert_finalize_object (client);
}

static void
test_start_fails (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  ShipSessionClient *client = ship_session_client_new (paths, "0000000000000005");
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000005");
  g_setenv ("FAKE_SHIP_SESSION", "error", TRUE);
  g_assert_false (connect_client (client, TRUE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "The store is damaged");
  g_clear_error (&error);
  g_setenv ("FAKE_SHIP_SESSION", "die", TRUE);
  g_assert_false (connect_client (client, TRUE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "no such library"));
  g_assert_null (strstr (error->message, "first line"));
  g_assert_finalize_object (client);
}

static void
test_start_together (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  ShipSessionClient *clients[3];
  GAsyncResult      *results[3] = { NULL };
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000006");
  g_setenv ("FAKE_SHIP_SESSION", "slow", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      clients[i] = ship_session_client_new (paths, "0000000000000006");
      ship_session_client_connect_async (clients[i],
                                         TRUE,
                                         NULL,
                                         ship_test_keep_result,
                                         &results[i]);
    }
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      ship_session_client_connect_finish (clients[i], ship_test_await (&results[i]), &error);
      g_assert_no_error (error);
      g_object_unref (results[i]);
    }
  hibernate (clients[0]);
  for (guint i = 1; i < G_N_ELEMENTS (clients); i++)
    client_test_until (!ship_session_client_is_connected (clients[i]));
  for (guint i = 0; i < G_N_ELEMENTS (clients); i++)
    g_assert_finalize_object (clients[i]);
}

static gboolean
cancel_cb (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

static void
test_cancel (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  ShipSessionClient *client = ship_session_client_new (paths, "0000000000000007");
  g_autoptr (GError) error = NULL;

  client_test_make_session (paths, "0000000000000007");
  g_setenv ("FAKE_SHIP_SESSION", "slow", TRUE);
  ship_session_client_connect_async (client, TRUE, cancellable, ship_test_keep_result, &result);
  g_timeout_add (100, cancel_cb, cancellable);
  g_assert_false (ship_session_client_connect_finish (client, ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  /* What was started goes on, and is found. */
  g_assert_true (connect_client (client, TRUE, &error));
  g_assert_no_error (error);
  hibernate (client);
  g_clear_object (&result);
  g_assert_finalize_object (client);
}

static void
test_classify (void)
{
  g_autoptr (GError) gone = g_error_new (SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_GONE, "x");
  g_autoptr (GError) invalid = g_error_new (SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_INVALID, "x");
  g_autoptr (GError) cancelled = g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "x");

  g_assert_cmpint (ship_client_error_classify (gone), ==, SHIP_ERROR_CLASS_RETRY);
  g_assert_cmpint (ship_client_error_classify (invalid), ==, SHIP_ERROR_CLASS_PERSISTENT);
  g_assert_cmpint (ship_client_error_classify (cancelled), ==, SHIP_ERROR_CLASS_CANCELLED);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/session-client/nothing-there", test_nothing_there);
  g_test_add_func ("/client/session-client/commands", test_commands);
  g_test_add_func ("/client/session-client/events", test_events);
  g_test_add_func ("/client/session-client/retry-at", test_retry_at);
  g_test_add_func ("/client/session-client/start", test_start);
  g_test_add_func ("/client/session-client/start-fails", test_start_fails);
  g_test_add_func ("/client/session-client/start-together", test_start_together);
  g_test_add_func ("/client/session-client/cancel", test_cancel);
  g_test_add_func ("/client/session-client/classify", test_classify);
  return client_test_run ();
}
