/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-session-dbus.h"

/* A ship-session's end of the socket, played: what it is called with is kept as text, and it
 * answers by the table in the .c file. Aborts on a method that it does not play. */
typedef struct
{
  GDBusServer      *server;
  ShipDBusSession1 *skeleton;
  GPtrArray        *connections; /* (element-type GDBusConnection) */
  GString          *calls;       /* "Send(text,model) Stop …" */
  gpointer          user_data;
  gboolean          is_closing;            /* takes no prompt any more */
  void (*hibernated) (gpointer user_data); /* (nullable); of a Delete, too */
  /* (nullable): whether it lets itself be claimed; it does not without one */
  gboolean (*adopt) (gpointer user_data, GVariant *options);
} FakePeer;

FakePeer *fake_peer_new (const char *socket, const char *id);
void      fake_peer_set_state (FakePeer *self, const char *state, const char *detail);
/* Everything sent so far has left before the connections are closed. */
void fake_peer_close (FakePeer *self);
void fake_peer_free (FakePeer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakePeer, fake_peer_free)
