/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-session-model.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

/*
 * What goes wrong under a session, with a faked runtime and agent: connections that are lost and
 * come back or not, an agent that hangs, wakes that fail for a while, a store that is full.
 */

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
send (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_send_async (f->session, text, NULL, NULL, NULL, ship_test_keep_result, &result);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&result), NULL), >, 0);
}

/* A turn under way. */
static void
begin (Fixture *f)
{
  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
}

static void
stop (Fixture *f)
{
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
}

/* Stops, and the agent says so. */
static void
end (Fixture *f)
{
  stop (f);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, "msg_1", TRUE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
}

static void
await_state (Fixture *f, ShipSessionState state)
{
  while (ship_session_get_state (f->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_state (Fixture *f, ShipSessionState state)
{
  g_assert_cmpint (ship_session_get_state (f->session), ==, state);
}

static void
forget_calls (Fixture *f)
{
  while (fake_agent_get_n_calls (f->agent) > 0)
    g_free (fake_agent_take_call (f->agent));
}

static gboolean
read_task (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipTaskRow **task = data;

  *task = ship_task_table_load (db, 1, error);
  return *task != NULL;
}

static void
assert_task (Fixture *f, const char *state, const char *category)
{
  ShipTaskRow *task = NULL;

  session_fixture_run_on_store (f, read_task, &task);
  g_assert_cmpstr (task->state, ==, state);
  g_assert_cmpstr (task->error_category, ==, category);
  ship_task_row_free (task);
}

/* --- the connection --- */

static void
lose_and_connect (Fixture *f)
{
  fake_agent_lose (f->agent);
  assert_state (f, SHIP_SESSION_STATE_RETRYING);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "Connection to the agent lost"));
  session_fixture_assert_call (f, "connect");
  session_fixture_assert_call (f, "reconcile ses_fake");
  assert_state (f, SHIP_SESSION_STATE_RETRYING);
}

static void
test_turn_goes_on (Fixture *f, gconstpointer data)
{
  begin (f);
  lose_and_connect (f);
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  assert_state (f, SHIP_SESSION_STATE_RETRYING); /* not before all was told */
  fake_agent_end_reconcile (f->agent);
  await_state (f, SHIP_SESSION_STATE_RUNNING);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "");
  g_assert_true (fake_runtime_is_awake (f->runtime));
  end (f);
}

static void
test_turn_ended_meanwhile (Fixture *f, gconstpointer data)
{
  begin (f);
  lose_and_connect (f);
  fake_agent_say_message (f->agent, "msg_1", TRUE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  fake_agent_end_reconcile (f->agent);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  /* It got as far as its commit. */
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "could be committed"));
}

/* The prompt was taken, and the agent has said neither that it begins nor that it ended. */
static void
test_turn_ended_unseen (Fixture *f, gconstpointer data)
{
  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  lose_and_connect (f);
  fake_agent_say_message (f->agent, "msg_old", TRUE, "Old", SHIP_ERROR_CLASS_USER);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  fake_agent_end_reconcile (f->agent);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "could be committed"));
}

static void
test_question_survives (Fixture *f, gconstpointer data)
{
  begin (f);
  fake_agent_ask (f->agent, "que_1", "Which colour?");
  assert_state (f, SHIP_SESSION_STATE_WAITING);
  lose_and_connect (f);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_end_reconcile (f->agent);
  await_state (f, SHIP_SESSION_STATE_WAITING);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Which colour?");

  lose_and_connect (f);
  fake_agent_close_request (f->agent, "que_1"); /* answered meanwhile */
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_end_reconcile (f->agent);
  await_state (f, SHIP_SESSION_STATE_RUNNING);
  end (f);
}

static void
test_agent_given_up (Fixture *f, gconstpointer data)
{
  begin (f);
  fake_agent_say_tool (f->agent, "msg_1", "prt_1", "bash", SHIP_AGENT_TOOL_RUNNING);
  fake_agent_set_reachable (f->agent, FALSE);
  fake_agent_lose (f->agent);
  assert_state (f, SHIP_SESSION_STATE_RETRYING);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "could not be made again"));
  g_assert_false (fake_runtime_is_awake (f->runtime));
  assert_task (f, "failed", "transient");
  forget_calls (f);
}

static void
test_frozen_agent (Fixture *f, gconstpointer data)
{
  begin (f);
  fake_agent_fall_silent (f->agent);
  assert_state (f, SHIP_SESSION_STATE_RETRYING);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "no sign of life"));
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "stopped responding"));
  g_assert_false (fake_runtime_is_awake (f->runtime));
  assert_task (f, "failed", "transient");
  forget_calls (f);
}

/* A prompt that is sent while nothing connects waits, and then runs. */
static void
test_idle_reconnect (Fixture *f, gconstpointer data)
{
  begin (f);
  end (f);
  await_state (f, SHIP_SESSION_STATE_IDLE);
  fake_agent_lose (f->agent);
  send (f, "More");
  session_fixture_assert_call (f, "connect");
  session_fixture_assert_call (f, "reconcile ses_fake");
  assert_state (f, SHIP_SESSION_STATE_IDLE);
  fake_agent_end_reconcile (f->agent);
  session_fixture_assert_call (f, "prompt anthropic/m build: More");
  end (f);
}

/* --- no news --- */

static void
test_stuck (Fixture *f, gconstpointer data)
{
  static const ShipPatience patience = { .reconnect_ms = 1,
                                         .progress_ms = 60000,
                                         .reconnect_max = 1,
                                         .attempt_ms = 1000,
                                         .give_up_ms = 1000,
                                         .probe_ms = 1000,
                                         .stuck_ms = 5 };

  ship_session_set_patience (f->session, &patience);
  begin (f);
  while (g_strcmp0 (ship_session_get_activity (f->session), "stuck") != 0)
    g_main_context_iteration (NULL, TRUE);
  assert_state (f, SHIP_SESSION_STATE_RUNNING);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "Nothing new"));

  fake_agent_say_text (f->agent, "msg_1", "prt_1", "Hello", FALSE);
  g_assert_cmpstr (ship_session_get_activity (f->session), ==, "planning");
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "");

  /* It waits for the user: nothing is stuck. */
  fake_agent_ask (f->agent, "que_1", "Which colour?");
  for (gint64 until = g_get_monotonic_time () + 50000; g_get_monotonic_time () < until;)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (ship_session_get_activity (f->session), ==, "planning");
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Which colour?");
  end (f);
  session_fixture_assert_call (f, "answer que_1: reject"); /* nobody waits for it any more */
}

/* --- waking --- */

static void
count_steps_cb (ShipSession *session, GParamSpec *pspec, guint *count)
{
  if (g_str_has_suffix (ship_session_get_detail (session), " s…"))
    (*count)++;
}

/* A step that takes long says so, and the journal has it once. */
static void
test_long_step (Fixture *f, gconstpointer data)
{
  static const ShipPatience patience = { .retry_ms = 600000, .progress_ms = 5 };
  g_autofree char          *before = NULL;
  guint                     count = 0;

  ship_session_set_patience (f->session, &patience);
  g_signal_connect (f->session, "notify::detail", G_CALLBACK (count_steps_cb), &count);
  fake_runtime_fail_next_wakes (f->runtime, 1, SHIP_SANDBOX_ERROR_GONE, "No room");
  send (f, "Work");
  while (strstr (ship_session_get_detail (f->session), "No room") == NULL)
    g_main_context_iteration (NULL, TRUE);
  assert_state (f, SHIP_SESSION_STATE_WAKING);
  ship_runtime_set_step (SHIP_RUNTIME (f->runtime), "Starting the agent");
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Starting the agent");
  while (count == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Starting the agent, 0 s…");

  ship_runtime_set_step (SHIP_RUNTIME (f->runtime), "Connecting to the agent");
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Connecting to the agent");
  g_assert_true (ship_session_stop (f->session, NULL));
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  before = g_strdup (ship_session_get_detail (f->session));
  for (gint64 until = g_get_monotonic_time () + 30000; g_get_monotonic_time () < until;)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, before); /* nothing counts on */
}

static void
test_wake_is_retried (Fixture *f, gconstpointer data)
{
  fake_runtime_fail_next_wakes (f->runtime, 3, SHIP_SANDBOX_ERROR_GONE, "It went");
  send (f, "Work");
  assert_state (f, SHIP_SESSION_STATE_WAKING);
  while (g_strcmp0 (ship_session_get_detail (f->session), "Retry 3 of 3 in 0 s: It went") != 0)
    g_main_context_iteration (NULL, TRUE);
  assert_state (f, SHIP_SESSION_STATE_WAKING);
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  end (f);
}

static void
test_wake_is_retried_in_vain (Fixture *f, gconstpointer data)
{
  fake_runtime_fail_next_wakes (f->runtime, 4, SHIP_SANDBOX_ERROR_GONE, "It went");
  send (f, "Work");
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "It went");

  send (f, "More"); /* counts anew, and the fourth failure is used up */
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  end (f);
}

/* The retry is for the same task: what comes up is what that task needs, and not what the session's
 * own mode would. */
static void
test_wake_is_retried_for_its_task (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) moded = NULL;
  g_autoptr (GAsyncResult) sent = NULL;

  ship_session_set_mode_async (f->session, "plan", ship_test_keep_result, &moded);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&moded), NULL));
  send (f, "Think");
  session_fixture_assert_call (f, "prompt anthropic/m plan: Think");
  fake_runtime_fail_next_wakes (f->runtime, 1, SHIP_SANDBOX_ERROR_GONE, "It went");
  ship_session_send_async (f->session, "Do it", "build", NULL, NULL, ship_test_keep_result, &sent);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&sent), NULL), >, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, "msg_1", TRUE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  session_fixture_assert_call (f, "prompt anthropic/m build: Do it");
  g_assert_false (fake_runtime_is_read_only (f->runtime));
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 3);
  end (f);
}

static void
test_wake_stopped_in_pause (Fixture *f, gconstpointer data)
{
  static const ShipPatience patience = { .retry_ms = 600000, .stuck_ms = 600000 };

  ship_session_set_patience (f->session, &patience);
  fake_runtime_fail_next_wakes (f->runtime, 1, SHIP_SANDBOX_ERROR_GONE, "It went");
  send (f, "Work");
  while (!g_str_has_prefix (ship_session_get_detail (f->session), "Retry 1 of 3"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (ship_session_is_quiet (f->session));
  g_assert_true (ship_session_stop (f->session, NULL));
  await_state (f, SHIP_SESSION_STATE_HOLDING);
}

/* --- stopping and closing --- */

static void
test_prompt_while_stopping (Fixture *f, gconstpointer data)
{
  begin (f);
  stop (f);
  assert_state (f, SHIP_SESSION_STATE_STOPPING);
  send (f, "Instead");
  assert_state (f, SHIP_SESSION_STATE_STOPPING);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  session_fixture_assert_call (f, "prompt anthropic/m build: Instead");
  assert_task (f, "cancelled", NULL);
  end (f);
}

/* A deaf agent has to be brought down first. */
static void
test_prompt_while_stopping_deaf (Fixture *f, gconstpointer data)
{
  begin (f);
  stop (f);
  send (f, "Instead");
  session_fixture_assert_call (f, "prompt anthropic/m build: Instead");
  end (f);
}

static void
test_log_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *call = NULL;

  begin (f);
  ship_session_interrupt (f->session);
  ship_session_close_async (f->session, ship_test_keep_result, &result);
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  g_assert_true (ship_session_close_finish (f->session, ship_test_await (&result), NULL));
  assert_state (f, SHIP_SESSION_STATE_HIBERNATED);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->session);
  assert_task (f, "pending", NULL);

  session_fixture_open (f);
  call = fake_agent_take_call (f->agent);
  g_assert_nonnull (strstr (call, "You were interrupted"));
  g_assert_nonnull (strstr (call, "Work"));
  end (f);
}

static void
test_commands_count (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  g_assert_true (ship_session_is_quiet (f->session));
  ship_session_set_title_async (f->session, "New", ship_test_keep_result, &result);
  g_assert_false (ship_session_is_quiet (f->session));
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
  while (!ship_session_is_quiet (f->session))
    g_main_context_iteration (NULL, TRUE);
}

/* --- the store --- */

static gboolean
refuse_states (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db,
                       "CREATE TRIGGER refuse BEFORE UPDATE OF state ON session "
                       "WHEN NEW.state = 'waiting' BEGIN SELECT RAISE (ABORT, 'refused'); END",
                       NULL,
                       NULL,
                       NULL) == SQLITE_OK;
}

static void
test_refused_state (Fixture *f, gconstpointer data)
{
  session_fixture_run_on_store (f, refuse_states, NULL);
  begin (f);
  fake_agent_ask (f->agent, "que_1", "Which colour?");
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_false (fake_runtime_is_awake (f->runtime));
}

/* --- the clock --- */

static void
test_clock_set_back_between (Fixture *f, gconstpointer data)
{
  gint64 now_ms = g_get_real_time () / 1000;

  fake_agent_set_clock (f->agent, now_ms + 10 * 60000);
  begin (f);
  end (f);
  await_state (f, SHIP_SESSION_STATE_IDLE);
  send (f, "More");
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "clock is 10 minutes behind"));
  g_assert_cmpuint (fake_agent_get_n_calls (f->agent), ==, 0);
}

static void
test_clock_set_back_within (Fixture *f, gconstpointer data)
{
  gint64 now_ms = g_get_real_time () / 1000;

  send (f, "Work");
  session_fixture_assert_call (f, "prompt anthropic/m build: Work");
  fake_agent_set_clock (f->agent, now_ms);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_prompt (f->agent, "msg_1");
  fake_agent_set_clock (f->agent, now_ms + 5000);
  fake_agent_say_answer (f->agent, "msg_2", "msg_1", TRUE);
  /* Small steps are nothing, nor is what was told before. */
  fake_agent_set_clock (f->agent, now_ms + 4000);
  fake_agent_say_answer (f->agent, "msg_3", "msg_1", TRUE);
  assert_state (f, SHIP_SESSION_STATE_RUNNING);
  fake_agent_set_clock (f->agent, now_ms - 3600000);
  fake_agent_say_answer (f->agent, "msg_2", "msg_1", TRUE);
  assert_state (f, SHIP_SESSION_STATE_RUNNING);
  fake_agent_say_answer (f->agent, "msg_4", "msg_1", FALSE);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "clock was set back"));
  g_assert_false (fake_runtime_is_awake (f->runtime));
  assert_task (f, "failed", "user-action");
}

/* --- leftovers --- */

static void
test_discard (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) refused = NULL;
  g_autoptr (GAsyncResult) taken = NULL;
  g_autoptr (GError) error = NULL;

  begin (f);
  ship_session_discard_async (f->session, ship_test_keep_result, &refused);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&refused), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  end (f);
  await_state (f, SHIP_SESSION_STATE_IDLE);

  /* There is no sandbox here to do it in: the wake fails, and no turn begins before it is done. */
  ship_session_discard_async (f->session, ship_test_keep_result, &taken);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&taken), NULL));
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "could be discarded"));
  send (f, "More");
  await_state (f, SHIP_SESSION_STATE_WAKING);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_cmpuint (fake_agent_get_n_calls (f->agent), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                                            \
  g_test_add ("/session/failures/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("turn-goes-on", test_turn_goes_on);
  ADD ("turn-ended-meanwhile", test_turn_ended_meanwhile);
  ADD ("turn-ended-unseen", test_turn_ended_unseen);
  ADD ("question-survives", test_question_survives);
  ADD ("agent-given-up", test_agent_given_up);
  ADD ("frozen-agent", test_frozen_agent);
  ADD ("idle-reconnect", test_idle_reconnect);
  ADD ("stuck", test_stuck);
  ADD ("long-step", test_long_step);
  ADD ("wake-is-retried", test_wake_is_retried);
  ADD ("wake-is-retried-in-vain", test_wake_is_retried_in_vain);
  ADD ("wake-is-retried-for-its-task", test_wake_is_retried_for_its_task);
  ADD ("wake-stopped-in-pause", test_wake_stopped_in_pause);
  ADD ("prompt-while-stopping", test_prompt_while_stopping);
  ADD ("prompt-while-stopping-deaf", test_prompt_while_stopping_deaf);
  ADD ("log-out", test_log_out);
  ADD ("commands-count", test_commands_count);
  ADD ("refused-state", test_refused_state);
  ADD ("clock-set-back-between", test_clock_set_back_between);
  ADD ("clock-set-back-within", test_clock_set_back_within);
  ADD ("discard", test_discard);
  return g_test_run ();
}
