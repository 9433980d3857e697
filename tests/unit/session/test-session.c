/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-session-decisions.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

/*
 * The actor with a faked runtime and agent and the real store. A turn that is done has no sandbox
 * to commit from here, so it ends as failed; whole turns are the integration suite's.
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

static gint64
send (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  ship_session_send_async (f->session, text, NULL, NULL, NULL, ship_test_keep_result, &result);
  id = ship_session_send_finish (f->session, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpint (id, >, 0);

  return id;
}

static void
await_state (Fixture *f, ShipSessionState state)
{
  while (ship_session_get_state (f->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

typedef struct
{
  GPtrArray *tasks;
  GPtrArray *messages;
  GPtrArray *parts;
  GPtrArray *requests;
} Picture;

static gboolean
read_picture (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  picture->tasks = ship_task_table_list (db, error);
  picture->messages = ship_message_table_list (db, 0, error);
  picture->requests = ship_request_table_list_open (db, error);
  if (picture->messages != NULL && picture->messages->len > 0)
    picture->parts =
      ship_part_table_list (db,
                            ((ShipMessageRow *) g_ptr_array_index (picture->messages, 0))->id,
                            error);

  return picture->tasks != NULL && picture->messages != NULL;
}

static void
picture_clear (Picture *picture)
{
  g_clear_pointer (&picture->tasks, g_ptr_array_unref);
  g_clear_pointer (&picture->messages, g_ptr_array_unref);
  g_clear_pointer (&picture->parts, g_ptr_array_unref);
  g_clear_pointer (&picture->requests, g_ptr_array_unref);
}

static const char *
task_state (Picture *picture, guint i)
{
  return ((ShipTaskRow *) g_ptr_array_index (picture->tasks, i))->state;
}

static void
test_fault_holds_queue (Fixture *f, gconstpointer data)
{
  Picture picture = { 0 };

  send (f, "First");
  session_fixture_assert_call (f, "prompt anthropic/m build: First");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  send (f, "Second");

  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "running");
  g_assert_cmpstr (task_state (&picture, 1), ==, "pending");
  picture_clear (&picture);

  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE); /* said before the failed message */
  fake_agent_say_message (f->agent, "msg_1", TRUE, "The key is wrong", SHIP_ERROR_CLASS_SIGN_IN);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "The key is wrong");
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "failed");
  g_assert_cmpstr (((ShipTaskRow *) picture.tasks->pdata[0])->error_category, ==, "user-action");
  g_assert_cmpstr (task_state (&picture, 1), ==, "pending");
  picture_clear (&picture);

  {
    g_autoptr (GAsyncResult) result = NULL;

    ship_session_resume_async (f->session, FALSE, ship_test_keep_result, &result);
    g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
  }
  session_fixture_assert_call (f, "prompt anthropic/m build: Second");
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_IDLE);
}

static void
test_stop_holds_queue (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  Picture picture = { 0 };

  g_assert_false (ship_session_stop (f->session, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);

  send (f, "First");
  session_fixture_assert_call (f, "prompt anthropic/m build: First");
  send (f, "Second");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  fake_agent_say_tool (f->agent, "msg_1", "prt_1", "bash", SHIP_AGENT_TOOL_RUNNING);
  g_assert_cmpstr (ship_session_get_activity (f->session), ==, "executing");
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_STOPPING);
  await_state (f,
               SHIP_SESSION_STATE_HOLDING); /* the agent says nothing more: it ends all the same */

  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "cancelled");
  g_assert_cmpstr (task_state (&picture, 1), ==, "pending");
  g_assert_cmpstr (((ShipPartRow *) picture.parts->pdata[0])->status, ==, "interrupted");
  picture_clear (&picture);
}

static void
test_stream_is_stored_redacted (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) died = g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST, "died");
  Picture picture = { 0 };

  g_assert_true (ship_secrets_add (f->secrets, "sk-canary-0123456789"));
  send (f, "Say it");
  session_fixture_assert_call (f, "prompt anthropic/m build: Say it");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_text (f->agent,
                       "msg_1",
                       "prt_1",
                       "",
                       FALSE); /* the part comes before its message */
  fake_agent_say_delta (f->agent, "msg_1", "prt_1", "Hello sk-cana");
  fake_agent_say_delta (f->agent, "msg_1", "prt_1", "ry-0123456789 world");
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  ship_runtime_emit_agent_died (SHIP_RUNTIME (f->runtime), died);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_false (fake_runtime_is_awake (f->runtime));

  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (((ShipPartRow *) picture.parts->pdata[0])->text, ==, "Hello [secret] world");
  g_assert_true (((ShipPartRow *) picture.parts->pdata[0])->is_ended);
  picture_clear (&picture);
}

static gboolean
leave_running (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipTaskRow row = { 0 };
  gint64      id;

  row.title = row.prompt = (char *) "Broken off";
  row.mode = (char *) "build";
  row.model = (char *) "anthropic/m";
  row.state = (char *) "pending";
  row.files_changed = -1;

  return ship_task_table_insert (db, &row, &id, error) &&
         ship_task_table_set_started (db, id, "running", "c", 1, error) &&
         ship_task_table_insert (db, &row, &id, error) &&
         ship_session_table_set_state (db, "running", NULL, NULL, 1, error);
}

static void
test_recovers_after_death (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  Picture picture = { 0 };

  session_fixture_close (f);
  session_fixture_run_on_store (f, leave_running, NULL);
  session_fixture_open (f);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_FAILED);
  g_assert_true (strstr (ship_session_get_detail (f->session), "resume") != NULL);
  g_assert_cmpint (fake_agent_get_n_calls (f->agent),
                   ==,
                   0); /* nothing runs by itself, let alone twice */
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "failed");
  g_assert_cmpstr (task_state (&picture, 1), ==, "pending");
  picture_clear (&picture);

  ship_session_resume_async (f->session, TRUE, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
  session_fixture_assert_call (f, "prompt anthropic/m build: Broken off");
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
}

static void
test_wake_failure (Fixture *f, gconstpointer data)
{
  fake_runtime_fail_next_wake (f->runtime, "User namespaces are off");
  send (f, "First");
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "User namespaces are off");

  send (f, "Second"); /* a new prompt goes on; the order is kept */
  session_fixture_assert_call (f, "prompt anthropic/m build: First");
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
}

static void
test_question (Fixture *f, gconstpointer data)
{
  const char      *answers[] = { "Blue", NULL };
  const ShipAnswer answer = { .answers = answers };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) again = NULL;
  g_autoptr (GError) error = NULL;
  Picture picture = { 0 };

  send (f, "Ask me");
  session_fixture_assert_call (f, "prompt anthropic/m build: Ask me");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_ask (f->agent, "que_1", "Which colour?");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "Which colour?");

  ship_session_answer_async (f->session, 1, &answer, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), &error));
  g_assert_no_error (error);
  session_fixture_assert_call (f, "answer que_1: Blue");
  fake_agent_close_request (f->agent, "que_1");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpint (picture.requests->len, ==, 0);
  picture_clear (&picture);

  ship_session_answer_async (f->session, 1, &answer, ship_test_keep_result, &again);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&again), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
}

/* An agent that does not say that it stopped may still be at work. */
static void
test_deaf_agent_is_brought_down (Fixture *f, gconstpointer data)
{
  send (f, "First");
  session_fixture_assert_call (f, "prompt anthropic/m build: First");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  g_assert_false (fake_runtime_is_awake (f->runtime));

  send (f, "Second"); /* wakes it anew */
  session_fixture_assert_call (f, "prompt anthropic/m build: Second");
  g_assert_true (fake_runtime_is_awake (f->runtime));
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
}

/* Lost while it is being stopped: nothing may start on the agent that is gone. */
static void
test_lost_while_stopping (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) died = g_error_new_literal (SHIP_AGENT_ERROR, SHIP_AGENT_ERROR_LOST, "died");

  send (f, "First");
  session_fixture_assert_call (f, "prompt anthropic/m build: First");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  ship_runtime_emit_agent_died (SHIP_RUNTIME (f->runtime), died);
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  g_assert_false (fake_runtime_is_awake (f->runtime));
}

static gboolean
refuse_parts (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db,
                       "CREATE TRIGGER refuse BEFORE INSERT ON part "
                       "BEGIN SELECT RAISE (ABORT, 'refused'); END",
                       NULL,
                       NULL,
                       NULL) == SQLITE_OK;
}

/* What the store does not take ends the turn once: no second turn beside it, no end in between. */
static void
test_refused_write_ends_turn (Fixture *f, gconstpointer data)
{
  Picture picture = { 0 };

  session_fixture_run_on_store (f, refuse_parts, NULL);
  send (f, "First");
  session_fixture_assert_call (f, "prompt anthropic/m build: First");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_text (f->agent, "msg_1", "prt_1", "Hello", FALSE);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_true (ship_session_is_quiet (f->session));
  g_assert_false (fake_runtime_is_awake (f->runtime));
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "failed");
  picture_clear (&picture);
}

static void
fail_a_task (Fixture *f, const char *text, const char *message)
{
  g_autofree char *call = NULL;

  send (f, text);
  call = fake_agent_take_call (f->agent);
  g_assert_nonnull (strstr (call, text));
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, message, FALSE, NULL, 0);
  fake_agent_say_message (f->agent, message, TRUE, "No", SHIP_ERROR_CLASS_USER);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_FAILED);
}

static void
test_two_resumes (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *call = NULL;
  Picture          picture = { 0 };

  fail_a_task (f, "Old", "msg_1");
  fail_a_task (f, "New", "msg_2");
  ship_session_resume_async (f->session, TRUE, ship_test_keep_result, &first);
  ship_session_resume_async (f->session, TRUE, ship_test_keep_result, &second);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&first), NULL));
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&second), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  call = fake_agent_take_call (f->agent);
  g_assert_nonnull (strstr (call, "New"));
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "failed");
  picture_clear (&picture);
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
}

/* Nobody would run it: the one who sends it is told. */
static void
test_no_prompt_while_closing (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GAsyncResult) sent = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_close_async (f->session, ship_test_keep_result, &closed);
  ship_session_send_async (f->session, "Late", NULL, NULL, NULL, ship_test_keep_result, &sent);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&sent), &error), ==, 0);
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CLOSING);
  g_assert_true (ship_session_close_finish (f->session, ship_test_await (&closed), NULL));
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HIBERNATED);
  g_clear_object (&closed);
  g_clear_object (&sent);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->session);
  f->session = NULL;
}

static void
send_in_mode (Fixture *f, const char *text, const char *mode)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_send_async (f->session, text, mode, NULL, NULL, ship_test_keep_result, &result);
  ship_session_send_finish (f->session, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
end_turn (Fixture *f, const char *message)
{
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, message, TRUE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
}

/* The working copy is read-only for a plan and not for what follows it; the queue keeps its order,
 * and there is nothing to commit after a plan (a commit would fail here). */
static void
test_plan_is_read_only (Fixture *f, gconstpointer data)
{
  Picture picture = { 0 };

  send_in_mode (f, "Think", "plan");
  session_fixture_assert_call (f, "prompt anthropic/m plan: Think");
  g_assert_true (fake_runtime_is_read_only (f->runtime));
  send_in_mode (f, "Do it", "build");
  send_in_mode (f, "Think again", "plan");
  end_turn (f, "msg_1");
  session_fixture_assert_call (f, "prompt anthropic/m build: Do it");
  g_assert_false (fake_runtime_is_read_only (f->runtime));
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpstr (task_state (&picture, 0), ==, "complete");
  g_assert_cmpstr (task_state (&picture, 1), !=, "pending");
  g_assert_cmpstr (task_state (&picture, 2), ==, "pending");
  picture_clear (&picture);

  end_turn (f, "msg_2");
  await_state (f, SHIP_SESSION_STATE_FAILED); /* there is no sandbox to commit from */
}

static void
assert_refused (Fixture *f, const char *text, const char *mode)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_send_async (f->session, text, mode, NULL, NULL, ship_test_keep_result, &result);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&result), &error), ==, 0);
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
}

static void
test_bad_input (Fixture *f, gconstpointer data)
{
  assert_refused (f, " \n\t", NULL);
  assert_refused (f, "\xff\xfe", NULL);
  assert_refused (f, "Do it", "destroy");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HIBERNATED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session/actor/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("fault-holds-queue", test_fault_holds_queue);
  ADD ("stop-holds-queue", test_stop_holds_queue);
  ADD ("stream-is-stored-redacted", test_stream_is_stored_redacted);
  ADD ("recovers-after-death", test_recovers_after_death);
  ADD ("wake-failure", test_wake_failure);
  ADD ("question", test_question);
  ADD ("bad-input", test_bad_input);
  ADD ("plan-is-read-only", test_plan_is_read_only);
  ADD ("deaf-agent-is-brought-down", test_deaf_agent_is_brought_down);
  ADD ("lost-while-stopping", test_lost_while_stopping);
  ADD ("refused-write-ends-turn", test_refused_write_ends_turn);
  ADD ("two-resumes", test_two_resumes);
  ADD ("no-prompt-while-closing", test_no_prompt_while_closing);
  return g_test_run ();
}
