/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-context-use.h"

#include <glib/gi18n-lib.h>

static gboolean
is_of_the_agent (const ShipExchangeRow *exchange, const ShipSessionRow *session)
{
  return g_strcmp0 (exchange->purpose, "turn") == 0 &&
         (exchange->agent_session == NULL || session->agent_session == NULL ||
          g_str_equal (exchange->agent_session, session->agent_session));
}

/* What the next request will at least hold: what went in, and what came out. */
static gint64
sum (const ShipUsage *usage)
{
  const gint64 counts[] = { usage->input,
                            usage->cache_read,
                            usage->cache_write,
                            usage->output,
                            usage->reasoning };
  gint64       tokens = 0;

  if (usage->input < 0)
    return -1;
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    tokens += MAX (counts[i], 0);

  return tokens;
}

ShipContextUse
ship_context_use_of (const ShipSessionSnapshot *snapshot, gint64 size)
{
  ShipContextUse self = { .tokens = -1, .size = size };

  g_return_val_if_fail (snapshot != NULL, self);

  for (guint i = snapshot->exchanges->len; i > 0 && self.tokens < 0; i--)
    {
      const ShipExchangeRow *exchange = snapshot->exchanges->pdata[i - 1];

      if (!is_of_the_agent (exchange, snapshot->session))
        continue;
      self.tokens = sum (&exchange->usage);
      self.is_estimate = exchange->is_estimate;
    }

  return self;
}

double
ship_context_use_get_fraction (const ShipContextUse *self)
{
  if (self->tokens < 0 || self->size <= 0)
    return -1;

  return MIN (1.0, (double) self->tokens / (double) self->size);
}

char *
ship_context_use_format_tokens (gint64 tokens)
{
  if (tokens < 1000)
    return g_strdup_printf ("%d", (int) tokens);
  if (tokens < 999500)
    return g_strdup_printf (_ ("%dk"), (int) ((tokens + 500) / 1000));
  if (tokens % 1000000 < 5000)
    return g_strdup_printf (_ ("%dM"), (int) (tokens / 1000000));

  return g_strdup_printf (_ ("%.2fM"), (double) tokens / 1e6);
}

char *
ship_context_use_format (const ShipContextUse *self)
{
  double           fraction = ship_context_use_get_fraction (self);
  g_autofree char *size = NULL;

  if (self->tokens < 0)
    return g_strdup ("—");
  if (fraction < 0)
    return ship_context_use_format_tokens (self->tokens);

  size = ship_context_use_format_tokens (self->size);
  /* Translators: how full the model's context is, "42 % of 200k" tokens. */
  return g_strdup_printf (_ ("%d %% of %s"), (int) (fraction * 100 + 0.5), size);
}
