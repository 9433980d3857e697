/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-budget.h"
#include "session/ship-reconciliation.h"

#include <math.h>
#include <string.h>

/* The arithmetic of budgets, and both sides of the bill. */

static void
test_words (void)
{
  ShipBudgetScope scope;

  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    {
      g_assert_true (ship_budget_scope_from_string (ship_budget_scope_to_string (i), &scope));
      g_assert_cmpint (scope, ==, i);
    }
  g_assert_false (ship_budget_scope_from_string ("week", &scope));
  g_assert_false (ship_budget_scope_from_string (NULL, &scope));
}

static void
test_resolve (void)
{
  g_assert_cmpfloat (ship_budget_resolve (0, 0), ==, 0);
  g_assert_cmpfloat (ship_budget_resolve (0, 2), ==, 2);
  g_assert_cmpfloat (ship_budget_resolve (1, 2), ==, 1);
  g_assert_cmpfloat (ship_budget_resolve (3, 2), ==, 3);
  g_assert_cmpfloat (ship_budget_resolve (-1, 2), ==, 0);
  g_assert_cmpfloat (ship_budget_resolve (0, -1), ==, 0);

  g_assert_true (ship_budget_is_amount (0));
  g_assert_true (ship_budget_is_amount (-1));
  g_assert_true (ship_budget_is_amount (SHIP_BUDGET_MAX));
  g_assert_false (ship_budget_is_amount (SHIP_BUDGET_MAX * 2));
  g_assert_false (ship_budget_is_amount (NAN));
  g_assert_false (ship_budget_is_amount (INFINITY));
  g_assert_false (ship_budget_is_amount (-INFINITY));
}

static void
test_limits (void)
{
  ShipBudget      budget = { .limit = { 0, 0.5, 0 } };
  ShipBudgetScope scope;

  for (guint i = 0; i < 9; i++)
    {
      g_assert_false (ship_budget_is_spent (&budget, &scope));
      ship_budget_begin_request (&budget);
      ship_budget_add (&budget, 0.05);
      ship_budget_end_request (&budget);
    }
  ship_budget_add (&budget, -1.0); /* unknown stays unknown */
  ship_budget_add (&budget, NAN);
  g_assert_false (ship_budget_is_spent (&budget, &scope));
  g_assert_true (ship_budget_has_room (&budget, SHIP_BUDGET_SESSION));

  ship_budget_add (&budget, 0.05); /* the sum is 0.49999999999999994 */
  g_assert_true (ship_budget_is_spent (&budget, &scope));
  g_assert_cmpint (scope, ==, SHIP_BUDGET_SESSION);
  g_assert_false (ship_budget_has_room (&budget, SHIP_BUDGET_SESSION));
  g_assert_true (ship_budget_has_room (&budget, SHIP_BUDGET_TURN)); /* none */

  budget.limit[SHIP_BUDGET_TURN] = 0.2;
  budget.limit[SHIP_BUDGET_DAY] = 1;
  budget.spent[SHIP_BUDGET_DAY] = 7;
  g_assert_true (ship_budget_is_spent (&budget, &scope));
  g_assert_cmpint (scope, ==, SHIP_BUDGET_TURN); /* the narrowest */
  budget.limit[SHIP_BUDGET_TURN] = budget.limit[SHIP_BUDGET_SESSION] = 0;
  g_assert_true (ship_budget_is_spent (&budget, &scope));
  g_assert_cmpint (scope, ==, SHIP_BUDGET_DAY);
}

/* Many at once do not all pass the last cent. */
static void
test_reserve (void)
{
  ShipBudget      budget = { .limit = { 0, 1, 0 } };
  ShipBudgetScope scope;
  guint           n_passed = 0;

  ship_budget_add (&budget, 0.30);
  ship_budget_add (&budget, 0.10);
  g_assert_cmpfloat (ship_budget_get_reserved (&budget), ==, 0);
  for (; n_passed < 10 && !ship_budget_is_spent (&budget, &scope); n_passed++)
    ship_budget_begin_request (&budget);
  g_assert_cmpuint (n_passed, ==, 2); /* 0.40 + 2 × 0.30 */
  g_assert_cmpfloat_with_epsilon (ship_budget_get_reserved (&budget), 0.6, 1e-9);
  g_assert_true (ship_budget_has_room (&budget, SHIP_BUDGET_SESSION));

  /* They were cheap after all, and the dear one is long ago. */
  for (guint i = 0; i < SHIP_BUDGET_N_RECENT; i++)
    ship_budget_add (&budget, 0.01);
  ship_budget_end_request (&budget);
  g_assert_false (ship_budget_is_spent (&budget, &scope));
  g_assert_cmpfloat_with_epsilon (ship_budget_get_reserved (&budget), 0.01, 1e-9);
}

static void
assert_raised (double limit, double spent, double amount, double expected)
{
  g_assert_cmpfloat_with_epsilon (ship_budget_raise (limit, spent, amount), expected, 1e-9);
}

static void
test_raise (void)
{
  assert_raised (0.5, 0.5012, 0, 1.0);
  assert_raised (0.5, 0.5012, 0.25, 0.75);
  assert_raised (0.5, 3, 0.25, 3.25); /* what is spent already is not what was allowed */
  assert_raised (0.5, 1.0, 0, 1.5);
}

static void
assert_format (double dollars, const char *expected)
{
  g_autofree char *text = ship_budget_format (dollars);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_sentences (void)
{
  ShipBudget budget = { .limit = { 0.5, 0.5, 20 }, .spent = { 0.5012, 0.4, 20.00001 } };
  /* What makes OpenCode ask again, wherever it stands. */
  static const char *const again[] = { "429",        "500",       "502",          "503",
                                       "504",        "524",       "rate limit",   "overloaded",
                                       "try again",  "timeout",   "fetch failed", "retry",
                                       "rate_limit", "exhausted", "unavailable" };
  g_autofree char         *turn = ship_budget_dup_sentence (&budget, SHIP_BUDGET_TURN);
  g_autofree char         *day = ship_budget_dup_sentence (&budget, SHIP_BUDGET_DAY);
  g_autofree char         *session = NULL;

  g_assert_cmpstr (turn, ==, "The budget of $0.50 for this turn is spent ($0.5012)");
  g_assert_cmpstr (day, ==, "The budget of $20.00 for today is spent ($20.0000, all sessions)");
  ship_budget_add (&budget, 0.06);
  budget.n_in_flight = 2;
  session = ship_budget_dup_sentence (&budget, SHIP_BUDGET_SESSION);
  g_assert_cmpstr (session,
                   ==,
                   "The budget of $0.50 for this session is spent ($0.4600, and about $0.1200 for "
                   "requests under way)");
  assert_format (0.005, "$0.0050");
  assert_format (0.29, "$0.29");
  assert_format (1e6, "$1000000.00");

  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    {
      g_autofree char *refusal = ship_budget_dup_refusal (i);
      g_autofree char *lower = g_ascii_strdown (refusal, -1);

      for (guint k = 0; k < G_N_ELEMENTS (again); k++)
        g_assert_null (strstr (lower, again[k]));
      g_assert_null (strpbrk (lower, "0123456789"));
    }
}

/* --- both sides --- */

static void
add_exchange (GPtrArray  *rows,
              gint64      task,
              const char *session,
              gint64      at,
              gint64      input,
              gint64      output,
              double      cost)
{
  ShipExchangeRow *row = g_new0 (ShipExchangeRow, 1);

  row->task = task;
  row->agent_session = g_strdup (session);
  row->purpose = g_strdup ("turn");
  row->usage = (ShipUsage) SHIP_USAGE_INIT;
  row->usage.input = input;
  row->usage.output = output;
  row->started_at = at;
  row->cost = cost;
  g_ptr_array_add (rows, row);
}

static void
add_message (GPtrArray  *rows,
             gint64      task,
             const char *session,
             gint64      at,
             gint64      input,
             gint64      output,
             double      cost)
{
  ShipMessageRow *row = g_new0 (ShipMessageRow, 1);

  row->id = rows->len + 1;
  row->task = task;
  row->role = g_strdup (input < 0 ? "user" : "assistant");
  row->agent_session = g_strdup (session);
  row->usage = (ShipUsage) SHIP_USAGE_INIT;
  row->usage.input = input;
  row->usage.output = output;
  row->usage.reported_cost = cost;
  row->created_at = at;
  g_ptr_array_add (rows, row);
}

typedef struct
{
  GPtrArray *exchanges;
  GPtrArray *messages;
} Bill;

static void
set_up (Bill *bill, gconstpointer data)
{
  bill->exchanges = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_exchange_row_free);
  bill->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_message_row_free);
  add_message (bill->messages, 1, "ses_1", 100, -1, -1, -1);
  add_message (bill->messages, 1, "ses_1", 101, 1000, 50, 0.00375);
  add_exchange (bill->exchanges, 1, "ses_1", 105, 1000, 50, 0.00375);
  add_message (bill->messages, 1, "ses_2", 200, 500, 10, 0.00165); /* a sub-agent's */
  add_exchange (bill->exchanges, 1, "ses_2", 200, 500, 10, 0.00165);
}

static void
tear_down (Bill *bill, gconstpointer data)
{
  g_ptr_array_unref (bill->exchanges);
  g_ptr_array_unref (bill->messages);
}

static gboolean
agrees (Bill *bill, gint64 task)
{
  ShipReconciliation both = ship_reconciliation_new (bill->exchanges, bill->messages, task);
  g_autofree char   *sentence = ship_reconciliation_dup_sentence (&both);

  g_assert_cmpint (sentence == NULL, ==, !both.has_difference);
  return !both.has_difference;
}

static void
test_agreement (Bill *bill, gconstpointer data)
{
  ShipExchangeRow *aside;

  g_assert_true (agrees (bill, 1));
  g_assert_true (agrees (bill, 0));
  g_assert_true (agrees (bill, 7)); /* nothing and nothing */

  /* A title: ours alone, and known as such. */
  add_exchange (bill->exchanges, 1, "ses_1", 110, 300, 5, 0.001);
  g_assert_false (agrees (bill, 1));
  aside = g_ptr_array_index (bill->exchanges, bill->exchanges->len - 1);
  g_free (aside->purpose);
  aside->purpose = g_strdup ("aside");
  g_assert_true (agrees (bill, 1));

  /* A summary: without tools too, and told by the agent. */
  add_message (bill->messages, 1, "ses_1", 109, 300, 5, 0.001);
  g_assert_true (agrees (bill, 1));

  /* Nothing to compare where a price is unknown; the tokens still are. */
  add_exchange (bill->exchanges, 1, "ses_1", 300, 7, 7, -1.0);
  add_message (bill->messages, 1, "ses_1", 300, 7, 7, 0);
  g_assert_true (agrees (bill, 1));
}

static void
test_difference (Bill *bill, gconstpointer data)
{
  ShipReconciliation both;
  g_autofree char   *sentence = NULL;

  ((ShipMessageRow *) bill->messages->pdata[1])->usage.reported_cost += 0.01;
  g_assert_false (agrees (bill, 1));
  ((ShipMessageRow *) bill->messages->pdata[1])->usage.reported_cost -= 0.01;
  g_assert_true (agrees (bill, 1));

  add_exchange (bill->exchanges, 1, "ses_1", 300, 40, 2, 0.00015);
  ((ShipExchangeRow *) bill->exchanges->pdata[2])->is_estimate = TRUE;
  both = ship_reconciliation_new (bill->exchanges, bill->messages, 1);
  sentence = ship_reconciliation_dup_sentence (&both);
  g_assert_cmpstr (sentence,
                   ==,
                   "Ship measured 1540 tokens in, 62 out, $0.0056; the agent says 1500 tokens in, "
                   "60 out, $0.0054. What Ship measured counts; 1 answer broke off, and what it "
                   "used is estimated");
}

static void
test_which_message (Bill *bill, gconstpointer data)
{
  ShipExchangeRow exchange = { .agent_session = (char *) "ses_1", .started_at = 150 };

  add_message (bill->messages, 1, "ses_1", 150, 1, 1, 0);
  g_assert_true (ship_reconciliation_find_message (bill->messages, &exchange) ==
                 bill->messages->pdata[3]);
  exchange.started_at = 149;
  g_assert_true (ship_reconciliation_find_message (bill->messages, &exchange) ==
                 bill->messages->pdata[1]);
  exchange.started_at = 100; /* before the first answer */
  g_assert_null (ship_reconciliation_find_message (bill->messages, &exchange));
  exchange.agent_session = NULL;
  g_assert_null (ship_reconciliation_find_message (bill->messages, &exchange));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/budget/words", test_words);
  g_test_add_func ("/session/budget/resolve", test_resolve);
  g_test_add_func ("/session/budget/limits", test_limits);
  g_test_add_func ("/session/budget/reserve", test_reserve);
  g_test_add_func ("/session/budget/raise", test_raise);
  g_test_add_func ("/session/budget/sentences", test_sentences);
#define ADD(name, func)                                                                            \
  g_test_add ("/session/reconciliation/" name, Bill, NULL, set_up, func, tear_down)
  ADD ("agreement", test_agreement);
  ADD ("difference", test_difference);
  ADD ("which-message", test_which_message);
#undef ADD
  return g_test_run ();
}
