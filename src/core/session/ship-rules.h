/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/*
 * What may be done in a session without asking. Rules are an ordered list (element-type
 * ShipRuleRow); the last one whose permission and pattern match counts, and what no rule matches is
 * allowed: the sandbox is the boundary. Pure functions, any thread.
 */
typedef enum
{
  SHIP_RULE_ACTION_ALLOW,
  SHIP_RULE_ACTION_ASK,
  SHIP_RULE_ACTION_DENY,
} ShipRuleAction;

/* Whether this could be a rule: a permission is of small letters, digits, "_", "-" and "*". */
gboolean ship_rule_is_valid (const char *permission, const char *pattern, const char *action);

/* "*" stands for any text, also none; a " *" at the end also for nothing at all, so that "git push
 * *" is "git push" too. */
gboolean ship_rule_pattern_matches (const char *pattern, const char *text);

/* A request is about all of its @patterns at once (nullable: none): one that is denied denies it,
 * one that has to be asked makes it asked. */
ShipRuleAction
ship_rules_decide (GPtrArray *rules, const char *permission, const char *const *patterns);

/* What the agent has to be told so that it asks where the rules may have a say, and has no tool
 * that they deny altogether: "permission=allow|ask|deny" strings, in the order in which the agent,
 * too, takes the last that matches. (transfer full), empty without ask and deny. */
GStrv ship_rules_get_permissions (GPtrArray *rules);

/* The patterns of the rules that allow a request and its like for the whole session.
 * @always: (nullable): what the agent proposes. (transfer full) (nullable): NULL when none would be
 * narrow enough */
GStrv ship_rules_get_patterns_like (const char        *permission,
                                    const char *const *patterns,
                                    const char *const *always);

G_END_DECLS
