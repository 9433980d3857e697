/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Text of a prompt: grows to a limit, then scrolls. Enter submits, Shift+Enter breaks the line; an
 * input method that composes keeps every key.
 *
 * Signals: "changed", "submit" (gboolean now): now with Ctrl; never of nothing but spaces
 */
#define SHIP_TYPE_PROMPT_VIEW (ship_prompt_view_get_type ())
G_DECLARE_FINAL_TYPE (ShipPromptView, ship_prompt_view, SHIP, PROMPT_VIEW, GtkWidget)

/* @label: for a screen reader. @placeholder: (nullable) */
GtkWidget   *ship_prompt_view_new (const char *label, const char *placeholder, int max_height);
GtkTextView *ship_prompt_view_get_text_view (ShipPromptView *self);
char        *ship_prompt_view_dup_text (ShipPromptView *self);
/* Cannot be undone; the cursor goes to the end. */
void ship_prompt_view_set_text (ShipPromptView *self, const char *text);
/* Nothing but spaces. */
gboolean ship_prompt_view_is_blank (ShipPromptView *self);
/* An input method is at it: keys are its own. */
gboolean ship_prompt_view_is_composing (ShipPromptView *self);
void     ship_prompt_view_focus (ShipPromptView *self);
void     ship_prompt_view_set_placeholder (ShipPromptView *self, const char *placeholder);

G_END_DECLS
