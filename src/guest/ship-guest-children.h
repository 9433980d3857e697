/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "ship-guest-protocol.h"

/* Beside them process 1 has some of its own: processes to start what helps when those inside may
 * start no more, and descriptors for its relays. */
#define SHIP_GUEST_RESERVED    16
#define SHIP_GUEST_DESCRIPTORS 4096

/* Of everything that is started. */
typedef struct
{
  rlim_t processes;
  rlim_t descriptors;
  rlim_t file_size; /* these two by process 1 already, for itself as well */
  rlim_t data;
} ShipGuestLimits;

/* What was started and has not ended. A free slot has pid 0. */
typedef struct
{
  ShipGuestLimits limits;
  struct
  {
    pid_t    pid;
    uint32_t id;
  } slots[SHIP_GUEST_CHILDREN_MAX];
} ShipGuestChildren;

/* These send what the host is to know over @control. false: the host broke the protocol, or is
 * gone. */
bool ship_guest_children_spawn (ShipGuestChildren     *self,
                                int                    control,
                                const ShipGuestHeader *header,
                                char                  *payload,
                                const int             *fds,
                                int                    n_fds);
bool ship_guest_children_signal (ShipGuestChildren *self, const ShipGuestHeader *header);
bool ship_guest_children_reap (ShipGuestChildren *self, int control);

/* Sends one message; @fd: -1 or a descriptor to go with it. */
bool ship_guest_send (int control, const ShipGuestHeader *header, const char *payload, int fd);
