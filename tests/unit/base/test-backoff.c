/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-backoff.h"

static void
test_delays (void)
{
  static const struct
  {
    guint  attempt, base_ms, max_ms;
    double jitter;
    guint  expected;
  } cases[] = {
    { 1, 500, 30000, 0.0, 500 },
    { 2, 500, 30000, 0.0, 1000 },
    { 3, 500, 30000, 0.0, 2000 },
    { 7, 500, 30000, 0.0, 30000 },
    { 1, 500, 30000, 1.0, 625 },
    { 2, 500, 30000, 0.5, 1125 },
    { 1, 500, 100, 0.0, 100 },
    { 1, 0, 100, 1.0, 0 },
    { G_MAXUINT, 1, 30000, 0.0, 30000 },
    { G_MAXUINT, 0, 30000, 0.0, 0 },
    { G_MAXUINT, 1, G_MAXUINT, 1.0, G_MAXUINT },
    { 1, 400, 30000, 7.0, 500 }, /* a jitter out of its range counts as the nearest in it */
    { 1, 400, 30000, -1.0, 400 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpuint (
      ship_backoff_delay_ms (cases[i].attempt, cases[i].base_ms, cases[i].max_ms, cases[i].jitter),
      ==,
      cases[i].expected);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/backoff/delays", test_delays);
  return g_test_run ();
}
