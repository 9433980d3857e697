/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"
#include "session/ship-session.h"

G_BEGIN_DECLS

/* What a client may ask of a session that nobody has claimed. */

/* Whether it is a spare: made ahead, with its sandbox warm. FALSE until it is loaded. */
gboolean ship_session_is_spare (ShipSession *self);

/* Makes a spare the session that is wanted, in one transaction. @options: a{sv}, see the method
 * Adopt in data/dbus. The working copy has the new branch when it finishes, or when the wake that
 * is under way ends. CONFLICT when it is no spare, or not awake. finish:
 * ship_session_command_finish() */
void ship_session_adopt_async (ShipSession        *self,
                               GVariant           *options,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);

/* What a session works on: (transfer none) (nullable): NULL until it is loaded. */
const ShipSessionRow *ship_session_get_row (ShipSession *self);

G_END_DECLS
