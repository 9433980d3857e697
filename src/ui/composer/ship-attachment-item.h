/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-drafts.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * One file that is to go with a prompt: read when it is added, kept beside the draft, and shown
 * small if it is a picture. None of that on the main thread.
 *
 * Property "is-ready" (notify): its content is there. Signals: "changed" (what a draft says of it,
 * or its small picture), "failed" (const char *sentence): it cannot go.
 */
#define SHIP_TYPE_ATTACHMENT_ITEM (ship_attachment_item_get_type ())
G_DECLARE_FINAL_TYPE (ShipAttachmentItem, ship_attachment_item, SHIP, ATTACHMENT_ITEM, GObject)

/* @drafts: (nullable): it is not kept */
ShipAttachmentItem *ship_attachment_item_new_for_file (GFile *file, ShipDrafts *drafts);
ShipAttachmentItem *
ship_attachment_item_new_for_bytes (const char *name, GBytes *content, ShipDrafts *drafts);
/* One that was kept. */
ShipAttachmentItem *ship_attachment_item_new_for_row (const ShipDraftFileRow *row,
                                                      ShipDrafts             *drafts);
/* Begins to read; once, after its signals are connected. */
void ship_attachment_item_start (ShipAttachmentItem *self);
/* Nothing more is told. */
void ship_attachment_item_cancel (ShipAttachmentItem *self);

const char   *ship_attachment_item_get_name (ShipAttachmentItem *self);
gint64        ship_attachment_item_get_size (ShipAttachmentItem *self);      /* -1: not known yet */
GBytes       *ship_attachment_item_get_content (ShipAttachmentItem *self);   /* (nullable) */
GdkPaintable *ship_attachment_item_get_thumbnail (ShipAttachmentItem *self); /* (nullable) */
/* What a draft says of it; NULL while it is not kept. (transfer full) (nullable) */
ShipDraftFileRow *ship_attachment_item_new_row (ShipAttachmentItem *self);

G_END_DECLS
