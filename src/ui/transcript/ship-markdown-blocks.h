/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cmark-gfm.h>
#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A widget for one block of a document, with everything in it. Main thread.
 *
 * Returns: (transfer floating) */
GtkWidget *ship_markdown_block_new (cmark_node *block);
/* Shows @block in the widget of what it was when it was shorter. FALSE: it has to be made anew. */
gboolean ship_markdown_block_grow (GtkWidget *widget, cmark_node *block);

G_END_DECLS
