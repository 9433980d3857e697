/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"
#include "client/ship-session-list.h"
#include "client/ship-transcript.h"

G_BEGIN_DECLS

/*
 * One session as a face shows and commands it, awake or asleep. Its state comes from its process
 * or, while there is none, from its row in the list; what it holds beside the conversation comes
 * from its store, read again when the process says that it changed. A call starts the process if
 * there is none.
 *
 * Properties (read-only, notify): "state", "detail", "activity" as the bus has them, never NULL;
 * "is-live" (there is a process and it is connected); "snapshot" (a pointer, see
 * ship_session_handle_get_snapshot()).
 * Signal "trouble" (GError *): something of it could not be read, or its process died.
 * Main thread. Calls under way keep it alive; it is told of changes until its last reference goes.
 */
#define SHIP_TYPE_SESSION_HANDLE (ship_session_handle_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionHandle, ship_session_handle, SHIP, SESSION_HANDLE, GObject)

/* Reads the session and listens to its process, if it is awake; never starts it by itself. */
ShipSessionHandle *ship_session_handle_new (ShipPaths *paths, const char *session_id);

const char        *ship_session_handle_get_id (ShipSessionHandle *self);
ShipSessionClient *ship_session_handle_get_client (ShipSessionHandle *self); /* (transfer none) */
const char        *ship_session_handle_get_state (ShipSessionHandle *self);
const char        *ship_session_handle_get_detail (ShipSessionHandle *self);
const char        *ship_session_handle_get_activity (ShipSessionHandle *self);
gboolean           ship_session_handle_is_live (ShipSessionHandle *self);
/* Whether Stop has something to stop. */
gboolean ship_session_handle_is_working (ShipSessionHandle *self);

/* The session's row of the list, while the list has it. */
void             ship_session_handle_set_item (ShipSessionHandle *self, ShipSessionItem *item);
ShipSessionItem *ship_session_handle_get_item (ShipSessionHandle *self); /* (nullable) */

/* (transfer none) (nullable): until the next notify of "snapshot"; NULL before the first. */
const ShipSessionSnapshot *ship_session_handle_get_snapshot (ShipSessionHandle *self);

/* A prompt or a command of the user's; as ship_session_client_send_async(). */
void ship_session_handle_send_async (ShipSessionHandle  *self,
                                     const char         *text,
                                     GVariant           *options,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gint64
ship_session_handle_send_finish (ShipSessionHandle *self, GAsyncResult *result, GError **error);

/* Every other method of the interface; as ship_session_client_call_async(). */
void ship_session_handle_call_async (ShipSessionHandle  *self,
                                     const char         *method,
                                     GVariant           *arguments,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ship_session_handle_call_finish (ShipSessionHandle *self, GAsyncResult *result, GError **error);

G_END_DECLS
