/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "sandbox/ship-sandbox-command.h"
#include "sandbox/ship-sandbox-error.h"
#include "sandbox/ship-sandbox-process.h"

G_BEGIN_DECLS

/*
 * One isolated machine for one session, whatever makes it. Main thread.
 *
 * Signal "died" (GError *): once, when a started sandbox ends without ship_sandbox_stop_async().
 */
#define SHIP_TYPE_SANDBOX (ship_sandbox_get_type ())
G_DECLARE_DERIVABLE_TYPE (ShipSandbox, ship_sandbox, SHIP, SANDBOX, GObject)

/* Paths as they are inside. */
#define SHIP_SANDBOX_WORK_DIR     "/work"
#define SHIP_SANDBOX_HOME_DIR     "/home/agent"
#define SHIP_SANDBOX_OBJECTS_DIR  "/run/ship/objects" /* the mirror's objects, read-only */
#define SHIP_SANDBOX_AGENT_DIR    "/opt/agent"        /* the agent's program, read-only */
#define SHIP_SANDBOX_INDEX_FILE   "/run/ship/index"   /* git's index of the base, read-only */
#define SHIP_SANDBOX_GATEWAY_PORT 3128                /* the host's gateway, on 127.0.0.1 inside */

/* Cancelling leaves nothing running. Each step's name is told by the "step" property ("mounts",
 * "guest", "self-check"), for the progress that is shown. */
void     ship_sandbox_start_async (ShipSandbox        *self,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean ship_sandbox_start_finish (ShipSandbox *self, GAsyncResult *result, GError **error);

/* Ends everything inside and waits until it is gone. Not cancellable; succeeds when nothing runs.
 */
void ship_sandbox_stop_async (ShipSandbox *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_sandbox_stop_finish (ShipSandbox *self, GAsyncResult *result, GError **error);

/* Takes @command. finish: (transfer full) */
void ship_sandbox_spawn_async (ShipSandbox        *self,
                               ShipSandboxCommand *command,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
ShipSandboxProcess *
ship_sandbox_spawn_finish (ShipSandbox *self, GAsyncResult *result, GError **error);

/* Connects the stream socket @fd (transfer full), of which the caller keeps the other end, to @port
 * on 127.0.0.1 inside. If nothing listens there, the stream is closed. */
gboolean ship_sandbox_attach_port (ShipSandbox *self, guint16 port, int fd, GError **error);

gboolean    ship_sandbox_is_running (ShipSandbox *self);
const char *ship_sandbox_get_step (ShipSandbox *self);

G_END_DECLS
