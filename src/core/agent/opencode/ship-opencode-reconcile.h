/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-api.h"

G_BEGIN_DECLS

/*
 * Asks OpenCode for all it knows of a session and makes events of it. An operation object: made,
 * run once, dropped. It only reads: cancelled at any step it leaves nothing behind. Main thread.
 */
#define SHIP_TYPE_OPENCODE_RECONCILE (ship_opencode_reconcile_get_type ())
G_DECLARE_FINAL_TYPE (ShipOpencodeReconcile,
                      ship_opencode_reconcile,
                      SHIP,
                      OPENCODE_RECONCILE,
                      GObject)

ShipOpencodeReconcile *ship_opencode_reconcile_new (ShipOpencodeApi *api, const char *session_id);

void ship_opencode_reconcile_run_async (ShipOpencodeReconcile *self,
                                        GCancellable          *cancellable,
                                        GAsyncReadyCallback    callback,
                                        gpointer               user_data);
/* Returns: (transfer full) (element-type ShipAgentEvent): messages with their parts, oldest first;
 * to-dos; open requests; last the status */
GPtrArray *ship_opencode_reconcile_run_finish (ShipOpencodeReconcile *self,
                                               GAsyncResult          *result,
                                               GError               **error);

G_END_DECLS
