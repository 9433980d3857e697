/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-authority.h"

#include <string.h>

/*
 * What a resolver could read as an address ("127.1", "0x7f.1", "2130706433") has a last label that
 * begins with a digit, or a single label; neither is a host here. A name that is only meant for the
 * local network ("printer", "localhost") has one label too.
 */

#define LABEL_LIMIT 63

static bool
is_letter (char c)
{
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

static bool
is_label (const char *text, size_t length)
{
  if (length == 0 || length > LABEL_LIMIT || text[0] == '-' || text[length - 1] == '-')
    return false;
  for (size_t i = 0; i < length; i++)
    if (!is_letter (text[i]) && !is_digit (text[i]) && text[i] != '-')
      return false;
  return true;
}

bool
ship_egress_host_parse (const char *text, size_t length, char *host)
{
  size_t start = 0, n_labels = 0, last = 0;

  if (length == 0 || length > SHIP_EGRESS_HOST_LIMIT)
    return false;
  for (size_t i = 0; i <= length; i++)
    {
      if (i < length && text[i] != '.')
        continue;
      if (!is_label (text + start, i - start))
        return false;
      n_labels++;
      last = start;
      start = i + 1;
    }
  if (n_labels < 2 || !is_letter (text[last]))
    return false;

  for (size_t i = 0; i < length; i++)
    host[i] = (char) (text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
  host[length] = '\0';
  return true;
}

static bool
parse_port (const char *text, size_t length, uint16_t *port)
{
  uint32_t value = 0;

  if (length == 0 || length > 5 || text[0] == '0')
    return false;
  for (size_t i = 0; i < length; i++)
    {
      if (!is_digit (text[i]))
        return false;
      value = value * 10 + (uint32_t) (text[i] - '0');
    }
  *port = (uint16_t) value;
  return value <= UINT16_MAX;
}

bool
ship_egress_authority_parse (ShipEgressAuthority *self,
                             const char          *text,
                             size_t               length,
                             uint16_t             default_port)
{
  const char *colon = memchr (text, ':', length);
  size_t      host_length = colon != NULL ? (size_t) (colon - text) : length;

  self->port = default_port;
  if (colon == NULL && default_port == 0)
    return false;
  return ship_egress_host_parse (text, host_length, self->host) &&
         (colon == NULL || parse_port (colon + 1, length - host_length - 1, &self->port));
}
