/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * "host:port" as a destination outside is spelled: one grammar for the parser, the policy and the
 * name in a TLS hello. A host is a DNS name of letters, digits and hyphens, at least two labels,
 * the last of which begins with a letter: no address in any of its spellings, no trailing dot, no
 * escape. Plain C, no I/O.
 */
#define SHIP_EGRESS_HOST_LIMIT 253

typedef struct
{
  char     host[SHIP_EGRESS_HOST_LIMIT + 1]; /* lower case, NUL-terminated */
  uint16_t port;                             /* 1 to 65535 */
} ShipEgressAuthority;

/* False when @text is not a host; else @host (SHIP_EGRESS_HOST_LIMIT + 1 bytes) is its one
 * spelling. */
bool ship_egress_host_parse (const char *text, size_t length, char *host);

/* @default_port: when the text has none; 0: it has to have one. */
bool ship_egress_authority_parse (ShipEgressAuthority *self,
                                  const char          *text,
                                  size_t               length,
                                  uint16_t             default_port);
