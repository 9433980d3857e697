/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "egress/ship-egress-authority.h"
#include "ship-fuzz.h"

/* A host and a port: what is taken is taken again as it is written, and no resolver can take it for
 * an address. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char    *text = g_memdup2 (data, size);
  ShipEgressAuthority authority, again;
  g_autofree char    *written = NULL;

  if (size == 0 || !ship_egress_authority_parse (&authority, text, size, 443))
    return 0;
  SHIP_FUZZ_CHECK (authority.port != 0);
  SHIP_FUZZ_CHECK (strlen (authority.host) <= SHIP_EGRESS_HOST_LIMIT);
  SHIP_FUZZ_CHECK (!g_hostname_is_ip_address (authority.host));
  SHIP_FUZZ_CHECK (strchr (authority.host, '.') != NULL);
  written = g_strdup_printf ("%s:%u", authority.host, authority.port);
  SHIP_FUZZ_CHECK (ship_egress_authority_parse (&again, written, strlen (written), 0));
  SHIP_FUZZ_CHECK (g_str_equal (again.host, authority.host) && again.port == authority.port);
  return 0;
}
