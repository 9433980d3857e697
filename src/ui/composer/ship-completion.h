/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-file-matcher.h"
#include "composer/ship-prompt-view.h"

G_BEGIN_DECLS

/*
 * The list that completes "@path" and "/command" while they are typed. The focus stays in the text;
 * whoever has its keys first gives them to this.
 */
#define SHIP_TYPE_COMPLETION (ship_completion_get_type ())
G_DECLARE_FINAL_TYPE (ShipCompletion, ship_completion, SHIP, COMPLETION, GtkPopover)

/* @prompt: (unowned): lives as long. The caller gives it a parent, presents it when that is
 * allocated, and unparents it. */
GtkWidget *ship_completion_new (ShipPromptView *prompt);
/* Without one there are no files. */
void ship_completion_set_matcher (ShipCompletion *self, ShipFileMatcher *matcher);
/* What the agent brings beside ours. @commands: (nullable): the action session.learn-commands, if
 * there is one around this, is activated when they are wanted */
void ship_completion_set_agent_commands (ShipCompletion *self, const char *const *commands);
/* Whether the key was meant for the list. */
gboolean ship_completion_take_key (ShipCompletion *self, guint keyval, GdkModifierType state);

G_END_DECLS
