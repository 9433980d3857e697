/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * The list of models to choose from, and below it how hard the chosen one thinks.
 *
 * Signals: "chosen" (const char *model), "effort-chosen" (const char *variant)
 */
#define SHIP_TYPE_MODEL_POPOVER (ship_model_popover_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelPopover, ship_model_popover, SHIP, MODEL_POPOVER, GtkPopover)

GtkWidget *ship_model_popover_new (ShipModelList *models);
/* What is marked as the one in use. @effort: (nullable): nothing of the kind is offered */
void ship_model_popover_set_current (ShipModelPopover *self, const char *model, const char *effort);

/* What an effort is called: "High"; "" is "Default". (transfer full) */
char *ship_model_popover_effort_to_text (const char *variant);

G_END_DECLS
