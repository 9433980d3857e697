/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include "sandbox/local/ship-guest-message.h"

G_BEGIN_DECLS

/* No message of the guest may bring more than one; room for some more, to see and to close them. */
#define SHIP_GUEST_FDS_MAX 4

/* One packet that came in. */
typedef struct
{
  guint8   data[SHIP_GUEST_REPLY_MAX + 1]; /* one byte more than is allowed, to see it */
  gsize    size;
  int      fds[SHIP_GUEST_FDS_MAX];
  guint    n_fds;
  pid_t    pid;          /* the sender, as the kernel says; 0 if it does not */
  gboolean is_truncated; /* of bytes or of descriptors */
} ShipGuestPacket;

/* Asks the kernel to name the sender of each packet. Before anything is sent. */
gboolean ship_guest_socket_set_up (int fd, GError **error);

/* Returns: 1 for a packet, 0 for the end, -1 when there is nothing now */
int ship_guest_socket_receive (int fd, ShipGuestPacket *packet);
/* Closes the descriptors that are left in it. */
void ship_guest_packet_clear (ShipGuestPacket *packet);

/* Returns: 1 when sent, 0 when the other end is gone, -1 when there is no room now */
int ship_guest_socket_send (int fd, GBytes *message, const int *fds, guint n_fds);

/* Whether @fd is the master of a terminal and nothing else. */
gboolean ship_guest_socket_is_terminal_master (int fd);

G_END_DECLS
