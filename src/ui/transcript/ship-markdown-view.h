/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Markdown (GitHub's flavour) as native widgets, one for each block. Text that grows is cheap: only
 * the blocks from the first changed one on are made again. Raw HTML is shown as text, links that
 * are not http, https or mailto do nothing, images are links.
 */
#define SHIP_TYPE_MARKDOWN_VIEW (ship_markdown_view_get_type ())
G_DECLARE_FINAL_TYPE (ShipMarkdownView, ship_markdown_view, SHIP, MARKDOWN_VIEW, GtkWidget)

GtkWidget *ship_markdown_view_new (void);
void       ship_markdown_view_set_text (ShipMarkdownView *self, const char *text);
/* Of text that is being written and begins as it did before: only its last block is read again. */
void ship_markdown_view_grow_text (ShipMarkdownView *self, const char *text);

G_END_DECLS
