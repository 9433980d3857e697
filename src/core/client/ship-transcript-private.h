/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* An entry as it is read: made on the store's thread, used up on the main one. Plain struct, every
 * string owned. */
typedef struct
{
  char            *key;
  const char      *kind; /* static */
  char            *text;
  char            *tool;   /* (nullable) */
  char            *status; /* (nullable) */
  char            *title;  /* (nullable) */
  char            *output; /* (nullable) */
  int              exit_code;
  gint64           task;
  gint64           part; /* the part's row; 0: not a part */
  gboolean         is_ended;
  gboolean         is_sub_agent;
  char            *parent_key;    /* (nullable): the entry that started the agent this one is of */
  guint            depth;         /* 0: the session's own agent */
  gboolean         has_sub_agent; /* it started one */
  gint64           started_at;
  gint64           ended_at;
  char            *subject;       /* (nullable): what a tool was called with, in a line */
  char            *agent_session; /* (nullable): of a part: whose it is */
  char            *agent_id;      /* (nullable): of a part: its place among those of its agent */
  gint64           message;       /* of a part: its row; 0 */
  char            *digest;        /* (nullable): of an attachment: its content */
  ShipTurnFigures *turn;          /* (nullable): of a turn that has ended */
} ShipEntryValues;

void ship_entry_values_free (ShipEntryValues *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEntryValues, ship_entry_values_free)

/*
 * Which part of a conversation is shown, in units: an answer of the session's own agent with all
 * that its sub-agents did, or a task without answers. Plain values, passed through the reading.
 */
typedef struct
{
  ShipTranscriptPlace place;
  guint               limit; /* units; 0: all of it, and nothing that is made up of other rows */
  gint64              task;  /* SHIP_TRANSCRIPT_TASK: to be seen */
  /* What is shown now; in and out. */
  gint64   begin_task;
  gint64   begin_message; /* 0: a task without answers */
  gint64   end_task;      /* the first unit that is not shown */
  gint64   end_message;
  gboolean has_earlier;
  gboolean has_later; /* else what is new is shown */
} ShipTranscriptWindow;

/* On the store's thread. Returns: (transfer full) (element-type ShipEntryValues), in order */
GPtrArray *ship_transcript_read (sqlite3 *db, ShipTranscriptWindow *window, GError **error);
/* The units that are shown of all, (element-type ShipTranscriptUnit) in order; @begin, @end: of
 * them. */
typedef struct
{
  gint64 task;
  gint64 message;
} ShipTranscriptUnit;

void
ship_transcript_window_place (ShipTranscriptWindow *self, GArray *units, guint *begin, guint *end);
/* A line about what @tool was called with. (transfer full) (nullable) */
char *ship_tool_subject (const char *tool, const char *input);
/* One part again; what the part does not know (task, and whose it is) is left 0. (nullable) without
 * @error: it is gone, or is not shown */
ShipEntryValues *ship_transcript_read_part (sqlite3 *db, gint64 part, GError **error);

/* @values: (transfer full) */
ShipTranscriptEntry *ship_transcript_entry_new (ShipEntryValues *values);
/* Takes the new values (transfer full) and notifies. Text that is longer already, by deltas that
 * are younger than the reading, stays. */
void ship_transcript_entry_update (ShipTranscriptEntry *self, ShipEntryValues *values);
/* Text that begins at @offset. FALSE when there is a gap before it. */
gboolean ship_transcript_entry_append (ShipTranscriptEntry *self, guint64 offset, const char *text);
const ShipEntryValues *ship_transcript_entry_get_values (ShipTranscriptEntry *self);

ShipStore *ship_transcript_get_store (ShipTranscript *self); /* (nullable) */

G_END_DECLS
