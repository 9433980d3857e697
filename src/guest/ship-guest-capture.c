/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-capture.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "egress/ship-egress-authority.h"
#include "egress/ship-egress-protocol.h"

/*
 * Names are kept in a ring: one that has not been asked for while many others were loses its
 * address. Whoever still uses that one then asks for another host, which is no way around anything:
 * the host is judged by its name, and on the port of https the client names it once more.
 */

#define NAMES_PORT   53
#define N_NAMES      4096
#define FIRST        0x7f010000u /* 127.1.0.0 */
#define MESSAGE_SIZE 512
#define HEADER_SIZE  12
#define MAX_ANSWERS  64 /* at a time */

#define TYPE_A          1
#define CLASS_INTERNET  1
#define CODE_NO_ERROR   0
#define CODE_MALFORMED  1
#define CODE_NO_NAME    3
#define CODE_NOT_OURS   4
#define SECONDS_TO_KEEP 60

struct _ShipGuestCapture
{
  int      names_fd;
  int      http_fd;
  int      https_fd;
  uint32_t next;
  char     hosts[N_NAMES][SHIP_EGRESS_HOST_LIMIT + 1]; /* canonical; empty for none */
};

static int
open_socket (int type, uint32_t address, uint16_t port)
{
  struct sockaddr_in own = { .sin_family = AF_INET,
                             .sin_port = htons (port),
                             .sin_addr.s_addr = htonl (address) };
  int                fd = socket (AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

  if (fd >= 0 && bind (fd, (const struct sockaddr *) &own, sizeof own) == 0 &&
      (type != SOCK_STREAM || listen (fd, 128) == 0))
    return fd;
  if (fd >= 0)
    close (fd);
  return -1;
}

ShipGuestCapture *
ship_guest_capture_new (void)
{
  ShipGuestCapture *self = calloc (1, sizeof *self);

  if (self == NULL)
    return NULL;
  self->names_fd = open_socket (SOCK_DGRAM, INADDR_LOOPBACK, NAMES_PORT);
  self->http_fd = open_socket (SOCK_STREAM, INADDR_ANY, SHIP_EGRESS_HTTP_PORT);
  self->https_fd = open_socket (SOCK_STREAM, INADDR_ANY, SHIP_EGRESS_HTTPS_PORT);
  if (self->names_fd >= 0 && self->http_fd >= 0 && self->https_fd >= 0)
    return self;

  close (self->names_fd);
  close (self->http_fd);
  close (self->https_fd);
  free (self);
  return NULL;
}

int
ship_guest_capture_get_names_fd (const ShipGuestCapture *self)
{
  return self->names_fd;
}

int
ship_guest_capture_get_http_fd (const ShipGuestCapture *self)
{
  return self->http_fd;
}

int
ship_guest_capture_get_https_fd (const ShipGuestCapture *self)
{
  return self->https_fd;
}

static uint32_t
find_address (ShipGuestCapture *self, const char *host)
{
  uint32_t at = 0;

  while (at < N_NAMES && strcmp (self->hosts[at], host) != 0)
    at++;
  if (at == N_NAMES)
    {
      at = self->next;
      self->next = (self->next + 1) % N_NAMES;
      memcpy (self->hosts[at], host, strlen (host) + 1);
    }
  return FIRST + at;
}

const char *
ship_guest_capture_get_host (const ShipGuestCapture *self, int fd)
{
  struct sockaddr_in own = { 0 };
  socklen_t          size = sizeof own;
  uint32_t           at;

  if (getsockname (fd, (struct sockaddr *) &own, &size) != 0 || own.sin_family != AF_INET)
    return NULL;
  at = ntohl (own.sin_addr.s_addr) - FIRST;
  return at < N_NAMES && self->hosts[at][0] != '\0' ? self->hosts[at] : NULL;
}

/* --- the name server --- */

typedef struct
{
  uint8_t bytes[MESSAGE_SIZE];
  size_t  length;
  size_t  question_end; /* 0: it makes no sense */
  bool    is_host;      /* what is asked for can be one */
  bool    is_address;   /* and an address of it is what is wanted */
  char    host[SHIP_EGRESS_HOST_LIMIT + 1];
} Question;

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

/* The labels of the one question, without compression, as text. Returns: where they end; 0: they do
 * not */
static size_t
read_name (const Question *self, char *name, size_t size, size_t *length)
{
  size_t at = HEADER_SIZE;

  *length = 0;
  while (at < self->length && self->bytes[at] != 0)
    {
      size_t label = self->bytes[at];

      if (label > 63 || at + 1 + label >= self->length || *length + label + 1 > size)
        return 0;
      if (*length > 0)
        name[(*length)++] = '.';
      memcpy (name + *length, self->bytes + at + 1, label);
      *length += label;
      at += 1 + label;
    }
  return at < self->length ? at + 1 : 0;
}

static void
parse (Question *self)
{
  char   name[256];
  size_t length, end;

  self->question_end = 0;
  self->is_host = self->is_address = false;
  if (get_number (self->bytes + 4) != 1)
    return;
  end = read_name (self, name, sizeof name, &length);
  if (end == 0 || self->length - end < 4)
    return;

  self->question_end = end + 4;
  self->is_host = get_number (self->bytes + end + 2) == CLASS_INTERNET &&
                  ship_egress_host_parse (name, length, self->host);
  self->is_address = self->is_host && get_number (self->bytes + end) == TYPE_A;
}

/* Writes the answer over the question: its length. */
static size_t
format (ShipGuestCapture *self, Question *question)
{
  uint8_t *bytes = question->bytes;
  bool     is_standard = (bytes[2] & 0x78) == 0;
  unsigned code = !is_standard                  ? CODE_NOT_OURS
                  : question->question_end == 0 ? CODE_MALFORMED
                  : !question->is_host          ? CODE_NO_NAME
                                                : CODE_NO_ERROR;
  bool     has_answer = code == CODE_NO_ERROR && question->is_address;
  size_t   end = question->question_end != 0 ? question->question_end : HEADER_SIZE;

  bytes[2] = (uint8_t) (0x80 | (bytes[2] & 0x79)); /* an answer */
  bytes[3] = (uint8_t) (0x80 | code);              /* recursion is available */
  put_number (bytes + 4, question->question_end != 0);
  put_number (bytes + 6, has_answer);
  put_number (bytes + 8, 0);
  put_number (bytes + 10, 0);
  if (has_answer && end + 16 <= sizeof question->bytes)
    {
      uint32_t address = find_address (self, question->host);

      put_number (bytes + end, 0xc000 | HEADER_SIZE); /* the name is the question's */
      put_number (bytes + end + 2, TYPE_A);
      put_number (bytes + end + 4, CLASS_INTERNET);
      put_number (bytes + end + 6, 0);
      put_number (bytes + end + 8, SECONDS_TO_KEEP);
      put_number (bytes + end + 10, 4);
      put_number (bytes + end + 12, address >> 16);
      put_number (bytes + end + 14, address & 0xffff);
      end += 16;
    }
  return end;
}

void
ship_guest_capture_answer (ShipGuestCapture *self)
{
  for (int i = 0; i < MAX_ANSWERS; i++)
    {
      Question           question;
      struct sockaddr_in peer = { 0 };
      socklen_t          size = sizeof peer;
      ssize_t            n = recvfrom (self->names_fd,
                            question.bytes,
                            sizeof question.bytes,
                            MSG_DONTWAIT,
                            (struct sockaddr *) &peer,
                            &size);

      if (n < 0)
        return;
      question.length = (size_t) n;
      if (n < HEADER_SIZE || (question.bytes[2] & 0x80) != 0) /* or it is an answer itself */
        continue;
      parse (&question);
      sendto (self->names_fd,
              question.bytes,
              format (self, &question),
              MSG_DONTWAIT | MSG_NOSIGNAL,
              (const struct sockaddr *) &peer,
              size);
    }
}
