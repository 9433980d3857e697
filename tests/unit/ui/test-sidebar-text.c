/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/ship-sidebar-text.h"

#define HOUR_MS (3600 * (gint64) 1000)
#define DAY_MS  (24 * HOUR_MS)

/* Thursday, noon. */
static GDateTime *
new_now (void)
{
  return g_date_time_new_utc (2026, 11, 19, 12, 0, 0);
}

static void
assert_heading (gint64 age_ms, const char *expected)
{
  g_autoptr (GDateTime) now = new_now ();
  ShipIndexRow     row = { .state = (char *) "hibernated",
                           .updated_at = g_date_time_to_unix (now) * 1000 - age_ms };
  g_autofree char *heading = ship_sidebar_dup_heading (&row, FALSE, now);

  g_assert_cmpstr (heading, ==, expected);
}

static void
test_days (void)
{
  assert_heading (0, "Today");
  assert_heading (-HOUR_MS, "Today"); /* a clock that was set back */
  assert_heading (12 * HOUR_MS, "Today");
  assert_heading (12 * HOUR_MS + 1000, "Yesterday");
  assert_heading (2 * DAY_MS, "Tuesday");
  assert_heading (6 * DAY_MS, "Friday");
  assert_heading (7 * DAY_MS, "November");
  assert_heading (40 * DAY_MS, "October");
  assert_heading (400 * DAY_MS, "October 2025");
}

static void
test_archived_needs_nobody (void)
{
  ShipIndexRow row = { .state = (char *) "failed", .archived_at = 1 };

  g_assert_cmpuint (ship_sidebar_get_rank (&row, TRUE), ==, 3);
  row.archived_at = 0;
  g_assert_cmpuint (ship_sidebar_get_rank (&row, TRUE), ==, 0);
}

static void
test_ages (void)
{
  static const struct
  {
    gint64      seconds;
    const char *text;
    guint       due;
  } cases[] = {
    { 0, "now", 60 },       { 59, "now", 60 },      { 60, "1 min", 60 },
    { 3599, "59 min", 60 }, { 3600, "1 h", 3600 },  { 5400, "1 h", 1800 },
    { 7199, "1 h", 60 },    { 86400, "1 d", 3600 }, { 7 * 86400, "12 Nov", 3600 },
  };
  g_autoptr (GDateTime) now = new_now ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64           then = (g_date_time_to_unix (now) - cases[i].seconds) * 1000;
      g_autofree char *text = ship_sidebar_dup_age (then, now);

      g_assert_cmpstr (text, ==, cases[i].text);
      g_assert_cmpuint (ship_sidebar_get_age_seconds (then, now), ==, cases[i].due);
    }
}

static void
assert_cost (double cost, gboolean is_known, const char *expected)
{
  ShipIndexRow     row = { .cost = cost, .is_cost_known = is_known };
  g_autofree char *text = ship_sidebar_dup_cost (&row);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_costs (void)
{
  assert_cost (0, TRUE, "");
  assert_cost (-1, TRUE, "—");
  assert_cost (0, FALSE, "—");
  assert_cost (0.0042, TRUE, "$0.0042");
  assert_cost (0.01, TRUE, "$0.01");
  assert_cost (12.345, TRUE, "$12.35");
  assert_cost (1.5, FALSE, "≥ $1.50");
}

/* The marked bytes as ^, one for each. */
static void
assert_marks (const char *text, const char *search, const char *expected)
{
  g_autoptr (GPtrArray) words = ship_sidebar_split_words (search);
  PangoAttrList     *list = ship_sidebar_mark_words (text, words);
  g_autofree char   *marks = g_strnfill (strlen (text), '.');
  PangoAttrIterator *iterator;

  if (expected == NULL)
    {
      g_assert_null (list);
      return;
    }
  iterator = pango_attr_list_get_iterator (list);
  do
    {
      int start;
      int end;

      pango_attr_iterator_range (iterator, &start, &end);
      if (pango_attr_iterator_get (iterator, PANGO_ATTR_UNDERLINE) != NULL)
        memset (marks + start, '^', (gsize) (end - start));
    }
  while (pango_attr_iterator_next (iterator));
  pango_attr_iterator_destroy (iterator);
  pango_attr_list_unref (list);
  g_assert_cmpstr (marks, ==, expected);
}

static void
test_marks (void)
{
  assert_marks ("Fix the Parser", "", NULL);
  assert_marks ("Fix the Parser", "lexer", NULL);
  assert_marks ("Fix the Parser", "pars", "........^^^^..");
  assert_marks ("Fix the Parser", "the FIX", "^^^.^^^.......");
  assert_marks ("a-a-a", "a", "^.^.^");
  /* ß folds to two letters, and ẞ is three bytes long. */
  assert_marks ("Maß", "mass", "^^^^");
  assert_marks ("STRAẞE x", "x", ".........^");
  assert_marks ("größe", "ö", "..^^...");
}

static void
test_matches (void)
{
  g_autoptr (GPtrArray) none = ship_sidebar_split_words ("  \t ");
  g_autoptr (GPtrArray) two = ship_sidebar_split_words (" Fix\tENGINE ");

  g_assert_true (ship_sidebar_matches ("anything", none));
  g_assert_true (ship_sidebar_matches ("engine\nfix it", two));
  g_assert_false (ship_sidebar_matches ("engine", two));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/sidebar-text/days", test_days);
  g_test_add_func ("/ui/sidebar-text/archived", test_archived_needs_nobody);
  g_test_add_func ("/ui/sidebar-text/ages", test_ages);
  g_test_add_func ("/ui/sidebar-text/costs", test_costs);
  g_test_add_func ("/ui/sidebar-text/marks", test_marks);
  g_test_add_func ("/ui/sidebar-text/matches", test_matches);
  return g_test_run ();
}
