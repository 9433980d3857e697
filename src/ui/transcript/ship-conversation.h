/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A conversation to be read: its end first, older parts on demand, so that a long one opens at
 * once. Follows the end while the reader is there, and never moves what is being read.
 *
 * Signals: "failed" (const char *sentence): what the user did was not done, and why;
 * "choose-model": the user wants another model for what failed
 */
#define SHIP_TYPE_CONVERSATION (ship_conversation_get_type ())
G_DECLARE_FINAL_TYPE (ShipConversation, ship_conversation, SHIP, CONVERSATION, GtkWidget)

GtkWidget *ship_conversation_new (void);
/* What is done about a message is asked of @handle. */
void ship_conversation_set_handle (ShipConversation *self, ShipSessionHandle *handle);
/* @transcript: (nullable): bounded and loaded */
void ship_conversation_set_transcript (ShipConversation *self, ShipTranscript *transcript);
void ship_conversation_scroll_to_end (ShipConversation *self);
/* Shows where a task begins, wherever that is. */
void ship_conversation_scroll_to_task (ShipConversation *self, gint64 task);
/* Opens the place where a text to be found is written. */
void ship_conversation_find (ShipConversation *self);

G_END_DECLS
