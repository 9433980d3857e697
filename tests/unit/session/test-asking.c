/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-session-decisions.h"
#include "session/ship-session-private.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

/*
 * Requests on their way from the agent to the user and back, with a faked agent and the real store.
 */

typedef SessionFixture Fixture;

#define PUSH   "{\"patterns\":[\"git push origin\"],\"always\":[\"git push *\"]}"
#define TAGS   "{\"patterns\":[\"git push --tags\"],\"always\":[\"git push *\"]}"
#define REMOVE "{\"patterns\":[\"rm x\"],\"always\":[\"rm *\"]}"
#define COLOURS                                                                                    \
  "{\"questions\":[{\"question\":\"Which?\",\"options\":[{\"label\":\"Red\"},{\"label\":"          \
  "\"Blue\"}],\"custom\":false},{\"question\":\"Why?\",\"options\":[],\"multiple\":true}]}"

static void
await_state (Fixture *f, ShipSessionState state)
{
  while (ship_session_get_state (f->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
begin_turn (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_send_async (f->session, "Go", NULL, NULL, NULL, ship_test_keep_result, &result);
  g_assert_cmpint (ship_session_send_finish (f->session, ship_test_await (&result), NULL), >, 0);
  session_fixture_assert_call (f, "prompt anthropic/m build: Go");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
}

static void
end_turn (Fixture *f)
{
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_IDLE);
}

static void
set_rule (Fixture *f, const char *permission, const char *pattern, const char *action)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_set_rule_async (f->session,
                               permission,
                               pattern,
                               action,
                               ship_test_keep_result,
                               &result);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

/* A careful user: bash is asked. */
static void
set_up (Fixture *f, gconstpointer data)
{
  session_fixture_set_up (f);
  set_rule (f, "bash", "*", "ask");
  begin_turn (f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  session_fixture_tear_down (f);
}

static void
answer (Fixture *f, gint64 request, const ShipAnswer *answer)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_answer_async (f->session, request, answer, ship_test_keep_result, &result);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

static void
assert_refused (Fixture *f, gint64 request, const ShipAnswer *answer, int code)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_answer_async (f->session, request, answer, ship_test_keep_result, &result);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, code);
}

typedef struct
{
  gint64          id;
  ShipRequestRow *row; /* (owned) (nullable) */
  GPtrArray      *journal;
  GPtrArray      *rules;
} Picture;

static gboolean
read_picture (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  picture->row = ship_request_table_load (db, picture->id, NULL);
  picture->journal = ship_journal_table_list (db, 0, 1000, error);
  picture->rules = ship_rule_table_list (db, error);
  return picture->journal != NULL && picture->rules != NULL;
}

static void
picture_clear (Picture *picture)
{
  g_clear_pointer (&picture->row, ship_request_row_free);
  g_clear_pointer (&picture->journal, g_ptr_array_unref);
  g_clear_pointer (&picture->rules, g_ptr_array_unref);
}

static gboolean
do_nothing (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

/* What the session has decided to write is written. */
static void
settle (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  while (g_main_context_iteration (NULL, FALSE))
    ;
  ship_transcript_writer_flush (f->session->writer);
  ship_store_run_async (f->session->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        do_nothing,
                        NULL,
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &result);
  g_assert_true (ship_store_run_finish (f->session->store, ship_test_await (&result), NULL));
}

/* "state answer, delivered" of a request; "" for none. */
static void
assert_request (Fixture *f, gint64 id, const char *expected)
{
  Picture          picture = { .id = id };
  g_autofree char *text = NULL;

  settle (f);
  session_fixture_run_on_store (f, read_picture, &picture);
  if (picture.row == NULL)
    text = g_strdup ("");
  else
    text = g_strdup_printf ("%s %s%s",
                            picture.row->state,
                            picture.row->answer != NULL ? picture.row->answer : "-",
                            picture.row->delivered_at != 0 ? ", delivered" : "");
  g_assert_cmpstr (text, ==, expected);
  picture_clear (&picture);
}

static void
assert_notice (Fixture *f, const char *part)
{
  Picture  picture = { .id = 1 };
  gboolean is_found = FALSE;

  settle (f);
  session_fixture_run_on_store (f, read_picture, &picture);
  for (guint i = 0; i < picture.journal->len; i++)
    {
      const ShipJournalRow *row = picture.journal->pdata[i];

      is_found =
        is_found || (g_str_equal (row->kind, "notice") && strstr (row->text, part) != NULL);
    }
  g_assert_true (is_found);
  picture_clear (&picture);
}

static const ShipAnswer allow = { .is_allowed = TRUE };
static const ShipAnswer allow_all = { .is_allowed = TRUE, .is_for_session = TRUE };
static const ShipAnswer deny = { .is_allowed = FALSE };

static void
test_allowed (Fixture *f, gconstpointer data)
{
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "git push origin");
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH); /* told again */
  assert_request (f, 1, "open -");

  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  fake_agent_close_request (f->agent, "per_1");
  assert_request (f, 1, "answered allow, delivered");
  assert_refused (f, 1, &deny, SHIP_SESSION_ERROR_CONFLICT);
  assert_refused (f, 77, &deny, SHIP_SESSION_ERROR_NOT_FOUND);
  assert_request (f, 1, "answered allow, delivered");
  end_turn (f);
}

static void
test_denied (Fixture *f, gconstpointer data)
{
  const ShipAnswer reason = { .message = "Not on a Friday" };
  g_autofree char *plain = NULL;

  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_ask_permission (f->agent, "per_2", "bash", "rm x", REMOVE);
  answer (f, 1, &reason);
  session_fixture_assert_call (f, "deny per_1: Not on a Friday");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "rm x");
  answer (f, 2, &deny);
  plain = fake_agent_take_call (f->agent); /* without a reason OpenCode would end the turn */
  g_assert_true (g_str_has_prefix (plain, "deny per_2: The user refused this."));
  fake_agent_close_request (f->agent, "per_1");
  fake_agent_close_request (f->agent, "per_2");
  assert_request (f, 1, "answered deny: Not on a Friday, delivered");
  assert_request (f, 2, "answered deny, delivered");
  end_turn (f);
}

static void
test_one_answer_counts (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  ship_session_answer_async (f->session, 1, &allow, ship_test_keep_result, &first);
  ship_session_answer_async (f->session, 1, &deny, ship_test_keep_result, &second);
  g_assert_true (ship_session_command_finish (f->session, ship_test_await (&first), NULL));
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&second), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
  session_fixture_assert_call (f, "allow per_1");
  fake_agent_close_request (f->agent, "per_1");
  assert_request (f, 1, "answered allow, delivered");
  end_turn (f);
}

static void
test_delivery_is_retried (Fixture *f, gconstpointer data)
{
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_fail_answers (f->agent, SHIP_AGENT_ERROR_FAILED, 1);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  assert_request (f, 1, "answered allow");
  session_fixture_assert_call (f, "allow per_1"); /* by itself */
  fake_agent_close_request (f->agent, "per_1");
  assert_request (f, 1, "answered allow, delivered");
  assert_notice (f, "has not reached the agent yet");
  end_turn (f);
}

/* After a reconnect the agent tells what it waits for: it gets the answer that was lost. */
static void
test_told_again (Fixture *f, gconstpointer data)
{
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_fail_answers (f->agent, SHIP_AGENT_ERROR_LOST, 1);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  g_assert_cmpuint (fake_agent_get_n_calls (f->agent), ==, 1); /* at once, and not when it is due */
  session_fixture_assert_call (f, "allow per_1");
  fake_agent_close_request (f->agent, "per_1");
  assert_request (f, 1, "answered allow, delivered");
  end_turn (f);
}

/* What it does not tell any more, the agent's replay closes: the answer that was on its way has
 * reached it after all, and what nobody has answered is not asked any more. */
static void
test_not_told_again (Fixture *f, gconstpointer data)
{
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_ask_permission (f->agent, "per_2", "bash", "rm x", REMOVE);
  fake_agent_fail_answers (f->agent, SHIP_AGENT_ERROR_LOST, 1);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  fake_agent_close_request (f->agent, "per_1");
  fake_agent_close_request (f->agent, "per_2");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  assert_request (f, 1, "answered allow, delivered");
  assert_request (f, 2, "withdrawn -");
  end_turn (f);
}

static void
test_unknown_to_agent (Fixture *f, gconstpointer data)
{
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_fail_answers (f->agent, SHIP_AGENT_ERROR_NOT_FOUND, 1);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  while (g_main_context_iteration (NULL, FALSE))
    ;
  assert_request (f, 1, "withdrawn allow");
  assert_notice (f, "did not wait for the answer");
  end_turn (f);
}

static void
test_not_understood (Fixture *f, gconstpointer data)
{
  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_fail_answers (f->agent, SHIP_AGENT_ERROR_REFUSED, 1);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  await_state (f, SHIP_SESSION_STATE_WAITING);
  assert_request (f, 1, "open -");
  answer (f, 1, &deny);
  g_free (fake_agent_take_call (f->agent));
  fake_agent_close_request (f->agent, "per_1");
  end_turn (f);
}

static void
test_for_session (Fixture *f, gconstpointer data)
{
  Picture            picture = { .id = 1 };
  const ShipRuleRow *rule;

  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_ask_permission (f->agent, "per_2", "bash", "git push --tags", TAGS);
  fake_agent_ask_permission (f->agent, "per_3", "bash", "rm x", REMOVE);
  answer (f, 1, &allow_all);
  session_fixture_assert_call (f, "allow per_1");
  session_fixture_assert_call (f, "allow per_2"); /* its like */
  g_assert_cmpstr (ship_session_get_detail (f->session), ==, "rm x");
  answer (f, 3, &deny);
  g_free (fake_agent_take_call (f->agent));
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);

  fake_agent_ask_permission (f->agent, "per_4", "bash", "git push origin", PUSH);
  session_fixture_assert_call (f, "allow per_4");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  for (int i = 1; i <= 4; i++)
    {
      g_autofree char *id = g_strdup_printf ("per_%d", i);

      fake_agent_close_request (f->agent, id);
    }
  assert_request (f, 1, "answered allow (session), delivered");
  assert_request (f, 2, "answered allow (rule), delivered");
  assert_request (f, 4, "answered allow (rule), delivered");
  session_fixture_run_on_store (f, read_picture, &picture);
  g_assert_cmpuint (picture.rules->len, ==, 2);
  rule = picture.rules->pdata[1];
  g_assert_cmpstr (rule->pattern, ==, "git push *");
  g_assert_cmpstr (rule->action, ==, "allow");
  picture_clear (&picture);
  end_turn (f);
}

/* A rule for one thing must not become one for all. */
static void
test_not_for_session (Fixture *f, gconstpointer data)
{
  g_assert_true (ship_secrets_add (f->secrets, "sk-canary-0123456789"));
  set_rule (f, "edit", "*", "ask");
  fake_agent_ask_permission (f->agent,
                             "per_1",
                             "edit",
                             "*",
                             "{\"patterns\":[\"*\"],\"always\":[\"*\"]}");
  fake_agent_ask_permission (f->agent,
                             "per_2",
                             "bash",
                             "x",
                             "{\"patterns\":[\"x\"],\"always\":[\"sk-canary-0123456789 *\"]}");
  assert_refused (f, 1, &allow_all, SHIP_SESSION_ERROR_INVALID);
  assert_refused (f, 2, &allow_all, SHIP_SESSION_ERROR_INVALID);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  answer (f, 2, &allow);
  session_fixture_assert_call (f, "allow per_2");
  fake_agent_close_request (f->agent, "per_1");
  fake_agent_close_request (f->agent, "per_2");
  end_turn (f);
}

static void
test_rule_answers (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *call = NULL;

  fake_agent_ask_permission (f->agent, "per_1", "bash", "rm x", REMOVE);
  set_rule (f, "bash", "rm *", "deny");
  call = fake_agent_take_call (f->agent);
  g_assert_true (g_str_has_prefix (call, "deny per_1: A rule"));
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  fake_agent_close_request (f->agent, "per_1");
  assert_request (f, 1, "answered deny (rule), delivered");

  set_rule (f, "bash", "rm *", "");
  fake_agent_ask_permission (f->agent, "per_2", "bash", "rm x", REMOVE);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  fake_agent_close_request (f->agent, "per_2"); /* given up by the agent */
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RUNNING);
  assert_request (f, 2, "withdrawn -");

  ship_session_set_rule_async (f->session, "bash", "*", "maybe", ship_test_keep_result, &result);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  end_turn (f);
}

/* What was asked before a stop the agent would keep for ever. */
static void
test_stopped (Fixture *f, gconstpointer data)
{
  g_autofree char *call = NULL;

  fake_agent_ask_permission (f->agent, "per_1", "bash", "git push origin", PUSH);
  fake_agent_ask (f->agent, "que_1", "Which?");
  end_turn (f);
  call = fake_agent_take_call (f->agent);
  g_assert_true (g_str_has_prefix (call, "deny per_1"));
  session_fixture_assert_call (f, "answer que_1: reject");
  assert_request (f, 1, "withdrawn -");
  assert_refused (f, 1, &allow, SHIP_SESSION_ERROR_CONFLICT);

  /* And what comes after it is nobody's. */
  fake_agent_ask (f->agent, "que_2", "Still there?");
  session_fixture_assert_call (f, "answer que_2: reject");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_IDLE);
  assert_request (f, 3, "");
}

static void
test_questions (Fixture *f, gconstpointer data)
{
  const char      *one[] = { "Red", NULL };
  const char      *other[] = { "Green", "x", NULL };
  const char      *two[] = { "Red\x1f"
                                  "Blue",
                             "x",
                             NULL };
  const char      *nothing[] = { "", "", NULL };
  const char      *good[] = { "Red", "It is\x1fmine", NULL };
  ShipAnswer       answers = { .answers = one };
  const ShipAnswer rejected = { .is_rejected = TRUE };

  fake_agent_ask_question (f->agent, "que_1", COLOURS);
  assert_refused (f, 1, &allow, SHIP_SESSION_ERROR_INVALID);
  assert_refused (f, 1, &answers, SHIP_SESSION_ERROR_INVALID);
  answers.answers = other;
  assert_refused (f, 1, &answers, SHIP_SESSION_ERROR_INVALID);
  answers.answers = two;
  assert_refused (f, 1, &answers, SHIP_SESSION_ERROR_INVALID);
  answers.answers = nothing;
  assert_refused (f, 1, &answers, SHIP_SESSION_ERROR_INVALID);
  answers.answers = good;
  answer (f, 1, &answers);
  session_fixture_assert_call (f, "answer que_1: Red|It is\x1fmine");
  fake_agent_close_request (f->agent, "que_1");
  assert_request (f, 1, "answered Red, It is;mine, delivered");

  fake_agent_ask_question (f->agent, "que_2", COLOURS);
  answer (f, 2, &rejected);
  session_fixture_assert_call (f, "answer que_2: reject");
  fake_agent_close_request (f->agent, "que_2");
  fake_agent_ask_permission (f->agent, "per_1", "bash", "rm x", REMOVE);
  assert_refused (f, 3, &answers, SHIP_SESSION_ERROR_INVALID);
  answer (f, 3, &allow);
  session_fixture_assert_call (f, "allow per_1");
  fake_agent_close_request (f->agent, "per_1");
  end_turn (f);
}

/* A sub-agent may ask while another one tries again: it is the user who is waited for. */
static void
test_asked_while_retrying (Fixture *f, gconstpointer data)
{
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_RETRY);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_RETRYING);
  fake_agent_ask_permission (f->agent, "per_1", "bash", "rm x", REMOVE);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  answer (f, 1, &allow);
  session_fixture_assert_call (f, "allow per_1");
  fake_agent_close_request (f->agent, "per_1");
  end_turn (f);
}

/* The agent is started again for a rule it does not know of, and only then. */
static void
test_rules_reach_agent (Fixture *f, gconstpointer data)
{
  const char *const *permissions = ship_runtime_get_permissions (SHIP_RUNTIME (f->runtime));

  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 1);
  g_assert_true (g_strv_contains (permissions, "bash=ask"));
  set_rule (f, "bash", "rm *", "deny");
  end_turn (f);
  begin_turn (f);
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 1);
  set_rule (f, "edit", "*", "deny");
  end_turn (f);
  begin_turn (f);
  g_assert_cmpuint (fake_runtime_get_n_wakes (f->runtime), ==, 2);
  permissions = ship_runtime_get_permissions (SHIP_RUNTIME (f->runtime));
  g_assert_true (g_strv_contains (permissions, "edit=deny"));
  end_turn (f);
}

static gboolean
leave_request (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipRequestRow row = { .agent_id = (char *) "per_1",
                         .permission = (char *) "bash",
                         .title = (char *) "rm x",
                         .details = (char *) REMOVE,
                         .state = (char *) "open",
                         .created_at = 1 };

  return ship_request_table_insert (db, &row, NULL, error);
}

/* The sandbox died with the actor, and who asked with it. The rules are still there. */
static void
test_after_death (Fixture *f, gconstpointer data)
{
  end_turn (f);
  session_fixture_close (f);
  session_fixture_run_on_store (f, leave_request, NULL);
  session_fixture_open (f);
  assert_request (f, 1, "withdrawn -");
  assert_notice (f, "withdrawn");
  assert_refused (f, 1, &allow, SHIP_SESSION_ERROR_CONFLICT);
  begin_turn (f);
  fake_agent_ask_permission (f->agent, "per_2", "bash", "rm x", REMOVE);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_WAITING);
  answer (f, 2, &allow);
  session_fixture_assert_call (f, "allow per_2");
  fake_agent_close_request (f->agent, "per_2");
  end_turn (f);
}

#define ADD(name, func) g_test_add ("/session/asking/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("allowed", test_allowed);
  ADD ("denied", test_denied);
  ADD ("one-answer-counts", test_one_answer_counts);
  ADD ("delivery-is-retried", test_delivery_is_retried);
  ADD ("told-again", test_told_again);
  ADD ("not-told-again", test_not_told_again);
  ADD ("unknown-to-agent", test_unknown_to_agent);
  ADD ("not-understood", test_not_understood);
  ADD ("for-session", test_for_session);
  ADD ("not-for-session", test_not_for_session);
  ADD ("rule-answers", test_rule_answers);
  ADD ("stopped", test_stopped);
  ADD ("questions", test_questions);
  ADD ("asked-while-retrying", test_asked_while_retrying);
  ADD ("rules-reach-agent", test_rules_reach_agent);
  ADD ("after-death", test_after_death);
  return g_test_run ();
}
