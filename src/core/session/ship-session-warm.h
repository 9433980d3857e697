/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session.h"

G_BEGIN_DECLS

/* Gets sandbox and agent ready although there is no work yet; the state says how that goes on. What
 * is awake or on its way already is left alone. A failure leaves the session asleep, with the
 * reason as its detail: nothing of the user's has failed. CONFLICT when it is put away, closes, or
 * its queue waits for the user. */
gboolean ship_session_wake (ShipSession *self, GError **error);

G_END_DECLS
