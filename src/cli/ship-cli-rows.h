/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "ship-cli-output.h"

G_BEGIN_DECLS

/* Rows of a session, printed: what "show", "tasks" and "answer" have in common. */

/* Members "tasks" and "requests" of the object that is being built. */
void ship_cli_rows_json_tasks (JsonBuilder *builder, const ShipSessionSnapshot *snapshot);
void ship_cli_rows_json_requests (JsonBuilder *builder, const ShipSessionSnapshot *snapshot);

void ship_cli_rows_print_tasks (ShipCli *cli, const ShipSessionSnapshot *snapshot);
void ship_cli_rows_print_requests (ShipCli *cli, const ShipSessionSnapshot *snapshot);

G_END_DECLS
