/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-fuzzy.h"

#include <string.h>

static int
match (const char *needle, const char *text)
{
  g_autoptr (ShipFuzzyText) n = ship_fuzzy_text_new (needle);
  g_autoptr (ShipFuzzyText) t = ship_fuzzy_text_new (text);

  return ship_fuzzy_match (n, t, NULL);
}

/* The text with brackets around what is matched. */
static char *
mark (const char *needle, const char *text)
{
  g_autoptr (ShipFuzzyText) n = ship_fuzzy_text_new (needle);
  g_autoptr (ShipFuzzyText) t = ship_fuzzy_text_new (text);
  GString *marked = g_string_new (NULL);
  guint8   matched[SHIP_FUZZY_LONGEST];

  g_assert_cmpint (ship_fuzzy_match (n, t, matched), >=, 0);
  for (guint i = 0; i < t->n_letters; i++)
    {
      g_string_append (marked, matched[i] ? "[" : "");
      g_string_append_len (marked, text + t->offsets[i], t->offsets[i + 1] - t->offsets[i]);
      g_string_append (marked, matched[i] ? "]" : "");
    }

  return g_string_free (marked, FALSE);
}

static void
test_found (void)
{
  g_assert_cmpint (match ("", "anything"), ==, 0);
  g_assert_cmpint (match ("  ", ""), ==, 0);
  g_assert_cmpint (match ("a", ""), <, 0);
  g_assert_cmpint (match ("abc", "a-b-c"), >, 0);
  g_assert_cmpint (match ("cba", "a-b-c"), <, 0);
  g_assert_cmpint (match ("aa", "a"), <, 0);
  g_assert_cmpint (match ("NEW", "new session"), >, 0);
  g_assert_cmpint (match ("new sess", "New Session"), >, 0);
  g_assert_cmpint (match ("ÄRGER", "ärgerlich"), >, 0);
  g_assert_cmpint (match ("q", "New Session"), <, 0);
}

static void
test_order (void)
{
  g_assert_cmpint (match ("ns", "New Session"), >, match ("ns", "Transcript"));
  g_assert_cmpint (match ("sess", "Session"), >, match ("sess", "s-e-s-s"));
  g_assert_cmpint (match ("son", "Claude Sonnet"), >, match ("son", "Show something new"));
  g_assert_cmpint (match ("a", "ab"), >, match ("a", "ba"));
  g_assert_cmpint (match ("mp", "MyProgram"), >, match ("mp", "example"));
}

static void
test_marks (void)
{
  const char *const rows[][3] = {
    { "ns", "New Session", "[N]ew [S]ession" },
    { "sonnet", "ssnn sonnet", "ssnn [s][o][n][n][e][t]" },
    { "é", "café", "caf[é]" },
    { "fb", "fix the foo bar", "[f]ix the foo [b]ar" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *marked = mark (rows[i][0], rows[i][1]);

      g_assert_cmpstr (marked, ==, rows[i][2]);
    }
}

static void
test_limits (void)
{
  g_autofree char *text = g_strnfill (5000, 'a');
  g_autofree char *other = g_strnfill (5000, 'b');

  g_assert_cmpint (match (text, text), >, 0);
  g_assert_cmpint (match (other, text), <, 0);
  /* Cut where a character ends. */
  {
    g_autoptr (GString) wide = g_string_new (NULL);
    g_autoptr (ShipFuzzyText) prepared = NULL;

    for (guint i = 0; i < 1000; i++)
      g_string_append (wide, "ß");
    prepared = ship_fuzzy_text_new (wide->str);
    g_assert_cmpuint (prepared->n_letters, ==, SHIP_FUZZY_LONGEST);
    g_assert_cmpuint (prepared->offsets[prepared->n_letters], ==, 2 * SHIP_FUZZY_LONGEST);
  }
}

/* Five thousand candidates, as a palette has at the most; printed, not asserted. */
static void
test_many (void)
{
  g_autoptr (GPtrArray) texts =
    g_ptr_array_new_with_free_func ((GDestroyNotify) ship_fuzzy_text_free);
  const char *const needles[] = { "e", "se", "sess", "session fix" };

  for (guint i = 0; i < 5000; i++)
    {
      g_autofree char *text =
        g_strdup_printf ("Fix the session number %u of the list of repositories", i);

      g_ptr_array_add (texts, ship_fuzzy_text_new (text));
    }
  for (guint i = 0; i < G_N_ELEMENTS (needles); i++)
    {
      g_autoptr (ShipFuzzyText) needle = ship_fuzzy_text_new (needles[i]);
      gint64 start = g_get_monotonic_time ();
      guint  n = 0;

      for (guint j = 0; j < texts->len; j++)
        n += ship_fuzzy_match (needle, texts->pdata[j], NULL) >= 0;
      g_test_message ("\"%s\": %u of %u in %.1f ms",
                      needles[i],
                      n,
                      texts->len,
                      (double) (g_get_monotonic_time () - start) / 1000);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/fuzzy/found", test_found);
  g_test_add_func ("/fuzzy/order", test_order);
  g_test_add_func ("/fuzzy/marks", test_marks);
  g_test_add_func ("/fuzzy/limits", test_limits);
  g_test_add_func ("/fuzzy/many", test_many);

  return g_test_run ();
}
