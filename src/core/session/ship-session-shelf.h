/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session.h"

G_BEGIN_DECLS

/* How a session is kept and named. Both finish by ship_session_command_finish(). */

/* Out of sight, or back in the list. CONFLICT when it is to be archived and works. */
void ship_session_set_archived_async (ShipSession        *self,
                                      gboolean            archived,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
/* Renames the session's branch: in the user's repository, the mirror and the working copy. On disk
 * first: what is interrupted is completed by the next load. CONFLICT when there is such a branch,
 * when it is checked out, or while a turn is being committed. */
void ship_session_set_branch_async (ShipSession        *self,
                                    const char         *branch,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);

G_END_DECLS
