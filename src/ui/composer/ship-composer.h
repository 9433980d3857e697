/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-drafts.h"
#include "client/ship-file-matcher.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Where a prompt is written: its text, what goes with it, in which mode and to which model. Enter
 * sends, Ctrl+Enter sends now, Shift+Enter breaks the line; "@" and "/" are completed.
 *
 * Signals: "send" (const char *text, GVariant *options): options as the session's Send has them (an
 * a{sv}: mode, attachments, steer); the handler says what becomes of it with ship_composer_take()
 * and what follows that. "stop"; "recall": Up was pressed in an empty one; "failed" (const char
 * *sentence)
 */
#define SHIP_TYPE_COMPOSER (ship_composer_get_type ())
G_DECLARE_FINAL_TYPE (ShipComposer, ship_composer, SHIP, COMPOSER, GtkWidget)

GtkWidget *ship_composer_new (void);

char *ship_composer_dup_text (ShipComposer *self);
/* Nothing is written and nothing added. */
gboolean ship_composer_is_empty (ShipComposer *self);
/* Adds a line or lines below what is there. */
void        ship_composer_add_text (ShipComposer *self, const char *text);
const char *ship_composer_get_mode (ShipComposer *self); /* "build", "plan" */
void        ship_composer_set_mode (ShipComposer *self, const char *mode);
/* What is sent waits, or is said into the turn; and there is something to stop. */
void ship_composer_set_working (ShipComposer *self, gboolean is_working);
/* Shows @widget between what is added and what is sent. */
void ship_composer_set_model_widget (ShipComposer *self, GtkWidget *widget);
void ship_composer_set_matcher (ShipComposer *self, ShipFileMatcher *matcher);
void ship_composer_set_agent_commands (ShipComposer *self, const char *const *commands);
/* Keeps what is written as the draft of @session, and shows the one there is. */
void ship_composer_set_drafts (ShipComposer *self, ShipDrafts *drafts, const char *session);
void ship_composer_focus (ShipComposer *self);

/* Takes what was to be sent out of sight; it stays the draft until it is said to be sent. Returns:
 * what to call it */
guint ship_composer_take (ShipComposer *self);
void  ship_composer_sent (ShipComposer *self, guint id);
/* It could not be sent: it stands there again, above what was written meanwhile. */
void ship_composer_give_back (ShipComposer *self, guint id);

G_END_DECLS
