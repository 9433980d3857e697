/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "usage/ship-usage.h"

static const ShipPrice sonnet = { 3, 15, 0.3, 3.75 };

static void
test_cost (void)
{
  struct
  {
    ShipUsage usage;
    double    cost;
  } cases[] = {
    { { 1000000, 0, 0, 0, 0, -1 }, 3 },
    { { 0, 1000000, 0, 0, 0, -1 }, 15 },
    { { 0, 0, 1000000, 0, 0, -1 }, 15 },
    { { 0, 0, 0, 1000000, 0, -1 }, 0.3 },
    { { 0, 0, 0, 0, 1000000, -1 }, 3.75 },
    { { 1200, 340, 60, 50000, 800, -1 }, 0.0036 + 0.0051 + 0.0009 + 0.015 + 0.003 },
    { { 1000, 100, -1, -1, -1, -1 }, 0.003 + 0.0015 },
    { { 1000, 100, 0, 0, 0, 0.5 }, 0.5 },
    { { -1, -1, -1, -1, -1, 0 }, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpfloat_with_epsilon (ship_usage_get_cost (&cases[i].usage, &sonnet),
                                    cases[i].cost,
                                    1e-9);
}

static void
test_unknown (void)
{
  const ShipPrice without_cache = { 3, 15, -1, -1 };
  const ShipPrice unknown = { -1, -1, -1, -1 };
  ShipUsage       nothing = SHIP_USAGE_INIT;
  ShipUsage       plain = { 1000, 100, 0, 0, 0, -1 };
  ShipUsage       cached = { 1000, 100, 0, 5, 0, -1 };

  g_assert_cmpfloat (ship_usage_get_cost (&nothing, &sonnet), <, 0);
  g_assert_cmpfloat (ship_usage_get_cost (&plain, &unknown), <, 0);
  g_assert_cmpfloat (ship_usage_get_cost (&cached, &without_cache), <, 0);
  /* A price that is not needed may be unknown. */
  g_assert_cmpfloat (ship_usage_get_cost (&plain, &without_cache), >, 0);
}

static void
test_add (void)
{
  ShipUsage total = SHIP_USAGE_INIT;
  ShipUsage nothing = SHIP_USAGE_INIT;
  ShipUsage first = { 10, 20, -1, 5, -1, 0.25 };
  ShipUsage second = { 1, 2, 3, -1, -1, 0.5 };
  ShipUsage unpriced = { 1, 1, -1, -1, -1, -1 };
  ShipUsage huge = { G_MAXINT64, 1, -1, -1, -1, -1 };

  ship_usage_add (&total, &nothing);
  g_assert_cmpint (total.input, ==, -1);
  ship_usage_add (&total, &first);
  ship_usage_add (&total, &nothing);
  ship_usage_add (&total, &second);
  g_assert_cmpint (total.input, ==, 11);
  g_assert_cmpint (total.output, ==, 22);
  g_assert_cmpint (total.reasoning, ==, 3);
  g_assert_cmpint (total.cache_read, ==, 5);
  g_assert_cmpint (total.cache_write, ==, -1);
  g_assert_cmpfloat (total.reported_cost, ==, 0.75);
  ship_usage_add (&total, &unpriced);
  g_assert_cmpint (total.input, ==, 12);
  g_assert_cmpfloat (total.reported_cost, <, 0);
  ship_usage_add (&total, &huge);
  g_assert_cmpint (total.input, ==, G_MAXINT64);
}

static void
test_format (void)
{
  struct
  {
    double      cost;
    const char *text;
  } cases[] = {
    { 0, "$0.0000" },
    { 0.01234, "$0.0123" },
    { 12.34567, "$12.3457" },
    { 1234567, "$1234567.0000" },
    { -1, "—" },
    { NAN, "—" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ship_usage_format_cost (cases[i].cost);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_short (void)
{
  struct
  {
    double      cost;
    gboolean    is_whole;
    const char *text;
  } cases[] = {
    { 0, TRUE, "$0.00" },        { 0.0042, TRUE, "$0.0042" },  { 0.01, TRUE, "$0.01" },
    { 0.314, FALSE, "≥ $0.31" }, { 1234.5, TRUE, "$1234.50" }, { -1, FALSE, "—" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = ship_usage_format_short (cases[i].cost, cases[i].is_whole);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usage/cost", test_cost);
  g_test_add_func ("/usage/unknown", test_unknown);
  g_test_add_func ("/usage/add", test_add);
  g_test_add_func ("/usage/format", test_format);
  g_test_add_func ("/usage/format-short", test_short);
  return g_test_run ();
}
