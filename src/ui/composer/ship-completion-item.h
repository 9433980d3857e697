/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One thing that can be inserted: a file, or a command. Immutable. */
#define SHIP_TYPE_COMPLETION_ITEM (ship_completion_item_get_type ())
G_DECLARE_FINAL_TYPE (ShipCompletionItem, ship_completion_item, SHIP, COMPLETION_ITEM, GObject)

/* NULL when it cannot be written. */
ShipCompletionItem *ship_completion_item_new_file (const char *path);
ShipCompletionItem *
ship_completion_item_new_command (const char *name, const char *usage, const char *summary);

const char *ship_completion_item_get_title (ShipCompletionItem *self);  /* "main.c", "/model …" */
const char *ship_completion_item_get_detail (ShipCompletionItem *self); /* "src", "Use another…" */
const char *ship_completion_item_get_icon (ShipCompletionItem *self);
const char *ship_completion_item_get_text (ShipCompletionItem *self); /* what is inserted */

/* Of our commands and the agent's (nullable) the ones whose letters hold those of @pattern, the
 * best first; "": all. (transfer full) (element-type ShipCompletionItem) */
GPtrArray *ship_completion_items_match_commands (const char        *pattern,
                                                 const char *const *agent_commands);

G_END_DECLS
