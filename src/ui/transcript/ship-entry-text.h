/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

G_BEGIN_DECLS

/* An entry as Markdown, as it was written. (transfer full): "" for what has no words */
char *ship_entry_to_markdown (ShipTranscriptEntry *entry);
/* Several of them, what the user said told from what was answered. @entries: (element-type
 * ShipTranscriptEntry). (transfer full) */
char *ship_entries_to_markdown (GPtrArray *entries);
/* A code block that holds @text, whatever is in it. (transfer full) */
char *ship_markdown_fence (const char *text, const char *language);

/* "1.2 s", "3 min 4 s". (transfer full) */
char *ship_format_duration (gint64 ms);
/* What a turn took, in a line. (transfer full) */
char *ship_format_turn (ShipTranscriptEntry *entry);

G_END_DECLS
