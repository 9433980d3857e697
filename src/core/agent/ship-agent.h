/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent/ship-agent-error.h"
#include "agent/ship-agent-event.h"

G_BEGIN_DECLS

/* A file that goes with a prompt. Plain struct, nothing owned. */
typedef struct
{
  const char *name;
  const char *mime; /* "text/plain", "application/x-directory", "image/png", … */
  const char *url;  /* data:, or file: of a path inside the sandbox */
} ShipAgentFile;

/* What one prompt asks for. Plain struct on the caller's stack; nothing owned. */
typedef struct
{
  const char *text;
  const char *provider;
  const char *model;
  const char *mode;    /* "build" or "plan" */
  const char *variant; /* (nullable) */
  const char *system;  /* (nullable): added to the agent's instructions for this turn */
  /* (nullable): what its message is to be called, from ship_agent_new_message_id() */
  const char          *message_id;
  const ShipAgentFile *files;
  gsize                n_files;
} ShipAgentPrompt;

/*
 * A coding agent that is already running and has an address. Main thread.
 *
 * Signal "event" (ShipAgentEvent *)
 * Signal "lost" (GError *): the event stream ended, or was silent for too long (SILENT); connect
 * again to go on.
 */
#define SHIP_TYPE_AGENT (ship_agent_get_type ())
G_DECLARE_DERIVABLE_TYPE (ShipAgent, ship_agent, SHIP, AGENT, GObject)

/* Waits until it answers and its event stream is open. May be called again after "lost". */
void     ship_agent_connect_async (ShipAgent          *self,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean ship_agent_connect_finish (ShipAgent *self, GAsyncResult *result, GError **error);
/* No signal is emitted after this. */
void ship_agent_disconnect (ShipAgent *self);

/* Goes on with @session_id if the agent still knows it, else makes a new session. @title:
 * (nullable): NULL lets the agent think of one beside its first turn, told as
 * SHIP_AGENT_EVENT_SESSION. finish: (transfer full) its id */
void  ship_agent_open_session_async (ShipAgent          *self,
                                     const char         *session_id,
                                     const char         *title,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
char *ship_agent_open_session_finish (ShipAgent *self, GAsyncResult *result, GError **error);

/* Returns once the agent has taken it; what happens then comes as events. */
void     ship_agent_prompt_async (ShipAgent             *self,
                                  const char            *session_id,
                                  const ShipAgentPrompt *prompt,
                                  GCancellable          *cancellable,
                                  GAsyncReadyCallback    callback,
                                  gpointer               user_data);
gboolean ship_agent_prompt_finish (ShipAgent *self, GAsyncResult *result, GError **error);

void     ship_agent_abort_async (ShipAgent          *self,
                                 const char         *session_id,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
gboolean ship_agent_abort_finish (ShipAgent *self, GAsyncResult *result, GError **error);

/* Answers to a request. @allow: for a permission. @message: (nullable): the reason of a refusal,
 * which the agent reads. @answers: (nullable): for a question, one text for each of its questions,
 * NULL-terminated, several answers to one with SHIP_AGENT_ANSWER_SEPARATOR between them; NULL
 * rejects it. NOT_FOUND: the agent does not wait for it (any more). */
#define SHIP_AGENT_ANSWER_SEPARATOR "\x1f"

void ship_agent_answer_permission_async (ShipAgent          *self,
                                         const char         *request_id,
                                         gboolean            allow,
                                         const char         *message,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean
     ship_agent_answer_permission_finish (ShipAgent *self, GAsyncResult *result, GError **error);
void ship_agent_answer_question_async (ShipAgent          *self,
                                       const char         *request_id,
                                       const char *const  *answers,
                                       GCancellable       *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean ship_agent_answer_question_finish (ShipAgent *self, GAsyncResult *result, GError **error);

/* Replays as "event"s what the agent knows of @session_id: its messages with parts, to-dos, open
 * requests, and last its status (idle if it does not say). Requests that were told open and are
 * not any more are closed first. For catching up after a reconnect or a restart. */
void     ship_agent_reconcile_async (ShipAgent          *self,
                                     const char         *session_id,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_agent_reconcile_finish (ShipAgent *self, GAsyncResult *result, GError **error);

/* Monotonic microseconds of the last sign of life. */
gint64      ship_agent_get_last_activity (ShipAgent *self);
const char *ship_agent_get_version (ShipAgent *self); /* (nullable) before the first connect */

G_END_DECLS
