/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "ship-egress-protocol.h"
#include "ship-egress-request.h"

/* One connection out of the sandbox, and what its one request goes to: a stream to the gateway, or
 * a connection to a host outside. */

#define SHIP_EGRESS_READ_SIZE 16384

typedef enum
{
  SHIP_EGRESS_CONNECTION_FREE,
  SHIP_EGRESS_CONNECTION_HEAD,     /* the head of the request is arriving */
  SHIP_EGRESS_CONNECTION_WAITING,  /* for a stream to the gateway */
  SHIP_EGRESS_CONNECTION_DIALING,  /* for a connection to its destination */
  SHIP_EGRESS_CONNECTION_RELAYING, /* body up, answer down; or a refusal down */
  SHIP_EGRESS_CONNECTION_TUNNEL,   /* bytes both ways */
  SHIP_EGRESS_CONNECTION_DRAINING, /* all is said; what still arrives is thrown away */
} ShipEgressConnectionState;

typedef enum
{
  SHIP_EGRESS_SIDE_CLIENT,
  SHIP_EGRESS_SIDE_UPSTREAM,
} ShipEgressSide;

typedef struct
{
  ShipEgressShare share;
  uint64_t        ask_at; /* when so much was carried, more is asked for: before it is needed */
  bool            is_asked;
} ShipEgressCredit;

typedef struct
{
  ShipEgressConnectionState state;

  int      epoll_fd; /* (unowned) */
  uint32_t slot;
  int      client;   /* (owned), -1 for none */
  int      upstream; /* (owned), -1 for none */
  uint32_t client_events;
  uint32_t upstream_events;
  int64_t  deadline_ms; /* monotonic */

  uint64_t sequence; /* while WAITING: who waits longest is served first; 0: has not asked yet */
  uint32_t dial;     /* from DIALING on: its id; 0: has not asked yet */
  uint64_t n_up;     /* bytes that went to its destination */
  uint64_t n_down;   /* and came from there */
  ShipEgressCredit credits[SHIP_EGRESS_N_WAYS];
  uint64_t         body_left;
  bool             up_closed; /* the gateway reads no more */
  bool             is_answered;
  bool             is_ended; /* the gateway, or the destination, has said all */

  /* Of a tunnel. */
  bool is_captured; /* the client does not know that it is one: it is told nothing but TLS */
  bool is_judged;   /* what it begins with is not for another host */
  ShipEgressEnd end;
  bool          is_client_ended; /* the sandbox has said all */

  uint32_t up_start, up_end;
  uint32_t down_start, down_end;
  char     up[SHIP_EGRESS_CANONICAL_LIMIT + SHIP_EGRESS_READ_SIZE];
  char     down[2 * SHIP_EGRESS_READ_SIZE];

  ShipEgressRequest request;
} ShipEgressConnection;

/* Takes @client. */
void ship_egress_connection_open (ShipEgressConnection *self,
                                  int                   epoll_fd,
                                  uint32_t              slot,
                                  int                   client,
                                  int64_t               now_ms);
/* The same for a client that believes to be talking to @host (canonical) at @port, one of the two
 * of ShipEgressArrived. */
void ship_egress_connection_open_captured (ShipEgressConnection *self,
                                           int                   epoll_fd,
                                           uint32_t              slot,
                                           int                   client,
                                           const char           *host,
                                           uint16_t              port,
                                           int64_t               now_ms);
void ship_egress_connection_refuse (ShipEgressConnection *self,
                                    ShipEgressRefusal     refusal,
                                    int64_t               now_ms);
/* Takes @upstream; only while WAITING or DIALING. */
void ship_egress_connection_take_stream (ShipEgressConnection *self, int upstream, int64_t now_ms);
/* More than it has may be needed soon, and was not asked for yet. */
bool ship_egress_connection_needs_more (const ShipEgressConnection *self, ShipEgressWay way);
/* What was said to that. Moves nothing yet, as before take_stream(). */
void ship_egress_connection_allow (ShipEgressConnection  *self,
                                   ShipEgressWay          way,
                                   const ShipEgressShare *share);
/* After that: goes on with what was held up. */
void ship_egress_connection_go_on (ShipEgressConnection *self, int64_t now_ms);
void ship_egress_connection_handle (ShipEgressConnection *self,
                                    ShipEgressSide        side,
                                    uint32_t              events,
                                    int64_t               now_ms);
void ship_egress_connection_check_deadline (ShipEgressConnection *self, int64_t now_ms);
