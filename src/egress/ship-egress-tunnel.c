/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-connection-private.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "ship-egress-hello.h"

/*
 * Bytes both ways between the sandbox and a host outside, each direction with its own end. What
 * the sandbox begins with is held back until it is judged: on the port of https it has to be a TLS
 * hello to the host that the tunnel was asked for, elsewhere it may be anything but a hello to
 * another one. What is said after that is between the two of them.
 */

#define ESTABLISHED "HTTP/1.1 200 Connection established\r\n\r\n"

static bool
is_misuse (const ShipEgressConnection *self, ShipEgressHelloKind kind, const char *host)
{
  switch (kind)
    {
    case SHIP_EGRESS_HELLO_MORE:
      return self->up_end == sizeof self->up;
    case SHIP_EGRESS_HELLO_NOT_TLS:
      return self->request.destination.port == SHIP_EGRESS_HTTPS_PORT;
    case SHIP_EGRESS_HELLO_NAMED:
      return strcmp (host, self->request.destination.host) != 0;
    case SHIP_EGRESS_HELLO_NAMELESS:
    case SHIP_EGRESS_HELLO_MALFORMED:
      return true;
    }
  return true;
}

/* False: the tunnel is closed. */
static bool
judge (ShipEgressConnection *self)
{
  char                host[SHIP_EGRESS_HOST_LIMIT + 1];
  ShipEgressHelloKind kind = ship_egress_hello_parse (self->up, self->up_end, host);

  if (is_misuse (self, kind, host))
    {
      self->end = SHIP_EGRESS_END_MISUSED;
      ship_egress_connection_close (self);
      return false;
    }
  self->is_judged = kind != SHIP_EGRESS_HELLO_MORE;
  return true;
}

/* While the hello is not complete, what comes is put behind what there is. */
static ShipEgressTransfer
fill_up (ShipEgressConnection *self)
{
  uint32_t           start, end;
  ShipEgressTransfer transfer;
  size_t             room =
    ship_egress_connection_get_room (self, SHIP_EGRESS_UP, sizeof self->up - self->up_end);

  if (self->is_client_ended || (self->is_judged && self->up_end > 0) || room == 0 ||
      self->up_end == sizeof self->up)
    return SHIP_EGRESS_STUCK;

  transfer = ship_egress_fill (self->client, self->up + self->up_end, room, &start, &end);
  if (transfer == SHIP_EGRESS_MOVED)
    self->up_end += end;
  else if (transfer == SHIP_EGRESS_ENDED)
    self->is_client_ended = true;
  return transfer;
}

/* What came behind the head of a request may be more than the tunnel may carry yet. */
static bool
is_over (const ShipEgressConnection *self)
{
  return self->credits[SHIP_EGRESS_UP].share.is_last != 0 &&
         ship_egress_connection_is_beyond (self, SHIP_EGRESS_UP);
}

static bool
is_due (const ShipEgressConnection *self)
{
  return self->is_judged && self->up_start < self->up_end &&
         !ship_egress_connection_is_beyond (self, SHIP_EGRESS_UP);
}

/* False: the tunnel is closed. */
static bool
move_up (ShipEgressConnection *self, bool *moved)
{
  *moved |= fill_up (self) != SHIP_EGRESS_STUCK;
  if (!self->is_judged && self->up_end > 0 && !judge (self))
    return false;

  if (is_over (self))
    {
      self->end = SHIP_EGRESS_END_OVER;
      ship_egress_connection_close (self);
      return false;
    }
  if (is_due (self))
    {
      uint32_t           length = self->up_end - self->up_start;
      ShipEgressTransfer transfer =
        ship_egress_flush (self->upstream, self->up, &self->up_start, &self->up_end);

      if (transfer == SHIP_EGRESS_ENDED) /* nobody listens any more */
        {
          self->up_start = self->up_end = 0;
          self->is_client_ended = true;
        }
      self->n_up += length - (self->up_end - self->up_start);
      *moved |= transfer != SHIP_EGRESS_STUCK;
    }
  /* A client that left in the middle of its hello has said nothing that goes on. */
  if (self->is_client_ended && (self->up_end == 0 || !self->is_judged) && !self->up_closed)
    {
      shutdown (self->upstream, SHUT_WR);
      self->up_closed = true;
    }
  return true;
}

/* False: the tunnel is closed. */
static bool
move_down (ShipEgressConnection *self, bool *moved)
{
  if (!self->is_ended && self->down_end == 0 && !ship_egress_connection_fill_down (self, moved))
    return false;
  if (self->down_start < self->down_end)
    {
      ShipEgressTransfer transfer =
        ship_egress_flush (self->client, self->down, &self->down_start, &self->down_end);

      if (transfer == SHIP_EGRESS_ENDED)
        {
          ship_egress_connection_close (self);
          return false;
        }
      *moved |= transfer == SHIP_EGRESS_MOVED;
    }
  if (self->is_ended && self->down_end == 0 && !self->is_answered)
    {
      shutdown (self->client, SHUT_WR);
      self->is_answered = true;
    }
  return true;
}

void
ship_egress_tunnel_start (ShipEgressConnection *self, int64_t now_ms)
{
  self->state = SHIP_EGRESS_CONNECTION_TUNNEL;
  if (!self->is_captured)
    {
      memcpy (self->down, ESTABLISHED, sizeof ESTABLISHED - 1);
      self->down_start = 0;
      self->down_end = sizeof ESTABLISHED - 1;
    }
  ship_egress_tunnel_relay (self, now_ms);
}

void
ship_egress_tunnel_relay (ShipEgressConnection *self, int64_t now_ms)
{
  bool moved = true;

  self->deadline_ms = now_ms + SHIP_EGRESS_IDLE_MS;
  for (int round = 0; moved && round < SHIP_EGRESS_MAX_ROUNDS; round++)
    {
      moved = false;
      if (!move_up (self, &moved) || !move_down (self, &moved))
        return;
    }
  if (self->up_closed && self->is_answered)
    ship_egress_connection_close (self);
  else
    ship_egress_connection_update_watches (self);
}

void
ship_egress_tunnel_get_events (const ShipEgressConnection *self,
                               uint32_t                   *client,
                               uint32_t                   *upstream)
{
  if (!self->is_client_ended && (!self->is_judged || self->up_end == 0) &&
      ship_egress_connection_get_room (self, SHIP_EGRESS_UP, 1) > 0)
    *client |= EPOLLIN;
  if (self->down_end > 0)
    *client |= EPOLLOUT;
  if (is_due (self))
    *upstream |= EPOLLOUT;
  if (!self->is_ended && self->down_end == 0 &&
      ship_egress_connection_get_room (self, SHIP_EGRESS_DOWN, 1) > 0)
    *upstream |= EPOLLIN;
}
