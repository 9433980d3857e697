/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox.h"

G_BEGIN_DECLS

/* Runs @command (taken) with pipes to its end and collects its output, at most @max_output bytes of
 * stdout (more is an error: SHIP_SANDBOX_ERROR_REFUSED) and the first 64 KiB of stderr.
 * @input: (nullable): written to its standard input, which is then closed. */
typedef struct
{
  int     wait_status;
  GBytes *output;     /* (owned) */
  char   *error_text; /* (owned): valid UTF-8 */
} ShipSandboxRunResult;

void ship_sandbox_run_result_free (ShipSandboxRunResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSandboxRunResult, ship_sandbox_run_result_free)

void ship_sandbox_run_async (ShipSandbox        *sandbox,
                             ShipSandboxCommand *command,
                             GBytes             *input,
                             gsize               max_output,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data);
ShipSandboxRunResult *
ship_sandbox_run_finish (ShipSandbox *sandbox, GAsyncResult *result, GError **error);

/*
 * A Unix socket on the host, in a directory only the user can enter, whose connections go to a port
 * inside. For clients that want an address, such as an HTTP client. Closed and unlinked on dispose.
 */
#define SHIP_TYPE_SANDBOX_PORT_SOCKET (ship_sandbox_port_socket_get_type ())
G_DECLARE_FINAL_TYPE (ShipSandboxPortSocket,
                      ship_sandbox_port_socket,
                      SHIP,
                      SANDBOX_PORT_SOCKET,
                      GObject)
ShipSandboxPortSocket *
ship_sandbox_port_socket_new (ShipSandbox *sandbox, guint16 port, const char *path, GError **error);

G_END_DECLS
