/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-gateway-body-scan-private.h"

#include <string.h>

/* See the header. Each function moves @at on and says whether what it looked for was there. */

typedef struct
{
  const char *at;
  const char *end;
} Cursor;

static void
skip_space (Cursor *cursor)
{
  while (cursor->at < cursor->end && strchr (" \t\r\n", *cursor->at) != NULL && *cursor->at != '\0')
    cursor->at++;
}

static gboolean
take (Cursor *cursor, char c)
{
  skip_space (cursor);
  if (cursor->at >= cursor->end || *cursor->at != c)
    return FALSE;
  cursor->at++;
  return TRUE;
}

/* Behind its opening quote. A quote ends it unless an odd number of backslashes stands before. */
static gboolean
skip_string (Cursor *cursor)
{
  const char *begin = cursor->at;

  for (;;)
    {
      const char *quote = memchr (cursor->at, '"', (gsize) (cursor->end - cursor->at));
      const char *slash = quote;

      if (quote == NULL)
        return FALSE;
      while (slash > begin && slash[-1] == '\\')
        slash--;
      cursor->at = quote + 1;
      if ((quote - slash) % 2 == 0)
        return TRUE;
    }
}

/* Behind its opening bracket; which kind of bracket closes which is not our affair. */
static gboolean
skip_nested (Cursor *cursor)
{
  gsize depth = 1;

  while (cursor->at < cursor->end && depth > 0)
    switch (*cursor->at++)
      {
      case '"':
        if (!skip_string (cursor))
          return FALSE;
        break;
      case '{':
      case '[':
        depth++;
        break;
      case '}':
      case ']':
        depth--;
        break;
      default:
        break;
      }

  return depth == 0;
}

static gboolean
skip_word (Cursor *cursor)
{
  const char *begin = cursor->at;

  while (cursor->at < cursor->end && (g_ascii_isalnum (*cursor->at) || *cursor->at == '-' ||
                                      *cursor->at == '+' || *cursor->at == '.'))
    cursor->at++;

  return cursor->at > begin;
}

static gboolean
take_value (Cursor *cursor, ShipGatewayBodySpan *span)
{
  gboolean is_whole;

  skip_space (cursor);
  span->text = cursor->at;
  if (take (cursor, '"'))
    is_whole = skip_string (cursor);
  else if (take (cursor, '{') || take (cursor, '['))
    is_whole = skip_nested (cursor);
  else
    is_whole = skip_word (cursor);
  span->length = (gsize) (cursor->at - span->text);

  return is_whole;
}

static gboolean
is_name (const ShipGatewayBodySpan *span, const char *name)
{
  return span->length == strlen (name) + 2 && memcmp (span->text + 1, name, span->length - 2) == 0;
}

static ShipGatewayBodySpan *
find_member (ShipGatewayBodyScan *scan, const ShipGatewayBodySpan *name)
{
  if (is_name (name, "model"))
    return &scan->model;
  if (is_name (name, "stream"))
    return &scan->stream;
  if (is_name (name, "stream_options"))
    return &scan->stream_options;
  if (is_name (name, "tools"))
    return &scan->tools;
  if (is_name (name, "usage"))
    return &scan->usage;

  return NULL;
}

static gboolean
take_member (Cursor *cursor, ShipGatewayBodyScan *scan)
{
  ShipGatewayBodySpan  name = { NULL, 0 };
  ShipGatewayBodySpan  value = { NULL, 0 };
  ShipGatewayBodySpan *member;

  skip_space (cursor);
  if (cursor->at >= cursor->end || *cursor->at != '"' || !take_value (cursor, &name) ||
      memchr (name.text, '\\', name.length) != NULL || !take (cursor, ':') ||
      !take_value (cursor, &value))
    return FALSE;

  member = find_member (scan, &name);
  if (member == NULL)
    return TRUE;
  if (member->text != NULL)
    return FALSE; /* twice: which of them counts is not ours to guess */
  *member = value;
  return TRUE;
}

gboolean
ship_gateway_body_scan (const char *text, gsize length, ShipGatewayBodyScan *scan)
{
  Cursor cursor = { text, text + length };

  *scan = (ShipGatewayBodyScan){ .is_empty = TRUE };
  if (length == 0 || !take (&cursor, '{'))
    return FALSE;
  while (!take (&cursor, '}'))
    {
      if ((!scan->is_empty && !take (&cursor, ',')) || !take_member (&cursor, scan))
        return FALSE;
      scan->is_empty = FALSE;
    }
  scan->end = (gsize) (cursor.at - 1 - text);
  skip_space (&cursor);

  return cursor.at == cursor.end;
}
