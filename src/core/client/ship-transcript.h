/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"
#include "session/ship-egress-tables.h"
#include "session/ship-limits-table.h"
#include "session/ship-session-rows.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* An entry of a conversation: a user's prompt, a part of an answer, a commit or a notice.
 * Properties: "kind" (prompt text reasoning tool commit notice state steer attachment), "text",
 * "tool", "status", "title", "output", "exit-code", "task" (gint64), "key" (unique text),
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

/* A GListModel of ShipTranscriptEntry in the order things happened, what a sub-agent did right
 * behind the entry that started it: read from the session's store (read-only), kept live by the
 * client's "changed" and "delta" signals (applied once: a delta that is already in the row read is
 * not added twice).
 * @client: (nullable): without it a still picture. */
#define SHIP_TYPE_TRANSCRIPT (ship_transcript_get_type ())
G_DECLARE_FINAL_TYPE (ShipTranscript, ship_transcript, SHIP, TRANSCRIPT, GObject)

ShipTranscript          *
ship_transcript_new (ShipPaths *paths, const char *session_id, ShipSessionClient *client);
void     ship_transcript_load_async (ShipTranscript     *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_transcript_load_finish (ShipTranscript *self, GAsyncResult *result, GError **error);
void     ship_transcript_close_async (ShipTranscript     *self,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
gboolean ship_transcript_close_finish (ShipTranscript *self, GAsyncResult *result, GError **error);

/* The sub-agents of @task (0: of all), of any depth. */
typedef struct
{
  guint n_running;
  guint n_done; /* in whatever way */
} ShipSubAgentCount;

ShipSubAgentCount ship_transcript_count_sub_agents (ShipTranscript *self, gint64 task);

/* Reads once, on the store's thread: (transfer full) rows for one-shot commands. */
typedef struct
{
  ShipSessionRow   *session;   /* (owned) */
  GPtrArray        *tasks;     /* (owned) (element-type ShipTaskRow) */
  GPtrArray        *messages;  /* (owned) (element-type ShipMessageRow) */
  GPtrArray        *requests;  /* (owned) (element-type ShipRequestRow): open ones */
  GPtrArray        *rules;     /* (owned) (element-type ShipRuleRow): in their order */
  GPtrArray        *exchanges; /* (owned) (element-type ShipExchangeRow) */
  GPtrArray        *contacts;  /* (owned) (element-type ShipContactRow): the latest first */
  ShipEgressRow    *egress;    /* (owned): what the session allows of its own */
  ShipLimitsRow    *limits;    /* (owned): what its sandbox may use, where it has its own */
  GPtrArray        *todos; /* (owned) (element-type ShipTodoRow): of the last task that has some */
  gint64            todos_task; /* that task; 0: none has */
  ShipSubAgentCount sub_agents;
} ShipSessionSnapshot;

void ship_session_snapshot_free (ShipSessionSnapshot *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSessionSnapshot, ship_session_snapshot_free)

void                 ship_session_snapshot_load_async (ShipPaths          *paths,
                                                       const char         *session_id,
                                                       GCancellable       *cancellable,
                                                       GAsyncReadyCallback callback,
                                                       gpointer            user_data);
ShipSessionSnapshot *ship_session_snapshot_load_finish (GAsyncResult *result, GError **error);

G_END_DECLS
