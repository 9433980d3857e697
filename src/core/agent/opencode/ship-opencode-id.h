/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* (transfer full): an id of OpenCode's own shape, which sorts by time: @prefix, "_", twelve
 * hexadecimal digits of @now_ms, fourteen random letters. @last: the sort key of the one before, so
 * that each is later than the last; 0 at first. */
char *ship_opencode_id_new (guint64 *last, const char *prefix, gint64 now_ms);

/* The names in an answer to GET /command: (transfer full), sorted; SHIP_AGENT_ERROR_PROTOCOL. */
GStrv ship_opencode_commands_parse (JsonNode *root, GError **error);

G_END_DECLS
