/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/ship-error-class.h"
#include "base/ship-paths.h"

G_BEGIN_DECLS

#define SHIP_CLIENT_ERROR (ship_client_error_quark ())
GQuark ship_client_error_quark (void);

typedef enum
{
  SHIP_CLIENT_ERROR_FAILED,
  SHIP_CLIENT_ERROR_NOT_FOUND,  /* no such session, task or request */
  SHIP_CLIENT_ERROR_INVALID,    /* what was asked makes no sense; the message says why */
  SHIP_CLIENT_ERROR_CONFLICT,   /* not in this state */
  SHIP_CLIENT_ERROR_NEEDS_USER, /* a key, a server: the message says what to do */
  SHIP_CLIENT_ERROR_GONE,       /* the session's process ended; connect again */
  SHIP_CLIENT_ERROR_CLOSING,    /* it is about to end, and has done nothing; connect again then */
} ShipClientError;

ShipErrorClass ship_client_error_classify (const GError *error);

/*
 * One session from outside: finds its ship-session by its socket or starts it, and passes commands.
 * State comes as properties "state", "detail", "activity", "retry-at", "commands" (notify) and the
 * signals "changed" (const char *table, gint64 row)   a row of the store was written; read it there
 * "delta" (gint64 part, guint64 offset, const char *text)   appended text, already on disk "closed"
 * (GError
 * * (nullable)) the process ended (hibernated, or died)
 */
#define SHIP_TYPE_SESSION_CLIENT (ship_session_client_get_type ())
G_DECLARE_FINAL_TYPE (ShipSessionClient, ship_session_client, SHIP, SESSION_CLIENT, GObject)

ShipSessionClient *ship_session_client_new (ShipPaths *paths, const char *session_id);

/* @start: start ship-session when none runs (with the client's environment). Otherwise a sleeping
 * session gives SHIP_CLIENT_ERROR_GONE. NOT_FOUND when there is no such session on disk. A start
 * that fails gives the sentence that ship-session wrote on its standard error. */
void ship_session_client_connect_async (ShipSessionClient  *self,
                                        gboolean            start,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
gboolean
ship_session_client_connect_finish (ShipSessionClient *self, GAsyncResult *result, GError **error);
gboolean ship_session_client_is_connected (ShipSessionClient *self);

const char *ship_session_client_get_id (ShipSessionClient *self);
const char *ship_session_client_get_state (ShipSessionClient *self);
const char *ship_session_client_get_detail (ShipSessionClient *self);
const char *ship_session_client_get_activity (ShipSessionClient *self);
/* When what failed is tried again, in wall-clock milliseconds; 0: nothing is. */
gint64 ship_session_client_get_retry_at (ShipSessionClient *self);
/* The names of the agent's own commands; empty until a process told them. */
const char *const *ship_session_client_get_commands (ShipSessionClient *self); /* (transfer none) */
/* The seconds until then, counted since that was told; right also when the clock is set. */
guint ship_session_client_get_retry_left (ShipSessionClient *self);

/* @options: (nullable): an a{sv}; see the interface. finish: the task's id, 0 with @error */
void ship_session_client_send_async (ShipSessionClient  *self,
                                     const char         *text,
                                     GVariant           *options,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gint64
ship_session_client_send_finish (ShipSessionClient *self, GAsyncResult *result, GError **error);

/* Every other method of the interface by its name: "Stop", "Resume", "CancelTask", "Answer",
 * "SetModel", "SetTitle", "Hibernate", "Delete". @arguments: (nullable): a tuple, floating
 * references are taken. */
void ship_session_client_call_async (ShipSessionClient  *self,
                                     const char         *method,
                                     GVariant           *arguments,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ship_session_client_call_finish (ShipSessionClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
