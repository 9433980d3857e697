/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent-event.h"
#include "base/ship-secrets.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * Writes what the agent tells into the session's store: redacted, in order, coalesced to one
 * transaction a frame. Main thread.
 *
 * Signal "changed" (const char *table, gint64 row): it is on disk now
 * Signal "delta" (gint64 part, guint64 offset, const char *text): text appended to a part, on disk
 * now Signal "failed" (GError *): the store refused; what was in that frame is lost
 */
#define SHIP_TYPE_TRANSCRIPT_WRITER (ship_transcript_writer_get_type ())
G_DECLARE_FINAL_TYPE (ShipTranscriptWriter,
                      ship_transcript_writer,
                      SHIP,
                      TRANSCRIPT_WRITER,
                      GObject)

/* @store must outlive what was flushed: flush, then close the store, then drop both. */
ShipTranscriptWriter *ship_transcript_writer_new (ShipStore *store, ShipSecrets *secrets);

/* The task that messages, to-dos and requests belong to from now on; 0: none. */
void ship_transcript_writer_set_task (ShipTranscriptWriter *self, gint64 task);

/* The user stops the task: a tool that ends with an error from now on, a sub-agent's too, was
 * interrupted. Until the next task. */
void ship_transcript_writer_interrupt (ShipTranscriptWriter *self);

/* Events that are not part of the transcript (status, errors, sessions) are passed over, and
 * requests, which are the desk's. */
void ship_transcript_writer_take_event (ShipTranscriptWriter *self, ShipAgentEvent *event);

/* A request: open, or with an @answer (nullable) that is on its way to the agent. */
void ship_transcript_writer_add_request (ShipTranscriptWriter *self,
                                         ShipAgentEvent       *event,
                                         const char           *answer);
/* An open request is answered. */
void ship_transcript_writer_answer_request (ShipTranscriptWriter *self,
                                            const char           *agent_id,
                                            const char           *answer);

/* A line of the journal: @kind is state, step, notice, commit. */
void ship_transcript_writer_note (ShipTranscriptWriter *self, const char *kind, const char *text);

/* Queues what is pending in the store now; jobs queued after this see it. */
void ship_transcript_writer_flush (ShipTranscriptWriter *self);

G_END_DECLS
