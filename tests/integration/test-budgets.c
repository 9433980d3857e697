/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "base/ship-settings.h"
#include "client/ship-store-once.h"
#include "session/ship-day-spending.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

#include <string.h>

/*
 * A model that calls a tool for ever, led by the real agent: it is paused within one request of the
 * budget, asks, and goes on where it was.
 */

#define MODEL "anthropic/claude-sonnet-4-5"
/* A request of 1000 tokens in and 50 out. */
#define COST ((1000 * 3.0 + 50 * 15.0) / 1e6)

static void
add_loop (FakeLlm *llm, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      FakeLlmStep *step = fake_llm_add_step (llm);

      fake_llm_step_add_tool (step,
                              "bash",
                              "{\"command\":\"echo once >> loop.txt\",\"description\":\"Loop\"}");
      fake_llm_step_set_usage (step, 1000, 50, 0, 0, 0);
    }
}

static void
add_end (FakeLlm *llm)
{
  FakeLlmStep *step = fake_llm_add_step (llm);

  fake_llm_step_set_text (step, "That is enough.");
  fake_llm_step_set_usage (step, 1000, 50, 0, 0, 0);
}

static void
call (E2eSession *session, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (session->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
answer (E2eSession *session, gint64 request, gboolean allow, double amount)
{
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "allow", "b", allow);
  g_variant_dict_insert (&options, "amount", "d", amount);
  call (session, "Answer", g_variant_new ("(x@a{sv})", request, g_variant_dict_end (&options)));
}

/* Holding, with one question and the task at the head of the queue. The question's id. */
static gint64
assert_held (E2eSession *session, const char *sentence, guint n_requests)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (session);
  const ShipRequestRow *request;
  const ShipTaskRow    *task = snapshot->tasks->pdata[snapshot->tasks->len - 1];

  g_assert_cmpstr (ship_session_client_get_state (session->client), ==, "holding");
  g_assert_cmpstr (ship_session_client_get_detail (session->client), ==, sentence);
  g_assert_cmpstr (snapshot->session->error_category, ==, "user-action");
  g_assert_cmpstr (task->state, ==, "pending");
  g_assert_cmpuint (snapshot->exchanges->len, ==, n_requests);
  g_assert_cmpuint (snapshot->requests->len, ==, 1);
  request = g_ptr_array_index (snapshot->requests, 0);
  g_assert_cmpstr (request->kind, ==, "budget");
  g_assert_cmpstr (request->title, ==, sentence);
  return request->id;
}

static gboolean
find_difference (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_journal_table_list (db, 0, 1000, error);

  for (guint i = 0; rows != NULL && i < rows->len; i++)
    {
      const ShipJournalRow *row = g_ptr_array_index (rows, i);

      if (g_str_has_prefix (row->text, "Ship measured"))
        *(char **) data = g_strdup (row->text);
    }
  return rows != NULL;
}

/* What the gateway measured is what the agent says. */
static void
assert_reconciled (E2eSession *session)
{
  g_autofree char *path = ship_paths_dup_session_store (session->e2e->paths, session->id);
  g_autofree char *difference = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  ship_store_read_once_async (path,
                              ship_session_tables_get_version (),
                              find_difference,
                              &difference,
                              NULL,
                              ship_test_keep_result,
                              &result);
  g_assert_true (ship_store_once_finish (ship_test_await (&result), NULL));
  g_assert_cmpstr (difference, ==, NULL);
}

static void
assert_loops (E2eSession *session, guint n)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (session);
  g_autofree char *what = g_strconcat (snapshot->session->branch, ":loop.txt", NULL);
  g_autofree char *text = e2e_output (session->repository, "git", "show", what, NULL);

  g_assert_cmpuint (strlen (text), ==, n * strlen ("once\n"));
}

static void
test_session (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "session", "a.txt", "one\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, MODEL);
  const char      *sentence = "The budget of $0.01 for this session is spent ($0.0112)";
  gint64           request;
  gint64           task;

  call (session, "SetBudget", g_variant_new ("(sd)", "session", 0.01));
  add_loop (e2e->llm, 20);
  task = e2e_session_send (session, "Loop");
  e2e_session_await_state (session, "holding");
  assert_held (session, sentence, 3); /* 0.00375, 0.0075, 0.01125: the next one never left */
  g_assert_cmpuint (fake_llm_get_requests (e2e->llm)->len, ==, 3);

  /* It waits through a crash. */
  e2e_session_kill (session);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (session->client))
    g_main_context_iteration (NULL, TRUE);
  e2e_session_connect (session);
  request = assert_held (session, sentence, 3);

  fake_llm_forget_script (e2e->llm);
  add_loop (e2e->llm, 1);
  add_end (e2e->llm);
  answer (session, request, TRUE, 0.01);
  e2e_session_await_task (session, task, "complete");
  assert_loops (session, 4); /* three before, one after: nothing was repeated or lost */
  assert_reconciled (session);
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);
}

static void
test_turn (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (GSettings) settings = ship_settings_new (e2e->paths, NULL);
  g_autofree char *repository = e2e_make_repository (e2e, "turn", "a.txt", "one\n", NULL);
  E2eSession      *session;
  gint64           task;

  g_settings_set_double (settings, SHIP_SETTING_TURN_BUDGET, 0.005);
  session = e2e_session_new (e2e, repository, MODEL);
  add_end (e2e->llm);
  task = e2e_session_send (session, "Stop at once");
  e2e_session_await_task (session, task, "complete"); /* its money is not the next turn's */

  add_loop (e2e->llm, 20);
  task = e2e_session_send (session, "Loop");
  e2e_session_await_state (session, "holding");
  assert_held (session, "The budget of $0.0050 for this turn is spent ($0.0075)", 3);
  fake_llm_forget_script (e2e->llm);
  add_end (e2e->llm);
  g_settings_set_double (settings, SHIP_SETTING_TURN_BUDGET, 0.02);
  e2e_session_await_task (session, task, "complete");
  assert_loops (session, 2);
  fake_llm_assert_exhausted (e2e->llm);
  g_settings_reset (settings, SHIP_SETTING_TURN_BUDGET);
  e2e_session_free (session);
}

static gboolean
sum_today (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *today = ship_day_spending_dup_today ();
  double           own;

  return ship_ledger_table_sum_day (db, today, "", &own, data, error);
}

static double
read_today (E2e *e2e)
{
  g_autofree char *path = ship_paths_dup_index_file (e2e->paths);
  g_autoptr (GAsyncResult) result = NULL;
  double spent = 0;

  ship_store_read_once_async (path,
                              ship_index_tables_get_version (),
                              sum_today,
                              &spent,
                              NULL,
                              ship_test_keep_result,
                              &result);
  g_assert_true (ship_store_once_finish (ship_test_await (&result), NULL));
  return spent;
}

static void
test_day (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (GSettings) settings = ship_settings_new (e2e->paths, NULL);
  g_autofree char *repository = e2e_make_repository (e2e, "day", "a.txt", "one\n", NULL);
  E2eSession      *first = e2e_session_new (e2e, repository, MODEL);
  E2eSession      *second;
  g_autofree char *sentence = NULL;
  double           before;
  gint64           request;
  gint64           task;

  add_loop (e2e->llm, 1);
  add_end (e2e->llm);
  task = e2e_session_send (first, "Once");
  e2e_session_await_task (first, task, "complete");
  call (first, "Hibernate", NULL); /* what it spent stays spent */
  while (ship_session_client_is_connected (first->client))
    g_main_context_iteration (NULL, TRUE);

  before = read_today (e2e); /* of the other tests, too */
  g_assert_cmpfloat (before, >=, 2 * COST - 1e-9);
  g_settings_set_double (settings, SHIP_SETTING_DAY_BUDGET, before + COST * 1.5);
  second = e2e_session_new (e2e, repository, MODEL);
  add_loop (e2e->llm, 20);
  task = e2e_session_send (second, "Loop");
  e2e_session_await_state (second, "holding");
  sentence = g_strdup (ship_session_client_get_detail (second->client));
  g_assert_nonnull (strstr (sentence, "for today is spent"));
  request = assert_held (second, sentence, 2);
  g_assert_cmpfloat_with_epsilon (read_today (e2e), before + 2 * COST, 1e-9);

  fake_llm_forget_script (e2e->llm);
  add_end (e2e->llm);
  answer (second, request, TRUE, 1);
  e2e_session_await_task (second, task, "complete");
  /* More was allowed for today; the setting is what it was. */
  g_assert_cmpfloat (g_settings_get_double (settings, SHIP_SETTING_DAY_BUDGET), <, 1);

  /* No money, no task. */
  g_settings_set_double (settings, SHIP_SETTING_SESSION_BUDGET, COST);
  fake_llm_assert_exhausted (e2e->llm);
  task = e2e_session_send (second, "Again");
  e2e_session_await_state (second, "holding");
  {
    g_autofree char *spent = g_strdup (ship_session_client_get_detail (second->client));

    request = assert_held (second, spent, 3); /* not one request for it */
  }
  answer (second, request, FALSE, 0);
  e2e_session_await_task (second, task, "cancelled");
  g_settings_reset (settings, SHIP_SETTING_SESSION_BUDGET);
  g_settings_reset (settings, SHIP_SETTING_DAY_BUDGET);
  e2e_session_free (second);
  e2e_session_free (first);
}

#define TASK "{\"description\":\"Loop\",\"prompt\":\"Loop for ever\",\"subagent_type\":\"general\"}"

static void
test_sub_agents (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "subs", "a.txt", "one\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, MODEL);
  FakeLlmStep     *step = fake_llm_add_step (e2e->llm);
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  double spent = 0;
  guint  n_by_children = 0;
  gint64 task;

  for (guint i = 0; i < 3; i++)
    fake_llm_step_add_tool (step, "task", TASK);
  fake_llm_step_set_usage (step, 1000, 50, 0, 0, 0);
  add_loop (e2e->llm, 40);
  call (session, "SetBudget", g_variant_new ("(sd)", "session", 0.03));
  task = e2e_session_send (session, "Three at once");
  e2e_session_await_state (session, "holding");
  snapshot = e2e_session_read (session);
  for (guint i = 0; i < snapshot->exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = snapshot->exchanges->pdata[i];

      spent += exchange->cost;
      g_assert_cmpint (exchange->task, ==, task);
      if (g_str_equal (exchange->purpose, "sub-agent"))
        n_by_children++;
    }
  /* What was under way counted: three at once passed the limit by one request at most. */
  g_assert_cmpfloat (spent, >, 0.03 - 3 * COST);
  g_assert_cmpfloat (spent, <, 0.03 + COST);
  g_assert_cmpuint (n_by_children, ==, snapshot->exchanges->len - 1);
  g_assert_cmpuint (snapshot->requests->len, ==, 1);

  fake_llm_forget_script (e2e->llm);
  add_end (e2e->llm);
  call (session, "SetBudget", g_variant_new ("(sd)", "session", -1.0));
  e2e_session_await_task (session, task, "complete");
  assert_loops (session, n_by_children);
  assert_reconciled (session);
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_unsetenv ("GSETTINGS_BACKEND"); /* the actor sees what is set here, by a file */
  g_test_add_func ("/budgets/session", test_session);
  g_test_add_func ("/budgets/turn", test_turn);
  g_test_add_func ("/budgets/day", test_day);
  g_test_add_func ("/budgets/sub-agents", test_sub_agents);
  return g_test_run ();
}
