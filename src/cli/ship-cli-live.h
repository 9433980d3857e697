/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"
#include "ship-cli.h"

G_BEGIN_DECLS

/*
 * Prints a conversation and follows it: streamed text as it comes, tools on a line each, and what
 * the session is doing. On a terminal with a line at the bottom that moves; in a pipe as plain
 * lines; with --json as JSON lines.
 */
#define SHIP_TYPE_CLI_LIVE (ship_cli_live_get_type ())
G_DECLARE_FINAL_TYPE (ShipCliLive, ship_cli_live, SHIP, CLI_LIVE, GObject)

/* @client: (nullable): connected, or NULL for what is on disk only.
 * @task: until this task has ended, and nothing of what was before it; 0: all of it, until nothing
 * runs any more. */
ShipCliLive *
ship_cli_live_new (ShipCli *cli, const char *session_id, ShipSessionClient *client, gint64 task);

/* finish: a ShipCliStatus; FAILED with @error when it could not be followed to the end, otherwise
 * what has to be said about the end has been said. */
void ship_cli_live_run_async (ShipCliLive *self, GAsyncReadyCallback callback, gpointer user_data);
ShipCliStatus ship_cli_live_run_finish (ShipCliLive *self, GAsyncResult *result, GError **error);

/* Ends the run with INTERRUPTED; the session goes on. */
void ship_cli_live_detach (ShipCliLive *self);

G_END_DECLS
