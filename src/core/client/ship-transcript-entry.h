/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-usage.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* An entry of a conversation: a user's prompt, a part of an answer, a commit or a notice.
 * Properties: "kind" (prompt text reasoning tool commit notice state steer attachment turn),
 * "text", "tool", "status", "title", "output", "exit-code", "task" (gint64), "key" (unique text),
 * "is-ended", "is-sub-agent" (another agent's, that the first one started), "parent-key" (the key
 * of the tool entry that started that agent; NULL for the session's own agent), "depth" (how many
 * agents are above), "has-sub-agent" (a tool that started an agent; the agent ends with it),
 * "duration-ms" (-1: not known). The object stays while its text grows. A prompt's "status" is its
 * task's state. steer: what the user said into a turn; its status is waiting, read or dropped.
 * attachment: its name, with its type as title and its size as output. */
#define SHIP_TYPE_TRANSCRIPT_ENTRY (ship_transcript_entry_get_type ())
G_DECLARE_FINAL_TYPE (ShipTranscriptEntry, ship_transcript_entry, SHIP, TRANSCRIPT_ENTRY, GObject)

const char *ship_transcript_entry_get_kind (ShipTranscriptEntry *self);
const char *ship_transcript_entry_get_key (ShipTranscriptEntry *self);
const char *ship_transcript_entry_get_text (ShipTranscriptEntry *self);
const char *ship_transcript_entry_get_tool (ShipTranscriptEntry *self);   /* (nullable) */
const char *ship_transcript_entry_get_status (ShipTranscriptEntry *self); /* (nullable) */
const char *ship_transcript_entry_get_title (ShipTranscriptEntry *self);  /* (nullable) */
const char *ship_transcript_entry_get_output (ShipTranscriptEntry *self); /* (nullable) */
int         ship_transcript_entry_get_exit_code (ShipTranscriptEntry *self);
gint64      ship_transcript_entry_get_task (ShipTranscriptEntry *self);
gboolean    ship_transcript_entry_is_ended (ShipTranscriptEntry *self);
gboolean    ship_transcript_entry_is_sub_agent (ShipTranscriptEntry *self);
const char *ship_transcript_entry_get_parent_key (ShipTranscriptEntry *self); /* (nullable) */
guint       ship_transcript_entry_get_depth (ShipTranscriptEntry *self);
gboolean    ship_transcript_entry_has_sub_agent (ShipTranscriptEntry *self);
gint64      ship_transcript_entry_get_duration_ms (ShipTranscriptEntry *self);

/* What the tool was called with, in a line: a command, a path, an address. (nullable) */
const char *ship_transcript_entry_get_subject (ShipTranscriptEntry *self);
gint64      ship_transcript_entry_get_part (ShipTranscriptEntry *self);    /* its row; 0: none */
gint64      ship_transcript_entry_get_message (ShipTranscriptEntry *self); /* its row; 0: none */
/* Of an attachment: names its content in the session's directory. (nullable) */
const char *ship_transcript_entry_get_digest (ShipTranscriptEntry *self);

/* What became of a turn, and what it took. */
typedef struct
{
  char     *error;         /* (nullable) */
  char     *category;      /* (nullable): of the error */
  char     *commit;        /* (nullable) */
  int       files_changed; /* -1: not known */
  ShipUsage usage;
  double    cost;          /* US dollars; negative: not known of any request */
  gboolean  is_cost_whole; /* known of every request */
} ShipTurnFigures;

/* (nullable): of the kind "turn" only, which a bounded transcript has behind each ended turn */
const ShipTurnFigures *ship_transcript_entry_get_turn (ShipTranscriptEntry *self);

G_END_DECLS
