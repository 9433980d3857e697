/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdint.h>

/*
 * What ship-guest (inside a sandbox) and core/sandbox/local (outside) say to each other over one
 * SOCK_SEQPACKET pair: one message a packet, a fixed header and then its payload. Both ends run on
 * one machine, so numbers are in its byte order. Both sides refuse what is not exactly as written
 * here.
 */
#define SHIP_GUEST_PROTOCOL_VERSION 1
#define SHIP_GUEST_MESSAGE_MAX      (128 * 1024) /* bytes in a packet, the header among them */
#define SHIP_GUEST_SENTENCE_MAX     512          /* bytes of a READY's payload */
#define SHIP_GUEST_ARGS_MAX         2048
#define SHIP_GUEST_ENV_MAX          512
#define SHIP_GUEST_CHILDREN_MAX     256 /* started and not yet ended */
#define SHIP_GUEST_RELAYS_MAX       256
#define SHIP_GUEST_UID              1000

typedef enum
{
  /* host to guest */
  SHIP_GUEST_SPAWN =
    1, /* id, detail: flags, value: rows << 16 | columns; payload: ShipGuestSpawn; 3 fds or none */
  SHIP_GUEST_SIGNAL = 2,  /* id, value: signal, to the whole process group */
  SHIP_GUEST_CONNECT = 3, /* value: port; 1 fd: a stream that is relayed to it */

  /* guest to host */
  SHIP_GUEST_READY =
    16, /* value: version; payload: empty, or the self-check that failed, as a sentence */
  SHIP_GUEST_SPAWNED = 17, /* id; 1 fd for a terminal: its master */
  SHIP_GUEST_FAILED = 18,  /* id, detail: ShipGuestStage, value: errno */
  SHIP_GUEST_EXITED = 19,  /* id, value: wait status */
} ShipGuestType;

enum
{
  SHIP_GUEST_SPAWN_PTY = 1,
};

/* How far a spawn came. */
typedef enum
{
  SHIP_GUEST_STAGE_PROCESS = 1,
  SHIP_GUEST_STAGE_TERMINAL = 2,
  SHIP_GUEST_STAGE_DIRECTORY = 3,
  SHIP_GUEST_STAGE_PROGRAM = 4,
} ShipGuestStage;

typedef struct
{
  uint16_t type;
  uint16_t detail;
  uint32_t id;
  int32_t  value;
  uint32_t size; /* of the payload: exactly the rest of the packet */
} ShipGuestHeader;

/* Begins the payload of SPAWN. Then strings, each with its NUL: directory, arguments, environment.
 */
typedef struct
{
  uint16_t n_args; /* 1 or more */
  uint16_t n_env;
} ShipGuestSpawn;
