/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "sandbox/ship-sandbox-command.h"
#include "ship-guest-protocol.h"

G_BEGIN_DECLS

/* No message of the guest is longer. */
#define SHIP_GUEST_REPLY_MAX (sizeof (ShipGuestHeader) + SHIP_GUEST_SENTENCE_MAX)

/* One message of the guest, found to be as the protocol says. */
typedef struct
{
  ShipGuestType type;
  guint32       id;
  int           value;
  int           detail;
  char          sentence[SHIP_GUEST_SENTENCE_MAX + 1]; /* READY: empty, or what failed */
} ShipGuestMessage;

/* What is wrong with @data, or NULL: then @message is filled in. @n_fds: descriptors that came with
 * it */
const char *
ship_guest_message_parse (ShipGuestMessage *message, const void *data, gsize size, guint n_fds);

/* @environment: what comes before the command's own. SHIP_SANDBOX_ERROR_REFUSED if it does not fit.
 */
GBytes *ship_guest_message_new_spawn (guint32                   id,
                                      const ShipSandboxCommand *command,
                                      const char *const        *environment,
                                      GError                  **error);
GBytes *ship_guest_message_new_signal (guint32 id, int signal);
GBytes *ship_guest_message_new_connect (guint16 port);

G_END_DECLS
