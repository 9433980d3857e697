/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

/* Whether a process answers at the session's socket. On a worker thread. */
gboolean ship_session_is_awake_thread (ShipPaths *paths, const char *session_id);

/* A dead process cannot write that it is dead: corrects what it wrote last. @state, @detail:
 * (inout) (transfer full). On a worker thread. */
void ship_session_correct_state_thread (ShipPaths  *paths,
                                        const char *session_id,
                                        char      **state,
                                        char      **detail);

G_END_DECLS
