/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"
#include "ship-cli.h"

G_BEGIN_DECLS

/* Follows @task until it has ended and prints its summary, then ends the command; Ctrl-C leaves the
 * session to itself and says how to come back. @task 0: follows until nothing runs, without a
 * summary. @client: (nullable) */
void
ship_cli_follow (ShipCli *self, const char *session_id, ShipSessionClient *client, gint64 task);

G_END_DECLS
