/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "agent/ship-agent.h"

G_BEGIN_DECLS

/* What to POST where: pure functions. (transfer full) */
typedef struct
{
  char     *path; /* (owned) */
  JsonNode *body; /* (owned) (nullable) */
} ShipOpencodeRequest;

void ship_opencode_request_free (ShipOpencodeRequest *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipOpencodeRequest, ship_opencode_request_free)

/* @title: (nullable): without one OpenCode asks a model for it. */
ShipOpencodeRequest *ship_opencode_request_new_session (const char *title);
ShipOpencodeRequest *ship_opencode_request_new_prompt (const char            *session_id,
                                                       const ShipAgentPrompt *prompt);
ShipOpencodeRequest *ship_opencode_request_new_command (const char            *session_id,
                                                        const char            *command,
                                                        const ShipAgentPrompt *prompt);
/* To be sent as DELETE. */
ShipOpencodeRequest *ship_opencode_request_new_forget (const char *session_id,
                                                       const char *message_id);
ShipOpencodeRequest *ship_opencode_request_new_abort (const char *session_id);
ShipOpencodeRequest *ship_opencode_request_new_permission_answer (const char *request_id,
                                                                  gboolean    allow,
                                                                  const char *message);
ShipOpencodeRequest *ship_opencode_request_new_question_answer (const char        *request_id,
                                                                const char *const *answers);

G_END_DECLS
