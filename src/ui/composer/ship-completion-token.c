/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "composer/ship-completion-token.h"

#include <string.h>

#define MAX_PATTERN 256
#define OPENING     "([{<\"'`,;:"
#define CLOSING     ".,;:!?)]}>\"'`"

static gboolean
has_space (const char *text)
{
  for (; *text != '\0'; text++)
    if (g_ascii_isspace (*text))
      return TRUE;

  return FALSE;
}

/* An "@" in the middle of a word is an address. */
static gboolean
may_begin (const char *line, const char *at)
{
  return at == line || g_ascii_isspace (at[-1]) || strchr (OPENING, at[-1]) != NULL;
}

/* What follows the "@", if it is not closed yet. */
static const char *
find_pattern (const char *line, const char *at)
{
  const char *pattern = at + 1;

  if (!may_begin (line, at))
    return NULL;
  if (*pattern == '"')
    return strchr (pattern + 1, '"') == NULL ? pattern + 1 : NULL;

  return has_space (pattern) ? NULL : pattern;
}

ShipCompletionKind
ship_completion_token_find (const char *line, gboolean is_first, gsize *start, char **pattern)
{
  *start = 0;
  *pattern = NULL;
  if (is_first && line[0] == '/')
    {
      if (has_space (line) || strchr (line + 1, '/') != NULL || strlen (line) > MAX_PATTERN)
        return SHIP_COMPLETION_NONE;
      *pattern = g_strdup (line + 1);
      return SHIP_COMPLETION_COMMAND;
    }

  for (const char *at = strrchr (line, '@'); at != NULL; at = g_strrstr_len (line, at - line, "@"))
    {
      const char *found = find_pattern (line, at);

      if (found == NULL || strlen (found) > MAX_PATTERN)
        continue;
      *start = at - line;
      *pattern = g_strdup (found);
      return SHIP_COMPLETION_FILE;
    }

  return SHIP_COMPLETION_NONE;
}

static gboolean
needs_quotes (const char *path)
{
  gsize length = strlen (path);

  return has_space (path) || path[0] == '"' ||
         (length > 0 && strchr (CLOSING, path[length - 1]) != NULL);
}

char *
ship_completion_token_new_mention (const char *path)
{
  gboolean is_directory = g_str_has_suffix (path, "/");

  if (!needs_quotes (path))
    return g_strdup_printf ("@%s%s", path, is_directory ? "" : " ");
  if (strchr (path, '"') != NULL)
    return NULL;

  return g_strdup_printf ("@\"%s%s", path, is_directory ? "" : "\" ");
}
