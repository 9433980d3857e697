/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "agent/ship-agent-event.h"

G_BEGIN_DECLS

/* The event that opens OpenCode's stream. */
#define SHIP_OPENCODE_EVENT_CONNECTED "server.connected"

/*
 * What one event of OpenCode's stream says: a pure function. An event whose name the table does not
 * have, and one it has but whose members are not as the protocol says, is SHIP_AGENT_EVENT_UNKNOWN
 * with its text in raw, so that it can be kept and shown. Text that is not a JSON object with a
 * "type" is SHIP_AGENT_ERROR_PROTOCOL. Returns: (transfer full)
 */
ShipAgentEvent *ship_opencode_event_parse (const char *text, gssize length, GError **error);

/* The same events, made from REST answers, for a replay. */
ShipAgentEvent *
ship_opencode_event_new_message (const char *session_id, JsonObject *info, GError **error);
ShipAgentEvent *
ship_opencode_event_new_part (const char *session_id, JsonObject *part, GError **error);
ShipAgentEvent *ship_opencode_event_new_todos (const char *session_id, JsonArray *todos);
ShipAgentEvent *ship_opencode_event_new_permission (JsonObject *request, GError **error);
ShipAgentEvent *ship_opencode_event_new_question (JsonObject *request, GError **error);
/* @status: (nullable): NULL is idle */
ShipAgentEvent *
ship_opencode_event_new_status (const char *session_id, JsonObject *status, GError **error);
/* For what could not be read. */
ShipAgentEvent *
ship_opencode_event_new_unknown (const char *name, const char *session_id, JsonNode *raw);

G_END_DECLS
