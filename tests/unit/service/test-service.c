/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-session-client.h"
#include "client/ship-transcript.h"
#include "service/ship-session-service.h"
#include "session-fixture.h"
#include "ship-test.h"

/*
 * Both ends of a session's socket: the real service over the real actor (whose runtime and agent
 * are faked), and the real client.
 */

typedef struct
{
  SessionFixture      base;
  ShipSessionService *service;
  ShipSessionClient  *client;
  guint               n_changed;
  int                 n_left;
} Fixture;

static void
changed_cb (ShipSessionClient *client, const char *table, gint64 row, Fixture *f)
{
  f->n_changed++;
}

static void
leave_cb (ShipSessionService *service, gboolean for_good, Fixture *f)
{
  f->n_left += for_good ? 100 : 1;
}

static void
connect_client (Fixture *f, ShipSessionClient *client)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_connect_async (client, FALSE, NULL, ship_test_keep_result, &result);
  ship_session_client_connect_finish (client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autofree char *path = NULL;
  g_autofree char *runtime = NULL;
  g_autoptr (GError) error = NULL;

  session_fixture_set_up (&f->base);
  runtime = ship_paths_dup_session_runtime (f->base.paths, SESSION_FIXTURE_ID);
  path = ship_paths_dup_session_socket (f->base.paths, SESSION_FIXTURE_ID);
  g_assert_true (ship_paths_make_private_dir (runtime, NULL));
  f->service = ship_session_service_new (f->base.session);
  g_signal_connect (f->service, "leave", G_CALLBACK (leave_cb), f);
  ship_session_service_listen (f->service, path, &error);
  g_assert_no_error (error);
  f->client = ship_session_client_new (f->base.paths, SESSION_FIXTURE_ID);
  g_signal_connect (f->client, "changed", G_CALLBACK (changed_cb), f);
  connect_client (f, f->client);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_service_close_async (f->service, ship_test_keep_result, &result);
  g_assert_true (ship_session_service_close_finish (f->service, ship_test_await (&result), NULL));
  g_clear_object (&result);
  while (ship_session_client_is_connected (f->client))
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (f->client);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&f->service);
  session_fixture_tear_down (&f->base);
}

static gboolean
call (Fixture *f, const char *method, GVariant *arguments, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_client_call_async (f->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  return ship_session_client_call_finish (f->client, ship_test_await (&result), error);
}

static gint64
send (Fixture *f, const char *text, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_client_send_async (f->client, text, NULL, NULL, ship_test_keep_result, &result);
  return ship_session_client_send_finish (f->client, ship_test_await (&result), error);
}

static void
await_client_state (ShipSessionClient *client, const char *state)
{
  while (g_strcmp0 (ship_session_client_get_state (client), state) != 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_send_and_stop (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipSessionClient) second =
    ship_session_client_new (f->base.paths, SESSION_FIXTURE_ID);
  g_autoptr (GError) error = NULL;

  connect_client (f, second);
  while (ship_session_service_get_n_clients (f->service) < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (send (f, "Do it", &error), ==, 1);
  g_assert_no_error (error);
  session_fixture_assert_call (&f->base, "prompt anthropic/m build: Do it");
  await_client_state (f->client, "running");
  await_client_state (second, "running");
  g_assert_cmpuint (f->n_changed, >, 0);

  g_assert_true (call (f, "Stop", NULL, &error));
  session_fixture_assert_call (&f->base, "abort");
  fake_agent_say_status (f->base.agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_status (f->base.agent, SHIP_AGENT_STATUS_IDLE);
  await_client_state (second, "idle");
  g_clear_object (&second);
  while (ship_session_service_get_n_clients (f->service) > 1)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_refused (Fixture *f, const char *method, GVariant *arguments, ShipClientError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (call (f, method, arguments, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, (int) code);
  g_assert_null (strstr (error->message, "GDBus")); /* a sentence, not a transport's */
}

static void
test_errors_travel (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (send (f, "  ", &error), ==, 0);
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f, "Stop", NULL, SHIP_CLIENT_ERROR_CONFLICT);
  assert_refused (f, "Resume", g_variant_new ("(b)", TRUE), SHIP_CLIENT_ERROR_NOT_FOUND);
  assert_refused (f, "CancelTask", g_variant_new ("(x)", (gint64) 7), SHIP_CLIENT_ERROR_NOT_FOUND);
  assert_refused (f,
                  "Answer",
                  g_variant_new_parsed ("(int64 7, {'allow': <true>})"),
                  SHIP_CLIENT_ERROR_NOT_FOUND);
  assert_refused (f,
                  "Answer",
                  g_variant_new ("(xa{sv})", (gint64) 7, NULL),
                  SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f,
                  "Answer",
                  g_variant_new_parsed ("(int64 7, {'allow': <true>, 'scope': <'always'>})"),
                  SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f,
                  "SetRule",
                  g_variant_new ("(sss)", "bash", "*", "sometimes"),
                  SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f, "SetModel", g_variant_new ("(s)", "no-provider"), SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f, "SetTitle", g_variant_new ("(s)", " \n"), SHIP_CLIENT_ERROR_INVALID);
}

/* What is decided of hosts is there for the next one who reads; once is not. */
static void
test_egress (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;

  g_assert_true (call (f, "SetEgress", g_variant_new ("(s)", "offline"), NULL));
  g_assert_true (
    call (f, "AllowHost", g_variant_new ("(ssb)", "Files.TEST", "session", TRUE), NULL));
  g_assert_true (call (f, "AllowHost", g_variant_new ("(ssb)", "*.b.test", "session", TRUE), NULL));
  g_assert_true (call (f, "AllowHost", g_variant_new ("(ssb)", "once.test", "once", TRUE), NULL));
  g_assert_true (
    call (f, "AllowHost", g_variant_new ("(ssb)", "*.b.test", "session", FALSE), NULL));
  assert_refused (f, "SetEgress", g_variant_new ("(s)", "ajar"), SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f,
                  "AllowHost",
                  g_variant_new ("(ssb)", "127.0.0.1", "session", TRUE),
                  SHIP_CLIENT_ERROR_INVALID);
  assert_refused (f,
                  "AllowHost",
                  g_variant_new ("(ssb)", "a.test", "for ever", TRUE),
                  SHIP_CLIENT_ERROR_INVALID);

  ship_session_snapshot_load_async (f->base.paths,
                                    SESSION_FIXTURE_ID,
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
  snapshot = ship_session_snapshot_load_finish (ship_test_await (&result), NULL);
  g_assert_cmpstr (snapshot->egress->mode, ==, "offline");
  g_assert_cmpuint (snapshot->egress->hosts->len, ==, 1);
  g_assert_cmpstr (snapshot->egress->hosts->pdata[0], ==, "files.test");
}

static void
test_settings_and_leaving (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (call (f, "SetModel", g_variant_new ("(s)", "openai/x"), &error));
  g_assert_true (call (f, "SetTitle", g_variant_new ("(s)", "Another title"), &error));
  g_assert_true (call (f, "SetRule", g_variant_new ("(sss)", "bash", "rm *", "deny"), &error));
  g_assert_no_error (error);
  g_assert_cmpint (send (f, "With the new model", &error), ==, 1);
  session_fixture_assert_call (&f->base, "prompt openai/x build: With the new model");
  await_client_state (f->client, "running");
  assert_refused (f, "Hibernate", NULL, SHIP_CLIENT_ERROR_CONFLICT);
  g_assert_true (call (f, "Stop", NULL, NULL));
  session_fixture_assert_call (&f->base, "abort");
  fake_agent_say_status (f->base.agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_status (f->base.agent, SHIP_AGENT_STATUS_IDLE);
  await_client_state (f->client, "idle");

  g_assert_true (call (f, "Hibernate", NULL, &error));
  g_assert_cmpint (f->n_left, ==, 1);
  g_assert_true (call (f, "Delete", NULL, &error));
  g_assert_cmpint (f->n_left, ==, 101);
}

static void
test_terminal_needs_a_sandbox (Fixture *f, gconstpointer data)
{
  assert_refused (f, "OpenTerminal", g_variant_new ("(qq)", 24, 80), SHIP_CLIENT_ERROR_CONFLICT);
  assert_refused (f,
                  "ResizeTerminal",
                  g_variant_new ("(uqq)", 1, 24, 80),
                  SHIP_CLIENT_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/service/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("send-and-stop", test_send_and_stop);
  ADD ("errors-travel", test_errors_travel);
  ADD ("egress", test_egress);
  ADD ("settings-and-leaving", test_settings_and_leaving);
  ADD ("terminal-needs-a-sandbox", test_terminal_needs_a_sandbox);
  return g_test_run ();
}
