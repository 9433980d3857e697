/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "composer/ship-attachment-bar.h"

G_BEGIN_DECLS

/* The ways in which files come to an attachment bar. */

/* What is pasted into @view or dropped on @target and is no text. */
void ship_attachment_intake_connect (ShipAttachmentBar *bar, GtkTextView *view, GtkWidget *target);
/* Asks for files. */
void ship_attachment_intake_choose (ShipAttachmentBar *bar);

G_END_DECLS
