/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "composer/ship-attachment-item.h"

G_BEGIN_DECLS

/*
 * The files that are to go with a prompt, as chips that can be taken away again. Hidden while there
 * are none.
 *
 * Signals: "changed", "failed" (const char *sentence): one cannot go, and is not there any more
 */
#define SHIP_TYPE_ATTACHMENT_BAR (ship_attachment_bar_get_type ())
G_DECLARE_FINAL_TYPE (ShipAttachmentBar, ship_attachment_bar, SHIP, ATTACHMENT_BAR, GtkWidget)

GtkWidget *ship_attachment_bar_new (void);
/* Where what is added from now on is kept. */
void ship_attachment_bar_set_drafts (ShipAttachmentBar *self, ShipDrafts *drafts);
void ship_attachment_bar_add_file (ShipAttachmentBar *self, GFile *file);
void ship_attachment_bar_add_bytes (ShipAttachmentBar *self, const char *name, GBytes *content);
/* @rows: (element-type ShipDraftFileRow) */
void ship_attachment_bar_add_rows (ShipAttachmentBar *self, GPtrArray *rows);
/* What ship_attachment_bar_steal_items() gave. @items: (element-type ShipAttachmentItem) */
void ship_attachment_bar_add_items (ShipAttachmentBar *self, GPtrArray *items);
/* Leaves none. (transfer full) (element-type ShipAttachmentItem) */
GPtrArray *ship_attachment_bar_steal_items (ShipAttachmentBar *self);
GPtrArray *ship_attachment_bar_get_items (ShipAttachmentBar *self);
/* All of them are read. */
gboolean ship_attachment_bar_is_ready (ShipAttachmentBar *self);
/* As a session takes them: an a(ssay), floating. */
GVariant *ship_attachment_bar_new_variant (ShipAttachmentBar *self);

G_END_DECLS
