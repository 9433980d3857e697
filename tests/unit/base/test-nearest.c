/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-nearest.h"

static const char *const names[] = { "anthropic",         "openai",    "claude-sonnet-5",
                                     "claude-sonnet-4-6", "gpt-6-sol", NULL };

static void
assert_found (const char *text, guint n_most, const char *expected)
{
  g_autofree const char **found = ship_nearest_find (text, names, n_most);
  g_autofree char        *joined = g_strjoinv (" ", (char **) found);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_near (void)
{
  assert_found ("antropic", 3, "anthropic");
  assert_found ("OpenAI", 3, "openai");
  assert_found ("claude-sonet-5", 1, "claude-sonnet-5");
  assert_found ("sonnet", 3, "claude-sonnet-5 claude-sonnet-4-6");
  assert_found ("sonnet", 1, "claude-sonnet-5");
  assert_found ("gpt6sol", 3, "gpt-6-sol");
}

static void
test_nothing_like_it (void)
{
  g_autofree char *endless = g_strnfill (100000, 'a');

  assert_found ("llama", 3, "");
  assert_found ("x", 3, "");
  assert_found ("", 3, "");
  assert_found (endless, 3, "");
  assert_found ("openai", 0, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/nearest/near", test_near);
  g_test_add_func ("/base/nearest/nothing-like-it", test_nothing_like_it);
  return g_test_run ();
}
