/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-cli.h"

G_BEGIN_DECLS

/* What became of a task: on standard output the lines "commit", "branch", "files", "tokens" and
 * "cost" (or one JSON object), on standard error why it failed. finish: the exit code that says it;
 * FAILED with @error */
void          ship_cli_summary_print_async (ShipCli            *cli,
                                            const char         *session_id,
                                            gint64              task,
                                            GAsyncReadyCallback callback,
                                            gpointer            user_data);
ShipCliStatus ship_cli_summary_print_finish (GAsyncResult *result, GError **error);

G_END_DECLS
