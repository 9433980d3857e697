/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/* A sum over model requests as it is shown: input with the cache, output with the reasoning. */
typedef struct
{
  gint64 input;
  gint64 output;
  double cost; /* of those whose cost is known */
  int    n_requests;
  int    n_unknown;
} ShipCliUsage;

void ship_cli_usage_add (ShipCliUsage *self, const ShipExchangeRow *exchange);
/* Of the exchanges (element-type ShipExchangeRow) of @task; 0: of all */
ShipCliUsage ship_cli_usage_sum (GPtrArray *exchanges, gint64 task);
/* The cost as it is shown: "—" when a part of it is not known. (transfer full) */
char *ship_cli_usage_format_cost (const ShipCliUsage *self);
/* The same as a number: negative when a part of it is not known. */
double ship_cli_usage_get_cost (const ShipCliUsage *self);

G_END_DECLS
