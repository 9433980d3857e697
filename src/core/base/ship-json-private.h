/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-json.h"

G_BEGIN_DECLS

/*
 * Makes @text safe for json-glib, in place: checks the depth, the characters outside of strings,
 * the escapes inside them and that there is one root value; NULs and halves of surrogate pairs
 * written as escapes become U+FFFD (the same length), because json-glib cuts the string at the
 * first and aborts on the second.
 */
gboolean ship_json_guard (char *text, gsize length, GError **error);

G_END_DECLS
