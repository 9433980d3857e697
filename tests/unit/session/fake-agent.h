/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"
#include "session/ship-runtime.h"

G_BEGIN_DECLS

/* An agent that does what the test says, and a runtime that has it. Every call is noted as a line
 * of text and must be taken by the test. */
#define FAKE_TYPE_AGENT (fake_agent_get_type ())
GType                     fake_agent_get_type (void);
typedef struct _FakeAgent FakeAgent;

FakeAgent *fake_agent_new (void);
/* Waits for the next call and returns its line, for example "prompt anthropic/m build: Do it".
 * (transfer full) */
char *fake_agent_take_call (FakeAgent *self);
guint fake_agent_get_n_calls (FakeAgent *self);
void  fake_agent_say_status (FakeAgent *self, ShipAgentStatus status);
void  fake_agent_say_message (FakeAgent     *self,
                              const char    *id,
                              gboolean       is_completed,
                              const char    *fault,
                              ShipErrorClass error_class);
/* Wall-clock milliseconds, for the messages that follow; 1000 at first. */
void fake_agent_set_clock (FakeAgent *self, gint64 now_ms);
/* A message of the user. */
void fake_agent_say_prompt (FakeAgent *self, const char *id);
/* An answer to the message @parent. */
void
fake_agent_say_answer (FakeAgent *self, const char *id, const char *parent, gboolean is_completed);
void fake_agent_say_text (FakeAgent  *self,
                          const char *message,
                          const char *part,
                          const char *text,
                          gboolean    is_ended);
void
fake_agent_say_delta (FakeAgent *self, const char *message, const char *part, const char *text);
void fake_agent_say_tool (FakeAgent          *self,
                          const char         *message,
                          const char         *part,
                          const char         *tool,
                          ShipAgentToolStatus status);
/* The title the last session was opened with; NULL: the agent is to think of one. */
const char *fake_agent_get_opened_title (FakeAgent *self);
/* @session: (nullable): the session's own; @parent: (nullable) */
void
fake_agent_say_title (FakeAgent *self, const char *session, const char *parent, const char *title);
void fake_agent_ask (FakeAgent *self, const char *request, const char *title);
/* @details: JSON, as OpenCode tells it */
void fake_agent_ask_permission (FakeAgent  *self,
                                const char *request,
                                const char *permission,
                                const char *title,
                                const char *details);
void fake_agent_ask_question (FakeAgent *self, const char *request, const char *details);
/* The next @n_times answers fail with @code. */
void fake_agent_fail_answers (FakeAgent *self, ShipAgentError code, guint n_times);
void fake_agent_close_request (FakeAgent *self, const char *request);
void fake_agent_lose (FakeAgent *self);
/* Its connection stays open and dead: nothing answers any more. */
void fake_agent_fall_silent (FakeAgent *self);
/* Whether a connect succeeds; it does at first. */
void fake_agent_set_reachable (FakeAgent *self, gboolean is_reachable);
/* Ends a reconcile (a call "reconcile SESSION"); what it tells is said by the functions above,
 * before. */
void fake_agent_end_reconcile (FakeAgent *self);

#define FAKE_TYPE_RUNTIME (fake_runtime_get_type ())
G_DECLARE_FINAL_TYPE (FakeRuntime, fake_runtime, FAKE, RUNTIME, ShipRuntime)

FakeRuntime *fake_runtime_new (FakeAgent *agent);
/* The next wake fails with this sentence. */
void fake_runtime_fail_next_wake (FakeRuntime *self, const char *sentence);
/* The next @n wakes fail with this SHIP_SANDBOX_ERROR. */
void     fake_runtime_fail_next_wakes (FakeRuntime *self, guint n, int code, const char *sentence);
guint    fake_runtime_get_n_wakes (FakeRuntime *self);
gboolean fake_runtime_is_awake (FakeRuntime *self);
/* How the last wake was asked for. */
gboolean fake_runtime_is_read_only (FakeRuntime *self);
/* The agent has to be started anew before it knows @model. */
void fake_runtime_forget_model (FakeRuntime *self, const char *model);

G_END_DECLS
