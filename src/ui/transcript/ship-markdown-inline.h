/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cmark-gfm.h>
#include <glib.h>

G_BEGIN_DECLS

/* The inline children of @block as Pango markup, which is valid whatever the text says. Links that
 * are not http, https or mailto become plain text. Main thread.
 *
 * Returns: (transfer full) */
char *ship_markdown_inline_to_markup (cmark_node *block);

/* The same without any markup, for names and copies. (transfer full) */
char *ship_markdown_inline_to_text (cmark_node *block);

G_END_DECLS
