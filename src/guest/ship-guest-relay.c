/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-relay.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 * Carries bytes between a stream of the host and a TCP connection to 127.0.0.1 inside, both ways,
 * with half-closing, one buffer a direction, and nothing read while its buffer is full. Every call
 * on a socket says MSG_DONTWAIT: whoever else holds it can flip O_NONBLOCK.
 */

#define BUFFER_SIZE (32 * 1024)

/* One direction: read from @from, written to @to. */
typedef struct
{
  int    from;
  int    to;
  bool   ended;  /* nothing more is read */
  bool   closed; /* and the other side was told */
  size_t offset;
  size_t length;
  char   bytes[BUFFER_SIZE];
} Direction;

struct _ShipGuestRelay
{
  bool      is_connecting; /* of directions[0].to, the TCP side */
  Direction directions[2];
};

static void
free_relay (ShipGuestRelay *self)
{
  close (self->directions[0].from);
  close (self->directions[0].to);
  free (self);
}

static bool
is_over (const ShipGuestRelay *self)
{
  return self->directions[0].closed && self->directions[1].closed;
}

static bool
would_wait (ssize_t n)
{
  return n < 0 && (errno == EAGAIN || errno == EINTR);
}

static void
flush (Direction *self)
{
  while (self->length > 0)
    {
      ssize_t n =
        send (self->to, self->bytes + self->offset, self->length, MSG_DONTWAIT | MSG_NOSIGNAL);

      if (would_wait (n))
        return;
      if (n < 0)
        {
          /* Nobody reads any more. What flows the other way may still be wanted. */
          self->length = 0;
          self->ended = true;
          break;
        }
      self->offset += (size_t) n;
      self->length -= (size_t) n;
    }

  if (self->ended && !self->closed)
    {
      shutdown (self->to, SHUT_WR);
      self->closed = true;
    }
}

static void
fill (Direction *self)
{
  ssize_t n;

  if (self->ended || self->length > 0)
    return;

  n = recv (self->from, self->bytes, sizeof self->bytes, MSG_DONTWAIT);
  if (would_wait (n))
    return;
  if (n > 0)
    {
      self->offset = 0;
      self->length = (size_t) n;
    }
  else
    self->ended = true;

  flush (self);
}

/* Returns: false if there was no connection */
static bool
finish_connecting (ShipGuestRelay *self)
{
  int       error = 0;
  socklen_t size = sizeof error;

  if (getsockopt (self->directions[0].to, SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error != 0)
    return false;

  self->is_connecting = false;
  return true;
}

void
ship_guest_relays_connect (ShipGuestRelays *self, uint16_t port, int stream)
{
  struct sockaddr_in address = { .sin_family = AF_INET,
                                 .sin_port = htons (port),
                                 .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  ShipGuestRelay    *relay = NULL;
  int                at = 0;
  int                tcp = -1;
  int                on = 1;

  while (at < SHIP_GUEST_RELAYS_MAX && self->slots[at] != NULL)
    at++;
  if (at < SHIP_GUEST_RELAYS_MAX)
    tcp = socket (AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (tcp >= 0)
    relay = calloc (1, sizeof *relay);
  if (relay == NULL)
    {
      close (stream);
      if (tcp >= 0)
        close (tcp);
      return;
    }

  setsockopt (tcp, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  relay->directions[0].from = relay->directions[1].to = stream;
  relay->directions[0].to = relay->directions[1].from = tcp;
  relay->is_connecting = true;

  if (connect (tcp, (const struct sockaddr *) &address, sizeof address) != 0 &&
      errno != EINPROGRESS)
    free_relay (relay);
  else
    self->slots[at] = relay;
}

/* Entry 0 of a slot is the host's stream, entry 1 the TCP connection. Descriptors of which nothing
 * is wanted are left out, for poll() would report their hang-up for ever. */
void
ship_guest_relays_prepare (const ShipGuestRelays *self, struct pollfd *polls)
{
  for (int i = 0; i < SHIP_GUEST_RELAYS_MAX; i++)
    for (int side = 0; side < 2; side++)
      {
        const ShipGuestRelay *relay = self->slots[i];
        struct pollfd        *entry = &polls[2 * i + side];
        short                 events = 0;

        *entry = (struct pollfd){ .fd = -1 };
        if (relay == NULL)
          continue;

        if (relay->is_connecting)
          events = side == 1 ? POLLOUT : 0;
        else
          {
            const Direction *out = &relay->directions[side];
            const Direction *in = &relay->directions[1 - side];

            if (!out->ended && out->length == 0)
              events |= POLLIN;
            if (in->length > 0)
              events |= POLLOUT;
          }
        if (events != 0)
          *entry = (struct pollfd){ .fd = relay->directions[side].from, .events = events };
      }
}

void
ship_guest_relays_dispatch (ShipGuestRelays *self, const struct pollfd *polls)
{
  for (int i = 0; i < SHIP_GUEST_RELAYS_MAX; i++)
    {
      ShipGuestRelay *relay = self->slots[i];
      bool            broken = false;

      /* A slot filled after prepare() has no events yet. */
      if (relay == NULL || (polls[2 * i].revents == 0 && polls[2 * i + 1].revents == 0))
        continue;

      if (relay->is_connecting)
        broken = !finish_connecting (relay);
      else
        for (int side = 0; side < 2; side++)
          {
            flush (&relay->directions[side]);
            fill (&relay->directions[side]);
          }

      if (broken || is_over (relay))
        {
          free_relay (relay);
          self->slots[i] = NULL;
        }
    }
}
