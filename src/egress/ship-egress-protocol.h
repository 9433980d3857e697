/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

/*
 * What ship-egress and its owner say to each other on the upstream channel, a SOCK_SEQPACKET
 * socket. Every message is one byte; the owner's answer carries one descriptor.
 *
 *   ship-egress -> owner   READY    once: confined and serving
 *   ship-egress -> owner   STREAM   one stream to the gateway, please
 *   owner -> ship-egress   STREAM   here it is (SCM_RIGHTS)
 *
 * Each stream carries one request and its answer; the owner's side closes it after the answer. The
 * other channel brings what ship-guest accepted: messages of any content with one descriptor each.
 * End of file on either channel ends ship-egress.
 */
#define SHIP_EGRESS_CONNECTIONS_FD 3
#define SHIP_EGRESS_UPSTREAM_FD    4

#define SHIP_EGRESS_MESSAGE_READY  'r'
#define SHIP_EGRESS_MESSAGE_STREAM 's'

/* How many connections are served at once. */
#define SHIP_EGRESS_MAX_CONNECTIONS 64
