/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-question.h"

#include <string.h>

#define HEADER_SIZE     12
#define ANSWER_SIZE     16
#define MAX_NAME        255
#define TYPE_A          1
#define CLASS_INTERNET  1
#define CODE_NO_ERROR   0
#define CODE_MALFORMED  1
#define CODE_NO_NAME    3
#define CODE_NOT_OURS   4
#define SECONDS_TO_KEEP 60

_Static_assert(HEADER_SIZE + MAX_NAME + 1 + 4 + ANSWER_SIZE <= SHIP_GUEST_QUESTION_SIZE,
               "every question has room for its answer");

static unsigned
get_number (const uint8_t *bytes)
{
  return (unsigned) bytes[0] << 8 | bytes[1];
}

static void
put_number (uint8_t *bytes, unsigned value)
{
  bytes[0] = (uint8_t) (value >> 8);
  bytes[1] = (uint8_t) value;
}

static bool
is_standard (const ShipGuestQuestion *self)
{
  return (self->bytes[2] & 0x78) == 0;
}

/* The labels of the one question, without compression, as text. Returns: where they end; 0: they do
 * not. A dot within a label would be one between two: it is refused, as what no host has. */
static size_t
read_name (const ShipGuestQuestion *self, char *name, size_t *length)
{
  size_t at = HEADER_SIZE;

  *length = 0;
  while (at < self->length && self->bytes[at] != 0)
    {
      size_t label = self->bytes[at];

      if (label > 63 || at + 1 + label >= self->length || *length + label + 1 > MAX_NAME)
        return 0;
      if (memchr (self->bytes + at + 1, '.', label) != NULL)
        return 0;
      if (*length > 0)
        name[(*length)++] = '.';
      memcpy (name + *length, self->bytes + at + 1, label);
      *length += label;
      at += 1 + label;
    }
  return at < self->length ? at + 1 : 0;
}

bool
ship_guest_question_parse (ShipGuestQuestion *self)
{
  char   name[MAX_NAME + 1];
  size_t length, end;

  self->end = 0;
  self->is_host = self->is_address = false;
  self->host[0] = '\0';
  if (self->length < HEADER_SIZE || self->length > sizeof self->bytes ||
      (self->bytes[2] & 0x80) != 0) /* or it is an answer itself */
    return false;
  if (get_number (self->bytes + 4) != 1)
    return true;
  end = read_name (self, name, &length);
  if (end == 0 || self->length - end < 4)
    return true;

  self->end = end + 4;
  self->is_host = get_number (self->bytes + end + 2) == CLASS_INTERNET &&
                  ship_egress_host_parse (name, length, self->host);
  self->is_address =
    self->is_host && is_standard (self) && get_number (self->bytes + end) == TYPE_A;
  return true;
}

static void
put_address (uint8_t *bytes, uint32_t address)
{
  put_number (bytes, 0xc000 | HEADER_SIZE); /* the name is the question's */
  put_number (bytes + 2, TYPE_A);
  put_number (bytes + 4, CLASS_INTERNET);
  put_number (bytes + 6, 0);
  put_number (bytes + 8, SECONDS_TO_KEEP);
  put_number (bytes + 10, 4);
  put_number (bytes + 12, address >> 16);
  put_number (bytes + 14, address & 0xffff);
}

size_t
ship_guest_question_answer (ShipGuestQuestion *self, uint32_t address)
{
  uint8_t *bytes = self->bytes;
  unsigned code = !is_standard (self) ? CODE_NOT_OURS
                  : self->end == 0    ? CODE_MALFORMED
                  : !self->is_host    ? CODE_NO_NAME
                                      : CODE_NO_ERROR;
  size_t   end = self->end != 0 ? self->end : HEADER_SIZE;

  bytes[2] = (uint8_t) (0x80 | (bytes[2] & 0x79)); /* an answer */
  bytes[3] = (uint8_t) (0x80 | code);              /* recursion is available */
  put_number (bytes + 4, self->end != 0);
  put_number (bytes + 6, self->is_address);
  put_number (bytes + 8, 0);
  put_number (bytes + 10, 0);
  if (!self->is_address)
    return end;
  put_address (bytes + end, address);
  return end + ANSWER_SIZE;
}
