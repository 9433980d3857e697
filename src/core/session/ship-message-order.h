/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Whether an agent's messages come in the order of their times. OpenCode sorts a conversation by
 * the time in each message's id: after its clock was set back it takes an old answer for the last
 * one, and either asks its model over and over or not at all. Times are wall-clock milliseconds
 * of the agent. Main thread.
 */
typedef struct _ShipMessageOrder ShipMessageOrder;

ShipMessageOrder *ship_message_order_new (void);
void              ship_message_order_free (ShipMessageOrder *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipMessageOrder, ship_message_order_free)

/* Takes down a message of the user. */
void     ship_message_order_add_user (ShipMessageOrder *self, const char *id, gint64 created_ms);
gboolean ship_message_order_has_user (ShipMessageOrder *self, const char *id);
/* Takes down an answer; told again it changes nothing. @parent: (nullable). Returns: FALSE if it is
 * older than what it answers, or than an answer to the same that was there before */
gboolean ship_message_order_add_answer (ShipMessageOrder *self,
                                        const char       *id,
                                        const char       *parent,
                                        gint64            created_ms);

/* How far a clock may go back and count as the same: it is set by small steps all the time. */
#define SHIP_MESSAGE_ORDER_TOLERANCE_MS 2000

G_END_DECLS
