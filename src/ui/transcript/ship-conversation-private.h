/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"
#include "transcript/ship-conversation.h"

G_BEGIN_DECLS

/* What the parts of a conversation know of it. */

/* (element-type ShipEntryRow): in order; the last ones of the model */
GPtrArray      *ship_conversation_get_rows (ShipConversation *self);
ShipTranscript *ship_conversation_get_transcript (ShipConversation *self); /* (nullable) */
/* Shows the entry @key of @task, wherever it is, and looks at it. */
void               ship_conversation_go_to (ShipConversation *self, const char *key, gint64 task);
ShipSessionHandle *ship_conversation_get_handle (ShipConversation *self); /* (nullable) */
GCancellable      *ship_conversation_get_cancellable (ShipConversation *self);
void               ship_conversation_choose_model (ShipConversation *self);
void               ship_conversation_make_task (ShipConversation *self, GtkWidget *row);
void               ship_conversation_install_actions (GtkWidgetClass *klass);
void               ship_conversation_fail (ShipConversation *self, const GError *error);

/* Looking for a text; owned by the conversation, whose widgets outlive it. */
typedef struct _ShipConversationFinder ShipConversationFinder;

/* (nullable): it goes before the conversation does */
ShipConversationFinder *ship_conversation_get_finder (ShipConversation *self);
ShipConversationFinder *ship_conversation_finder_new (ShipConversation *self);
void                    ship_conversation_finder_free (ShipConversationFinder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipConversationFinder, ship_conversation_finder_free)
GtkWidget *ship_conversation_finder_get_bar (ShipConversationFinder *self);
void       ship_conversation_finder_open (ShipConversationFinder *self);
void       ship_conversation_finder_step (ShipConversationFinder *self, int by);
/* Rows have come: what is looked for is marked in them. */
void ship_conversation_finder_mark (ShipConversationFinder *self);

G_END_DECLS
