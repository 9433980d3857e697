/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"
#include "base/ship-secrets.h"
#include "session/ship-answer.h"
#include "session/ship-transcript-writer.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * Where the agent's requests wait for an answer: permissions and questions, a sub-agent's too. Owns
 * what is open, the session's rules, and the way of an answer to the agent. An answer is on disk
 * before the agent gets it, and is tried again until the agent has it or does not want it any more.
 * Main thread.
 *
 * Signal "changed" (const char *table, gint64 row): a row of the store was written; 0: one of them
 * Signal "waiting" (const char *title (nullable)): the first request that needs the user is another
 * one, or there is none any more.
 */
#define SHIP_TYPE_REQUEST_DESK (ship_request_desk_get_type ())
G_DECLARE_FINAL_TYPE (ShipRequestDesk, ship_request_desk, SHIP, REQUEST_DESK, GObject)

/* @store, @writer: the session's */
ShipRequestDesk *
ship_request_desk_new (ShipStore *store, ShipTranscriptWriter *writer, ShipSecrets *secrets);

/* Reads the rules; before the first turn. Not cancellable. */
void ship_request_desk_load_async (ShipRequestDesk    *self,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean
ship_request_desk_load_finish (ShipRequestDesk *self, GAsyncResult *result, GError **error);

/* To whom answers go. */
void ship_request_desk_set_agent (ShipRequestDesk *self, ShipAgent *agent);

/* A turn begins. What is asked outside of one is refused at once: nobody waits for it. */
void ship_request_desk_begin (ShipRequestDesk *self);
/* The turn is over, and with it all that is open; the rows are withdrawn by who ends the task.
 * @is_agent_there: the agent is told, because one that was stopped keeps its requests. */
void ship_request_desk_end (ShipRequestDesk *self, gboolean is_agent_there);

/* An event of the kinds PERMISSION, QUESTION and REQUEST_CLOSED; others are passed over. */
void ship_request_desk_take_event (ShipRequestDesk *self, ShipAgentEvent *event);

/* The title of the first request that needs the user. (nullable) */
const char *ship_request_desk_get_waiting (ShipRequestDesk *self);

/* Answers @request, a row. Finishes when the answer is on disk; its way to the agent goes on.
 * Errors are SHIP_SESSION_ERROR: NOT_FOUND, CONFLICT (does not wait, or another answer was first),
 * INVALID. Not cancellable. */
void ship_request_desk_answer_async (ShipRequestDesk    *self,
                                     gint64              request,
                                     const ShipAnswer   *answer,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean
ship_request_desk_answer_finish (ShipRequestDesk *self, GAsyncResult *result, GError **error);

/* Sets a rule (see ship-rules.h), or removes it with the @action "". What is open and now allowed
 * or denied is answered. INVALID: it could not be a rule. Not cancellable. */
void ship_request_desk_set_rule_async (ShipRequestDesk    *self,
                                       const char         *permission,
                                       const char         *pattern,
                                       const char         *action,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean
ship_request_desk_set_rule_finish (ShipRequestDesk *self, GAsyncResult *result, GError **error);

/* See ship_rules_get_permissions(). (transfer full) */
GStrv ship_request_desk_get_permissions (ShipRequestDesk *self);

G_END_DECLS
