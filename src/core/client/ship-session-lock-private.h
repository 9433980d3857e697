/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

G_BEGIN_DECLS

/*
 * The ownership of a session that sleeps: while a client holds its lock, no ship-session starts and
 * the client may write the session's store itself. On a worker thread. Returns a descriptor to be
 * closed; -1 with @error: SHIP_CLIENT_ERROR_CONFLICT when a process has the session,
 * G_IO_ERROR_NOT_FOUND when there is no directory of it.
 */
int ship_session_lock_thread (ShipPaths *paths, const char *session_id, GError **error);

G_END_DECLS
