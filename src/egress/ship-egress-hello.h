/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

#include "ship-egress-authority.h"

/*
 * The name in the first message of a TLS connection (RFC 8446 section 4.1.2, RFC 6066 section 3):
 * a tunnel that was allowed for one host must not be used for another one on the same address.
 * Plain C, no I/O; bounded by the caller's buffer.
 */
typedef enum
{
  SHIP_EGRESS_HELLO_MORE,    /* the message is not complete yet */
  SHIP_EGRESS_HELLO_NOT_TLS, /* it begins as something else */
  SHIP_EGRESS_HELLO_NAMED,
  SHIP_EGRESS_HELLO_NAMELESS,  /* a hello that does not say where it wants to go */
  SHIP_EGRESS_HELLO_MALFORMED, /* TLS by its first byte, and then not */
} ShipEgressHelloKind;

/* Looks at the @length bytes from the beginning of the connection; call again with more after MORE.
 * @host: SHIP_EGRESS_HOST_LIMIT + 1 bytes, set when NAMED. */
ShipEgressHelloKind ship_egress_hello_parse (const char *bytes, size_t length, char *host);
