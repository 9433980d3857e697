/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/*
 * For programs that know no proxy: a name server on 127.0.0.1:53 that gives every host name an
 * address of its own within 127.0.0.0/8, and sockets that take what is connected to ports 80 and
 * 443 of these. It decides nothing: what host was meant is said to ship-egress, which asks for it
 * as for any other.
 */
typedef struct _ShipGuestCapture ShipGuestCapture;

/* NULL where the kernel does not let it have these ports; then there is no such help. */
ShipGuestCapture *ship_guest_capture_new (void);

/* To be polled: a message, or a connection. */
int ship_guest_capture_get_names_fd (const ShipGuestCapture *self);
int ship_guest_capture_get_http_fd (const ShipGuestCapture *self);
int ship_guest_capture_get_https_fd (const ShipGuestCapture *self);

/* Answers what has been asked. */
void ship_guest_capture_answer (ShipGuestCapture *self);

/* What host the accepted connection @fd was meant for. Returns: NULL when its address is nobody's
 */
const char *ship_guest_capture_get_host (const ShipGuestCapture *self, int fd);
