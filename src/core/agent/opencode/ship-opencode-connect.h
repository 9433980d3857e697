/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-api.h"

G_BEGIN_DECLS

/*
 * Waits until a server that is being started answers, then opens its event stream. An operation
 * object: made, run once, dropped. Main thread. Cancelled at any step it leaves nothing behind.
 */
#define SHIP_TYPE_OPENCODE_CONNECT (ship_opencode_connect_get_type ())
G_DECLARE_FINAL_TYPE (ShipOpencodeConnect, ship_opencode_connect, SHIP, OPENCODE_CONNECT, GObject)

/* @limit_ms: for all of it */
ShipOpencodeConnect *ship_opencode_connect_new (ShipOpencodeApi *api, guint limit_ms);

void ship_opencode_connect_run_async (ShipOpencodeConnect *self,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
/* Returns: (transfer full): the event stream. @version: (out) (transfer full): what the server says
 * it is */
GInputStream *ship_opencode_connect_run_finish (ShipOpencodeConnect *self,
                                                GAsyncResult        *result,
                                                char               **version,
                                                GError             **error);

G_END_DECLS
