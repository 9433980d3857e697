/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-budget.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* See the header. Sums of many small costs are a hair off; a hair is not a reason to let one more
 * request go. */
#define HAIR 1e-9

static const char *const scope_words[SHIP_BUDGET_N_SCOPES] = {
  [SHIP_BUDGET_TURN] = "turn",
  [SHIP_BUDGET_SESSION] = "session",
  [SHIP_BUDGET_DAY] = "day",
};

const char *
ship_budget_scope_to_string (ShipBudgetScope scope)
{
  return scope_words[scope];
}

gboolean
ship_budget_scope_from_string (const char *text, ShipBudgetScope *scope)
{
  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    if (g_strcmp0 (text, scope_words[i]) == 0)
      {
        *scope = i;
        return TRUE;
      }

  return FALSE;
}

double
ship_budget_resolve (double own, double setting)
{
  if (own < 0)
    return 0;

  return own > 0 ? own : MAX (setting, 0);
}

gboolean
ship_budget_is_amount (double dollars)
{
  return isfinite (dollars) && dollars <= SHIP_BUDGET_MAX;
}

void
ship_budget_begin_request (ShipBudget *self)
{
  self->n_in_flight++;
}

void
ship_budget_end_request (ShipBudget *self)
{
  g_return_if_fail (self->n_in_flight > 0);

  self->n_in_flight--;
}

void
ship_budget_add (ShipBudget *self, double cost)
{
  if (!(cost >= 0))
    return;

  self->spent[SHIP_BUDGET_TURN] += cost;
  self->spent[SHIP_BUDGET_SESSION] += cost;
  self->recent[self->n_recent++ % SHIP_BUDGET_N_RECENT] = cost;
}

double
ship_budget_get_reserved (const ShipBudget *self)
{
  double dearest = 0;

  for (guint i = 0; i < SHIP_BUDGET_N_RECENT; i++)
    dearest = MAX (dearest, self->recent[i]);

  return dearest * self->n_in_flight;
}

gboolean
ship_budget_is_spent (const ShipBudget *self, ShipBudgetScope *scope)
{
  double reserved = ship_budget_get_reserved (self);

  for (guint i = 0; i < SHIP_BUDGET_N_SCOPES; i++)
    if (self->limit[i] > 0 && self->spent[i] + reserved >= self->limit[i] - HAIR)
      {
        *scope = i;
        return TRUE;
      }

  return FALSE;
}

gboolean
ship_budget_has_room (const ShipBudget *self, ShipBudgetScope scope)
{
  return self->limit[scope] <= 0 || self->spent[scope] < self->limit[scope] - HAIR;
}

double
ship_budget_raise (double limit, double spent, double amount)
{
  double more = amount > 0 ? amount : limit;

  return limit + more > spent + HAIR ? limit + more : spent + more;
}

char *
ship_budget_format (double dollars)
{
  char     digits[G_ASCII_DTOSTR_BUF_SIZE + 320];
  double   cents = dollars * 100;
  gboolean is_whole = ABS (cents - (double) (gint64) (cents + 0.5)) < 1e-6;

  g_ascii_formatd (digits, sizeof digits, is_whole ? "%.2f" : "%.4f", dollars);

  return g_strconcat ("$", digits, NULL);
}

static char *
dup_four (double dollars)
{
  char digits[G_ASCII_DTOSTR_BUF_SIZE + 320];

  g_ascii_formatd (digits, sizeof digits, "%.4f", dollars);

  return g_strconcat ("$", digits, NULL);
}

char *
ship_budget_dup_sentence (const ShipBudget *self, ShipBudgetScope scope)
{
  g_autofree char *limit = ship_budget_format (self->limit[scope]);
  g_autofree char *spent = dup_four (self->spent[scope]);
  g_autofree char *reserved = dup_four (ship_budget_get_reserved (self));
  g_autofree char *figures =
    ship_budget_has_room (self, scope)
      ? g_strdup_printf (_ ("%s, and about %s for requests under way"), spent, reserved)
      : g_strdup (spent);

  switch (scope)
    {
    case SHIP_BUDGET_TURN:
      return g_strdup_printf (_ ("The budget of %s for this turn is spent (%s)"), limit, figures);
    case SHIP_BUDGET_SESSION:
      return g_strdup_printf (_ ("The budget of %s for this session is spent (%s)"),
                              limit,
                              figures);
    case SHIP_BUDGET_DAY:
      return g_strdup_printf (_ ("The budget of %s for today is spent (%s, all sessions)"),
                              limit,
                              figures);
    }

  g_assert_not_reached ();
}

char *
ship_budget_dup_refusal (ShipBudgetScope scope)
{
  switch (scope)
    {
    case SHIP_BUDGET_TURN:
      return g_strdup (_ ("The user's budget for this turn is spent."));
    case SHIP_BUDGET_SESSION:
      return g_strdup (_ ("The user's budget for this session is spent."));
    case SHIP_BUDGET_DAY:
      return g_strdup (_ ("The user's budget for today is spent."));
    }

  g_assert_not_reached ();
}
