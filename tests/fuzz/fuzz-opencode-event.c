/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "agent/opencode/ship-opencode-events.h"
#include "ship-fuzz.h"

/* One event of an agent that somebody else may have written: an event or an error, never both,
 * never neither. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipAgentEvent) event =
    ship_opencode_event_parse ((const char *) data, (gssize) size, &error);

  SHIP_FUZZ_CHECK ((event == NULL) == (error != NULL));
  return 0;
}
