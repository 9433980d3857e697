/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* A setting that names a model: switched off it is chosen by itself, and the row says which one
 * that is; switched on it is picked. Says so when the one that is set cannot be used. */
#define SHIP_TYPE_DEFAULT_MODEL_ROW (ship_default_model_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipDefaultModelRow,
                      ship_default_model_row,
                      SHIP,
                      DEFAULT_MODEL_ROW,
                      AdwExpanderRow)

/* @key: SHIP_SETTING_DEFAULT_MODEL or SHIP_SETTING_SMALL_MODEL */
GtkWidget *ship_default_model_row_new (const char    *key,
                                       const char    *title,
                                       GSettings     *settings,
                                       ShipModelList *models);

G_END_DECLS
