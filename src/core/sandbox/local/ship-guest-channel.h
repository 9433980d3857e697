/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <sys/types.h>

#include "sandbox/ship-sandbox-command.h"
#include "sandbox/ship-sandbox-process.h"

G_BEGIN_DECLS

/*
 * The conversation with one ship-guest. Main thread.
 *
 * Signal "ready" (const char *failed): the guest has looked around; @failed: NULL, or which wall
 * does not stand Signal "broken" (GError *): it said what it may not say; from here on it is not
 * listened to Signal "closed": nobody holds the other end any more
 */
#define SHIP_TYPE_GUEST_CHANNEL (ship_guest_channel_get_type ())
G_DECLARE_FINAL_TYPE (ShipGuestChannel, ship_guest_channel, SHIP, GUEST_CHANNEL, GObject)

/* @fd: (transfer full): our end of a SOCK_SEQPACKET pair of which nothing was sent yet
 * @environment: (transfer none) NULL-terminated: of every process; outlives the channel */
ShipGuestChannel *ship_guest_channel_new (int fd, const char *const *environment, GError **error);

/* The guest's process as the kernel says, 0 before "ready". */
pid_t ship_guest_channel_get_pid (ShipGuestChannel *self);

/* Ends our half, so that the guest ends; what it still says is dropped. Everything waiting gets
 * @error. */
void ship_guest_channel_close (ShipGuestChannel *self, const GError *error);

/* Takes @command. */
void ship_guest_channel_spawn_async (ShipGuestChannel   *self,
                                     ShipSandboxCommand *command,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
ShipSandboxProcess *
ship_guest_channel_spawn_finish (ShipGuestChannel *self, GAsyncResult *result, GError **error);

/* Takes @fd. */
gboolean
ship_guest_channel_connect_port (ShipGuestChannel *self, guint16 port, int fd, GError **error);

/* For ship-guest-process.c: to the process that has @id, and that nobody asks about it any more. */
void ship_guest_channel_signal (ShipGuestChannel *self, guint32 id, int signal);
void ship_guest_channel_abandon (ShipGuestChannel *self, guint32 id);

G_END_DECLS
