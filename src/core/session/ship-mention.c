/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-mention.h"

#include <stdlib.h>
#include <string.h>

/* "@path" in a prompt. No I/O, no state. */

#define MAX_MENTIONS   32
#define MAX_PATH_BYTES 1024
#define MAX_LINE       10000000

void
ship_mention_free (ShipMention *self)
{
  g_free (self->path);
  g_free (self);
}

static gboolean
is_space (char character)
{
  return g_ascii_isspace (character) || character == '\0';
}

/* An "@" in the middle of a word is an address. */
static gboolean
may_begin (const char *text, const char *at)
{
  return at == text || is_space (at[-1]) || strchr ("([{<\"'`,;:", at[-1]) != NULL;
}

/* The length of what stands behind "@": in quotes, or up to a space without what closes a
 * sentence. */
static char *
cut_token (const char *from, const char **end)
{
  const char *to;

  if (*from == '"')
    {
      to = strchr (from + 1, '"');
      *end = to != NULL ? to + 1 : from + 1;
      return to != NULL ? g_strndup (from + 1, to - from - 1) : NULL;
    }

  for (to = from; !is_space (*to); to++)
    ;
  *end = to;
  while (to > from && strchr (".,;:!?)]}>\"'`", to[-1]) != NULL)
    to--;

  return to > from ? g_strndup (from, to - from) : NULL;
}

static gboolean
read_number (const char **at, int *number)
{
  char *end = NULL;
  long  value;

  if (!g_ascii_isdigit (**at))
    return FALSE;
  value = strtol (*at, &end, 10);
  *at = end;
  *number = (int) CLAMP (value, 0, MAX_LINE);

  return value > 0 && value <= MAX_LINE;
}

/* Cuts ":10" or ":10-20" off the end of @token. */
static void
cut_lines (char *token, int *first, int *last)
{
  char       *colon = strrchr (token, ':');
  const char *at = colon != NULL ? colon + 1 : NULL;
  int         from = 0;
  int         to = 0;

  if (at == NULL || !read_number (&at, &from))
    return;
  to = from;
  if (*at == '-')
    {
      at++;
      if (!read_number (&at, &to))
        return;
    }
  if (*at != '\0' || to < from)
    return;

  *colon = '\0';
  *first = from;
  *last = to;
}

/* The path without empty components and ".", or NULL if it would lead out. */
static char *
clean_path (const char *token)
{
  g_auto (GStrv) parts = NULL;
  g_autoptr (GString) path = g_string_new (NULL);

  if (token[0] == '/' || token[0] == '~' || strlen (token) > MAX_PATH_BYTES)
    return NULL;
  for (const char *at = token; *at != '\0'; at++)
    if (g_ascii_iscntrl (*at))
      return NULL;

  parts = g_strsplit (token, "/", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (g_str_equal (parts[i], ".."))
        return NULL;
      if (*parts[i] == '\0' || g_str_equal (parts[i], "."))
        continue;
      g_string_append_printf (path, "%s%s", path->len > 0 ? "/" : "", parts[i]);
    }

  return path->len > 0 ? g_string_free (g_steal_pointer (&path), FALSE) : NULL;
}

static gboolean
is_known (GPtrArray *mentions, const ShipMention *mention)
{
  for (guint i = 0; i < mentions->len; i++)
    {
      const ShipMention *other = mentions->pdata[i];

      if (g_str_equal (other->path, mention->path) && other->first == mention->first &&
          other->last == mention->last)
        return TRUE;
    }

  return FALSE;
}

static void
add_mention (GPtrArray *mentions, char *token)
{
  ShipMention *mention = g_new0 (ShipMention, 1);

  cut_lines (token, &mention->first, &mention->last);
  mention->path = clean_path (token);
  if (mention->path == NULL || is_known (mentions, mention))
    ship_mention_free (mention);
  else
    g_ptr_array_add (mentions, mention);
}

GPtrArray *
ship_mentions_parse (const char *text)
{
  GPtrArray  *mentions = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_mention_free);
  const char *at = text;

  while ((at = strchr (at, '@')) != NULL && mentions->len < MAX_MENTIONS)
    {
      g_autofree char *token = NULL;

      if (may_begin (text, at))
        token = cut_token (at + 1, &at);
      else
        at++;
      if (token != NULL)
        add_mention (mentions, token);
    }

  return mentions;
}
