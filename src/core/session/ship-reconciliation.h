/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/*
 * What the gateway measured against what the agent says of the same turn. The gateway's figures are
 * the ones that count; this is how a mistake of either side comes to light. Pure functions of rows;
 * any thread.
 */
typedef struct
{
  gint64 input;  /* tokens, the cache's included */
  gint64 output; /* tokens, with reasoning: providers do not agree on where that belongs */
  double cost;   /* US dollars; negative: not known for all */
  int    n_requests;
} ShipReconciliationSide;

typedef struct
{
  ShipReconciliationSide gateway;
  ShipReconciliationSide
    asides; /* of gateway: requests without tools, which the agent need not count */
  ShipReconciliationSide agent;
  int                    n_estimates; /* of gateway: streams that broke off */
  gboolean               has_difference;
} ShipReconciliation;

/* @exchanges: (element-type ShipExchangeRow), @messages: (element-type ShipMessageRow): of @task,
 * or of all for 0. */
ShipReconciliation ship_reconciliation_new (GPtrArray *exchanges, GPtrArray *messages, gint64 task);

/* A sentence with both sides, or NULL if they agree. (transfer full) (nullable) */
char *ship_reconciliation_dup_sentence (const ShipReconciliation *self);

/* The answer that @exchange paid for: the last one of the same agent's session that had begun.
 * (transfer none) (nullable) */
const ShipMessageRow *ship_reconciliation_find_message (GPtrArray             *messages,
                                                        const ShipExchangeRow *exchange);

G_END_DECLS
