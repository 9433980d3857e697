/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "egress/ship-egress-authority.h"

/*
 * What a program asks the name server of its sandbox, and the answer, in DNS's own format: the
 * least of it that the resolvers of C libraries and language runtimes need. Anybody inside may send
 * anything. No I/O.
 */
#define SHIP_GUEST_QUESTION_SIZE 512

typedef struct
{
  uint8_t bytes[SHIP_GUEST_QUESTION_SIZE]; /* the message */
  size_t  length;
  size_t  end;        /* of its question; 0: it makes no sense */
  bool    is_host;    /* what is asked for can be one */
  bool    is_address; /* and an address of it is what is wanted, and will be told */
  char    host[SHIP_EGRESS_HOST_LIMIT + 1]; /* canonical */
} ShipGuestQuestion;

/* Of bytes and length, all else. False: there is nothing to answer. */
bool ship_guest_question_parse (ShipGuestQuestion *self);

/* Writes the answer over the message. Returns: its length. @address: of a question with is_address
 */
size_t ship_guest_question_answer (ShipGuestQuestion *self, uint32_t address);
