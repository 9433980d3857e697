/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "gateway/ship-egress-address.h"

#include <string.h>

typedef struct
{
  guint8 bytes[4];
  guint  length; /* of the prefix, in bits */
} Block4;

typedef struct
{
  guint8 bytes[16];
  guint  length;
} Block6;

/* clang-format off */
static const Block4 closed4[] = {
  { { 0 }, 8 },             /* this network */
  { { 10 }, 8 },            /* private */
  { { 100, 64 }, 10 },      /* a carrier's */
  { { 127 }, 8 },           /* this machine */
  { { 169, 254 }, 16 },     /* the link, and clouds' metadata services */
  { { 172, 16 }, 12 },      /* private */
  { { 192, 0, 0 }, 24 },    /* protocol assignments */
  { { 192, 88, 99 }, 24 },  /* 6to4 relays */
  { { 192, 168 }, 16 },     /* private */
  { { 198, 18 }, 15 },      /* benchmarks */
  { { 224 }, 4 },           /* multicast */
  { { 240 }, 4 },           /* reserved, and broadcast */
};

/* What is open in IPv6 is 2000::/3 alone; these are closed in it. */
static const Block6 closed6[] = {
  { { 0x20, 0x01, 0x00 }, 23 }, /* protocol assignments, Teredo, ORCHID */
};
/* clang-format on */

static gboolean
has_prefix (const guint8 *bytes, const guint8 *prefix, guint length)
{
  guint whole = length / 8;
  guint mask = 0xff00 >> (length % 8);

  return memcmp (bytes, prefix, whole) == 0 &&
         (length % 8 == 0 || (bytes[whole] & mask & 0xff) == (prefix[whole] & mask & 0xff));
}

static gboolean
is_public4 (const guint8 *bytes)
{
  for (guint i = 0; i < G_N_ELEMENTS (closed4); i++)
    if (has_prefix (bytes, closed4[i].bytes, closed4[i].length))
      return FALSE;
  return TRUE;
}

static gboolean
is_public6 (const guint8 *bytes)
{
  static const guint8 global[] = { 0x20 };
  static const guint8 six_to_four[] = { 0x20, 0x02 };
  static const guint8 nat64[] = { 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0 };

  if (has_prefix (bytes, nat64, 96))
    return is_public4 (bytes + 12);
  if (has_prefix (bytes, six_to_four, 16))
    return is_public4 (bytes + 2);
  if (!has_prefix (bytes, global, 3)) /* mapped addresses are not in it either */
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (closed6); i++)
    if (has_prefix (bytes, closed6[i].bytes, closed6[i].length))
      return FALSE;
  return TRUE;
}

gboolean
ship_egress_address_is_public (GInetAddress *address)
{
  const guint8 *bytes;

  g_return_val_if_fail (G_IS_INET_ADDRESS (address), FALSE);

  bytes = g_inet_address_to_bytes (address);
  switch (g_inet_address_get_family (address))
    {
    case G_SOCKET_FAMILY_IPV4:
      return is_public4 (bytes);
    case G_SOCKET_FAMILY_IPV6:
      return is_public6 (bytes);
    case G_SOCKET_FAMILY_INVALID:
    case G_SOCKET_FAMILY_UNIX:
      break;
    }
  return FALSE;
}
