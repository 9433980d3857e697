/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-tables.h"

G_BEGIN_DECLS

/* What budgets need of the tables of a session's store; see ship-session-tables.h. */

/* @budget: as in the row */
gboolean ship_session_table_set_turn_budget (sqlite3 *db, double budget, GError **error);
gboolean ship_session_table_set_session_budget (sqlite3 *db, double budget, GError **error);

/* Back into the queue, before all that wait. */
gboolean ship_task_table_put_first (sqlite3 *db, gint64 id, GError **error);
gboolean ship_task_table_set_turn_budget (sqlite3 *db, gint64 id, double budget, GError **error);

/* @task: 0: of all */
gboolean ship_request_table_withdraw_budget (sqlite3 *db, gint64 task, gint64 now, GError **error);
/* (nullable) without error: none is open */
ShipRequestRow *ship_request_table_load_budget (sqlite3 *db, GError **error);

/* The known costs of requests that began at @from_ms or later. */
gboolean ship_exchange_table_sum_since (sqlite3 *db, gint64 from_ms, double *cost, GError **error);

G_END_DECLS
