/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "sandbox/local/ship-guest-message.h"
#include "ship-fuzz.h"

/* A packet from the first process of a sandbox, which may be anybody by now. The first byte: how
 * many descriptors came. */

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ShipGuestMessage message;

  if (size > 0 && ship_guest_message_parse (&message, data + 1, size - 1, data[0] % 4) == NULL)
    SHIP_FUZZ_CHECK (memchr (message.sentence, '\0', sizeof message.sentence) != NULL);
  return 0;
}
