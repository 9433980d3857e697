/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * What may be spent and what has been: arithmetic on values, without clock, store or session. US
 * dollars everywhere. Any thread.
 *
 * A request that was let go counts with what the dearest of the last few cost until its own cost is
 * known, so that many at once do not all slip through the last cent.
 */
typedef enum
{
  SHIP_BUDGET_TURN,
  SHIP_BUDGET_SESSION,
  SHIP_BUDGET_DAY, /* of all sessions together; local time */
} ShipBudgetScope;
#define SHIP_BUDGET_N_SCOPES (SHIP_BUDGET_DAY + 1)

#define SHIP_BUDGET_MAX      1000000.0 /* what is more is a slip of the pen */
#define SHIP_BUDGET_N_RECENT 4

typedef struct
{
  double limit[SHIP_BUDGET_N_SCOPES]; /* 0: none */
  double spent[SHIP_BUDGET_N_SCOPES]; /* as far as prices are known */
  guint  n_in_flight;
  double recent[SHIP_BUDGET_N_RECENT]; /* costs of the last requests, in turns */
  guint  n_recent;
} ShipBudget;

/* "turn", "session", "day": the words on the bus and in the store. */
const char *ship_budget_scope_to_string (ShipBudgetScope scope);
gboolean    ship_budget_scope_from_string (const char *text, ShipBudgetScope *scope);

/* The limit in force: @own of the session (0: as the setting says, negative: none), @setting (0:
 * none). 0: none. */
double ship_budget_resolve (double own, double setting);
/* Whether @dollars can be a limit or an amount: finite, not absurd. Negative ones can. */
gboolean ship_budget_is_amount (double dollars);

/* A request was let go; it has ended, whatever became of it. */
void ship_budget_begin_request (ShipBudget *self);
void ship_budget_end_request (ShipBudget *self);
/* The turn and the session have spent @cost more (the day is told by its ledger); negative:
 * unknown, and nothing is counted. */
void   ship_budget_add (ShipBudget *self, double cost);
double ship_budget_get_reserved (const ShipBudget *self);

/* Whether the next request would be beyond a limit; @scope: (out): the narrowest one that is used
 * up. */
gboolean ship_budget_is_spent (const ShipBudget *self, ShipBudgetScope *scope);
/* Whether @scope has room, requests under way not counted. */
gboolean ship_budget_has_room (const ShipBudget *self, ShipBudgetScope scope);

/* The limit after @amount more was allowed (0: as much as it was again): always more than what is
 * spent. */
double ship_budget_raise (double limit, double spent, double amount);

/* "$0.50": two decimals, four when it needs them. (transfer full) */
char *ship_budget_format (double dollars);
/* For the user: "The budget of $0.50 for this session is spent ($0.5012)". (transfer full) */
char *ship_budget_dup_sentence (const ShipBudget *self, ShipBudgetScope scope);
/* For the agent: without figures, in which a client that decides by substrings reads a status it
 * retries ("$0.5003"). (transfer full) */
char *ship_budget_dup_refusal (ShipBudgetScope scope);

G_END_DECLS
