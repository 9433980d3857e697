/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>

/* The target of a request line: only paths of the gateway, spelled in one way. Plain C, no I/O. */
#define SHIP_EGRESS_ORIGIN "http://127.0.0.1:3128"

typedef enum
{
  SHIP_EGRESS_TARGET_GATEWAY,
  SHIP_EGRESS_TARGET_ELSEWHERE, /* well-formed, but not ours */
  SHIP_EGRESS_TARGET_MALFORMED,
} ShipEgressTargetKind;

typedef struct
{
  size_t      length;    /* of the canonical target in @out */
  const char *authority; /* (borrowed) (nullable): of an absolute-form target */
  size_t      authority_length;
  const char
    *key; /* (borrowed) (nullable): the value of the query parameter "key", which is taken out */
  size_t key_length;
} ShipEgressTarget;

/* Writes path and query, NUL-terminated, to @out, which holds at least @length + 1 bytes. */
ShipEgressTargetKind
ship_egress_target_parse (ShipEgressTarget *self, const char *text, size_t length, char *out);
