/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"
#include "client/ship-transcript-entry.h"
#include "session/ship-egress-tables.h"
#include "session/ship-limits-table.h"
#include "session/ship-session-rows.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* A GListModel of ShipTranscriptEntry in the order things happened, what a sub-agent did right
 * behind the entry that started it: read from the session's store (read-only), kept live by the
 * client's "changed" and "delta" signals, each applied once. @client: (nullable): without it a
 * still picture. */
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

typedef enum
{
  SHIP_TRANSCRIPT_SAME,    /* what is shown, read again */
  SHIP_TRANSCRIPT_LATEST,  /* the end */
  SHIP_TRANSCRIPT_EARLIER, /* more before what is shown */
  SHIP_TRANSCRIPT_LATER,
  SHIP_TRANSCRIPT_TASK, /* where a task begins */
} ShipTranscriptPlace;

/* Before the first load: shows about @n answers, with turns and without what waits in the queue. */
void     ship_transcript_set_limit (ShipTranscript *self, guint n);
gboolean ship_transcript_has_earlier (ShipTranscript *self);
gboolean ship_transcript_has_later (ShipTranscript *self);
/* @task: for SHIP_TRANSCRIPT_TASK. After the first load. */
void     ship_transcript_show_async (ShipTranscript     *self,
                                     ShipTranscriptPlace place,
                                     gint64              task,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_transcript_show_finish (ShipTranscript *self, GAsyncResult *result, GError **error);

/* Where a text was found, of what is shown and what is not. */
typedef struct
{
  char  *key; /* of the entry, once it is shown */
  gint64 task;
} ShipTranscriptHit;

void ship_transcript_hit_free (ShipTranscriptHit *self);
/* ASCII letters in either case. finish: (transfer full) (element-type ShipTranscriptHit) in order
 */
void       ship_transcript_find_async (ShipTranscript     *self,
                                       const char         *text,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
GPtrArray *ship_transcript_find_finish (ShipTranscript *self, GAsyncResult *result, GError **error);

/* (transfer full): all of the same conversation, as it stands; to be loaded and closed */
ShipTranscript *ship_transcript_new_whole (ShipTranscript *self);
/* (transfer full): where what @digest names lies */
char *ship_transcript_dup_attachment_path (ShipTranscript *self, const char *digest);

/* All of a part, with its tool's input. finish: (transfer full); NULL without @error: it is gone */
void ship_transcript_load_part_async (ShipTranscript     *self,
                                      gint64              part,
                                      GCancellable       *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer            user_data);
ShipPartRow *
ship_transcript_load_part_finish (ShipTranscript *self, GAsyncResult *result, GError **error);

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
