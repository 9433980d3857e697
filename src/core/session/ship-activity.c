/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-activity.h"

/*
 * One pure function from the mode and the last tool to a word. The tools are OpenCode's; a tool
 * that is not in the table counts as executing.
 */

/* clang-format off */
static const struct { const char *tool; const char *activity; } activities[] = {
  { "read", "planning" }, { "glob", "planning" },   { "grep", "planning" },       { "list", "planning" },
  { "task", "planning" }, { "todowrite", "planning" }, { "todoread", "planning" }, { "webfetch", "planning" },
  { "edit", "coding" },   { "write", "coding" },     { "apply_patch", "coding" }, { "patch", "coding" },
};

/* Words of a command line that say a test suite is being run. */
static const char *const test_words[] = {
  "test", "tests", "pytest", "ctest", "jest", "vitest", "tox", "unittest", "rspec", "check",
};
/* clang-format on */

static gboolean
is_test_command (const char *input)
{
  g_auto (GStrv) words = g_strsplit_set (input, " \t\n\"'=:;|&()/.,_-\\", -1);

  for (guint i = 0; words[i] != NULL; i++)
    for (guint j = 0; j < G_N_ELEMENTS (test_words); j++)
      if (g_ascii_strcasecmp (words[i], test_words[j]) == 0)
        return TRUE;

  return FALSE;
}

const char *
ship_activity_from_tool (const char *mode, const char *tool, const char *input)
{
  if (g_strcmp0 (mode, "plan") == 0 || tool == NULL)
    return "planning";

  for (guint i = 0; i < G_N_ELEMENTS (activities); i++)
    if (g_str_equal (activities[i].tool, tool))
      return activities[i].activity;

  if (g_str_equal (tool, "bash") && input != NULL && is_test_command (input))
    return "testing";

  return "executing";
}
