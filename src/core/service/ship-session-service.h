/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A session's side of its socket: dev.ship.Session1 (data/dbus/), peer to peer, for clients of the
 * same user only. Main thread.
 *
 * Properties: "n-clients" (notify).
 * Signal "leave" (gboolean for_good): a client asked the process to end; the answer has been sent.
 */
#define SHIP_TYPE_SESSION_SERVICE (ship_session_service_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionService, ship_session_service, SHIP, SESSION_SERVICE, GObject)

ShipSessionService *ship_session_service_new (ShipSession *session);

/* Listens on the Unix socket at @path; what is left there from a dead process is replaced (the
 * caller holds the session's lock). */
gboolean ship_session_service_listen (ShipSessionService *self, const char *path, GError **error);
/* No new client from now on; the socket is unlinked. */
void ship_session_service_stop_listening (ShipSessionService *self);
/* Tells the clients that the session sleeps and ends every connection. */
void ship_session_service_close_async (ShipSessionService *self,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean
ship_session_service_close_finish (ShipSessionService *self, GAsyncResult *result, GError **error);
guint ship_session_service_get_n_clients (ShipSessionService *self);

G_END_DECLS
