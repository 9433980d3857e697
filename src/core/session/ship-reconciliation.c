/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-reconciliation.h"

#include <glib/gi18n-lib.h>

/*
 * Tokens are integers and must be equal. Costs come from the same prices by two programs and are
 * rounded by both. The agent makes requests it does not account for (titles), all of them without
 * tools, and others without tools that it does (summaries): anything between is agreement.
 */

#define COST_ROUNDING   0.00005 /* half of the last decimal that is shown */
#define COST_PROPORTION 0.005

static gint64
known (gint64 tokens)
{
  return MAX (tokens, 0);
}

static void
add (ShipReconciliationSide *side, const ShipUsage *usage, double cost)
{
  side->input += known (usage->input) + known (usage->cache_read) + known (usage->cache_write);
  side->output += known (usage->output) + known (usage->reasoning);
  if (cost < 0 || side->cost < 0)
    side->cost = -1.0;
  else
    side->cost += cost;
  side->n_requests++;
}

/* Whether @value lies between @low and @high. */
static gboolean
is_between (double value, double low, double high, double tolerance)
{
  return value >= low - tolerance && value <= high + tolerance;
}

static gboolean
differs (const ShipReconciliation *self)
{
  const ShipReconciliationSide *gateway = &self->gateway;
  const ShipReconciliationSide *asides = &self->asides;
  const ShipReconciliationSide *agent = &self->agent;
  double                        tolerance = MAX (COST_ROUNDING, gateway->cost * COST_PROPORTION);

  if (!is_between (agent->input, gateway->input - asides->input, gateway->input, 0) ||
      !is_between (agent->output, gateway->output - asides->output, gateway->output, 0))
    return TRUE;

  /* The agent says 0 for a model whose price it does not know: nothing to compare. */
  return gateway->cost >= 0 && agent->cost >= 0 &&
         !is_between (agent->cost, gateway->cost - MAX (asides->cost, 0), gateway->cost, tolerance);
}

ShipReconciliation
ship_reconciliation_new (GPtrArray *exchanges, GPtrArray *messages, gint64 task)
{
  ShipReconciliation self = { 0 };

  for (guint i = 0; i < exchanges->len; i++)
    {
      const ShipExchangeRow *row = g_ptr_array_index (exchanges, i);

      if (task != 0 && row->task != task)
        continue;
      add (&self.gateway, &row->usage, row->cost);
      if (g_strcmp0 (row->purpose, SHIP_EXCHANGE_ASIDE) == 0 ||
          g_strcmp0 (row->purpose, SHIP_EXCHANGE_TITLE) == 0)
        add (&self.asides, &row->usage, row->cost);
      self.n_estimates += row->is_estimate ? 1 : 0;
    }
  for (guint i = 0; i < messages->len; i++)
    {
      const ShipMessageRow *row = g_ptr_array_index (messages, i);

      if ((task == 0 || row->task == task) && g_str_equal (row->role, "assistant"))
        add (&self.agent, &row->usage, row->usage.reported_cost);
    }
  self.has_difference = differs (&self);

  return self;
}

/* (transfer full) */
static char *
dup_side (const ShipReconciliationSide *side)
{
  g_autofree char *input = g_strdup_printf ("%" G_GINT64_FORMAT, side->input);
  g_autofree char *output = g_strdup_printf ("%" G_GINT64_FORMAT, side->output);
  g_autofree char *cost = ship_usage_format_cost (side->cost);

  return g_strdup_printf (_ ("%s tokens in, %s out, %s"), input, output, cost);
}

char *
ship_reconciliation_dup_sentence (const ShipReconciliation *self)
{
  g_autofree char *measured = NULL;
  g_autofree char *said = NULL;
  g_autofree char *estimates = NULL;

  if (!self->has_difference)
    return NULL;

  measured = dup_side (&self->gateway);
  said = dup_side (&self->agent);
  if (self->n_estimates > 0)
    estimates =
      g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                    "; %d answer broke off, and what it used is estimated",
                                    "; %d answers broke off, and what they used is estimated",
                                    (gulong) self->n_estimates),
                       self->n_estimates);

  return g_strdup_printf (_ ("Ship measured %s; the agent says %s. What Ship measured counts%s"),
                          measured,
                          said,
                          estimates != NULL ? estimates : "");
}

const ShipMessageRow *
ship_reconciliation_find_message (GPtrArray *messages, const ShipExchangeRow *exchange)
{
  const ShipMessageRow *found = NULL;

  for (guint i = 0; i < messages->len; i++)
    {
      const ShipMessageRow *row = g_ptr_array_index (messages, i);

      if (g_str_equal (row->role, "assistant") &&
          g_strcmp0 (row->agent_session, exchange->agent_session) == 0 &&
          row->created_at <= exchange->started_at &&
          (found == NULL || row->created_at >= found->created_at))
        found = row;
    }

  return found;
}
