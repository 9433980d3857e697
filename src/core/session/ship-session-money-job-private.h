/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-budget.h"
#include "session/ship-money-tables.h"

G_BEGIN_DECLS

/*
 * The transactions about money on the session's own store. Filled on the main thread, run on the
 * store's, read on the main thread again; atomically counted.
 */
typedef enum
{
  SHIP_SESSION_MONEY_JOB_LOAD,      /* from_ms → session_cost, cost_since, request (nullable) */
  SHIP_SESSION_MONEY_JOB_HOLD,      /* task, request: the task waits again, the question is asked */
  SHIP_SESSION_MONEY_JOB_SET,       /* scope, dollars */
  SHIP_SESSION_MONEY_JOB_ANSWER,    /* request, is_allowed, task, scope, dollars (the new limit) */
  SHIP_SESSION_MONEY_JOB_WITHDRAW,  /* what is asked */
  SHIP_SESSION_MONEY_JOB_RECONCILE, /* task → text (nullable): a difference, noted; id of that */
} ShipSessionMoneyJobKind;
#define SHIP_SESSION_MONEY_N_JOBS (SHIP_SESSION_MONEY_JOB_RECONCILE + 1)

typedef struct
{
  gatomicrefcount         ref_count;
  ShipSessionMoneyJobKind kind;
  gint64                  now_ms;
  gint64                  from_ms;
  gint64                  task;
  ShipBudgetScope         scope;
  double                  dollars;
  gboolean                is_allowed;
  ShipRequestRow         *request; /* (owned) (nullable) */
  /* results */
  double session_cost;
  double cost_since;
  gint64 id;
  char  *text; /* (owned) (nullable): of ANSWER: what is noted of it */
} ShipSessionMoneyJob;

ShipSessionMoneyJob *ship_session_money_job_new (ShipSessionMoneyJobKind kind);
ShipSessionMoneyJob *ship_session_money_job_ref (ShipSessionMoneyJob *self);
void                 ship_session_money_job_unref (ShipSessionMoneyJob *self);
ShipStoreDurability  ship_session_money_job_get_durability (ShipSessionMoneyJob *self);
/* A ShipStoreFunc over a ShipSessionMoneyJob. */
gboolean
ship_session_money_job_run_thread (sqlite3 *db, gpointer job, GCancellable *c, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSessionMoneyJob, ship_session_money_job_unref)

G_END_DECLS
