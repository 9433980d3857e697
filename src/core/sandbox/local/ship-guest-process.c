/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/local/ship-guest-process.h"

#include <sys/ioctl.h>

/*
 * A process that ship-guest started. Keeps the channel, which knows it by number only; main thread.
 */

struct _ShipGuestProcess
{
  ShipSandboxProcess parent_instance;

  ShipGuestChannel *channel; /* (owned) */
  guint32           id;
};

G_DEFINE_FINAL_TYPE (ShipGuestProcess, ship_guest_process, SHIP_TYPE_SANDBOX_PROCESS)

static void
ship_guest_process_signal (ShipSandboxProcess *process, int signal)
{
  ShipGuestProcess *self = SHIP_GUEST_PROCESS (process);

  ship_guest_channel_signal (self->channel, self->id, signal);
}

/* The kernel tells those inside: no need to ask the guest. */
static void
ship_guest_process_resize (ShipSandboxProcess *process, guint16 rows, guint16 columns)
{
  struct winsize size = { .ws_row = rows, .ws_col = columns };

  if (ioctl (ship_sandbox_process_get_pty_fd (process), TIOCSWINSZ, &size) != 0)
    g_debug ("A terminal could not be resized: %m");
}

static void
ship_guest_process_dispose (GObject *object)
{
  ShipGuestProcess *self = SHIP_GUEST_PROCESS (object);

  if (self->channel != NULL)
    ship_guest_channel_abandon (self->channel, self->id);
  g_clear_object (&self->channel);

  G_OBJECT_CLASS (ship_guest_process_parent_class)->dispose (object);
}

static void
ship_guest_process_class_init (ShipGuestProcessClass *klass)
{
  ShipSandboxProcessClass *process_class = SHIP_SANDBOX_PROCESS_CLASS (klass);

  process_class->signal = ship_guest_process_signal;
  process_class->resize = ship_guest_process_resize;
  G_OBJECT_CLASS (klass)->dispose = ship_guest_process_dispose;
}

static void
ship_guest_process_init (ShipGuestProcess *self)
{
}

ShipGuestProcess *
ship_guest_process_new (ShipGuestChannel *channel, guint32 id)
{
  ShipGuestProcess *self = g_object_new (SHIP_TYPE_GUEST_PROCESS, NULL);

  self->channel = g_object_ref (channel);
  self->id = id;

  return self;
}
