/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What was sent with a prompt: its name and size, and a small picture of an image. */
#define SHIP_TYPE_ATTACHMENT_CHIP (ship_attachment_chip_get_type ())
G_DECLARE_FINAL_TYPE (ShipAttachmentChip, ship_attachment_chip, SHIP, ATTACHMENT_CHIP, GtkWidget)

GtkWidget *ship_attachment_chip_new (ShipTranscript *transcript, ShipTranscriptEntry *entry);

G_END_DECLS
