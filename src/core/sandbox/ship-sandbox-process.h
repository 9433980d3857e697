/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * A process inside a sandbox, seen from outside. Main thread. Dropping the last reference kills it.
 * The kinds of sandbox derive it; see ship-sandbox-process-private.h.
 */
#define SHIP_TYPE_SANDBOX_PROCESS (ship_sandbox_process_get_type ())
G_DECLARE_DERIVABLE_TYPE (ShipSandboxProcess, ship_sandbox_process, SHIP, SANDBOX_PROCESS, GObject)

GOutputStream *
ship_sandbox_process_get_stdin (ShipSandboxProcess *self); /* (transfer none) (nullable) */
GInputStream *
ship_sandbox_process_get_stdout (ShipSandboxProcess *self); /* (transfer none) (nullable) */
GInputStream *
ship_sandbox_process_get_stderr (ShipSandboxProcess *self); /* (transfer none) (nullable) */
/* The terminal's master, or -1. Stays ours: dup() it to keep it. */
int      ship_sandbox_process_get_pty_fd (ShipSandboxProcess *self);
void     ship_sandbox_process_signal (ShipSandboxProcess *self, int signal);
void     ship_sandbox_process_resize (ShipSandboxProcess *self, guint16 rows, guint16 columns);
gboolean ship_sandbox_process_is_running (ShipSandboxProcess *self);

/* finish: the wait status as of waitpid(2). SHIP_SANDBOX_ERROR_GONE when the sandbox ended first.
 */
void     ship_sandbox_process_wait_async (ShipSandboxProcess *self,
                                          GCancellable       *cancellable,
                                          GAsyncReadyCallback callback,
                                          gpointer            user_data);
gboolean ship_sandbox_process_wait_finish (ShipSandboxProcess *self,
                                           GAsyncResult       *result,
                                           int                *wait_status,
                                           GError            **error);

G_END_DECLS
