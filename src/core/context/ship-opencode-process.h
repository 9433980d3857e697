/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The OpenCode server as a process in a sandbox: started, waited for until it says that it listens,
 * its output kept drained. Main thread.
 *
 * Signal "ended" (const char *last_words): once, after it was ready.
 */
#define SHIP_TYPE_OPENCODE_PROCESS (ship_opencode_process_get_type ())
G_DECLARE_FINAL_TYPE (ShipOpencodeProcess, ship_opencode_process, SHIP, OPENCODE_PROCESS, GObject)

ShipOpencodeProcess *ship_opencode_process_new (ShipSandbox *sandbox);

/* @argv, @env: as ship-opencode-launch gives them. Cancelled or failed: it is killed. */
void     ship_opencode_process_start_async (ShipOpencodeProcess *self,
                                            const char *const   *argv,
                                            const char *const   *env,
                                            GCancellable        *cancellable,
                                            GAsyncReadyCallback  callback,
                                            gpointer             user_data);
gboolean ship_opencode_process_start_finish (ShipOpencodeProcess *self,
                                             GAsyncResult        *result,
                                             GError             **error);
/* Kills it; no signal is emitted after this. */
void ship_opencode_process_stop (ShipOpencodeProcess *self);

G_END_DECLS
