/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-target.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

/*
 * A path is passed on exactly as it came, so everything that another parser might decode, fold or
 * cut differently is refused: dot segments, empty segments, encoded dots, slashes, per cent signs
 * and controls, backslashes, fragments. Query parameters that can hold a credential are taken out.
 */

static bool
is_unreserved (char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

static int
hex_value (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  if (c >= 'A' && c <= 'F')
    return c - 'A' + 10;
  return -1;
}

/* @extra: what is allowed besides unreserved characters and escapes. @forbidden: what must not be
 * escaped. */
static bool
is_clean (const char *text, size_t length, const char *extra, const char *forbidden)
{
  for (size_t i = 0; i < length; i++)
    {
      int high, low, decoded;

      if (is_unreserved (text[i]) || (text[i] != '\0' && strchr (extra, text[i]) != NULL))
        continue;
      if (text[i] != '%' || length - i < 3)
        return false;
      high = hex_value (text[i + 1]);
      low = hex_value (text[i + 2]);
      if (high < 0 || low < 0)
        return false;
      decoded = high * 16 + low;
      if (decoded < 0x20 || decoded == 0x7f || strchr (forbidden, decoded) != NULL)
        return false;
      i += 2;
    }
  return true;
}

static bool
is_path (const char *path, size_t length)
{
  size_t start = 1;

  if (!is_clean (path, length, "/!$&'()*+,;=:@", "./\\%#?;"))
    return false;
  for (size_t i = 1; i <= length; i++)
    {
      size_t segment = i - start;

      if (i < length && path[i] != '/')
        continue;
      if ((segment == 0 && i < length) || (segment == 1 && path[start] == '.') ||
          (segment == 2 && path[start] == '.' && path[start + 1] == '.'))
        return false;
      start = i + 1;
    }
  return true;
}

static bool
is_ours (const char *path, size_t length)
{
  return (length > 5 && memcmp (path, "/llm/", 5) == 0) ||
         (length == 4 && memcmp (path, "/mcp", 4) == 0);
}

static bool
is_name (const char *name, size_t length, const char *expected)
{
  return strlen (expected) == length && strncasecmp (name, expected, length) == 0;
}

static bool
is_credential (const char *name, size_t length)
{
  static const char *const names[] = { "access_token", "api_key",       "api-key",     "apikey",
                                       "auth_token",   "authorization", "oauth_token", "token",
                                       "x-api-key",    "x-goog-api-key" };

  for (size_t i = 0; i < sizeof names / sizeof *names; i++)
    if (is_name (name, length, names[i]))
      return true;
  return false;
}

/* One "name=value" of the query, copied to @out unless it is a credential. */
static bool
take_parameter (ShipEgressTarget *self, const char *text, size_t length, char *out)
{
  const char *equals = memchr (text, '=', length);
  size_t      name_length = equals != NULL ? (size_t) (equals - text) : length;

  if (name_length == 0)
    return false;
  /* A name that is escaped could be a credential in disguise. */
  for (size_t i = 0; i < name_length; i++)
    if (!is_unreserved (text[i]) && text[i] != '$')
      return false;

  if (is_name (text, name_length, "key"))
    {
      if (self->key != NULL)
        return false;
      self->key = equals != NULL ? equals + 1 : text + length;
      self->key_length = equals != NULL ? length - name_length - 1 : 0;
      return true;
    }
  if (is_credential (text, name_length))
    return true;

  out[self->length] = strchr (out, '?') == NULL ? '?' : '&';
  memcpy (out + self->length + 1, text, length);
  self->length += length + 1;
  out[self->length] = '\0';
  return true;
}

static bool
take_query (ShipEgressTarget *self, const char *query, size_t length, char *out)
{
  if (!is_clean (query, length, "/!$&'()*+,=:@?", ""))
    return false;
  while (true)
    {
      const char *end = memchr (query, '&', length);
      size_t      part = end != NULL ? (size_t) (end - query) : length;

      if (!take_parameter (self, query, part, out))
        return false;
      if (end == NULL)
        return true;
      query = end + 1;
      length -= part + 1;
    }
}

ShipEgressTargetKind
ship_egress_target_parse (ShipEgressTarget *self, const char *text, size_t length, char *out)
{
  static const char origin[] = SHIP_EGRESS_ORIGIN;
  const char       *query;
  size_t            path_length;

  memset (self, 0, sizeof *self);
  if (length > sizeof origin - 1 && strncasecmp (text, origin, sizeof origin - 1) == 0 &&
      text[sizeof origin - 1] == '/')
    {
      self->authority = text + strlen ("http://");
      self->authority_length = sizeof origin - 1 - strlen ("http://");
      text += sizeof origin - 1;
      length -= sizeof origin - 1;
    }
  if (length == 0)
    return SHIP_EGRESS_TARGET_MALFORMED;
  if (text[0] != '/')
    return SHIP_EGRESS_TARGET_ELSEWHERE;

  query = memchr (text, '?', length);
  path_length = query != NULL ? (size_t) (query - text) : length;
  if (!is_path (text, path_length))
    return SHIP_EGRESS_TARGET_MALFORMED;
  if (!is_ours (text, path_length))
    return SHIP_EGRESS_TARGET_ELSEWHERE;

  memcpy (out, text, path_length);
  out[path_length] = '\0';
  self->length = path_length;
  if (query != NULL && !take_query (self, query + 1, length - path_length - 1, out))
    return SHIP_EGRESS_TARGET_MALFORMED;
  return SHIP_EGRESS_TARGET_GATEWAY;
}
