/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "ship-cli-output.h"

G_BEGIN_DECLS

/*
 * A conversation as JSON lines: "state" when it changes, "entry" when one appears and when anything
 * but its text changes, "text" for what its text has grown by. Plain struct; main thread.
 */
typedef struct _ShipCliJsonLines ShipCliJsonLines;

ShipCliJsonLines *ship_cli_json_lines_new (ShipCli *cli);
void              ship_cli_json_lines_free (ShipCliJsonLines *self);

void ship_cli_json_lines_print_entry (ShipCliJsonLines *self, ShipTranscriptEntry *entry);
void ship_cli_json_lines_print_state (ShipCliJsonLines *self,
                                      const char       *state,
                                      const char       *detail,
                                      const char       *activity,
                                      gint64            retry_at);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipCliJsonLines, ship_cli_json_lines_free)

G_END_DECLS
