/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-adopt.h"
#include "session/ship-session-shelf.h"
#include "session/ship-session-tables.h"
#include "session/ship-session-warm.h"
#include "ship-test.h"

/* Sessions that are woken before there is work. */

typedef SessionFixture Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  session_fixture_set_up (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  session_fixture_tear_down (f);
}

static void
await_state (Fixture *f, ShipSessionState state)
{
  while (ship_session_get_state (f->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
wake (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (ship_session_wake (f->session, &error));
  g_assert_no_error (error);
}

static void
send (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_send_async (f->session, text, NULL, NULL, NULL, ship_test_keep_result, &result);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&result), NULL), >, 0);
}

static void
stop_turn (Fixture *f)
{
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, "msg_1", TRUE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_IDLE);
}

static void
test_wake (Fixture *f, gconstpointer data)
{
  wake (f);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAKING);
  wake (f); /* again: it is on its way */
  await_state (f, SHIP_SESSION_STATE_IDLE);
  wake (f);
  while (!ship_session_is_quiet (f->session))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_IDLE);
  g_assert_true (fake_runtime_is_awake (f->runtime));
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 1);
  g_assert_cmpuint (fake_agent_get_n_calls (f->agent), ==, 0);

  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 1);
  stop_turn (f);
}

static void
test_failed (Fixture *f, gconstpointer data)
{
  fake_runtime_fail_next_wakes (f->runtime, 1, SHIP_SANDBOX_ERROR_GONE, "It went");
  wake (f);
  await_state (f, SHIP_SESSION_STATE_HIBERNATED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "It went"));
  g_assert_true (ship_session_is_quiet (f->session));
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 1);

  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  stop_turn (f);
}

/* A prompt makes it a wake like any other, which is tried again; if it comes too late for that, it
 * wakes the session itself. */
static void
test_prompt_meanwhile (Fixture *f, gconstpointer data)
{
  ShipPatience patience = SHIP_PATIENCE_INIT;

  patience.retry_ms = 1;
  ship_session_set_patience (f->session, &patience);
  fake_runtime_fail_next_wakes (f->runtime, 1, SHIP_SANDBOX_ERROR_GONE, "It went");
  wake (f);
  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 2);
  stop_turn (f);
}

static void
test_stopped (Fixture *f, gconstpointer data)
{
  wake (f);
  g_assert_true (ship_session_stop (f->session, NULL));
  await_state (f, SHIP_SESSION_STATE_HIBERNATED);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "");
  while (!ship_session_is_quiet (f->session))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (fake_runtime_is_awake (f->runtime));
  g_assert_false (ship_session_stop (f->session, NULL));
}

static void
test_died (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) gone =
    g_error_new_literal (SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE, "Killed");

  wake (f);
  await_state (f, SHIP_SESSION_STATE_IDLE);
  ship_runtime_emit_died (SHIP_RUNTIME (f->runtime), gone);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HIBERNATED);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Killed");
}

static void
test_closed (Fixture *f, gconstpointer data)
{
  wake (f);
  session_fixture_close (f);
  session_fixture_open (f);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HIBERNATED);
}

static void
assert_refused (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (ship_session_wake (f->session, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_assert_cmpint (ship_session_get_state (f->session), !=, SHIP_SESSION_STATE_WAKING);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_set_archived_async (f->session, TRUE, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
  assert_refused (f);

  fake_runtime_fail_next_wake (f->runtime, "No sandbox");
  send (f, "Work");
  await_state (f, SHIP_SESSION_STATE_FAILED);
  while (!ship_session_is_quiet (f->session))
    g_main_context_iteration (NULL, TRUE);
  assert_refused (f);
}

/* --- spares --- */

static gboolean
make_spare (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db, "UPDATE session SET is_spare = 1, title = ''", NULL, NULL, NULL) ==
         SQLITE_OK;
}

static void
open_spare (Fixture *f)
{
  session_fixture_close (f);
  session_fixture_run_on_store (f, make_spare, NULL);
  session_fixture_open (f);
  g_assert_true (ship_session_is_spare (f->session));
}

static GVariant *
describe (const char *title, gboolean is_titled)
{
  g_autoptr (GVariantDict) dict = g_variant_dict_new (NULL);

  g_variant_dict_insert (dict, "title", "s", title);
  g_variant_dict_insert (dict, "titled", "b", is_titled);
  g_variant_dict_insert (dict, "base-branch", "s", "main");
  g_variant_dict_insert (dict, "branch", "s", "ship-mine");
  g_variant_dict_insert (dict, "model", "s", "anthropic/other");
  g_variant_dict_insert (dict, "mode", "s", "build");
  g_variant_dict_insert (dict, "budget", "d", 2.5);
  g_variant_dict_insert (dict, "user-name", "s", "Ann");
  g_variant_dict_insert (dict, "user-email", "s", "ann@example.org");
  return g_variant_ref_sink (g_variant_dict_end (dict));
}

static gboolean
adopt (Fixture *f, GVariant *options, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_adopt_async (f->session, options, ship_test_keep_result, &result);
  return ship_session_command_finish (f->session, ship_test_await (&result), error);
}

static gboolean
read_row (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(ShipSessionRow **) data = ship_session_table_load (db, error);
  return *(ShipSessionRow **) data != NULL;
}

static void
test_adopt (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) options = describe ("My work", FALSE);
  g_autoptr (ShipSessionRow) row = NULL;
  g_autoptr (GError) error = NULL;

  open_spare (f);
  g_assert_false (adopt (f, options, &error)); /* it sleeps */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);

  wake (f);
  await_state (f, SHIP_SESSION_STATE_IDLE);
  g_assert_true (adopt (f, options, &error));
  g_assert_no_error (error);
  g_assert_false (ship_session_is_spare (f->session));
  session_fixture_run_on_store (f, read_row, &row);
  g_assert_false (row->is_spare);
  g_assert_cmpstr (row->title, ==, "My work");
  g_assert_cmpstr (row->branch, ==, "ship-mine");
  g_assert_cmpstr (row->model, ==, "anthropic/other");
  g_assert_cmpstr (row->title_source, ==, "prompt");
  g_assert_cmpfloat (row->session_budget, ==, 2.5);

  g_assert_false (adopt (f, options, &error)); /* somebody has it */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/other build: Work");
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 1);
  stop_turn (f);
}

/* Two at once, while it still wakes: one gets it. */
static void
test_adopt_waking (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) options = describe ("My work", TRUE);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  open_spare (f);
  wake (f);
  ship_session_adopt_async (f->session, options, ship_test_keep_result, &first);
  ship_session_adopt_async (f->session, options, ship_test_keep_result, &second);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&second), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&first), NULL));
  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/other build: Work");
  g_assert_cmpstr (fake_agent_get_opened_title (f->agent), ==, "My work");
  stop_turn (f);
}

static void
test_adopt_invalid (Fixture *f, gconstpointer data)
{
  g_autoptr (GVariant) nothing = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  g_autoptr (GError) error = NULL;

  open_spare (f);
  wake (f);
  g_assert_false (adopt (f, nothing, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_assert_true (ship_session_is_spare (f->session));
  await_state (f, SHIP_SESSION_STATE_IDLE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session/warm/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("wake", test_wake);
  ADD ("failed", test_failed);
  ADD ("prompt-meanwhile", test_prompt_meanwhile);
  ADD ("stopped", test_stopped);
  ADD ("died", test_died);
  ADD ("closed", test_closed);
  ADD ("refused", test_refused);
  ADD ("adopt", test_adopt);
  ADD ("adopt-waking", test_adopt_waking);
  ADD ("adopt-invalid", test_adopt_invalid);
  return g_test_run ();
}
