/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef struct
{
  JsonNode *root;        /* (owned) (nullable): NULL if there was nothing to say */
  char     *next_cursor; /* (owned) (nullable): where the list goes on */
} ShipOpencodeReply;

void ship_opencode_reply_free (ShipOpencodeReply *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipOpencodeReply, ship_opencode_reply_free)

/*
 * Single requests to one OpenCode server through its Unix socket, with its password and directory
 * put in, and every failure turned into SHIP_AGENT_ERROR. No retries. Main thread.
 */
#define SHIP_TYPE_OPENCODE_API (ship_opencode_api_get_type ())
G_DECLARE_FINAL_TYPE (ShipOpencodeApi, ship_opencode_api, SHIP, OPENCODE_API, GObject)

ShipOpencodeApi *
ship_opencode_api_new (const char *socket_path, const char *password, const char *directory);

/* @body: (nullable): JSON. */
void ship_opencode_api_call_async (ShipOpencodeApi    *self,
                                   const char         *method,
                                   const char         *path,
                                   JsonNode           *body,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
/* The same without a limit of time, for what is answered when a run is over. */
void ship_opencode_api_call_long_async (ShipOpencodeApi    *self,
                                        const char         *method,
                                        const char         *path,
                                        JsonNode           *body,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
/* Of both. */
ShipOpencodeReply *
ship_opencode_api_call_finish (ShipOpencodeApi *self, GAsyncResult *result, GError **error);

/* Opens the event stream. finish: (transfer full): what to read it from */
void ship_opencode_api_open_events_async (ShipOpencodeApi    *self,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
GInputStream *
ship_opencode_api_open_events_finish (ShipOpencodeApi *self, GAsyncResult *result, GError **error);

/* (transfer full): a name for a message to come, later than those before */
char *ship_opencode_api_new_message_id (ShipOpencodeApi *self);

/* Monotonic microseconds of the last answer. */
gint64 ship_opencode_api_get_last_activity (ShipOpencodeApi *self);

G_END_DECLS
