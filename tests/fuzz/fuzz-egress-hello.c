/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "egress/ship-egress-hello.h"
#include "ship-fuzz.h"

/* The first bytes of a tunnel: what is judged of a part of them is not judged otherwise with more,
 * and a name is a host in its one spelling. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ShipEgressHelloKind decided = SHIP_EGRESS_HELLO_MORE;
  char                first[SHIP_EGRESS_HOST_LIMIT + 1] = "";

  for (gsize length = 0; length <= size; length++)
    {
      g_autofree char    *bytes = g_memdup2 (data, length);
      char                host[SHIP_EGRESS_HOST_LIMIT + 1] = "";
      char                again[SHIP_EGRESS_HOST_LIMIT + 1];
      ShipEgressHelloKind kind = ship_egress_hello_parse (bytes, length, host);

      if (decided == SHIP_EGRESS_HELLO_MORE)
        {
          decided = kind;
          memcpy (first, host, sizeof first);
        }
      else
        SHIP_FUZZ_CHECK (kind == decided && g_str_equal (host, first));
      if (kind == SHIP_EGRESS_HELLO_NAMED)
        SHIP_FUZZ_CHECK (ship_egress_host_parse (host, strlen (host), again) &&
                         g_str_equal (host, again));
    }
  return 0;
}
