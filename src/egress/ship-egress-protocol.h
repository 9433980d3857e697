/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/*
 * What ship-egress and its owner say to each other on the upstream channel, a SOCK_SEQPACKET
 * socket. A message is one byte, or one of the structs below, which begin with it; both ends run on
 * one machine.
 *
 *   ship-egress -> owner   READY    once: confined and serving
 *   ship-egress -> owner   STREAM   one stream to the gateway, please
 *   owner -> ship-egress   STREAM   here it is (SCM_RIGHTS)
 *   ship-egress -> owner   DIAL     ShipEgressDial: a connection to that host, please
 *   owner -> ship-egress   DIALED   ShipEgressDialed; with the connection (SCM_RIGHTS) if there is
 *                                   one
 *   ship-egress -> owner   MORE     ShipEgressMore: it is to carry more than it may by now
 *   owner -> ship-egress   ALLOWED  ShipEgressMore: so much it may; sent once for each MORE
 *   ship-egress -> owner   ENDED    ShipEgressEnded: that connection is closed
 * Each stream carries one request and its answer; the owner's side closes it after the answer. End
 * of file on either channel ends ship-egress.
 *
 * The other channel brings what ship-guest accepted, one descriptor a message: a ShipEgressArrived
 * when it was not meant for the gateway's port but for one that stands for a host's, and any other
 * content when it was.
 */
#define SHIP_EGRESS_CONNECTIONS_FD 3
#define SHIP_EGRESS_UPSTREAM_FD    4

#define SHIP_EGRESS_MESSAGE_READY   'r'
#define SHIP_EGRESS_MESSAGE_STREAM  's'
#define SHIP_EGRESS_MESSAGE_DIAL    'd'
#define SHIP_EGRESS_MESSAGE_DIALED  'c'
#define SHIP_EGRESS_MESSAGE_MORE    'm'
#define SHIP_EGRESS_MESSAGE_ALLOWED 'a'
#define SHIP_EGRESS_MESSAGE_ENDED   'e'

#define SHIP_EGRESS_HTTP_PORT  80
#define SHIP_EGRESS_HTTPS_PORT 443

/* A connection of a program that knows no proxy: it believes to be talking to that host. */
typedef struct
{
  uint16_t port; /* HTTP_PORT or HTTPS_PORT */
  char     host[256];
} ShipEgressArrived;

/* How many connections are served at once. */
#define SHIP_EGRESS_MAX_CONNECTIONS 64

typedef struct
{
  uint8_t  kind, zero; /* DIAL */
  uint16_t port;
  uint32_t id; /* of the connection, until it has ended */
  char     host[256];
} ShipEgressDial;

/* What became of it; why there is none, as far as a sandbox is told. */
typedef enum
{
  SHIP_EGRESS_VERDICT_CONNECTED,
  SHIP_EGRESS_VERDICT_OFFLINE,
  SHIP_EGRESS_VERDICT_NOT_ALLOWED,
  SHIP_EGRESS_VERDICT_PRIVATE,
  SHIP_EGRESS_VERDICT_UNKNOWN_HOST,
  SHIP_EGRESS_VERDICT_UNREACHABLE,
  SHIP_EGRESS_VERDICT_BUSY,
  SHIP_EGRESS_VERDICT_SPENT, /* as much as may be was sent there */
  SHIP_EGRESS_VERDICT_FULL,  /* as much as may be came from there, or from all hosts */
  SHIP_EGRESS_VERDICT_OFTEN, /* more connections are wanted than may be made a minute */
  SHIP_EGRESS_VERDICT_PROXY, /* the machine's own proxy cannot be used */
  SHIP_EGRESS_N_VERDICTS,
} ShipEgressVerdict;

typedef enum
{
  SHIP_EGRESS_UP,   /* out of the sandbox, through a tunnel */
  SHIP_EGRESS_DOWN, /* into it */
  SHIP_EGRESS_N_WAYS,
} ShipEgressWay;

/* What a connection may carry one way, of what its sandbox may in all. */
typedef struct
{
  uint64_t limit;   /* bytes since it began */
  uint64_t is_last; /* there will be no more: who wants it is over the limit, and closed */
} ShipEgressShare;

typedef struct
{
  uint8_t         kind, verdict, zero[2]; /* DIALED */
  uint32_t        id;
  ShipEgressShare shares[SHIP_EGRESS_N_WAYS];
} ShipEgressDialed;

typedef struct
{
  uint8_t         kind, way; /* MORE, or ALLOWED */
  uint16_t        zero;
  uint32_t        id;
  ShipEgressShare share; /* when ALLOWED */
} ShipEgressMore;

typedef enum
{
  SHIP_EGRESS_END_DONE,
  SHIP_EGRESS_END_MISUSED, /* closed, since what was sent was meant for another host */
  SHIP_EGRESS_END_OVER,    /* closed, since more was sent than may be */
  SHIP_EGRESS_END_FULL,    /* closed, since more came than may */
} ShipEgressEnd;

typedef struct
{
  uint8_t  kind, end; /* ENDED */
  uint16_t zero;
  uint32_t id;
  uint64_t n_up;   /* bytes that went out */
  uint64_t n_down; /* and came in */
} ShipEgressEnded;
