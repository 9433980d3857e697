/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-clock.h"

#define DAY_MS (24 * 3600 * (gint64) 1000)

static void
test_left (void)
{
  static const struct
  {
    gint64 at, now, max, expected;
  } cases[] = {
    { 5000, 1000, DAY_MS, 4000 },
    { 1000, 1000, DAY_MS, 0 },
    { 1000, 5000, DAY_MS, 0 },                     /* it is over, or the clock was set on */
    { 5000 + 400 * DAY_MS, 5000, DAY_MS, DAY_MS }, /* set back */
    { G_MAXINT64, 0, DAY_MS, DAY_MS },             /* any number */
    { G_MAXINT64, G_MININT64, DAY_MS, DAY_MS },
    { G_MININT64, G_MAXINT64, DAY_MS, 0 },
    { 0, 1000, DAY_MS, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (ship_clock_left_ms (cases[i].at, cases[i].now, cases[i].max),
                     ==,
                     cases[i].expected);
}

static void
test_age (void)
{
  g_assert_cmpint (ship_clock_age_ms (1000, 5000), ==, 4000);
  g_assert_cmpint (ship_clock_age_ms (5000, 5000), ==, 0);
  g_assert_cmpint (ship_clock_age_ms (5000 + DAY_MS, 5000), ==, 0);
  g_assert_cmpint (ship_clock_age_ms (G_MININT64, 5000), ==, 5000);
  g_assert_cmpint (ship_clock_age_ms (G_MAXINT64, G_MININT64), ==, 0);
}

static void
test_now (void)
{
  gint64 before = g_get_real_time () / 1000;

  g_assert_cmpint (ABS (ship_clock_now_ms () - before), <, DAY_MS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/clock/left", test_left);
  g_test_add_func ("/base/clock/age", test_age);
  g_test_add_func ("/base/clock/now", test_now);
  return g_test_run ();
}
