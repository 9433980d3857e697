/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-request-desk.h"
#include "session/ship-request-entry-private.h"
#include "session/ship-request-job-private.h"

G_BEGIN_DECLS

/* Shared by ship-request-desk.c (what is open, what the agent tells), ship-request-delivery.c (the
 * way of an answer to the agent) and ship-request-answers.c (what the user says). */
struct _ShipRequestDesk
{
  GObject               parent_instance;
  ShipStore            *store;   /* (owned) */
  ShipTranscriptWriter *writer;  /* (owned) */
  ShipSecrets          *secrets; /* (owned) */
  ShipAgent            *agent;   /* (owned) (nullable) */
  GPtrArray            *rules;   /* (owned) (element-type ShipRuleRow): in their order */
  GPtrArray            *entries; /* (owned) (element-type ShipRequestEntry): the oldest first */
  char                 *waiting; /* (owned) (nullable) */
  guint                 last_serial;
  gboolean              is_turn;
};

/* A job of the store under way. */
typedef struct
{
  ShipRequestDesk *self; /* (owned) */
  ShipRequestJob  *job;  /* (owned) */
  GTask           *task; /* (owned) (nullable) */
} ShipRequestStep;

void ship_request_step_free (ShipRequestStep *step);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRequestStep, ship_request_step_free)

/* ship-request-desk.c */
/* (transfer none) (nullable) */
ShipRequestEntry *ship_request_desk_find (ShipRequestDesk *self, const char *agent_id);
void              ship_request_desk_update_waiting (ShipRequestDesk *self);
void ship_request_desk_emit_changed (ShipRequestDesk *self, const char *table, gint64 row);
/* A notice in the transcript; @format takes the title. */
void ship_request_desk_note (ShipRequestDesk *self, const char *format, const char *title);
/* Takes @job; @next gets a ShipRequestStep. @task: (nullable): borrowed */
void ship_request_desk_run_job (ShipRequestDesk    *self,
                                ShipRequestJob     *job,
                                GTask              *task,
                                GAsyncReadyCallback next);
/* Writes what became of a request, and nothing waits for that. */
void ship_request_desk_mark (ShipRequestDesk *self, ShipRequestJobKind kind, const char *agent_id);
/* What the rules say of an open permission is its answer, unless they say to ask: FALSE. Otherwise
 * the words for it are in @word, and the answer is to be delivered. */
gboolean ship_request_desk_answer_by_rule (ShipRequestDesk  *self,
                                           ShipRequestEntry *entry,
                                           const char      **word);

/* ship-request-delivery.c */
/* Does nothing while one is under way. */
void ship_request_desk_start_delivery (ShipRequestDesk *self, ShipRequestEntry *entry);
/* The agent does not know the request: it went on without the answer. Frees @entry. */
void ship_request_desk_drop_answer (ShipRequestDesk *self, ShipRequestEntry *entry);
/* Refuses what nobody will answer. The agent may have forgotten it already. */
void
ship_request_desk_turn_away (ShipRequestDesk *self, ShipRequestEntry *entry, const char *reason);

G_END_DECLS
