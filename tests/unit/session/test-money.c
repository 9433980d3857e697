/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"
#include "session/ship-day-spending.h"
#include "session/ship-session-decisions.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

#include <glib/gstdio.h>
#include <string.h>

/*
 * Budgets in the actor, with a faked agent whose requests the test makes: what the gate says, the
 * pause, and every way out of it.
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

#define RUNTIME(f) SHIP_RUNTIME ((f)->runtime)

static gint64
send (Fixture *f, const char *text)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 id;

  ship_session_send_async (f->session, text, NULL, NULL, NULL, ship_test_keep_result, &result);
  id = ship_session_send_finish (f->session, ship_test_await (&result), &error);
  g_assert_no_error (error);
  return id;
}

static void
await_state (Fixture *f, ShipSessionState state)
{
  while (ship_session_get_state (f->session) != state)
    g_main_context_iteration (NULL, TRUE);
}

static void
assert_command (Fixture *f, GAsyncResult **result)
{
  g_autoptr (GError) error = NULL;

  ship_session_command_finish (f->session, ship_test_await (result), &error);
  g_assert_no_error (error);
}

static void
set_budget (Fixture *f, const char *scope, double dollars)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_set_budget_async (f->session, scope, dollars, ship_test_keep_result, &result);
  assert_command (f, &result);
}

static void
emit_metered (Fixture *f, const char *model, double cost)
{
  ShipExchangeRow row = { .provider = (char *) "anthropic",
                          .model = (char *) model,
                          .agent_session = (char *) "ses_1",
                          .purpose = (char *) "turn",
                          .status = 200,
                          .usage = { 100, 10, 0, 0, 0, -1.0 },
                          .cost = cost };

  row.started_at = g_get_real_time () / 1000;
  ship_runtime_emit_metered (RUNTIME (f), &row);
}

/* A whole request that cost this; FALSE if it was refused. */
static gboolean
spend (Fixture *f, double cost)
{
  g_autofree char *refusal = ship_runtime_ask_gate (RUNTIME (f), "anthropic");

  if (refusal != NULL)
    return FALSE;
  emit_metered (f, "m", cost);
  ship_runtime_emit_settled (RUNTIME (f));
  return TRUE;
}

static void
start (Fixture *f, const char *text)
{
  g_autofree char *call = g_strconcat ("prompt anthropic/m build: ", text, NULL);

  send (f, text);
  session_fixture_assert_call (f, call);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
}

/* The agent gives up, as after a 403. */
static void
give_up (Fixture *f, const char *message)
{
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, message, TRUE, "Forbidden", SHIP_ERROR_CLASS_USER);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
}

typedef struct
{
  ShipSessionRow *session;
  GPtrArray      *tasks;
  GPtrArray      *requests;
  GPtrArray      *journal;
} Picture;

static gboolean
read_picture (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Picture *picture = data;

  picture->session = ship_session_table_load (db, error);
  picture->tasks = ship_task_table_list (db, error);
  picture->requests = ship_request_table_list_open (db, error);
  picture->journal = ship_journal_table_list (db, 0, 1000, error);
  return picture->journal != NULL;
}

static void
picture_take (Fixture *f, Picture *picture)
{
  *picture = (Picture){ NULL };
  session_fixture_run_on_store (f, read_picture, picture);
}

static void
picture_clear (Picture *picture)
{
  g_clear_pointer (&picture->session, ship_session_row_free);
  g_clear_pointer (&picture->tasks, g_ptr_array_unref);
  g_clear_pointer (&picture->requests, g_ptr_array_unref);
  g_clear_pointer (&picture->journal, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Picture, picture_clear)

/* What follows from a transition is written behind it. */
static void
picture_await_state (Fixture *f, Picture *picture, const char *state)
{
  picture_take (f, picture);
  while (!g_str_equal (picture->session->state, state))
    {
      picture_clear (picture);
      g_main_context_iteration (NULL, FALSE);
      picture_take (f, picture);
    }
}

static const ShipTaskRow *
task_at (Picture *picture, guint i)
{
  return g_ptr_array_index (picture->tasks, i);
}

static guint
count_notices (Picture *picture, const char *text)
{
  guint n = 0;

  for (guint i = 0; i < picture->journal->len; i++)
    {
      const ShipJournalRow *row = g_ptr_array_index (picture->journal, i);

      if (g_str_equal (row->kind, "notice") && strstr (row->text, text) != NULL)
        n++;
    }
  return n;
}

static gint64
get_request (Fixture *f)
{
  g_auto (Picture) picture = { NULL };
  const ShipRequestRow *row;

  picture_take (f, &picture);
  g_assert_cmpuint (picture.requests->len, ==, 1);
  row = g_ptr_array_index (picture.requests, 0);
  g_assert_cmpstr (row->kind, ==, "budget");
  return row->id;
}

static void
answer (Fixture *f, gboolean allow, double amount)
{
  g_autoptr (GAsyncResult) result = NULL;
  const ShipAnswer what = { .is_allowed = allow, .amount = amount };

  ship_session_answer_async (f->session, get_request (f), &what, ship_test_keep_result, &result);
  assert_command (f, &result);
}

/* A first task that has spent the session's half dollar and waits; a second one behind it. */
static void
reach_limit (Fixture *f)
{
  set_budget (f, "session", 0.5);
  start (f, "First");
  send (f, "Second");
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  g_assert_true (spend (f, 0.3));
  g_assert_true (spend (f, 0.2012));
  g_assert_false (spend (f, 9));
  g_assert_false (spend (f, 9));
  give_up (f, "msg_1");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
}

#define CONTINUED                                                                                  \
  "prompt anthropic/m build: You were interrupted. Look at what is already done and go on. The "   \
  "task was:\n\nFirst"

static void
end_turn (Fixture *f, const char *message)
{
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_BUSY);
  fake_agent_say_message (f->agent, message, TRUE, "Broken", SHIP_ERROR_CLASS_PERSISTENT);
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_FAILED);
}

static void
test_pause (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };
  const ShipRequestRow *request;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  reach_limit (f);
  g_assert_cmpstr (ship_session_get_detail (f->session),
                   ==,
                   "The budget of $0.50 for this session is spent ($0.5012)");
  picture_await_state (f, &picture, "holding");
  g_assert_cmpstr (picture.session->error_category, ==, "user-action");
  g_assert_cmpstr (task_at (&picture, 0)->title, ==, "First"); /* before the second one still */
  g_assert_cmpstr (task_at (&picture, 0)->state, ==, "pending");
  g_assert_cmpstr (task_at (&picture, 1)->state, ==, "pending");
  g_assert_cmpuint (picture.requests->len, ==, 1);
  request = g_ptr_array_index (picture.requests, 0);
  g_assert_cmpstr (request->title, ==, ship_session_get_detail (f->session));
  g_assert_cmpint (request->task, ==, task_at (&picture, 0)->id);
  g_assert_nonnull (strstr (request->details, "\"scope\":\"session\""));

  /* Neither a prompt nor a resume wakes what would be refused again. */
  send (f, "Third");
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HOLDING);
  ship_session_resume_async (f->session, FALSE, ship_test_keep_result, &result);
  g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_CONFLICT);
}

static void
test_allow (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };

  reach_limit (f);
  answer (f, TRUE, 0);
  session_fixture_assert_call (f, CONTINUED);
  picture_take (f, &picture);
  g_assert_cmpfloat (picture.session->session_budget, ==, 1.0);
  g_assert_cmpuint (picture.requests->len, ==, 0);
  g_assert_cmpuint (count_notices (&picture, "The session may cost $1.00 now"), ==, 1);

  g_assert_true (spend (f, 0.4));
  g_assert_true (spend (f, 0.1)); /* 1.0012 */
  g_assert_false (spend (f, 0.1));
  give_up (f, "msg_2");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  answer (f, TRUE, 0.25);
  session_fixture_assert_call (f, CONTINUED);
  g_assert_true (spend (f, 0.1));
  end_turn (f, "msg_3");
}

static void
test_deny (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  reach_limit (f);
  answer (f, FALSE, 0);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HOLDING);
  picture_take (f, &picture);
  g_assert_cmpstr (task_at (&picture, 0)->state, ==, "cancelled");
  g_assert_cmpstr (task_at (&picture, 1)->state, ==, "pending");
  g_assert_cmpuint (picture.requests->len, ==, 0);

  /* The next one meets the same limit, and asks without a word to the agent. */
  ship_session_resume_async (f->session, FALSE, ship_test_keep_result, &result);
  assert_command (f, &result);
  await_state (f, SHIP_SESSION_STATE_RUNNING);
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  get_request (f);
}

static void
test_raised_by_command (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };

  reach_limit (f);
  set_budget (f, "session", 0.5); /* no more than it was */
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HOLDING);
  set_budget (f, "session", 0.75);
  session_fixture_assert_call (f, CONTINUED);
  picture_take (f, &picture);
  g_assert_cmpuint (picture.requests->len, ==, 0);
  end_turn (f, "msg_2");
}

static void
test_turn_by_setting (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };

  g_settings_set_double (f->settings, SHIP_SETTING_TURN_BUDGET, 0.1);
  start (f, "First");
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  g_assert_true (spend (f, 0.1));
  g_assert_false (spend (f, 0.1));
  give_up (f, "msg_1");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  g_assert_cmpstr (ship_session_get_detail (f->session),
                   ==,
                   "The budget of $0.10 for this turn is spent ($0.1000)");
  answer (f, TRUE, 0);
  session_fixture_assert_call (f, CONTINUED);
  picture_take (f, &picture);
  g_assert_cmpfloat (task_at (&picture, 0)->turn_budget, ==, 0.2);
  g_assert_cmpfloat (picture.session->turn_budget, ==, 0); /* the next turn has what all have */
  g_assert_true (spend (f, 0.05));
  end_turn (f, "msg_2");

  start (f, "Second");
  g_assert_true (spend (f, 0.09)); /* what the first one spent is not the second one's */
  g_assert_true (spend (f, 0.02));
  g_assert_false (spend (f, 0.02));
  give_up (f, "msg_3");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  g_settings_set_double (f->settings, SHIP_SETTING_TURN_BUDGET, 0);
  session_fixture_assert_call (f,
                               "prompt anthropic/m build: You were interrupted. Look at what is "
                               "already done and go on. The task was:\n\nSecond");
  end_turn (f, "msg_4");
  g_settings_reset (f->settings, SHIP_SETTING_TURN_BUDGET);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  reach_limit (f);
  session_fixture_close (f);
  session_fixture_open (f);
  g_assert_cmpint (ship_session_get_state (f->session), ==, SHIP_SESSION_STATE_HOLDING);
  g_assert_cmpstr (ship_session_get_detail (f->session),
                   ==,
                   "The budget of $0.50 for this session is spent ($0.5012)");
  g_assert_false (fake_runtime_is_awake (f->runtime));
  answer (f, TRUE, 1);
  session_fixture_assert_call (f, CONTINUED);
  g_assert_true (spend (f, 0.4)); /* what was spent before is not forgotten */
  g_assert_true (spend (f, 0.7));
  g_assert_false (spend (f, 0.1));
  give_up (f, "msg_2");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
}

static gboolean
book_other (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *today = ship_day_spending_dup_today ();
  ShipExchangeRow  row = { .provider = (char *) "p",
                           .model = (char *) "m",
                           .usage = SHIP_USAGE_INIT,
                           .cost = *(double *) data };

  return ship_ledger_table_add (db, today, "fedcba9876543210", &row, error);
}

static void
run_on_index (Fixture *f, ShipStoreFunc func, gpointer data)
{
  g_autofree char *path = ship_paths_dup_index_file (f->paths);
  ShipStore       *store = ship_store_new (path, ship_index_tables_dup_migrations ());
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;

  ship_store_run_async (store,
                        SHIP_STORE_DURABILITY_FULL,
                        func,
                        data,
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &result);
  ship_store_run_finish (store, ship_test_await (&result), &error);
  g_assert_no_error (error);
  ship_store_close_async (store, ship_test_keep_result, &closed);
  ship_store_close_finish (store, ship_test_await (&closed), NULL);
  g_object_unref (store);
}

static void
test_day (Fixture *f, gconstpointer data)
{
  double others = 0.7;

  run_on_index (f, book_other, &others);
  session_fixture_close (f);
  g_settings_set_double (f->settings, SHIP_SETTING_DAY_BUDGET, 1);
  session_fixture_open (f);
  start (f, "First");
  fake_agent_say_message (f->agent, "msg_1", FALSE, NULL, 0);
  g_assert_true (spend (f, 0.2));
  g_assert_true (spend (f, 0.2)); /* 1.1 with the others' */
  g_assert_false (spend (f, 0.2));
  give_up (f, "msg_1");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  g_assert_cmpstr (ship_session_get_detail (f->session),
                   ==,
                   "The budget of $1.00 for today is spent ($1.1000, all sessions)");
  answer (f, TRUE, 0.5);
  session_fixture_assert_call (f, CONTINUED);
  g_assert_true (spend (f, 0.2));

  /* Another session spends meanwhile; it is seen while the turn runs. */
  run_on_index (f, book_other, &others);
  while (spend (f, 0))
    g_main_context_iteration (NULL, TRUE);
  give_up (f, "msg_2");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  g_assert_nonnull (strstr (ship_session_get_detail (f->session), "$1.50 for today"));

  /* Raised by the setting. */
  g_settings_set_double (f->settings, SHIP_SETTING_DAY_BUDGET, 20);
  session_fixture_assert_call (f, CONTINUED);
  end_turn (f, "msg_3");
  g_settings_reset (f->settings, SHIP_SETTING_DAY_BUDGET);
}

/* What many have under way counts, and what never left does not. */
/* What the agent asks before it has heard of the stop does not leave. */
static void
test_stopping (Fixture *f, gconstpointer data)
{
  start (f, "First");
  g_assert_true (spend (f, 0.1));
  g_assert_true (ship_session_stop (f->session, NULL));
  session_fixture_assert_call (f, "abort");
  g_assert_false (spend (f, 0.1));
  fake_agent_say_status (f->agent, SHIP_AGENT_STATUS_IDLE);
  await_state (f, SHIP_SESSION_STATE_IDLE);
}

static void
test_in_flight (Fixture *f, gconstpointer data)
{
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  set_budget (f, "session", 0.5);
  start (f, "First");
  g_assert_true (spend (f, 0.2));
  first = ship_runtime_ask_gate (RUNTIME (f), "anthropic");
  g_assert_null (first);
  ship_runtime_emit_settled (RUNTIME (f)); /* it had no key: nothing was sent */
  second = ship_runtime_ask_gate (RUNTIME (f), "anthropic");
  g_assert_null (second);
  g_free (second);
  second = ship_runtime_ask_gate (RUNTIME (f), "anthropic");
  g_assert_null (second);
  third = ship_runtime_ask_gate (RUNTIME (f), "anthropic");
  g_assert_nonnull (third);
  emit_metered (f, "m", 0.1);
  ship_runtime_emit_settled (RUNTIME (f));
  emit_metered (f, "m", 0.1);
  ship_runtime_emit_settled (RUNTIME (f));
  g_assert_false (spend (f, 0.01)); /* the turn shall end, not limp */
  give_up (f, "msg_1");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  answer (f, TRUE, 0.1);
  session_fixture_assert_call (f,
                               "prompt anthropic/m build: You were interrupted. Look at what is "
                               "already done and go on. The task was:\n\nFirst");
  g_assert_true (spend (f, 0.01));
  end_turn (f, "msg_2");
}

static void
test_unpriced (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };

  set_budget (f, "session", 0.5);
  start (f, "First");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *refusal = ship_runtime_ask_gate (RUNTIME (f), "anthropic");

      g_assert_null (refusal);
      emit_metered (f, "secret-price", -1.0);
      ship_runtime_emit_settled (RUNTIME (f));
    }
  end_turn (f, "msg_1");
  picture_take (f, &picture);
  g_assert_cmpuint (count_notices (&picture, "The price of anthropic/secret-price is not known"),
                    ==,
                    1);
}

static gboolean
refuse_bookings (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db,
                       "CREATE TRIGGER refuse BEFORE INSERT ON exchange "
                       "BEGIN SELECT RAISE (ABORT, 'refused'); END",
                       NULL,
                       NULL,
                       NULL) == SQLITE_OK;
}

static gboolean
allow_bookings (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return sqlite3_exec (db, "DROP TRIGGER refuse", NULL, NULL, NULL) == SQLITE_OK;
}

static gboolean
read_exchanges (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(GPtrArray **) data = ship_exchange_table_list (db, 0, error);
  return *(GPtrArray **) data != NULL;
}

/* Money that cannot be written down is not spent on: the work ends and says why, and nothing of it
 * is lost once it can be written again. */
static void
test_not_booked (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GPtrArray) both = NULL;
  g_autoptr (GAsyncResult) resumed = NULL;

  start (f, "First");
  session_fixture_run_on_store (f, refuse_bookings, NULL);
  g_assert_true (spend (f, 0.1));
  g_assert_true (spend (f, 0.2));
  await_state (f, SHIP_SESSION_STATE_FAILED);
  g_assert_true (g_str_has_prefix (ship_session_get_detail (f->session),
                                   "What a model request cost could not be written down: "));
  session_fixture_run_on_store (f, read_exchanges, &none);
  g_assert_cmpuint (none->len, ==, 0);

  session_fixture_run_on_store (f, allow_bookings, NULL);
  ship_session_resume_async (f->session, FALSE, ship_test_keep_result, &resumed);
  assert_command (f, &resumed);
  await_state (f, SHIP_SESSION_STATE_IDLE);
  do
    {
      g_clear_pointer (&both, g_ptr_array_unref);
      session_fixture_run_on_store (f, read_exchanges, &both);
    }
  while (both->len < 2);
  g_assert_cmpuint (both->len, ==, 2);
  g_assert_cmpfloat (((ShipExchangeRow *) both->pdata[0])->cost, ==, 0.1);
  g_assert_cmpfloat (((ShipExchangeRow *) both->pdata[1])->cost, ==, 0.2);
}

/* The agent says nothing of what the gateway measured. */
static void
test_difference (Fixture *f, gconstpointer data)
{
  g_auto (Picture) picture = { NULL };

  start (f, "First");
  g_assert_true (spend (f, 0.3));
  end_turn (f, "msg_1");
  do
    {
      picture_clear (&picture);
      picture_take (f, &picture);
    }
  while (count_notices (&picture, "the agent says") == 0);
  g_assert_cmpuint (count_notices (&picture, "Ship measured 100 tokens in, 10 out, $0.3000"),
                    ==,
                    1);
}

static void
test_bad_input (Fixture *f, gconstpointer data)
{
  const ShipAnswer more = { .is_allowed = TRUE, .amount = 1 };
  const ShipAnswer less = { .is_allowed = TRUE, .amount = -3 };
  static const struct
  {
    const char *scope;
    double      dollars;
  } bad[] = { { "day", 1 }, { "", 1 }, { "turn", 1e12 }, { "session", G_MAXDOUBLE * 10 } };

  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      ship_session_set_budget_async (f->session,
                                     bad[i].scope,
                                     bad[i].dollars,
                                     ship_test_keep_result,
                                     &result);
      g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), &error));
      g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
    }
  {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    ship_session_answer_async (f->session, 77, &more, ship_test_keep_result, &result);
    g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), &error));
    g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_NOT_FOUND);
  }
  reach_limit (f);
  {
    g_autoptr (GAsyncResult) result = NULL;
    g_autoptr (GError) error = NULL;

    ship_session_answer_async (f->session, get_request (f), &less, ship_test_keep_result, &result);
    g_assert_false (ship_session_command_finish (f->session, ship_test_await (&result), &error));
    g_assert_error (error, SHIP_SESSION_ERROR, SHIP_SESSION_ERROR_INVALID);
  }
}

static void
test_cancelled_while_held (Fixture *f, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_auto (Picture) picture = { NULL };

  reach_limit (f);
  ship_session_cancel_task_async (f->session, 1, ship_test_keep_result, &result);
  assert_command (f, &result);
  picture_take (f, &picture);
  g_assert_cmpuint (picture.requests->len, ==, 0);
  g_assert_cmpstr (task_at (&picture, 0)->state, ==, "cancelled");
}

/* The ledger is no database: the session's own part still counts, and the user is told. */
static void
test_ledger_unreadable (Fixture *f, gconstpointer data)
{
  g_autofree char *index = ship_paths_dup_index_file (f->paths);
  g_auto (Picture) picture = { NULL };
  GLogLevelFlags fatal;

  g_settings_set_double (f->settings, SHIP_SETTING_DAY_BUDGET, 0.5);
  session_fixture_close (f);
  /* Whatever writes to the list says so in the log. */
  fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK | G_LOG_LEVEL_CRITICAL);
  g_assert_true (g_file_set_contents (index, "This is no database, by any means.\n", -1, NULL));
  session_fixture_open (f);
  start (f, "First");
  g_assert_true (spend (f, 0.5));
  g_assert_false (spend (f, 0.5));
  give_up (f, "msg_1");
  await_state (f, SHIP_SESSION_STATE_HOLDING);
  picture_take (f, &picture);
  g_assert_cmpuint (count_notices (&picture, "The day's budget only counts this session"), ==, 1);
  g_settings_reset (f->settings, SHIP_SETTING_DAY_BUDGET);
  session_fixture_close (f);
  g_log_set_always_fatal (fatal);
}

/* --- the day --- */

static void
test_midnight (Fixture *f, gconstpointer data)
{
  g_autofree char *path = ship_paths_dup_index_file (f->paths);
  g_autoptr (ShipIndexWriter) index = ship_index_writer_new (path);
  g_autoptr (ShipDaySpending) day = ship_day_spending_new (index, "me");
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GAsyncResult) allowed = NULL;

  ship_index_writer_allow_async (index, "2026-01-02", 3, ship_test_keep_result, &allowed);
  g_assert_true (ship_index_writer_allow_finish (index, ship_test_await (&allowed), NULL));
  ship_day_spending_add (day, "2026-01-01", 1);
  g_assert_cmpfloat (ship_day_spending_get_spent (day, "2026-01-01"), ==, 1);
  while (!ship_day_spending_is_settled (day, "2026-01-01"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (ship_day_spending_get_spent (day, "2026-01-01"), ==, 1);
  g_assert_cmpfloat (ship_day_spending_get_allowed (day, "2026-01-01"), ==, 0);

  ship_day_spending_add (day, "2026-01-02", 0.25);
  g_assert_cmpfloat (ship_day_spending_get_spent (day, "2026-01-02"), ==, 0.25);
  while (!ship_day_spending_is_settled (day, "2026-01-02"))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (ship_day_spending_get_allowed (day, "2026-01-02"), ==, 3);
  g_assert_null (ship_day_spending_get_failure (day));

  g_clear_object (&day);
  ship_index_writer_close_async (index, ship_test_keep_result, &closed);
  g_assert_true (ship_index_writer_close_finish (index, ship_test_await (&closed), NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session/money/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("pause", test_pause);
  ADD ("allow", test_allow);
  ADD ("deny", test_deny);
  ADD ("raised-by-command", test_raised_by_command);
  ADD ("turn-by-setting", test_turn_by_setting);
  ADD ("restart", test_restart);
  ADD ("day", test_day);
  ADD ("in-flight", test_in_flight);
  ADD ("unpriced", test_unpriced);
  ADD ("not-booked", test_not_booked);
  ADD ("difference", test_difference);
  ADD ("bad-input", test_bad_input);
  ADD ("cancelled-while-held", test_cancelled_while_held);
  ADD ("ledger-unreadable", test_ledger_unreadable);
  ADD ("midnight", test_midnight);
  ADD ("stopping", test_stopping);
#undef ADD
  return g_test_run ();
}
