/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-index-writer.h"

G_BEGIN_DECLS

/*
 * What all sessions together have spent today, known at any moment without asking: this session's
 * own part is counted in memory as it happens, that of the others is read from the ledger, again
 * and again while it matters. Main thread. A day is a local one, and begins when it is first asked
 * for.
 *
 * Signal "changed": another session has spent, the user has allowed more, or it became known at
 * all.
 */
#define SHIP_TYPE_DAY_SPENDING (ship_day_spending_get_type ())
G_DECLARE_FINAL_TYPE (ShipDaySpending, ship_day_spending, SHIP, DAY_SPENDING, GObject)

/* @session: whose own part it is */
ShipDaySpending *ship_day_spending_new (ShipIndexWriter *index, const char *session);

/* What this session spent on @day, by its own store: counts as long as the ledger cannot be read.
 */
void ship_day_spending_set_fallback (ShipDaySpending *self, const char *day, double dollars);

/* This session has spent @dollars more. To be called where it is booked, before or after. */
void ship_day_spending_add (ShipDaySpending *self, const char *day, double dollars);

double ship_day_spending_get_spent (ShipDaySpending *self, const char *day);
double ship_day_spending_get_allowed (ShipDaySpending *self, const char *day);
/* (nullable): why the ledger could not be read the last time; NULL when it could, or nothing is
 * known yet */
const char *ship_day_spending_get_failure (ShipDaySpending *self);
/* Whether the ledger of @day was read, or refused to be. */
gboolean ship_day_spending_is_settled (ShipDaySpending *self, const char *day);

/* Reads the ledger soon. */
void ship_day_spending_refresh (ShipDaySpending *self, const char *day);
/* Reads it every @seconds from now on; 0: no more. */
void ship_day_spending_watch (ShipDaySpending *self, guint seconds);

/* Today, as the ledger writes it: "YYYY-MM-DD". (transfer full) */
char *ship_day_spending_dup_today (void);

G_END_DECLS
