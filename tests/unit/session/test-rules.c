/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-rules.h"
#include "ship-test.h"

/* What may be done without asking: pure functions. */

static GPtrArray *
new_rules (const char *first, ...)
{
  GPtrArray *rules = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_rule_row_free);
  va_list    arguments;

  va_start (arguments, first);
  for (const char *text = first; text != NULL; text = va_arg (arguments, const char *))
    {
      g_auto (GStrv) words = g_strsplit (text, "|", 3);
      ShipRuleRow *rule = g_new0 (ShipRuleRow, 1);

      rule->permission = g_strdup (words[0]);
      rule->pattern = g_strdup (words[1]);
      rule->action = g_strdup (words[2]);
      g_ptr_array_add (rules, rule);
    }
  va_end (arguments);
  return rules;
}

static void
test_valid (void)
{
  g_autofree char *longest = g_strnfill (1025, 'x');

  g_assert_true (ship_rule_is_valid ("bash", "git *", "allow"));
  g_assert_true (ship_rule_is_valid ("*", "*", "ask"));
  g_assert_true (ship_rule_is_valid ("mcp_tool-1*", "*", "deny"));
  g_assert_false (ship_rule_is_valid ("", "*", "allow"));
  g_assert_false (ship_rule_is_valid ("bash", "", "allow"));
  g_assert_false (ship_rule_is_valid ("bash=deny", "*", "allow"));
  g_assert_false (ship_rule_is_valid ("Bash", "*", "allow"));
  g_assert_false (ship_rule_is_valid ("bash", "*", "always"));
  g_assert_false (ship_rule_is_valid ("bash", "\xff", "allow"));
  g_assert_false (ship_rule_is_valid ("bash", longest, "allow"));
}

static void
test_pattern (void)
{
  g_autofree char *text = g_strnfill (20000, 'a');

  g_assert_true (ship_rule_pattern_matches ("*", ""));
  g_assert_true (ship_rule_pattern_matches ("*", "anything\nat all"));
  g_assert_true (ship_rule_pattern_matches ("git push *", "git push origin"));
  g_assert_true (ship_rule_pattern_matches ("git push *", "git push"));
  g_assert_false (ship_rule_pattern_matches ("git push *", "git pushx"));
  g_assert_false (ship_rule_pattern_matches ("git push *", "git"));
  g_assert_true (ship_rule_pattern_matches ("*.c", "a.c.c"));
  g_assert_false (ship_rule_pattern_matches ("*.c", "a.ch"));
  g_assert_true (ship_rule_pattern_matches ("a*b*c", "aXbYbZc"));
  g_assert_false (ship_rule_pattern_matches ("a*b*c", "aXbYbZ"));
  g_assert_true (ship_rule_pattern_matches ("a.c", "a.c"));
  g_assert_false (ship_rule_pattern_matches ("a.c", "abc"));
  g_assert_false (ship_rule_pattern_matches ("a[bc]", "ab"));
  g_assert_false (ship_rule_pattern_matches ("", "a"));
  /* Would take for ever if it went back more than once. */
  g_assert_false (ship_rule_pattern_matches ("*a*a*a*a*a*a*a*a*a*a*a*a*b", text));
}

static void
test_decide (void)
{
  const char *const status[] = { "git status", NULL };
  const char *const both[] = { "rm -rf x", "git status", NULL };
  const char *const push[] = { "git push origin", NULL };
  g_autoptr (GPtrArray) none = new_rules (NULL);
  g_autoptr (GPtrArray) rules =
    new_rules ("bash|*|ask", "bash|git *|allow", "bash|git push *|deny", NULL);
  g_autoptr (GPtrArray) last = new_rules ("bash|git *|deny", "*|*|allow", NULL);

  g_assert_cmpint (ship_rules_decide (none, "bash", both), ==, SHIP_RULE_ACTION_ALLOW);
  g_assert_cmpint (ship_rules_decide (rules, "bash", status), ==, SHIP_RULE_ACTION_ALLOW);
  g_assert_cmpint (ship_rules_decide (rules, "bash", both), ==, SHIP_RULE_ACTION_ASK);
  g_assert_cmpint (ship_rules_decide (rules, "bash", push), ==, SHIP_RULE_ACTION_DENY);
  g_assert_cmpint (ship_rules_decide (rules, "bash", NULL), ==, SHIP_RULE_ACTION_ASK);
  g_assert_cmpint (ship_rules_decide (rules, "edit", both), ==, SHIP_RULE_ACTION_ALLOW);
  g_assert_cmpint (ship_rules_decide (last, "bash", push), ==, SHIP_RULE_ACTION_ALLOW);
}

static void
assert_permissions (GPtrArray *owned, const char *expected)
{
  g_autoptr (GPtrArray) rules = owned;
  g_auto (GStrv) permissions = ship_rules_get_permissions (rules);
  g_autofree char *joined = g_strjoinv (" ", permissions);

  g_assert_cmpstr (joined, ==, expected);
}

/* The agent asks exactly where the rules may have a say. */
static void
test_permissions (void)
{
  assert_permissions (new_rules (NULL), "");
  assert_permissions (new_rules ("bash|*|allow", NULL), "");
  assert_permissions (new_rules ("bash|*|ask", NULL), "bash=ask question=allow");
  assert_permissions (new_rules ("edit|*|deny", NULL), "edit=deny question=allow");
  assert_permissions (new_rules ("edit|*|ask", "edit|*|deny", NULL), "edit=deny question=allow");
  assert_permissions (new_rules ("edit|*|deny", "edit|a.c|allow", NULL), "edit=ask question=allow");
  assert_permissions (new_rules ("bash|rm *|deny", NULL), "bash=ask question=allow");
  assert_permissions (new_rules ("bash|rm *|deny", "bash|*|allow", NULL), "");
  assert_permissions (new_rules ("webfetch|*|deny", "mcp_*|*|ask", "*|*|ask", "bash|*|allow", NULL),
                      "*=ask mcp_*=ask bash=allow webfetch=ask question=allow");
  assert_permissions (new_rules ("question|*|deny", NULL), "question=deny");
}

static void
assert_like (const char        *permission,
             const char *const *patterns,
             const char *const *always,
             const char        *expected)
{
  g_auto (GStrv) like = ship_rules_get_patterns_like (permission, patterns, always);
  g_autofree char *joined = like != NULL ? g_strjoinv (" | ", like) : NULL;

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_like (void)
{
  const char *const commands[] = { "git status --short", "sort", NULL };
  const char *const command_words[] = { "git status *", "sort *", NULL };
  const char *const everything[] = { "*", NULL };
  const char *const file[] = { "src/a.c", NULL };
  const char *const star[] = { "src/*", NULL };
  const char *const site[] = { "https://example.org/a?b", "https://example.net", NULL };
  const char *const none[] = { NULL };

  assert_like ("bash", commands, command_words, "git status * | sort *");
  assert_like ("bash", commands, none, "git status --short | sort");
  assert_like ("edit", file, everything, "src/a.c");
  assert_like ("edit", star, everything, NULL);
  assert_like ("edit", none, everything, NULL);
  assert_like ("webfetch", site, everything, "https://example.org/* | https://example.net/*");
  assert_like ("external_directory", star, star, "src/*");
  assert_like ("Odd name", file, file, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/rules/valid", test_valid);
  g_test_add_func ("/session/rules/pattern", test_pattern);
  g_test_add_func ("/session/rules/decide", test_decide);
  g_test_add_func ("/session/rules/permissions", test_permissions);
  g_test_add_func ("/session/rules/like", test_like);
  return g_test_run ();
}
