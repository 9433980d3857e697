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
#include "ship-guest-question.h"

/*
 * Names are kept in a ring: one that has not been asked for while many others were loses its
 * address. Whoever still uses that one then asks for another host, which is no way around anything:
 * the host is judged by its name, and on the port of https the client names it once more.
 */

#define NAMES_PORT  53
#define N_NAMES     4096
#define FIRST       0x7f010000u /* 127.1.0.0 */
#define MAX_ANSWERS 64          /* at a time */

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

void
ship_guest_capture_answer (ShipGuestCapture *self)
{
  for (int i = 0; i < MAX_ANSWERS; i++)
    {
      ShipGuestQuestion  question;
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
      if (!ship_guest_question_parse (&question))
        continue;
      n = (ssize_t) ship_guest_question_answer (
        &question,
        question.is_address ? find_address (self, question.host) : 0);
      sendto (self->names_fd,
              question.bytes,
              (size_t) n,
              MSG_DONTWAIT | MSG_NOSIGNAL,
              (const struct sockaddr *) &peer,
              size);
    }
}
