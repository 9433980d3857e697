/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-rules.h"

#include <string.h>

/*
 * OpenCode has rules of its own, but forgets them when it ends, shares them among all its sessions
 * and lets them overrule plan mode: so it is only told where to ask, and the answers come from
 * here.
 */

#define MAX_PERMISSION 64
#define MAX_PATTERN    1024

static const char *const action_words[] = { "allow", "ask", "deny", NULL };

gboolean
ship_rule_is_valid (const char *permission, const char *pattern, const char *action)
{
  gsize length = strlen (permission);

  return length > 0 && length <= MAX_PERMISSION &&
         strspn (permission, G_CSET_a_2_z G_CSET_DIGITS "_-*") == length && *pattern != '\0' &&
         strlen (pattern) <= MAX_PATTERN && g_utf8_validate (pattern, -1, NULL) &&
         g_strv_contains (action_words, action);
}

/* Only the last "*" is ever gone back to: no pattern takes more than its length times the text's.
 */
static gboolean
matches (const char *pattern, gsize length, const char *text)
{
  const char *end = pattern + length;
  const char *star = NULL;
  const char *back = NULL;

  while (*text != '\0')
    {
      if (pattern < end && *pattern == '*')
        {
          star = pattern++;
          back = text;
        }
      else if (pattern < end && *pattern == *text)
        {
          pattern++;
          text++;
        }
      else if (star != NULL)
        {
          pattern = star + 1;
          text = ++back;
        }
      else
        return FALSE;
    }
  while (pattern < end && *pattern == '*')
    pattern++;
  return pattern == end;
}

gboolean
ship_rule_pattern_matches (const char *pattern, const char *text)
{
  gsize length = strlen (pattern);

  return matches (pattern, length, text) ||
         (g_str_has_suffix (pattern, " *") && matches (pattern, length - 2, text));
}

static ShipRuleAction
read_action (const char *word)
{
  for (guint i = 0; action_words[i] != NULL; i++)
    if (g_strcmp0 (word, action_words[i]) == 0)
      return i;
  return SHIP_RULE_ACTION_ASK;
}

static ShipRuleAction
decide (GPtrArray *rules, const char *permission, const char *pattern)
{
  for (guint i = rules->len; i > 0; i--)
    {
      const ShipRuleRow *rule = rules->pdata[i - 1];

      if (ship_rule_pattern_matches (rule->permission, permission) &&
          ship_rule_pattern_matches (rule->pattern, pattern))
        return read_action (rule->action);
    }
  return SHIP_RULE_ACTION_ALLOW;
}

ShipRuleAction
ship_rules_decide (GPtrArray *rules, const char *permission, const char *const *patterns)
{
  ShipRuleAction strictest = SHIP_RULE_ACTION_ALLOW;

  if (patterns == NULL || patterns[0] == NULL)
    return decide (rules, permission, "");
  for (; *patterns != NULL; patterns++)
    strictest = MAX (strictest, decide (rules, permission, *patterns));
  return strictest;
}

/* What holds for every request for @permission; if that depends on the pattern, it has to be asked.
 * @permission may itself be a pattern of a rule. */
static ShipRuleAction
summarize (GPtrArray *rules, const char *permission)
{
  ShipRuleAction rest = SHIP_RULE_ACTION_ALLOW;
  gboolean       is_mixed = FALSE;
  guint          i;

  /* Back to the rule that leaves nothing to those before it. */
  for (i = rules->len; i > 0; i--)
    {
      const ShipRuleRow *rule = rules->pdata[i - 1];

      if (!ship_rule_pattern_matches (rule->permission, permission))
        continue;
      if (g_str_equal (rule->pattern, "*"))
        {
          rest = read_action (rule->action);
          break;
        }
    }
  for (; i < rules->len; i++)
    {
      const ShipRuleRow *rule = rules->pdata[i];

      if (ship_rule_pattern_matches (rule->permission, permission) &&
          read_action (rule->action) != rest)
        is_mixed = TRUE;
    }
  return is_mixed ? SHIP_RULE_ACTION_ASK : rest;
}

/* The wider one first: "*", then what holds a "*", then plain names. */
static int
compare_permissions (gconstpointer a, gconstpointer b)
{
  const char *first = *(const char *const *) a;
  const char *second = *(const char *const *) b;
  int         first_rank = g_str_equal (first, "*") ? 0 : strchr (first, '*') != NULL ? 1 : 2;
  int         second_rank = g_str_equal (second, "*") ? 0 : strchr (second, '*') != NULL ? 1 : 2;

  return first_rank != second_rank ? first_rank - second_rank : strcmp (first, second);
}

GStrv
ship_rules_get_permissions (GPtrArray *rules)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean is_any = FALSE;

  for (guint i = 0; i < rules->len; i++)
    {
      const ShipRuleRow *rule = rules->pdata[i];

      if (g_hash_table_add (seen, rule->permission))
        g_ptr_array_add (names, rule->permission);
    }
  g_ptr_array_sort (names, compare_permissions);
  for (guint i = 0; i < names->len; i++)
    {
      ShipRuleAction   action = summarize (rules, names->pdata[i]);
      g_autofree char *text =
        g_strdup_printf ("%s=%s", (const char *) names->pdata[i], action_words[action]);

      is_any = is_any || action != SHIP_RULE_ACTION_ALLOW;
      g_strv_builder_add (builder, text);
    }
  if (!is_any)
    return g_new0 (char *, 1);
  /* Whether the agent may ask is not to be asked. */
  if (!g_hash_table_contains (seen, "question"))
    g_strv_builder_add (builder, "question=allow");
  return g_strv_builder_end (builder);
}

/* "https://host/…" as "https://host/…*" with the path away. */
static char *
get_site (const char *address)
{
  const char *host = strstr (address, "://");
  gsize       length;

  if (host == NULL)
    return g_strdup (address);
  host += 3;
  length = strcspn (host, "/?#");
  return g_strdup_printf ("%.*s/*", (int) (host + length - address), address);
}

GStrv
ship_rules_get_patterns_like (const char        *permission,
                              const char *const *patterns,
                              const char *const *always)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  gboolean is_named = g_str_equal (permission, "edit") || g_str_equal (permission, "webfetch");

  /* For these OpenCode proposes everything. */
  if (!is_named && always != NULL && always[0] != NULL)
    patterns = always;
  else if (patterns == NULL || patterns[0] == NULL)
    return NULL;
  else
    {
      /* A name with a star in it would be taken for a pattern. */
      for (gsize i = 0; patterns[i] != NULL; i++)
        if (strchr (patterns[i], '*') != NULL)
          return NULL;
    }
  for (; *patterns != NULL; patterns++)
    {
      g_autofree char *pattern =
        g_str_equal (permission, "webfetch") ? get_site (*patterns) : g_strdup (*patterns);

      if (!ship_rule_is_valid (permission, pattern, "allow"))
        return NULL;
      g_strv_builder_add (builder, pattern);
    }
  return g_strv_builder_end (builder);
}
