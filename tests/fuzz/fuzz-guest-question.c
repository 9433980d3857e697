/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "guest/ship-guest-question.h"
#include "ship-fuzz.h"

/* What is asked of the name server inside a sandbox: the answer is whole, repeats the question, and
 * has an address of hosts only, in their one spelling. */
int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  ShipGuestQuestion question = { .length = MIN (size, SHIP_GUEST_QUESTION_SIZE) };
  char              again[SHIP_EGRESS_HOST_LIMIT + 1];
  gsize             n;

  memcpy (question.bytes, data, question.length);
  if (!ship_guest_question_parse (&question))
    return 0;
  SHIP_FUZZ_CHECK (question.end <= question.length);
  SHIP_FUZZ_CHECK (question.is_host || !question.is_address);
  if (question.is_host)
    SHIP_FUZZ_CHECK (ship_egress_host_parse (question.host, strlen (question.host), again) &&
                     g_str_equal (question.host, again));
  n = ship_guest_question_answer (&question, 0x7f010203);
  SHIP_FUZZ_CHECK (n == MAX (question.end, 12) + (question.is_address ? 16 : 0));
  SHIP_FUZZ_CHECK (n <= sizeof question.bytes && (question.bytes[2] & 0x80) != 0);
  SHIP_FUZZ_CHECK (question.bytes[7] == question.is_address);
  if (question.end > 12)
    SHIP_FUZZ_CHECK (memcmp (question.bytes + 12, data + 12, question.end - 12) == 0);
  return 0;
}
