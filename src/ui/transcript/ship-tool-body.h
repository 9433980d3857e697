/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a tool was given and what it told, in the shape of the tool: a change as lines, a plan as
 * boxes, a command with its output. (transfer floating) */
GtkWidget *ship_tool_body_new (const ShipPartRow *part);

/* The change that @metadata of a tool (or of a request for permission) holds as JSON. (nullable):
 * none */
GtkWidget *ship_tool_diff_new (const char *metadata);

G_END_DECLS
