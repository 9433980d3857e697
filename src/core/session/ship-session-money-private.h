/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-budget.h"
#include "session/ship-day-spending.h"
#include "session/ship-session-money-job-private.h"
#include "session/ship-session.h"

G_BEGIN_DECLS

/*
 * The session's money: the gate that every model request passes, what was spent, and the pause when
 * a budget is used up. A part of ShipSession in files of their own (ship-session-money.c: the gate,
 * the count and the pause; ship-session-money-commands.c: what the user decides); main thread.
 */
typedef struct
{
  ShipBudget       budget;
  ShipDaySpending *day;      /* (owned) */
  GTask           *loading;  /* (owned) (nullable): until it is known what the others have spent */
  GHashTable      *unpriced; /* (owned) (element-type utf8): models whose missing price was told */
  gboolean         is_failure_told; /* that the ledger cannot be read */
  gint64           last_task;       /* the one whose turn began last; 0: none yet */
  double           turn_raised;     /* what its turn may cost after the user allowed more; 0: - */
  gint64           to_reconcile; /* a task that has ended with requests still under way; 0: none */

  /* A request of this turn was refused: from then on all are, so that the turn ends. */
  char           *refusal;  /* (owned) (nullable): what the agent is told */
  char           *sentence; /* (owned) (nullable): what the user is told */
  ShipBudgetScope scope;
  double          limit; /* of that scope, then */

  /* The task waits for the user's answer. */
  char           *held_request; /* (owned) (nullable): its agent id; NULL: none is asked */
  gint64          held_id;      /* its row */
  gint64          held_task;
  ShipBudgetScope held_scope;
  double          held_limit;
  char           *held_day; /* (owned) (nullable) */
} ShipSessionMoney;

/* @session: (unowned): its owner. Takes the runtime's gate. */
ShipSessionMoney *ship_session_money_new (ShipSession *session);
void              ship_session_money_free (ShipSessionMoney *self);

/* Reads what was spent before and what is asked; after the session's state is known. With a day's
 * budget, the ledger too: no turn begins before that was tried. */
void ship_session_money_load_async (ShipSession        *session,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean
ship_session_money_load_finish (ShipSession *session, GAsyncResult *result, GError **error);

/* A turn begins whose task has cost @spent so far. FALSE when a budget is used up already: the task
 * is then on its way back into the queue. */
gboolean ship_session_money_begin_turn (ShipSession *session, double spent);
/* The turn ended with a fault. TRUE when that was a budget: the task is then on its way back. */
gboolean ship_session_money_hold_turn (ShipSession *session);
/* The task has ended: what both sides counted is compared. */
void ship_session_money_end_turn (ShipSession *session, gint64 task);

/* A request was metered. */
void ship_session_money_take (ShipSession *session, const ShipExchangeRow *exchange);
/* The task that a request which is metered now belongs to; 0: none. */
gint64 ship_session_money_get_task (ShipSession *session);

/* Whether the queue waits for more money, so that going on would be in vain. */
gboolean ship_session_money_is_held (ShipSession *session);
/* The task was taken out of the queue by the user. */
void ship_session_money_forget_task (ShipSession *session, gint64 task);

/* Takes @job. @callback's source object is the store. */
void ship_session_money_run_job (ShipSession         *session,
                                 ShipSessionMoneyJob *job,
                                 GAsyncReadyCallback  callback,
                                 gpointer             user_data);
/* Limits or what was spent may have changed: goes on if that makes room. */
void ship_session_money_reconsider (ShipSession *session);
void ship_session_money_update (ShipSession *session);
/* Nothing is asked any more. */
void ship_session_money_drop_hold (ShipSession *session);
void ship_session_money_go_on (ShipSession *session);

/* Whether @request is what the user is asked about money now. */
gboolean ship_session_money_asks (ShipSession *session, gint64 request);
/* Answers that; @task: (transfer none): a command's, returned from in the end. @amount: US dollars
 * more; 0: as much again. */
void ship_session_money_answer (ShipSession *session, GTask *task, gboolean allow, double amount);

G_END_DECLS
