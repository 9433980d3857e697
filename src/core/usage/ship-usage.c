/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a model request used and what that costs: plain arithmetic on values, without state. Any
 * thread.
 */
#include "usage/ship-usage.h"

#define TOKENS_PER_PRICE 1000000.0

/* Adds the price of @tokens to @cost. A count that is unknown or zero needs no price. */
static gboolean
add_price (double *cost, gint64 tokens, double price)
{
  if (tokens <= 0)
    return TRUE;
  if (price < 0)
    return FALSE;
  *cost += (double) tokens * price / TOKENS_PER_PRICE;
  return TRUE;
}

static gboolean
is_empty (const ShipUsage *usage)
{
  return usage->input < 0 && usage->output < 0 && usage->reasoning < 0 && usage->cache_read < 0 &&
         usage->cache_write < 0 && usage->reported_cost < 0;
}

static void
add_count (gint64 *total, gint64 count)
{
  if (count < 0)
    return;
  if (*total < 0)
    *total = count;
  else
    *total = *total > G_MAXINT64 - count ? G_MAXINT64 : *total + count;
}

double
ship_usage_get_cost (const ShipUsage *usage, const ShipPrice *price)
{
  double cost = 0;

  g_return_val_if_fail (usage != NULL, -1);
  g_return_val_if_fail (price != NULL, -1);

  if (usage->reported_cost >= 0)
    return usage->reported_cost;
  if (is_empty (usage))
    return -1;
  if (!add_price (&cost, usage->input, price->input) ||
      !add_price (&cost, usage->output, price->output) ||
      !add_price (&cost, usage->reasoning, price->output) ||
      !add_price (&cost, usage->cache_read, price->cache_read) ||
      !add_price (&cost, usage->cache_write, price->cache_write))
    return -1;
  return cost;
}

void
ship_usage_add (ShipUsage *total, const ShipUsage *usage)
{
  gboolean was_empty;

  g_return_if_fail (total != NULL);
  g_return_if_fail (usage != NULL);

  if (is_empty (usage))
    return;
  was_empty = is_empty (total);
  add_count (&total->input, usage->input);
  add_count (&total->output, usage->output);
  add_count (&total->reasoning, usage->reasoning);
  add_count (&total->cache_read, usage->cache_read);
  add_count (&total->cache_write, usage->cache_write);
  /* A sum that covers only some of the requests would look like the whole cost: then there is none.
   */
  if (was_empty)
    total->reported_cost = usage->reported_cost;
  else if (total->reported_cost >= 0 && usage->reported_cost >= 0)
    total->reported_cost += usage->reported_cost;
  else
    total->reported_cost = -1;
}

static char *
format_dollars (const char *least, double cost, const char *format)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE + 320];

  if (!(cost >= 0))
    return g_strdup ("—");
  g_ascii_formatd (digits, sizeof digits, format, cost);
  return g_strconcat (least, "$", digits, NULL);
}

char *
ship_usage_format_cost (double cost)
{
  return format_dollars ("", cost, "%.4f");
}

char *
ship_usage_format_short (double cost, gboolean is_whole)
{
  return format_dollars (is_whole ? "" : "≥ ", cost, cost > 0 && cost < 0.01 ? "%.4f" : "%.2f");
}
