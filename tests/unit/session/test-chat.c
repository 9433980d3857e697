/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-chat-tables.h"
#include "session/ship-session-send.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

#include <glib/gstdio.h>

/* What the user sends, with a faked agent: the queue, steering, attachments, commands. */

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
submit (Fixture *f, const char *text, const ShipSubmission *what, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_submit_async (f->session, text, what, ship_test_keep_result, &result);
  return ship_session_submit_finish (f->session, ship_test_await (&result), error);
}

static gint64
send (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;
  gint64 id = submit (f, text, NULL, &error);

  g_assert_no_error (error);
  return id;
}

static void
say_into (Fixture *f, const char *text)
{
  ShipSubmission what = { .is_steering = TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (submit (f, text, &what, &error), ==, 0);
  g_assert_no_error (error);
}

static gboolean
edit (Fixture *f, gint64 task, const char *text, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_edit_task_async (f->session, task, text, ship_test_keep_result, &result);
  return ship_session_command_finish (f->session, ship_test_await (&result), error);
}

static gboolean
move (Fixture *f, gint64 task, gint64 before, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_move_task_async (f->session, task, before, ship_test_keep_result, &result);
  return ship_session_command_finish (f->session, ship_test_await (&result), error);
}

static void
await_state (Fixture *f, ShipSessionState state)
{
  while (ship_session_get_state (f->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

/* "id prompt state" of every task and "text state" of what was said, a line each. */
static gboolean
describe (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  GString *text = data;
  g_autoptr (GPtrArray) tasks = ship_task_table_list (db, error);
  g_autoptr (GPtrArray) steers = ship_steer_table_list (db, error);

  for (guint i = 0; i < tasks->len; i++)
    {
      const ShipTaskRow *row = tasks->pdata[i];

      g_string_append_printf (text, "%s %s|", row->prompt, row->state);
    }
  for (guint i = 0; i < steers->len; i++)
    {
      const ShipSteerRow *row = steers->pdata[i];

      g_string_append_printf (text, "%s: %s|", row->text, row->state);
    }

  return TRUE;
}

static void
assert_store (Fixture *f, const char *expected)
{
  g_autoptr (GString) text = g_string_new (NULL);

  session_fixture_run_on_store (f, describe, text);
  g_assert_cmpstr (text->str, ==, expected);
}

static void
start_turn (Fixture *f, const char *text)
{
  g_autofree char *call = g_strconcat ("prompt anthropic/m build: ", text, NULL);

  send (f, text);
  session_fixture_assert_call (f, call);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
}

static void
stop_turn (Fixture *f, ShipSessionState state)
{
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, state);
}

static void
test_queue (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 a, b, c;

  start_turn (f, "Run");
  a = send (f, "A");
  b = send (f, "B");
  c = send (f, "C");
  g_assert_true (move (f, c, a, NULL));
  g_assert_true (move (f, a, 0, NULL));
  g_assert_true (edit (f, b, "B, better", NULL));
  assert_store (f, "Run running|C pending|B, better pending|A pending|");

  g_assert_false (move (f, a, 1, &error)); /* the task that runs */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (move (f, 1, a, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (move (f, a, 99, &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (edit (f, 1, "Too late", &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (edit (f, 99, "Nobody", &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (edit (f, a, " ", &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (edit (f, a, "/plan", &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);

  stop_turn (f, SHIP_SESSION_STATE_HOLDING);
  session_fixture_close (f); /* the order is on disk */
  session_fixture_open (f);
  assert_store (f, "Run cancelled|C pending|B, better pending|A pending|");
}

static gboolean
cancel (Fixture *f, gint64 task)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_cancel_task_async (f->session, task, ship_test_keep_result, &result);
  return ship_session_command_finish (f->session, ship_test_await (&result), NULL);
}

static gboolean
restore (Fixture *f, gint64 task, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_restore_task_async (f->session, task, ship_test_keep_result, &result);
  return ship_session_command_finish (f->session, ship_test_await (&result), error);
}

/* What was taken out of the queue comes back to its place; what has begun does not. */
static void
test_restore (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gint64 a;
  gint64 b;

  start_turn (f, "Run");
  a = send (f, "A");
  b = send (f, "B");
  send (f, "C");
  g_assert_true (move (f, b, a, NULL));
  g_assert_true (cancel (f, a));
  assert_store (f, "Run running|B pending|A cancelled|C pending|");
  g_assert_true (restore (f, a, NULL));
  assert_store (f, "Run running|B pending|A pending|C pending|");

  g_assert_false (restore (f, a, &error)); /* it waits */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);
  stop_turn (f, SHIP_SESSION_STATE_HOLDING);
  g_assert_false (restore (f, 1, &error)); /* it was stopped in the middle */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  assert_store (f, "Run cancelled|B pending|A pending|C pending|");
}

static void
test_stop_between_tasks (Fixture *f, gconstpointer data)
{
  gint64 task = send (f, "Now");

  /* Wherever it is on its way to the agent, nothing reaches it. */
  while (ship_session_get_state (f->session) != SHIP_SESSION_STATE_IDLE)
    g_main_context_iteration (NULL, TRUE);
  while (!ship_session_stop (f->session, NULL))
    g_main_context_iteration (NULL, TRUE);
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  while (!ship_session_is_quiet (f->session))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (task, ==, 1);
  session_fixture_close (f);
  session_fixture_open (f);
  assert_store (f, "Now pending|");
}

static void
test_steer (Fixture *f, gconstpointer data)
{
  start_turn (f, "Run");
  say_into (f, "One");
  session_fixture_assert_call (f, "steer msg_said_1: One");
  say_into (f, "Two");
  session_fixture_assert_call (f, "steer msg_said_2: Two");
  assert_store (f, "Run running|One: waiting|Two: waiting|");

  /* It had just come to rest; it begins again, and answers the later one: it has read both. */
  fake_agent_say_message (f->agent, "msg_a", TRUE, NULL, 0);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_answer (f->agent, "msg_b", "msg_said_2", TRUE);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_FAILED); /* there is no sandbox to commit from */
  assert_store (f, "Run failed|One: read|Two: read|");
}

static void
test_steer_is_dropped (Fixture *f, gconstpointer data)
{
  start_turn (f, "Run");
  say_into (f, "One");
  session_fixture_assert_call (f, "steer msg_said_1: One");
  stop_turn (f, SHIP_SESSION_STATE_HOLDING);
  assert_store (f, "Run cancelled|One: dropped|");
  g_assert_false (fake_runtime_is_awake (f->runtime)); /* it can begin nothing on its own */

  send (f, "Next");
  session_fixture_assert_call (f, "forget msg_said_1");
  session_fixture_assert_call (f, "prompt anthropic/m build: Next");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  stop_turn (f, SHIP_SESSION_STATE_IDLE);
  send (f, "Last"); /* and is told so once */
  session_fixture_assert_call (f, "prompt anthropic/m build: Last");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  stop_turn (f, SHIP_SESSION_STATE_IDLE);
}

static void
test_steer_survives (Fixture *f, gconstpointer data)
{
  start_turn (f, "Run");
  send (f, "Queued");
  say_into (f, "One");
  session_fixture_assert_call (f, "steer msg_said_1: One");
  say_into (f, "Two");
  session_fixture_assert_call (f, "steer msg_said_2: Two");
  fake_agent_set_reachable (f->agent, FALSE);
  fake_agent_lose (f->agent);
  await_state (f, SHIP_SESSION_STATE_FAILED);
  while (fake_agent_get_n_calls (f->agent) > 0) /* that it was sought */
    g_free (fake_agent_take_call (f->agent));
  assert_store (f, "Run failed|One pending|Two pending|Queued pending|One: queued|Two: queued|");
}

static void
test_steer_without_turn (Fixture *f, gconstpointer data)
{
  ShipSubmission what = { .is_steering = TRUE };
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (submit (f, "Alone", &what, &error), ==, 1);
  g_assert_no_error (error);
  session_fixture_assert_call (f, "prompt anthropic/m build: Alone");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  stop_turn (f, SHIP_SESSION_STATE_IDLE);
}

static void
test_send_now (Fixture *f, gconstpointer data)
{
  ShipSubmission what = { .is_steering = TRUE };
  g_autoptr (GError) error = NULL;

  start_turn (f, "Run");
  send (f, "A");
  what.waiting = send (f, "B");
  g_assert_cmpint (submit (f, "", &what, &error), ==, 0);
  g_assert_no_error (error);
  session_fixture_assert_call (f, "steer msg_said_1: B");
  assert_store (f, "Run running|A pending|B cancelled|B: waiting|");
  g_assert_cmpint (submit (f, "", &what, &error), ==, -1); /* once */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);
  what.waiting = send (f, "C");
  stop_turn (f, SHIP_SESSION_STATE_HOLDING);

  /* Without a turn it goes first. */
  g_assert_cmpint (submit (f, "", &what, &error), ==, what.waiting);
  g_assert_no_error (error);
  session_fixture_assert_call (f, "forget msg_said_1");
  session_fixture_assert_call (f, "prompt anthropic/m build: C");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  stop_turn (f, SHIP_SESSION_STATE_HOLDING);
}

static void
test_attachments (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) attachments =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_attachment_free);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autofree char *directory = ship_paths_dup_session_dir (f->paths, SESSION_FIXTURE_ID);
  g_autofree char *path = NULL;
  ShipSubmission   what = { .attachments = attachments };
  g_autoptr (GError) error = NULL;
  GStatBuf status;

  g_ptr_array_add (attachments, ship_attachment_new ("a.txt", NULL, bytes));
  path = g_build_filename (directory,
                           "attachments",
                           ((ShipAttachment *) attachments->pdata[0])->digest,
                           NULL);
  g_assert_cmpint (submit (f, "Read", &what, &error), ==, 1);
  g_assert_no_error (error);
  session_fixture_assert_call (
    f,
    "prompt anthropic/m build: Read [a.txt text/plain data:text/plain;base64,aGVsbG8=]");
  g_assert_cmpint (g_stat (path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 0777, ==, 0600);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  stop_turn (f, SHIP_SESSION_STATE_IDLE);

  /* What lies there is checked before it is sent. */
  while (!ship_session_is_quiet (f->session))
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_file_set_contents (path, "other", -1, NULL));
  {
    g_autoptr (GAsyncResult) result = NULL;

    ship_session_resume_async (f->session, TRUE, ship_test_keep_result, &result);
    g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), NULL));
  }
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "a.txt"));
  g_remove (path);
}

static void
test_nothing_half_stored (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) attachments =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_attachment_free);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autofree char *directory = ship_paths_dup_session_dir (f->paths, SESSION_FIXTURE_ID);
  g_autofree char *path = g_build_filename (directory, "attachments", NULL);
  ShipSubmission   what = { .attachments = attachments };
  ShipSubmission   from_nothing = { .source = 7 };
  g_autoptr (GError) error = NULL;

  g_ptr_array_add (attachments, ship_attachment_new ("a.txt", NULL, bytes));
  g_assert_true (g_file_set_contents (path, "in the way", -1, NULL));
  g_assert_cmpint (submit (f, "Read", &what, &error), ==, -1);
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_cmpint (submit (f, "", &from_nothing, &error), ==, -1);
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_NOT_FOUND);
  assert_store (f, "");
}

static void
test_from_message (Fixture *f, gconstpointer data)
{
  ShipSubmission what = { .source = 1 };

  start_turn (f, "Run");
  fake_agent_say_message (f->agent, "msg_1", TRUE, NULL, 0);
  fake_agent_say_text (f->agent, "msg_1", "prt_1", "Better rename it.", TRUE);
  fake_agent_say_text (f->agent, "msg_1", "prt_2", "And test it.", TRUE);
  g_assert_cmpint (submit (f, "", &what, NULL), ==, 2);
  g_assert_cmpint (submit (f, "My own words", &what, NULL), ==, 3);
  assert_store (f, "Run running|Better rename it.\n\nAnd test it. pending|My own words pending|");
  stop_turn (f, SHIP_SESSION_STATE_HOLDING);
}

static void
test_commands (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (submit (f, "/plan", NULL, NULL), ==, 0);
  g_assert_cmpint (submit (f, "/model openai/x", NULL, NULL), ==, 0);
  g_assert_cmpint (submit (f, "/title Mine", NULL, NULL), ==, 0);
  g_assert_cmpint (submit (f, "/help", NULL, NULL), ==, 0);
  g_assert_cmpint (submit (f, "/model x", NULL, &error), ==, -1);
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_cmpint (submit (f, "/stop", NULL, &error), ==, -1);
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  g_clear_error (&error);
  assert_store (f, "");

  send (f, "/init the ducks");
  session_fixture_assert_call (f, "command init: the ducks");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  g_assert_cmpint (submit (f, "/inti", NULL, &error), ==, -1); /* the agent is up: it is known */
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "/review"));
  stop_turn (f, SHIP_SESSION_STATE_IDLE);
  send (f, "//init");
  session_fixture_assert_call (f, "prompt openai/x plan: /init");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  stop_turn (f, SHIP_SESSION_STATE_IDLE);
}

#define ADD(name, func) g_test_add ("/chat/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD ("queue", test_queue);
  ADD ("restore", test_restore);
  ADD ("stop-between-tasks", test_stop_between_tasks);
  ADD ("steer", test_steer);
  ADD ("steer-is-dropped", test_steer_is_dropped);
  ADD ("steer-survives", test_steer_survives);
  ADD ("steer-without-turn", test_steer_without_turn);
  ADD ("send-now", test_send_now);
  ADD ("attachments", test_attachments);
  ADD ("nothing-half-stored", test_nothing_half_stored);
  ADD ("from-message", test_from_message);
  ADD ("commands", test_commands);
  return g_test_run ();
}
