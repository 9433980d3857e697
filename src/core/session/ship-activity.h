/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What a working agent is shown as doing: "planning", "coding", "testing" or "executing". Derived
 * from the mode and the last tool only (@tool nullable, @input its JSON, nullable); a pure
 * function. */
const char *ship_activity_from_tool (const char *mode, const char *tool, const char *input);

G_END_DECLS
