/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A button with the model's name that opens the list of models to choose from: searched by typing,
 * by provider, with price and context, and why one cannot be used. Follows the list, and has it
 * read again when it is opened.
 *
 * Properties: "model" (as ship_model_picker_get_model(), notify). Signals: "chosen" (const char
 * *model) and "effort-chosen" (const char *variant, "": the model's default), both by the user
 * alone
 */
#define SHIP_TYPE_MODEL_PICKER (ship_model_picker_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelPicker, ship_model_picker, SHIP, MODEL_PICKER, GtkWidget)

GtkWidget *ship_model_picker_new (ShipModelList *models);
/* "provider/id" of one that can be worked with. (nullable): what is set cannot, or there is none.
 * Before one is set it is the first. */
const char *ship_model_picker_get_model (ShipModelPicker *self);
/* @model: (nullable): none is set. It may come into the list later, or not be in it at all. */
void ship_model_picker_set_model (ShipModelPicker *self, const char *model);

/* How hard the model thinks is chosen here, too. @variant: "": its default */
void ship_model_picker_set_effort (ShipModelPicker *self, const char *variant);
/* "" unless it was set or chosen. */
const char *ship_model_picker_get_effort (ShipModelPicker *self);
/* @why: (nullable): nothing can be chosen now, and why; NULL: it can */
void ship_model_picker_set_locked (ShipModelPicker *self, const char *why);
void ship_model_picker_open (ShipModelPicker *self);

G_END_DECLS
