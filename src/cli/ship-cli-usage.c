/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-usage.h"

/* Adding up what was used. */

void
ship_cli_usage_add (ShipCliUsage *self, const ShipExchangeRow *exchange)
{
  const ShipUsage *usage = &exchange->usage;

  self->input += MAX (usage->input, 0) + MAX (usage->cache_read, 0) + MAX (usage->cache_write, 0);
  self->output += MAX (usage->output, 0) + MAX (usage->reasoning, 0);
  self->n_requests++;
  if (exchange->cost < 0)
    self->n_unknown++;
  else
    self->cost += exchange->cost;
}

ShipCliUsage
ship_cli_usage_sum (GPtrArray *exchanges, gint64 task)
{
  ShipCliUsage self = { 0 };

  for (guint i = 0; i < exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = exchanges->pdata[i];

      if (task == 0 || exchange->task == task)
        ship_cli_usage_add (&self, exchange);
    }
  return self;
}

double
ship_cli_usage_get_cost (const ShipCliUsage *self)
{
  return self->n_unknown > 0 ? -1.0 : self->cost;
}

char *
ship_cli_usage_format_cost (const ShipCliUsage *self)
{
  return ship_usage_format_cost (ship_cli_usage_get_cost (self));
}
