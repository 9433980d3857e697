/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/* Why a request from a sandbox goes no further, and the answer that says so. Plain C. */
typedef enum
{
  SHIP_EGRESS_REFUSAL_MALFORMED,
  SHIP_EGRESS_REFUSAL_OFF,   /* nothing that can be a destination */
  SHIP_EGRESS_REFUSAL_PLAIN, /* more than reading, without TLS */
  SHIP_EGRESS_REFUSAL_VERSION,
  SHIP_EGRESS_REFUSAL_NO_LENGTH,
  SHIP_EGRESS_REFUSAL_ENCODING,
  SHIP_EGRESS_REFUSAL_BODY_TOO_LARGE,
  SHIP_EGRESS_REFUSAL_HEAD_TOO_LARGE,
  SHIP_EGRESS_REFUSAL_SLOW,
  SHIP_EGRESS_REFUSAL_BUSY,
  SHIP_EGRESS_REFUSAL_NO_GATEWAY,
  /* Of destinations, by the policy or the network. */
  SHIP_EGRESS_REFUSAL_OFFLINE,
  SHIP_EGRESS_REFUSAL_NOT_ALLOWED,
  SHIP_EGRESS_REFUSAL_PRIVATE,
  SHIP_EGRESS_REFUSAL_UNKNOWN_HOST,
  SHIP_EGRESS_REFUSAL_UNREACHABLE,
  SHIP_EGRESS_REFUSAL_SPENT,
  SHIP_EGRESS_REFUSAL_FULL,
  SHIP_EGRESS_REFUSAL_OFTEN,
  SHIP_EGRESS_REFUSAL_PROXY,
  SHIP_EGRESS_N_REFUSALS,
} ShipEgressRefusal;

#define SHIP_EGRESS_REFUSAL_LIMIT 1024

unsigned ship_egress_refusal_get_status (ShipEgressRefusal refusal);

/* Writes a whole HTTP answer to @out, which holds at least SHIP_EGRESS_REFUSAL_LIMIT bytes; returns
 * its length. @host: (nullable): of the destination, in its canonical spelling; it is named. */
size_t ship_egress_refusal_format (ShipEgressRefusal refusal, const char *host, char *out);
/* The same for a client that speaks TLS and has not been answered: an alert. */
size_t ship_egress_refusal_format_alert (ShipEgressRefusal refusal, char *out);
