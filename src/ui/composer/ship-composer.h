/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Where a prompt is written. Enter sends, Shift+Enter breaks the line; an input method that
 * composes keeps its Enter.
 *
 * Signals: "send" (const char *text), "stop"
 */
#define SHIP_TYPE_COMPOSER (ship_composer_get_type ())
G_DECLARE_FINAL_TYPE (ShipComposer, ship_composer, SHIP, COMPOSER, GtkWidget)

GtkWidget  *ship_composer_new (void);
char       *ship_composer_dup_text (ShipComposer *self);
void        ship_composer_set_text (ShipComposer *self, const char *text);
const char *ship_composer_get_mode (ShipComposer *self);
void        ship_composer_set_working (ShipComposer *self, gboolean is_working);
void        ship_composer_set_model (ShipComposer *self, const char *model);
/* Shows @widget where the model's name would be. */
void ship_composer_set_model_widget (ShipComposer *self, GtkWidget *widget);
void ship_composer_focus (ShipComposer *self);

G_END_DECLS
