/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "transcript/ship-diff.h"

#include <stdlib.h>
#include <string.h>

#define MOST_LINES 100000

/* Between hunks a line that begins with "---" names a file; within one it is a line that was
 * removed. The numbers of the hunk's head tell where it ends. */
typedef struct
{
  ShipDiff *diff;
  guint     before; /* the next line's number */
  guint     after;
  guint     left_before; /* of the hunk */
  guint     left_after;
} Parser;

static void
add_line (ShipDiff    *self,
          ShipDiffKind kind,
          guint        before,
          guint        after,
          const char  *text,
          gsize        length)
{
  ShipDiffLine line = { kind, before, after, text, length };

  if (length > 0 && text[length - 1] == '\r')
    line.length--;
  g_array_append_val (self->lines, line);
  self->n_added += kind == SHIP_DIFF_ADDED;
  self->n_removed += kind == SHIP_DIFF_REMOVED;
  self->n_files += kind == SHIP_DIFF_FILE;
}

static const char *
take_number (const char *text, guint *number)
{
  char  *end;
  gulong value = strtoul (text, &end, 10);

  *number = (guint) MIN (value, (gulong) G_MAXINT);
  return end;
}

/* "-12,3" or "+4": where and how many. */
static const char *
take_range (const char *text, char sign, guint *start, guint *count)
{
  while (*text == ' ')
    text++;
  if (*text != sign)
    return NULL;
  text = take_number (text + 1, start);
  *count = 1;

  return *text == ',' ? take_number (text + 1, count) : text;
}

static void
begin_hunk (Parser *self, const char *text, gsize length)
{
  guint       n_before = 0;
  guint       n_after = 0;
  const char *rest = take_range (text + 2, '-', &self->before, &n_before);

  if (rest != NULL)
    rest = take_range (rest, '+', &self->after, &n_after);
  if (rest == NULL)
    return;
  self->left_before = n_before;
  self->left_after = n_after;
  add_line (self->diff, SHIP_DIFF_HUNK, 0, 0, text, length);
}

static void
take_changed (Parser *self, const char *text, gsize length)
{
  char sign = length > 0 ? *text : ' ';

  if (sign == '+' && self->left_after > 0)
    {
      self->left_after--;
      add_line (self->diff, SHIP_DIFF_ADDED, 0, self->after++, text + 1, length - 1);
    }
  else if (sign == '-' && self->left_before > 0)
    {
      self->left_before--;
      add_line (self->diff, SHIP_DIFF_REMOVED, self->before++, 0, text + 1, length - 1);
    }
  else if (sign == ' ')
    {
      self->left_before -= self->left_before > 0;
      self->left_after -= self->left_after > 0;
      add_line (self->diff,
                SHIP_DIFF_CONTEXT,
                self->before++,
                self->after++,
                length > 0 ? text + 1 : text,
                length > 0 ? length - 1 : 0);
    }
}

static gboolean
has_prefix (const char *text, gsize length, const char *prefix)
{
  return length >= strlen (prefix) && strncmp (text, prefix, strlen (prefix)) == 0;
}

/* The new name; the old one of a file that went. */
static void
take_name (Parser *self, const char *text, gsize length)
{
  const char *tab = memchr (text, '\t', length);
  gsize       n = tab != NULL ? (gsize) (tab - text) : length;

  if (n == strlen ("/dev/null") && has_prefix (text, n, "/dev/null"))
    return;
  if (n > 2 && (has_prefix (text, n, "a/") || has_prefix (text, n, "b/")))
    {
      text += 2;
      n -= 2;
    }
  if (self->diff->lines->len > 0)
    {
      ShipDiffLine *last =
        &g_array_index (self->diff->lines, ShipDiffLine, self->diff->lines->len - 1);

      if (last->kind == SHIP_DIFF_FILE)
        {
          last->text = text;
          last->length = n;
          return;
        }
    }
  add_line (self->diff, SHIP_DIFF_FILE, 0, 0, text, n);
}

static void
take_line (Parser *self, const char *text, gsize length)
{
  if (self->left_before + self->left_after > 0 && (length == 0 || strchr (" +-", *text) != NULL))
    take_changed (self, text, length);
  else if (has_prefix (text, length, "@@"))
    begin_hunk (self, text, length);
  else if (has_prefix (text, length, "--- ") || has_prefix (text, length, "+++ "))
    take_name (self, text + 4, length - 4);
}

static ShipDiff *
new_empty (const char *text)
{
  ShipDiff *self = g_new0 (ShipDiff, 1);

  self->text = g_strdup (text);
  self->lines = g_array_new (FALSE, FALSE, sizeof (ShipDiffLine));

  return self;
}

/* The length of the line at @text, and where the next one begins. */
static gsize
cut_line (const char *text, const char **next)
{
  const char *end = strchr (text, '\n');

  *next = end != NULL ? end + 1 : text + strlen (text);
  return end != NULL ? (gsize) (end - text) : strlen (text);
}

ShipDiff *
ship_diff_new (const char *unified)
{
  ShipDiff   *self = new_empty (unified);
  Parser      parser = { .diff = self };
  const char *text = self->text;

  while (*text != '\0' && self->lines->len < MOST_LINES)
    {
      const char *next;
      gsize       length = cut_line (text, &next);

      take_line (&parser, text, length);
      text = next;
    }

  return self;
}

ShipDiff *
ship_diff_new_for_content (const char *content)
{
  ShipDiff   *self = new_empty (content);
  const char *text = self->text;

  for (guint number = 1; *text != '\0' && self->lines->len < MOST_LINES; number++)
    {
      const char *next;
      gsize       length = cut_line (text, &next);

      add_line (self, SHIP_DIFF_ADDED, 0, number, text, length);
      text = next;
    }

  return self;
}

void
ship_diff_free (ShipDiff *self)
{
  if (self == NULL)
    return;
  g_free (self->text);
  g_array_unref (self->lines);
  g_free (self);
}
