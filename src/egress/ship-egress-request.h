/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ship-egress-authority.h"
#include "ship-egress-refusal.h"

/*
 * The head of one HTTP/1.1 request from inside a sandbox. Plain C, no I/O, no allocation: feed it
 * any slices; it either refuses, or ends in a canonical request that has nothing of the sandbox's
 * own spelling left but the parts that are listed here. The strictness is the point: what two
 * parsers could read in two ways is refused.
 */

#define SHIP_EGRESS_HEAD_LIMIT  (32 * 1024)
#define SHIP_EGRESS_FIELD_LIMIT 100
#define SHIP_EGRESS_BODY_LIMIT  (UINT64_C (64) * 1024 * 1024)
#define SHIP_EGRESS_GRANT_LIMIT 256
/* The canonical head is never longer than the head it came from plus our own fields. */
#define SHIP_EGRESS_CANONICAL_LIMIT (SHIP_EGRESS_HEAD_LIMIT + 512)

typedef enum
{
  SHIP_EGRESS_REQUEST_MORE,
  SHIP_EGRESS_REQUEST_COMPLETE,
  SHIP_EGRESS_REQUEST_REFUSED,
} ShipEgressRequestState;

/* Where it wants to go. */
typedef enum
{
  SHIP_EGRESS_REQUEST_GATEWAY, /* a path of the host's gateway */
  SHIP_EGRESS_REQUEST_TUNNEL,  /* CONNECT: bytes both ways */
  SHIP_EGRESS_REQUEST_FETCH,   /* an http: URI outside, GET or HEAD */
} ShipEgressRequestKind;

/* The header fields that are passed on, some to the gateway, some outside. Every other one is
 * dropped: what a sandbox sends outside carries no credential. */
typedef enum
{
  SHIP_EGRESS_FIELD_CONTENT_TYPE,
  SHIP_EGRESS_FIELD_ACCEPT,
  SHIP_EGRESS_FIELD_USER_AGENT,
  SHIP_EGRESS_FIELD_ANTHROPIC_VERSION,
  SHIP_EGRESS_FIELD_ANTHROPIC_BETA,
  SHIP_EGRESS_FIELD_SESSION,
  SHIP_EGRESS_FIELD_PARENT_SESSION,
  SHIP_EGRESS_FIELD_ACCEPT_ENCODING,
  SHIP_EGRESS_FIELD_RANGE,
  SHIP_EGRESS_FIELD_IF_NONE_MATCH,
  SHIP_EGRESS_FIELD_IF_MODIFIED_SINCE,
  SHIP_EGRESS_N_FIELDS,
} ShipEgressField;

typedef struct
{
  ShipEgressRequestState state;
  ShipEgressRefusal      refusal; /* when state is REFUSED */

  ShipEgressRequestKind kind;
  ShipEgressAuthority   destination; /* but for GATEWAY */
  bool                  is_post;
  bool                  is_head;
  bool                  has_length;
  uint64_t              content_length;

  /* Set before the first byte, for a client that believes to be talking to that host: its request
   * names a path of it, and nothing else. Empty for none. */
  char captured[SHIP_EGRESS_HOST_LIMIT + 1];

  /* Positions in text[], 0 for none: NUL-terminated there. */
  uint32_t target;
  uint32_t host;
  uint32_t authority; /* of an absolute-form target */
  uint32_t grant;
  uint32_t fields[SHIP_EGRESS_N_FIELDS];

  /* In progress. */
  bool     has_request_line;
  bool     after_cr;
  uint32_t n_bytes;
  uint32_t n_fields;
  uint32_t line_length;
  uint32_t text_length;
  char     line[SHIP_EGRESS_HEAD_LIMIT];
  char     text[SHIP_EGRESS_HEAD_LIMIT + 64];
} ShipEgressRequest;

void ship_egress_request_init (ShipEgressRequest *self);

/* Returns how many bytes belonged to the head; less than @n_bytes once it has ended or is refused.
 */
size_t ship_egress_request_feed (ShipEgressRequest *self, const char *bytes, size_t n_bytes);

/* Writes the canonical head of a complete request to @out, which holds at least
 * SHIP_EGRESS_CANONICAL_LIMIT bytes; returns its length. A tunnel has none: 0. */
size_t ship_egress_request_format (const ShipEgressRequest *self, char *out);

/* NULL if there is none. */
const char *ship_egress_request_get_text (const ShipEgressRequest *self, uint32_t position);
