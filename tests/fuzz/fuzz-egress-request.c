/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "egress/ship-egress-request.h"
#include "ship-fuzz.h"

/*
 * The head of a request from inside: whole and byte by byte it is judged alike, and what is written
 * on of a complete one is itself complete, and is written again as it stands.
 */

static size_t
read_head (ShipEgressRequest *request, const char *bytes, size_t size, size_t step)
{
  size_t at = 0;

  ship_egress_request_init (request);
  while (at < size && request->state == SHIP_EGRESS_REQUEST_MORE)
    at += ship_egress_request_feed (request, bytes + at, MIN (step, size - at));
  return at;
}

/* Only the gateway reads it, so it is not among what ship-egress takes in. */
static char *
without_grant (const char *head)
{
  const char *grant = strstr (head, "\r\nX-Ship-Grant: ");

  if (grant == NULL)
    return g_strdup (head);
  return g_strdup_printf ("%.*s%s", (int) (grant - head), head, strstr (grant + 2, "\r\n"));
}

static void
check_canonical (const ShipEgressRequest *request)
{
  g_autofree ShipEgressRequest *again = g_new (ShipEgressRequest, 1);
  g_autofree char              *first = g_malloc0 (SHIP_EGRESS_CANONICAL_LIMIT + 1);
  g_autofree char              *second = g_malloc0 (SHIP_EGRESS_CANONICAL_LIMIT + 1);
  g_autofree char              *expected = NULL;
  size_t                        length = ship_egress_request_format (request, first);

  SHIP_FUZZ_CHECK (length <= SHIP_EGRESS_CANONICAL_LIMIT && length == strlen (first));
  SHIP_FUZZ_CHECK (read_head (again, first, length, length) == length);
  SHIP_FUZZ_CHECK (again->state == SHIP_EGRESS_REQUEST_COMPLETE);
  ship_egress_request_format (again, second);
  expected = without_grant (first);
  SHIP_FUZZ_CHECK (g_str_equal (expected, second));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree ShipEgressRequest *whole = g_new (ShipEgressRequest, 1);
  g_autofree ShipEgressRequest *split = g_new (ShipEgressRequest, 1);
  size_t n_whole = read_head (whole, (const char *) data, size, MAX (size, 1));
  size_t n_split = read_head (split, (const char *) data, size, 1);

  SHIP_FUZZ_CHECK (whole->state == split->state);
  if (whole->state == SHIP_EGRESS_REQUEST_REFUSED)
    SHIP_FUZZ_CHECK (whole->refusal == split->refusal);
  if (whole->state != SHIP_EGRESS_REQUEST_COMPLETE)
    return 0;
  SHIP_FUZZ_CHECK (n_whole == n_split);
  SHIP_FUZZ_CHECK (whole->content_length == split->content_length);
  check_canonical (whole);
  return 0;
}
