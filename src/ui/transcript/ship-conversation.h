/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A conversation to be read: its end first, older parts on demand, so that a long one opens at
 * once. Follows the end while the reader is there, and never moves what is being read.
 */
#define SHIP_TYPE_CONVERSATION (ship_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ShipConversation, ship_conversation, SHIP, CONVERSATION, GtkWidget)

GtkWidget *ship_conversation_new (void);
/* @entries: (nullable): of ShipTranscriptEntry */
void ship_conversation_set_model (ShipConversation *self, GListModel *entries);
void ship_conversation_scroll_to_end (ShipConversation *self);

G_END_DECLS
