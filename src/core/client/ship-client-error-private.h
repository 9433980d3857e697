/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"

G_BEGIN_DECLS

/* An error of a call to a ship-session as this domain's; a cancellation stays one.
 * @error: (transfer full). Returns: (transfer full) */
GError *ship_client_error_from_call (GError *error);

G_END_DECLS
