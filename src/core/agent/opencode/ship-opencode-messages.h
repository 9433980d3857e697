/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "agent/ship-agent-event.h"

G_BEGIN_DECLS

/*
 * The objects of OpenCode's API as they stand in REST answers and in events alike. Pure functions.
 * NULL with SHIP_AGENT_ERROR_PROTOCOL if what identifies the object is missing; anything else that
 * is missing or of another type is left at its default. All (transfer full).
 */
ShipAgentMessage *ship_opencode_message_parse (JsonObject *info, GError **error);
ShipAgentPart    *ship_opencode_part_parse (JsonObject *part, GError **error);
ShipAgentRequest *ship_opencode_permission_parse (JsonObject *request, GError **error);
ShipAgentRequest *ship_opencode_question_parse (JsonObject *request, GError **error);
/* Entries that are not objects with a content are left out. (element-type ShipAgentTodo) */
GPtrArray *ship_opencode_todos_parse (JsonArray *todos);
/* FALSE for a word that is none of the three. */
gboolean ship_opencode_status_parse (const char *word, ShipAgentStatus *status);

/* Parses text from OpenCode; its error is SHIP_AGENT_ERROR_PROTOCOL. (transfer full) */
JsonNode *ship_opencode_json_parse (const char *text, gssize length, GError **error);
/* Turns an error of base/ship-json into SHIP_AGENT_ERROR_PROTOCOL. Returns: FALSE */
gboolean ship_opencode_protocol_error (GError **error, GError *cause);

G_END_DECLS
