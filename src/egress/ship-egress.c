/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "ship-egress-confine.h"
#include "ship-egress-connection.h"
#include "ship-egress-protocol.h"

/*
 * ship-egress: the front door for everything that comes out of a sandbox. It takes the connections
 * that ship-guest accepted, reads one strict request from each, and writes it anew on a stream to
 * the gateway. It holds no secret and can do nothing else (ship-egress-confine.c); all its memory
 * is taken at the start. One thread.
 *
 * Two descriptors: see ship-egress-protocol.h. Exit status 0 when a channel ends, 1 when it cannot
 * start.
 */

/* Beyond the served ones, a few more that are only told that there are too many. */
#define N_SLOTS  (SHIP_EGRESS_MAX_CONNECTIONS + 16)
#define N_EVENTS 64
/* Messages taken from a channel before the connections have their turn. */
#define MAX_MESSAGES 32
#define BEHIND_MS    20

enum
{
  CONNECTIONS_CHANNEL = 2 * N_SLOTS,
  UPSTREAM_CHANNEL,
};

typedef struct
{
  int                  epoll_fd;
  uint64_t             sequence;
  uint32_t             dial;
  bool                 is_behind; /* the owner did not take a question: it is asked again soon */
  ShipEgressConnection connections[N_SLOTS];
} Egress;

/* One byte more than any has, so that a longer one is none of them. */
typedef union
{
  ShipEgressDialed  dialed;
  ShipEgressMore    allowed;
  ShipEgressArrived arrived;
  char              bytes[sizeof (ShipEgressArrived) + 1];
} Message;

static int64_t
get_now_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_MONOTONIC, &now);
  return (int64_t) now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* 1: a message of @length bytes, with its descriptor in @fd (-1: none or too many); 0: nothing now;
 * -1: the channel ended. */
static int
receive (int channel, uint32_t events, Message *content, size_t *length, int *fd)
{
  union
  {
    struct cmsghdr header;
    char           bytes[CMSG_SPACE (sizeof (int))];
  } control;
  struct iovec    data = { content, sizeof *content };
  struct msghdr   message = { .msg_iov = &data,
                              .msg_iovlen = 1,
                              .msg_control = &control,
                              /* Exactly one: CMSG_SPACE would leave room for a second on 64 bits. */
                              .msg_controllen = CMSG_LEN (sizeof (int)) };
  struct cmsghdr *header;
  ssize_t         n;

  *fd = -1;
  n = recvmsg (channel, &message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? 0 : -1;

  *length = (size_t) n;
  header = CMSG_FIRSTHDR (&message);
  if (header != NULL && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN (sizeof (int)))
    memcpy (fd, CMSG_DATA (header), sizeof (int));
  if (n == 0 && *fd < 0)
    return (events & (EPOLLHUP | EPOLLRDHUP)) != 0 ? -1
                                                   : 1; /* an empty message looks like the end */
  return 1;
}

static int
get_option (int fd, int option)
{
  int       value = -1;
  socklen_t length = sizeof value;

  return getsockopt (fd, SOL_SOCKET, option, &value, &length) == 0 ? value : -1;
}

/* What comes from the sandbox is a connected TCP socket, or it is not used at all. */
static bool
is_tcp_connection (int fd)
{
  int domain = get_option (fd, SO_DOMAIN);

  return (domain == AF_INET || domain == AF_INET6) && get_option (fd, SO_TYPE) == SOCK_STREAM &&
         get_option (fd, SO_PROTOCOL) == IPPROTO_TCP && get_option (fd, SO_ACCEPTCONN) == 0;
}

/* @host: SHIP_EGRESS_HOST_LIMIT + 1 bytes. False: what ship-guest says of it makes no sense. */
static bool
check_arrived (const ShipEgressArrived *arrived, char *host)
{
  return (arrived->port == SHIP_EGRESS_HTTP_PORT || arrived->port == SHIP_EGRESS_HTTPS_PORT) &&
         memchr (arrived->host, '\0', sizeof arrived->host) != NULL &&
         ship_egress_host_parse (arrived->host, strlen (arrived->host), host);
}

/* @arrived: NULL when it was made to the gateway's port */
static void
accept_connection (Egress *self, int fd, const ShipEgressArrived *arrived, int64_t now_ms)
{
  char     host[SHIP_EGRESS_HOST_LIMIT + 1];
  uint32_t slot = 0;

  if (!is_tcp_connection (fd) || (arrived != NULL && !check_arrived (arrived, host)))
    {
      close (fd);
      return;
    }
  while (slot < N_SLOTS && self->connections[slot].state != SHIP_EGRESS_CONNECTION_FREE)
    slot++;
  if (slot == N_SLOTS)
    {
      close (fd);
      return;
    }
  if (arrived == NULL)
    ship_egress_connection_open (&self->connections[slot], self->epoll_fd, slot, fd, now_ms);
  else
    ship_egress_connection_open_captured (&self->connections[slot],
                                          self->epoll_fd,
                                          slot,
                                          fd,
                                          host,
                                          arrived->port,
                                          now_ms);
  if (slot >= SHIP_EGRESS_MAX_CONNECTIONS)
    ship_egress_connection_refuse (&self->connections[slot], SHIP_EGRESS_REFUSAL_BUSY, now_ms);
}

/* Streams are all alike: whoever waits longest gets the next one. */
static void
hand_out_stream (Egress *self, int fd, int64_t now_ms)
{
  ShipEgressConnection *first = NULL;

  for (uint32_t slot = 0; slot < SHIP_EGRESS_MAX_CONNECTIONS; slot++)
    {
      ShipEgressConnection *connection = &self->connections[slot];

      if (connection->state == SHIP_EGRESS_CONNECTION_WAITING && connection->sequence != 0 &&
          (first == NULL || connection->sequence < first->sequence))
        first = connection;
    }
  if (first != NULL)
    ship_egress_connection_take_stream (first, fd, now_ms);
  else
    close (fd);
}

static ShipEgressRefusal
get_refusal (uint8_t verdict)
{
  static const ShipEgressRefusal refusals[SHIP_EGRESS_N_VERDICTS] = {
    [SHIP_EGRESS_VERDICT_CONNECTED] = SHIP_EGRESS_REFUSAL_UNREACHABLE, /* to what, is not said */
    [SHIP_EGRESS_VERDICT_OFFLINE] = SHIP_EGRESS_REFUSAL_OFFLINE,
    [SHIP_EGRESS_VERDICT_NOT_ALLOWED] = SHIP_EGRESS_REFUSAL_NOT_ALLOWED,
    [SHIP_EGRESS_VERDICT_PRIVATE] = SHIP_EGRESS_REFUSAL_PRIVATE,
    [SHIP_EGRESS_VERDICT_UNKNOWN_HOST] = SHIP_EGRESS_REFUSAL_UNKNOWN_HOST,
    [SHIP_EGRESS_VERDICT_UNREACHABLE] = SHIP_EGRESS_REFUSAL_UNREACHABLE,
    [SHIP_EGRESS_VERDICT_BUSY] = SHIP_EGRESS_REFUSAL_BUSY,
    [SHIP_EGRESS_VERDICT_SPENT] = SHIP_EGRESS_REFUSAL_SPENT,
    [SHIP_EGRESS_VERDICT_FULL] = SHIP_EGRESS_REFUSAL_FULL,
    [SHIP_EGRESS_VERDICT_OFTEN] = SHIP_EGRESS_REFUSAL_OFTEN,
    [SHIP_EGRESS_VERDICT_PROXY] = SHIP_EGRESS_REFUSAL_PROXY,
  };

  return verdict < SHIP_EGRESS_N_VERDICTS ? refusals[verdict] : SHIP_EGRESS_REFUSAL_UNREACHABLE;
}

/* @fd: -1 for none */
static void
take_dialed (Egress *self, const ShipEgressDialed *dialed, int fd, int64_t now_ms)
{
  for (uint32_t slot = 0; slot < SHIP_EGRESS_MAX_CONNECTIONS; slot++)
    {
      ShipEgressConnection *connection = &self->connections[slot];

      if (connection->state != SHIP_EGRESS_CONNECTION_DIALING || dialed->id == 0 ||
          connection->dial != dialed->id)
        continue;
      if (dialed->verdict == SHIP_EGRESS_VERDICT_CONNECTED && fd >= 0)
        {
          ship_egress_connection_allow (connection,
                                        SHIP_EGRESS_UP,
                                        &dialed->shares[SHIP_EGRESS_UP]);
          ship_egress_connection_allow (connection,
                                        SHIP_EGRESS_DOWN,
                                        &dialed->shares[SHIP_EGRESS_DOWN]);
          ship_egress_connection_take_stream (connection, fd, now_ms);
          return;
        }
      ship_egress_connection_refuse (connection, get_refusal (dialed->verdict), now_ms);
    }
  if (fd >= 0) /* whoever wanted it has left */
    close (fd);
}

static void
take_allowed (Egress *self, const ShipEgressMore *allowed, int64_t now_ms)
{
  for (uint32_t slot = 0; slot < SHIP_EGRESS_MAX_CONNECTIONS; slot++)
    {
      ShipEgressConnection *connection = &self->connections[slot];

      if (connection->state == SHIP_EGRESS_CONNECTION_FREE || allowed->id == 0 ||
          connection->dial != allowed->id || allowed->way >= SHIP_EGRESS_N_WAYS)
        continue;
      ship_egress_connection_allow (connection, (ShipEgressWay) allowed->way, &allowed->share);
      ship_egress_connection_go_on (connection, now_ms);
      return;
    }
}

/* What the owner sends. */
static void
take_answer (Egress *self, const Message *message, size_t length, int fd, int64_t now_ms)
{
  if (length == sizeof message->dialed && message->dialed.kind == SHIP_EGRESS_MESSAGE_DIALED)
    take_dialed (self, &message->dialed, fd, now_ms);
  else if (length == sizeof message->allowed && fd < 0 &&
           message->allowed.kind == SHIP_EGRESS_MESSAGE_ALLOWED)
    take_allowed (self, &message->allowed, now_ms);
  else if (fd >= 0)
    hand_out_stream (self, fd, now_ms);
}

static bool
ask_for_stream (Egress *self, ShipEgressConnection *connection)
{
  const char message = SHIP_EGRESS_MESSAGE_STREAM;

  connection->sequence = ++self->sequence;
  return send (SHIP_EGRESS_UPSTREAM_FD, &message, 1, MSG_DONTWAIT | MSG_NOSIGNAL) == 1;
}

static bool
ask_to_dial (Egress *self, ShipEgressConnection *connection)
{
  const ShipEgressAuthority *destination = &connection->request.destination;
  ShipEgressDial             dial = { .kind = SHIP_EGRESS_MESSAGE_DIAL, .port = destination->port };

  if (++self->dial == 0)
    self->dial = 1;
  connection->dial = dial.id = self->dial;
  memcpy (dial.host, destination->host, sizeof destination->host);
  return send (SHIP_EGRESS_UPSTREAM_FD, &dial, sizeof dial, MSG_DONTWAIT | MSG_NOSIGNAL) ==
         (ssize_t) sizeof dial;
}

static void
ask_for_more (Egress *self, ShipEgressConnection *connection)
{
  for (int way = 0; way < SHIP_EGRESS_N_WAYS; way++)
    {
      const ShipEgressMore more = { .kind = SHIP_EGRESS_MESSAGE_MORE,
                                    .way = (uint8_t) way,
                                    .id = connection->dial };

      if (!ship_egress_connection_needs_more (connection, (ShipEgressWay) way))
        continue;
      connection->credits[way].is_asked =
        send (SHIP_EGRESS_UPSTREAM_FD, &more, sizeof more, MSG_DONTWAIT | MSG_NOSIGNAL) ==
        (ssize_t) sizeof more;
      self->is_behind |= !connection->credits[way].is_asked;
    }
}

static void
ask_owner (Egress *self, int64_t now_ms)
{
  self->is_behind = false;
  for (uint32_t slot = 0; slot < SHIP_EGRESS_MAX_CONNECTIONS; slot++)
    {
      ShipEgressConnection *connection = &self->connections[slot];
      bool                  is_asked = true;

      if (connection->state == SHIP_EGRESS_CONNECTION_WAITING && connection->sequence == 0)
        is_asked = ask_for_stream (self, connection);
      else if (connection->state == SHIP_EGRESS_CONNECTION_DIALING && connection->dial == 0)
        is_asked = ask_to_dial (self, connection);
      else
        ask_for_more (self, connection);
      if (!is_asked)
        ship_egress_connection_refuse (connection, SHIP_EGRESS_REFUSAL_NO_GATEWAY, now_ms);
    }
}

/* False: the channel ended. */
static bool
read_channel (Egress *self, uint64_t which, uint32_t events, int64_t now_ms)
{
  int channel = which == UPSTREAM_CHANNEL ? SHIP_EGRESS_UPSTREAM_FD : SHIP_EGRESS_CONNECTIONS_FD;

  for (int i = 0; i < MAX_MESSAGES; i++)
    {
      Message message;
      size_t  length;
      int     fd;
      int     result = receive (channel, events, &message, &length, &fd);

      if (result <= 0)
        return result == 0;
      if (which == UPSTREAM_CHANNEL)
        take_answer (self, &message, length, fd, now_ms);
      else if (fd >= 0)
        accept_connection (self,
                           fd,
                           length == sizeof message.arrived ? &message.arrived : NULL,
                           now_ms);
    }
  return true;
}

static int
get_wait_ms (Egress *self, int64_t now_ms)
{
  int64_t wait = self->is_behind ? BEHIND_MS : 60000;

  for (uint32_t slot = 0; slot < N_SLOTS; slot++)
    if (self->connections[slot].state != SHIP_EGRESS_CONNECTION_FREE &&
        self->connections[slot].deadline_ms - now_ms < wait)
      wait = self->connections[slot].deadline_ms - now_ms;
  return wait < 0 ? 0 : (int) wait;
}

/* False: a channel ended. */
static bool
run_once (Egress *self)
{
  struct epoll_event events[N_EVENTS];
  int     n = epoll_wait (self->epoll_fd, events, N_EVENTS, get_wait_ms (self, get_now_ms ()));
  int64_t now_ms = get_now_ms ();

  if (n < 0)
    return errno == EINTR;
  /* Channels last: a slot must not be filled anew while events of its former connection are in the
   * array. */
  for (int i = 0; i < n; i++)
    if (events[i].data.u64 < 2 * N_SLOTS)
      ship_egress_connection_handle (&self->connections[events[i].data.u64 / 2],
                                     (ShipEgressSide) (events[i].data.u64 % 2),
                                     events[i].events,
                                     now_ms);
  for (int i = 0; i < n; i++)
    if (events[i].data.u64 >= 2 * N_SLOTS &&
        !read_channel (self, events[i].data.u64, events[i].events, now_ms))
      return false;
  for (uint32_t slot = 0; slot < N_SLOTS; slot++)
    ship_egress_connection_check_deadline (&self->connections[slot], now_ms);
  ask_owner (self, now_ms);
  return true;
}

static bool
set_up (Egress *self)
{
  struct epoll_event connections = { .events = EPOLLIN, .data.u64 = CONNECTIONS_CHANNEL };
  struct epoll_event upstream = { .events = EPOLLIN, .data.u64 = UPSTREAM_CHANNEL };
  const char         ready = SHIP_EGRESS_MESSAGE_READY;

  if (get_option (SHIP_EGRESS_CONNECTIONS_FD, SO_TYPE) != SOCK_SEQPACKET ||
      get_option (SHIP_EGRESS_UPSTREAM_FD, SO_TYPE) != SOCK_SEQPACKET)
    {
      fprintf (stderr, "ship-egress is started by ship-session, not by hand.\n");
      return false;
    }
  close_range (SHIP_EGRESS_UPSTREAM_FD + 1, ~0U, 0);
  self->epoll_fd = epoll_create1 (EPOLL_CLOEXEC);
  return self->epoll_fd >= 0 && ship_egress_confine () &&
         epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, SHIP_EGRESS_CONNECTIONS_FD, &connections) == 0 &&
         epoll_ctl (self->epoll_fd, EPOLL_CTL_ADD, SHIP_EGRESS_UPSTREAM_FD, &upstream) == 0 &&
         send (SHIP_EGRESS_UPSTREAM_FD, &ready, 1, MSG_NOSIGNAL) == 1;
}

int
main (void)
{
  Egress *egress = calloc (1, sizeof *egress);

  if (egress == NULL || !set_up (egress))
    _exit (1);
  while (run_once (egress))
    continue;
  _exit (0);
}
