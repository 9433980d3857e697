/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-egress-connection-private.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/*
 *   HEAD -> WAITING -> RELAYING -> DRAINING -> FREE
 *     |-----> DIALING ----^   `----> TUNNEL ----^        (see ship-egress-tunnel.c)
 *     `------ refused ----^
 *
 * Back-pressure: each direction has one buffer, which is filled only when it is empty. The client's
 * socket is the sandbox's as well, so its non-blocking flag means nothing here: every call says
 * MSG_DONTWAIT. A client that closes its sending side while it waits for the answer counts as gone:
 * that is how an agent gives up a request, and the gateway has to learn of it at once.
 */

#define HEAD_MS      10000
#define WAITING_MS   15000
#define DIALING_MS   60000
#define BODY_IDLE_MS 60000
#define DRAINING_MS  2000

typedef ShipEgressTransfer Transfer;
#define MOVED SHIP_EGRESS_MOVED
#define STUCK SHIP_EGRESS_STUCK
#define ENDED SHIP_EGRESS_ENDED

static void
watch (ShipEgressConnection *self, ShipEgressSide side, int fd, uint32_t *current, uint32_t events)
{
  struct epoll_event event = { .events = events, .data.u64 = (uint64_t) self->slot * 2 + side };

  if (fd < 0 || *current == events)
    return;
  /* A hang-up is always reported, so a side that nothing is wanted from has to be left out
   * altogether. */
  if (events == 0)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, fd, NULL);
  else
    epoll_ctl (self->epoll_fd, *current == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, fd, &event);
  *current = events;
}

static void
close_socket (ShipEgressConnection *self, int *fd, uint32_t *events)
{
  const struct linger none = { 0, 0 };

  if (*fd < 0)
    return;
  /* The sandbox may hold a duplicate of the socket: closing ours does not end epoll's interest in
   * it. */
  if (*events != 0)
    epoll_ctl (self->epoll_fd, EPOLL_CTL_DEL, *fd, NULL);
  /* Nor may it make this close() wait. */
  setsockopt (*fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
  shutdown (*fd, SHUT_RDWR);
  close (*fd);
  *fd = -1;
  *events = 0;
}

/* What a destination was used for is told once. */
static void
report (ShipEgressConnection *self)
{
  const ShipEgressEnded ended = { .kind = SHIP_EGRESS_MESSAGE_ENDED,
                                  .end = (uint8_t) self->end,
                                  .id = self->dial,
                                  .n_up = self->n_up,
                                  .n_down = self->n_down };

  if (self->dial != 0)
    send (SHIP_EGRESS_UPSTREAM_FD, &ended, sizeof ended, MSG_DONTWAIT | MSG_NOSIGNAL);
  self->dial = 0;
}

void
ship_egress_connection_close (ShipEgressConnection *self)
{
  report (self);
  close_socket (self, &self->client, &self->client_events);
  close_socket (self, &self->upstream, &self->upstream_events);
  self->state = SHIP_EGRESS_CONNECTION_FREE;
}

void
ship_egress_connection_update_watches (ShipEgressConnection *self)
{
  bool     up_is_empty = self->up_start == self->up_end;
  bool     down_is_empty = self->down_start == self->down_end;
  uint32_t client = 0, upstream = 0;

  switch (self->state)
    {
    case SHIP_EGRESS_CONNECTION_FREE:
      return;
    case SHIP_EGRESS_CONNECTION_HEAD:
    case SHIP_EGRESS_CONNECTION_DRAINING:
      client = EPOLLIN;
      break;
    case SHIP_EGRESS_CONNECTION_WAITING:
    case SHIP_EGRESS_CONNECTION_DIALING:
      client = EPOLLRDHUP;
      break;
    case SHIP_EGRESS_CONNECTION_TUNNEL:
      ship_egress_tunnel_get_events (self, &client, &upstream);
      break;
    case SHIP_EGRESS_CONNECTION_RELAYING:
      if (self->body_left > 0 && up_is_empty)
        client |= EPOLLIN;
      if (self->body_left == 0 && self->upstream >= 0)
        client |= EPOLLRDHUP;
      if (!down_is_empty)
        client |= EPOLLOUT;
      if (!up_is_empty)
        upstream |= EPOLLOUT;
      if (!self->is_ended && down_is_empty &&
          ship_egress_connection_get_room (self, SHIP_EGRESS_DOWN, 1) > 0)
        upstream |= EPOLLIN;
      break;
    }
  watch (self, SHIP_EGRESS_SIDE_CLIENT, self->client, &self->client_events, client);
  watch (self, SHIP_EGRESS_SIDE_UPSTREAM, self->upstream, &self->upstream_events, upstream);
}

ShipEgressTransfer
ship_egress_fill (int fd, char *data, size_t size, uint32_t *start, uint32_t *end)
{
  ssize_t n = recv (fd, data, size, MSG_DONTWAIT);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? STUCK : ENDED;
  if (n == 0)
    return ENDED;
  *start = 0;
  *end = (uint32_t) n;
  return MOVED;
}

ShipEgressTransfer
ship_egress_flush (int fd, const char *data, uint32_t *start, uint32_t *end)
{
  ssize_t n = send (fd, data + *start, *end - *start, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? STUCK : ENDED;
  *start += (uint32_t) n;
  if (*start == *end)
    *start = *end = 0;
  return MOVED;
}

/* The body of the request, towards the gateway. False: the connection is closed. */
static bool
move_up (ShipEgressConnection *self, bool *moved)
{
  if (self->body_left > 0 && self->up_start == self->up_end)
    {
      size_t size = self->body_left < sizeof self->up ? (size_t) self->body_left : sizeof self->up;
      Transfer transfer =
        ship_egress_fill (self->client, self->up, size, &self->up_start, &self->up_end);

      if (transfer == ENDED)
        {
          ship_egress_connection_close (self);
          return false;
        }
      if (transfer == MOVED)
        {
          self->body_left -= self->up_end;
          *moved = true;
        }
    }

  if (self->up_start < self->up_end)
    {
      uint32_t length = self->up_end - self->up_start;
      Transfer transfer = ENDED;

      if (!self->up_closed)
        transfer = ship_egress_flush (self->upstream, self->up, &self->up_start, &self->up_end);
      self->n_up += length - (self->up_end - self->up_start);
      if (transfer == ENDED)
        {
          /* The gateway answers without having read all: the rest of the body goes nowhere. */
          self->up_closed = true;
          self->up_start = self->up_end = 0;
        }
      *moved |= transfer != STUCK;
    }
  return true;
}

/* With what waits to be sent. */
static uint64_t
get_carried (const ShipEgressConnection *self, ShipEgressWay way)
{
  return way == SHIP_EGRESS_UP ? self->n_up + self->up_end - self->up_start : self->n_down;
}

size_t
ship_egress_connection_get_room (const ShipEgressConnection *self, ShipEgressWay way, size_t size)
{
  const ShipEgressShare *share = &self->credits[way].share;
  uint64_t               carried = get_carried (self, way);
  uint64_t               left = carried < share->limit ? share->limit - carried : 0;

  if (left >= size)
    return size;
  return (size_t) left + (share->is_last != 0 ? 1 : 0);
}

bool
ship_egress_connection_is_beyond (const ShipEgressConnection *self, ShipEgressWay way)
{
  return get_carried (self, way) > self->credits[way].share.limit;
}

bool
ship_egress_connection_needs_more (const ShipEgressConnection *self, ShipEgressWay way)
{
  const ShipEgressCredit *credit = &self->credits[way];

  if (self->state != SHIP_EGRESS_CONNECTION_TUNNEL &&
      (self->state != SHIP_EGRESS_CONNECTION_RELAYING || way == SHIP_EGRESS_UP))
    return false;
  return self->dial != 0 && self->upstream >= 0 && credit->share.is_last == 0 &&
         !credit->is_asked && get_carried (self, way) >= credit->ask_at;
}

void
ship_egress_connection_allow (ShipEgressConnection  *self,
                              ShipEgressWay          way,
                              const ShipEgressShare *share)
{
  ShipEgressCredit *credit = &self->credits[way];
  uint64_t          carried = get_carried (self, way);

  credit->share = *share;
  credit->is_asked = false;
  credit->ask_at = share->limit > carried ? carried + (share->limit - carried) / 2 : carried;
}

bool
ship_egress_connection_fill_down (ShipEgressConnection *self, bool *moved)
{
  size_t   room = ship_egress_connection_get_room (self, SHIP_EGRESS_DOWN, sizeof self->down);
  Transfer transfer;

  if (room == 0)
    return true;
  transfer =
    ship_egress_fill (self->upstream, self->down, room, &self->down_start, &self->down_end);
  if (transfer == ENDED)
    self->is_ended = true;
  else if (transfer == MOVED)
    {
      self->n_down += self->down_end;
      if (ship_egress_connection_is_beyond (self, SHIP_EGRESS_DOWN))
        {
          self->end = SHIP_EGRESS_END_FULL;
          ship_egress_connection_close (self);
          return false;
        }
    }
  *moved |= transfer != STUCK;
  return true;
}

/* The answer, towards the sandbox. False: the connection is closed. */
static bool
move_down (ShipEgressConnection *self, bool *moved)
{
  if (!self->is_ended && self->down_start == self->down_end)
    {
      if (!ship_egress_connection_fill_down (self, moved))
        return false;
      self->is_answered |= self->down_end > 0;
    }

  if (self->down_start < self->down_end)
    {
      Transfer transfer =
        ship_egress_flush (self->client, self->down, &self->down_start, &self->down_end);

      if (transfer == ENDED)
        {
          ship_egress_connection_close (self);
          return false;
        }
      *moved |= transfer == MOVED;
    }
  return true;
}

static void
start_draining (ShipEgressConnection *self, int64_t now_ms)
{
  /* Closing a socket that has unread input resets it, and the client might lose the answer. */
  close_socket (self, &self->upstream, &self->upstream_events);
  shutdown (self->client, SHUT_WR);
  self->state = SHIP_EGRESS_CONNECTION_DRAINING;
  self->deadline_ms = now_ms + DRAINING_MS;
}

static void
relay (ShipEgressConnection *self, int64_t now_ms)
{
  bool moved = true;

  for (int round = 0; moved && round < SHIP_EGRESS_MAX_ROUNDS; round++)
    {
      moved = false;
      if (!move_up (self, &moved) || !move_down (self, &moved))
        return;
      if (moved)
        self->deadline_ms =
          now_ms + (self->body_left > 0 || self->up_start < self->up_end ? BODY_IDLE_MS
                                                                         : SHIP_EGRESS_IDLE_MS);
      if (!self->is_ended || self->down_start < self->down_end)
        continue;

      if (self->is_answered)
        start_draining (self, now_ms);
      else
        ship_egress_connection_refuse (self, SHIP_EGRESS_REFUSAL_NO_GATEWAY, now_ms);
      break;
    }
  ship_egress_connection_update_watches (self);
}

/* @rest: what came behind the head. */
static void
use_request (ShipEgressConnection *self, const char *rest, size_t n_rest, int64_t now_ms)
{
  bool is_tunnel = self->request.kind == SHIP_EGRESS_REQUEST_TUNNEL;
  bool is_ours = self->request.kind == SHIP_EGRESS_REQUEST_GATEWAY;

  /* What goes beyond the announced body is no part of this request, and there is no next one. */
  if (!is_tunnel && n_rest > self->request.content_length)
    n_rest = (size_t) self->request.content_length;
  self->up_start = 0;
  self->up_end = (uint32_t) ship_egress_request_format (&self->request, self->up);
  memcpy (self->up + self->up_end, rest, n_rest);
  self->up_end += (uint32_t) n_rest;
  self->body_left = is_tunnel ? 0 : self->request.content_length - n_rest;

  self->state = is_ours ? SHIP_EGRESS_CONNECTION_WAITING : SHIP_EGRESS_CONNECTION_DIALING;
  self->sequence = 0;
  self->deadline_ms = now_ms + (is_ours ? WAITING_MS : DIALING_MS);
  ship_egress_connection_update_watches (self);
}

static void
read_head (ShipEgressConnection *self, int64_t now_ms)
{
  char     bytes[SHIP_EGRESS_READ_SIZE];
  uint32_t start = 0, end = 0;
  size_t   used;

  switch (ship_egress_fill (self->client, bytes, sizeof bytes, &start, &end))
    {
    case ENDED:
      ship_egress_connection_close (self);
      return;
    case STUCK:
      return;
    case MOVED:
      break;
    }

  used = ship_egress_request_feed (&self->request, bytes, end);
  if (self->request.state == SHIP_EGRESS_REQUEST_REFUSED)
    ship_egress_connection_refuse (self, self->request.refusal, now_ms);
  if (self->request.state != SHIP_EGRESS_REQUEST_COMPLETE)
    return;

  use_request (self, bytes + used, end - used, now_ms);
}

static void
drain (ShipEgressConnection *self)
{
  char     bytes[SHIP_EGRESS_READ_SIZE];
  uint32_t start, end;

  for (int round = 0; round < SHIP_EGRESS_MAX_ROUNDS; round++)
    switch (ship_egress_fill (self->client, bytes, sizeof bytes, &start, &end))
      {
      case ENDED:
        ship_egress_connection_close (self);
        return;
      case STUCK:
        return;
      case MOVED:
        break;
      }
}

void
ship_egress_connection_open (ShipEgressConnection *self,
                             int                   epoll_fd,
                             uint32_t              slot,
                             int                   client,
                             int64_t               now_ms)
{
  memset (self, 0, offsetof (ShipEgressConnection, up));
  ship_egress_request_init (&self->request);
  self->epoll_fd = epoll_fd;
  self->slot = slot;
  self->client = client;
  self->upstream = -1;
  /* To the gateway goes any number. */
  for (int way = 0; way < SHIP_EGRESS_N_WAYS; way++)
    self->credits[way].share = (ShipEgressShare){ .limit = UINT64_MAX, .is_last = 1 };
  self->state = SHIP_EGRESS_CONNECTION_HEAD;
  self->deadline_ms = now_ms + HEAD_MS;
  ship_egress_connection_update_watches (self);
}

/* A tunnel needs no head: where it goes is known. */
static void
dial_captured (ShipEgressConnection *self, const char *host, uint16_t port, int64_t now_ms)
{
  ShipEgressRequest *request = &self->request;

  self->is_captured = true;
  request->kind = SHIP_EGRESS_REQUEST_TUNNEL;
  request->state = SHIP_EGRESS_REQUEST_COMPLETE;
  memcpy (request->destination.host, host, strlen (host) + 1);
  request->destination.port = port;
  use_request (self, "", 0, now_ms);
}

void
ship_egress_connection_open_captured (ShipEgressConnection *self,
                                      int                   epoll_fd,
                                      uint32_t              slot,
                                      int                   client,
                                      const char           *host,
                                      uint16_t              port,
                                      int64_t               now_ms)
{
  ship_egress_connection_open (self, epoll_fd, slot, client, now_ms);
  if (port == SHIP_EGRESS_HTTPS_PORT)
    dial_captured (self, host, port, now_ms);
  else
    memcpy (self->request.captured, host, strlen (host) + 1);
}

void
ship_egress_connection_refuse (ShipEgressConnection *self,
                               ShipEgressRefusal     refusal,
                               int64_t               now_ms)
{
  const char *host = refusal >= SHIP_EGRESS_REFUSAL_OFFLINE ? self->request.destination.host : NULL;

  close_socket (self, &self->upstream, &self->upstream_events);
  report (self);
  self->state = SHIP_EGRESS_CONNECTION_RELAYING;
  self->body_left = 0;
  self->up_start = self->up_end = 0;
  self->down_start = 0;
  self->down_end =
    (uint32_t) (self->is_captured ? ship_egress_refusal_format_alert (refusal, self->down)
                                  : ship_egress_refusal_format (refusal, host, self->down));
  self->is_answered = true;
  self->is_ended = true;
  self->deadline_ms = now_ms + HEAD_MS;
  ship_egress_connection_update_watches (self);
}

void
ship_egress_connection_take_stream (ShipEgressConnection *self, int upstream, int64_t now_ms)
{
  self->upstream = upstream;
  if (self->request.kind == SHIP_EGRESS_REQUEST_TUNNEL)
    {
      ship_egress_tunnel_start (self, now_ms);
      return;
    }
  self->state = SHIP_EGRESS_CONNECTION_RELAYING;
  self->deadline_ms = now_ms + BODY_IDLE_MS;
  relay (self, now_ms);
}

void
ship_egress_connection_go_on (ShipEgressConnection *self, int64_t now_ms)
{
  if (self->state == SHIP_EGRESS_CONNECTION_TUNNEL)
    ship_egress_tunnel_relay (self, now_ms);
  else if (self->state == SHIP_EGRESS_CONNECTION_RELAYING)
    relay (self, now_ms);
}

void
ship_egress_connection_handle (ShipEgressConnection *self,
                               ShipEgressSide        side,
                               uint32_t              events,
                               int64_t               now_ms)
{
  if (self->state == SHIP_EGRESS_CONNECTION_FREE ||
      (side == SHIP_EGRESS_SIDE_UPSTREAM && self->upstream < 0))
    return;
  if (side == SHIP_EGRESS_SIDE_CLIENT &&
      ((events & (EPOLLHUP | EPOLLERR)) != 0 ||
       ((events & EPOLLRDHUP) != 0 && (self->client_events & EPOLLRDHUP) != 0)))
    {
      ship_egress_connection_close (self);
      return;
    }

  switch (self->state)
    {
    case SHIP_EGRESS_CONNECTION_HEAD:
      read_head (self, now_ms);
      break;
    case SHIP_EGRESS_CONNECTION_RELAYING:
    case SHIP_EGRESS_CONNECTION_TUNNEL:
      ship_egress_connection_go_on (self, now_ms);
      break;
    case SHIP_EGRESS_CONNECTION_DRAINING:
      drain (self);
      break;
    case SHIP_EGRESS_CONNECTION_FREE:
    case SHIP_EGRESS_CONNECTION_WAITING:
    case SHIP_EGRESS_CONNECTION_DIALING:
      break;
    }
}

void
ship_egress_connection_check_deadline (ShipEgressConnection *self, int64_t now_ms)
{
  if (self->state == SHIP_EGRESS_CONNECTION_FREE || now_ms < self->deadline_ms)
    return;
  if (self->state == SHIP_EGRESS_CONNECTION_HEAD)
    ship_egress_connection_refuse (self, SHIP_EGRESS_REFUSAL_SLOW, now_ms);
  else if (self->state == SHIP_EGRESS_CONNECTION_WAITING)
    ship_egress_connection_refuse (self, SHIP_EGRESS_REFUSAL_NO_GATEWAY, now_ms);
  else if (self->state == SHIP_EGRESS_CONNECTION_DIALING)
    ship_egress_connection_refuse (self, SHIP_EGRESS_REFUSAL_UNREACHABLE, now_ms);
  else
    ship_egress_connection_close (self);
}
