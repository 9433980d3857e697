/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* One frame of the transcript on its way to the store: filled on the main thread, written on the
 * store's thread, read again on the main thread. Atomically counted; never touched by two threads
 * at once. */
typedef enum
{
  SHIP_TRANSCRIPT_OP_MESSAGE,
  SHIP_TRANSCRIPT_OP_PART,
  SHIP_TRANSCRIPT_OP_DELTA,
  SHIP_TRANSCRIPT_OP_PART_REMOVED,
  SHIP_TRANSCRIPT_OP_TODOS,
  SHIP_TRANSCRIPT_OP_REQUEST,
  SHIP_TRANSCRIPT_OP_REQUEST_CLOSED,
  SHIP_TRANSCRIPT_OP_JOURNAL,
} ShipTranscriptOpKind;

typedef struct
{
  ShipTranscriptOpKind kind;
  gint64               task;
  ShipMessageRow      *message;          /* (owned) (nullable) */
  ShipPartRow         *part;             /* (owned) (nullable) */
  char                *message_agent_id; /* (owned) (nullable): of a part */
  char                *agent_session;    /* (owned) (nullable) */
  char                *agent_id; /* (owned) (nullable): of a delta, a removal, a closed request */
  GString             *delta;    /* (owned) (nullable) */
  GPtrArray           *todos;    /* (owned) (nullable) (element-type ShipTodoRow) */
  ShipRequestRow      *request;  /* (owned) (nullable) */
  char                *journal_kind; /* (owned) (nullable) */
  char                *text;         /* (owned) (nullable) */
  /* what became of it, set by the store's thread */
  gboolean    is_written;
  const char *table;
  gint64      row;
  guint64     offset;
} ShipTranscriptOp;

ShipTranscriptOp *ship_transcript_op_new (ShipTranscriptOpKind kind, gint64 task);
void              ship_transcript_op_free (ShipTranscriptOp *self);

typedef struct
{
  gatomicrefcount ref_count;
  GPtrArray      *ops; /* (owned) (element-type ShipTranscriptOp) */
  gint64          now_ms;
} ShipTranscriptBatch;

ShipTranscriptBatch *ship_transcript_batch_new (void);
ShipTranscriptBatch *ship_transcript_batch_ref (ShipTranscriptBatch *self);
void                 ship_transcript_batch_unref (ShipTranscriptBatch *self);

/* A ShipStoreFunc over a ShipTranscriptBatch. */
gboolean ship_transcript_batch_write_thread (sqlite3      *db,
                                             gpointer      batch,
                                             GCancellable *cancellable,
                                             GError      **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipTranscriptBatch, ship_transcript_batch_unref)

G_END_DECLS
