/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-json-private.h"

#include <glib/gi18n-lib.h>

/*
 * What stands between untrusted text and json-glib 1.6, which overflows its stack on deep nesting,
 * aborts on half a surrogate pair, and accepts comments and assignments in which brackets and
 * quotes could hide from a simple count. One pass, no recursion, any thread. The grammar itself
 * (commas, colons) is left to json-glib.
 */

typedef struct
{
  char    *text;
  gsize    length;
  gsize    at;
  guint    depth;
  gboolean has_root;
} Scan;

static gboolean
syntax_error (const Scan *scan, GError **error)
{
  g_set_error (error,
               SHIP_JSON_ERROR,
               SHIP_JSON_ERROR_SYNTAX,
               _ ("This is not valid JSON (at byte %" G_GSIZE_FORMAT ")"),
               scan->at);
  return FALSE;
}

/* The value of the four digits of a \u escape at @at, or -1. */
static int
read_escape (const Scan *scan, gsize at)
{
  int value = 0;

  if (at + 6 > scan->length || scan->text[at] != '\\' || scan->text[at + 1] != 'u')
    return -1;

  for (gsize i = at + 2; i < at + 6; i++)
    {
      int digit = g_ascii_xdigit_value (scan->text[i]);

      if (digit < 0)
        return -1;
      value = value * 16 + digit;
    }

  return value;
}

static gboolean
skip_unicode_escape (Scan *scan)
{
  int value = read_escape (scan, scan->at);
  int low;

  if (value < 0)
    return FALSE;

  if (value >= 0xd800 && value <= 0xdbff)
    {
      low = read_escape (scan, scan->at + 6);
      if (low >= 0xdc00 && low <= 0xdfff)
        {
          scan->at += 12;
          return TRUE;
        }
    }
  if (value == 0 || (value >= 0xd800 && value <= 0xdfff))
    memcpy (scan->text + scan->at, "\\ufffd", 6);
  scan->at += 6;

  return TRUE;
}

/* From the opening quote to behind the closing one. */
static gboolean
skip_string (Scan *scan, GError **error)
{
  for (scan->at++; scan->at < scan->length;)
    {
      guchar byte = scan->text[scan->at];

      if (byte == '"')
        {
          scan->at++;
          return TRUE;
        }
      if (byte < 0x20)
        break;
      if (byte != '\\')
        {
          scan->at++;
        }
      else if (scan->at + 1 < scan->length && scan->text[scan->at + 1] == 'u')
        {
          if (!skip_unicode_escape (scan))
            break;
        }
      else if (scan->at + 1 < scan->length && strchr ("\"\\/bfnrt", scan->text[scan->at + 1]))
        {
          scan->at += 2;
        }
      else
        {
          break;
        }
    }

  return syntax_error (scan, error);
}

static gboolean
is_word_byte (char byte)
{
  return g_ascii_isalnum (byte) || byte == '-' || byte == '+' || byte == '.';
}

/* JSON's own number: json-glib would also take hexadecimal, octal and other spellings. */
static gboolean
is_number (const char *word, gsize length)
{
  const char *end = word + length;
  const char *digits;

  if (word < end && *word == '-')
    word++;
  digits = word;
  while (word < end && g_ascii_isdigit (*word))
    word++;
  if (word == digits || (*digits == '0' && word - digits > 1))
    return FALSE;

  if (word < end && *word == '.')
    {
      for (digits = ++word; word < end && g_ascii_isdigit (*word);)
        word++;
      if (word == digits)
        return FALSE;
    }
  if (word < end && (*word == 'e' || *word == 'E'))
    {
      word++;
      if (word < end && (*word == '-' || *word == '+'))
        word++;
      for (digits = word; word < end && g_ascii_isdigit (*word);)
        word++;
      if (word == digits)
        return FALSE;
    }

  return word == end;
}

/* A number or one of the three literals. */
static gboolean
skip_word (Scan *scan, GError **error)
{
  static const char *const literals[] = { "true", "false", "null" };
  const char              *word = scan->text + scan->at;
  gsize                    length = 0;

  while (scan->at + length < scan->length && is_word_byte (word[length]))
    length++;

  if (!is_number (word, length))
    {
      gboolean known = FALSE;

      for (gsize i = 0; i < G_N_ELEMENTS (literals); i++)
        known |= strlen (literals[i]) == length && memcmp (literals[i], word, length) == 0;
      if (!known)
        return syntax_error (scan, error);
    }

  scan->at += length;
  return TRUE;
}

static gboolean
enter (Scan *scan, GError **error)
{
  if (++scan->depth > SHIP_JSON_MAX_DEPTH)
    {
      g_set_error (error,
                   SHIP_JSON_ERROR,
                   SHIP_JSON_ERROR_TOO_DEEP,
                   _ ("This JSON is nested deeper than %d levels"),
                   SHIP_JSON_MAX_DEPTH);
      return FALSE;
    }

  scan->at++;
  return TRUE;
}

/* A value starts: at the top there may be one. */
static gboolean
take_value (Scan *scan, char byte, GError **error)
{
  if (scan->depth == 0 && scan->has_root)
    return syntax_error (scan, error);
  scan->has_root = TRUE;

  if (byte == '"')
    return skip_string (scan, error);
  if (byte == '{' || byte == '[')
    return enter (scan, error);
  return skip_word (scan, error);
}

gboolean
ship_json_guard (char *text, gsize length, GError **error)
{
  Scan scan = { .text = text, .length = length };

  while (scan.at < scan.length)
    {
      char byte = scan.text[scan.at];

      if (byte == '"' || byte == '{' || byte == '[' || is_word_byte (byte))
        {
          if (!take_value (&scan, byte, error))
            return FALSE;
        }
      else if (byte == '}' || byte == ']')
        {
          if (scan.depth == 0)
            return syntax_error (&scan, error);
          scan.depth--;
          scan.at++;
        }
      else if (byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n' ||
               ((byte == ',' || byte == ':') && scan.depth > 0))
        {
          scan.at++;
        }
      else
        {
          return syntax_error (&scan, error);
        }
    }

  return (scan.depth == 0 && scan.has_root) || syntax_error (&scan, error);
}
