/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* What one model request used. Token counts do not overlap: input excludes cache reads and writes,
 * output excludes reasoning. -1: the provider did not say. */
typedef struct
{
  gint64 input;
  gint64 output;
  gint64 reasoning;
  gint64 cache_read;
  gint64 cache_write;
  double reported_cost; /* US dollars as the provider said; negative: it did not */
} ShipUsage;

#define SHIP_USAGE_INIT                                                                            \
  {                                                                                                \
    -1, -1, -1, -1, -1, -1.0                                                                       \
  }

/* US dollars for one million tokens. Negative: unknown. */
typedef struct
{
  double input;
  double output;
  double cache_read;
  double cache_write;
} ShipPrice;

/* The reported cost if there is one, else the priced one; negative when a price that is needed is
 * unknown. Reasoning is billed as output. */
double ship_usage_get_cost (const ShipUsage *usage, const ShipPrice *price);
void   ship_usage_add (ShipUsage *total, const ShipUsage *usage);
/* "$0.0123" with four decimals, or "—" for a negative cost. (transfer full) */
char *ship_usage_format_cost (double cost);
/* The same where there is little room: "$0.31", and with four decimals what is less than a cent.
 * @is_whole: whether that is all of it, else "≥ $0.31". (transfer full) */
char *ship_usage_format_short (double cost, gboolean is_whole);

G_END_DECLS
