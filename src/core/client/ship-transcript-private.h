/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* An entry as it is read: made on the store's thread, used up on the main one. Plain struct, every
 * string owned. */
typedef struct
{
  char       *key;
  const char *kind; /* static */
  char       *text;
  char       *tool;   /* (nullable) */
  char       *status; /* (nullable) */
  char       *title;  /* (nullable) */
  char       *output; /* (nullable) */
  int         exit_code;
  gint64      task;
  gint64      part; /* the part's row; 0: not a part */
  gboolean    is_ended;
  gboolean    is_sub_agent;
  char       *parent_key;    /* (nullable): the entry that started the agent this one is of */
  guint       depth;         /* 0: the session's own agent */
  gboolean    has_sub_agent; /* it started one */
  gint64      started_at;
  gint64      ended_at;
} ShipEntryValues;

void ship_entry_values_free (ShipEntryValues *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipEntryValues, ship_entry_values_free)

/* On the store's thread. Returns: (transfer full) (element-type ShipEntryValues), in order */
GPtrArray *ship_transcript_read_all (sqlite3 *db, GError **error);
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
gint64   ship_transcript_entry_get_part (ShipTranscriptEntry *self);

G_END_DECLS
