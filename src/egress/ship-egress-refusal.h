/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/* Why a request from a sandbox goes no further, and the answer that says so. Plain C. */
typedef enum
{
  SHIP_EGRESS_REFUSAL_MALFORMED,
  SHIP_EGRESS_REFUSAL_OFF, /* a destination other than the gateway */
  SHIP_EGRESS_REFUSAL_VERSION,
  SHIP_EGRESS_REFUSAL_NO_LENGTH,
  SHIP_EGRESS_REFUSAL_ENCODING,
  SHIP_EGRESS_REFUSAL_BODY_TOO_LARGE,
  SHIP_EGRESS_REFUSAL_HEAD_TOO_LARGE,
  SHIP_EGRESS_REFUSAL_SLOW,
  SHIP_EGRESS_REFUSAL_BUSY,
  SHIP_EGRESS_REFUSAL_NO_GATEWAY,
  SHIP_EGRESS_N_REFUSALS,
} ShipEgressRefusal;

#define SHIP_EGRESS_REFUSAL_LIMIT 1024

unsigned ship_egress_refusal_get_status (ShipEgressRefusal refusal);

/* Writes a whole HTTP answer to @out, which holds at least SHIP_EGRESS_REFUSAL_LIMIT bytes; returns
 * its length. */
size_t ship_egress_refusal_format (ShipEgressRefusal refusal, char *out);
