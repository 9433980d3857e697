/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-transcript-private.h"

#include "base/ship-json.h"

/* What of a tool's input says in a line what the call is about. Any thread. */

#define MOST_CHARACTERS 400
/* More is not parsed for a line. */
#define MOST_BYTES (512 * 1024)

/* clang-format off */
static const struct { const char *tool; const char *path; } subjects[] = {
  { "bash",        "command" },
  { "read",        "filePath" },
  { "write",       "filePath" },
  { "edit",        "filePath" },
  { "list",        "path" },
  { "glob",        "pattern" },
  { "grep",        "pattern" },
  { "webfetch",    "url" },
  { "websearch",   "query" },
  { "task",        "description" },
  { "skill",       "name" },
  { "invalid",     "tool" },
};
/* clang-format on */

static const char *const fallbacks[] = {
  "description", "filePath", "path", "query", "url", "name"
};

static const char *
find_subject (const char *tool, JsonObject *input)
{
  for (guint i = 0; i < G_N_ELEMENTS (subjects); i++)
    if (g_str_equal (subjects[i].tool, tool))
      return ship_json_get_string (input, subjects[i].path, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (fallbacks); i++)
    if (ship_json_has (input, fallbacks[i]))
      return ship_json_get_string (input, fallbacks[i], NULL);

  return NULL;
}

char *
ship_tool_subject (const char *tool, const char *input)
{
  g_autoptr (JsonObject) object = NULL;
  const char *subject;
  char       *line;

  if (tool == NULL || input == NULL || strlen (input) > MOST_BYTES)
    return NULL;
  object = ship_json_parse_object (input, -1, NULL);
  subject = object != NULL ? find_subject (tool, object) : NULL;
  if (subject == NULL || subject[0] == '\0')
    return NULL;

  line = g_utf8_substring (subject, 0, MIN (g_utf8_strlen (subject, -1), MOST_CHARACTERS));
  return g_strdelimit (line, "\n\r\t", ' ');
}
