/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The models that can be worked with now, to choose from; searched by typing. Says what to do when
 * there is none. Follows the list. Property "model": see get_model(). */
#define SHIP_TYPE_MODEL_PICKER (ship_model_picker_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelPicker, ship_model_picker, SHIP, MODEL_PICKER, GtkWidget)

GtkWidget *ship_model_picker_new (ShipModelList *models);
/* "provider/id". (nullable): there is none */
const char *ship_model_picker_get_model (ShipModelPicker *self);
/* Selects @model, if it is there. */
void ship_model_picker_set_model (ShipModelPicker *self, const char *model);

G_END_DECLS
