/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

G_BEGIN_DECLS

/* A row of the list of models: a model, or the provider that heads some. Immutable. */
#define SHIP_TYPE_MODEL_ENTRY (ship_model_entry_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelEntry, ship_model_entry, SHIP, MODEL_ENTRY, GObject)

ShipModelItem *ship_model_entry_get_item (ShipModelEntry *self);  /* (nullable): a heading */
const char    *ship_model_entry_get_title (ShipModelEntry *self); /* name of either */
/* Of a model price and context, of a heading why none below it can be used, or "". */
const char *ship_model_entry_get_detail (ShipModelEntry *self);
gboolean    ship_model_entry_is_available (ShipModelEntry *self);

/* What @models has of @text (in its name, id or provider), by provider, those that can be used
 * first. (transfer full) (element-type ShipModelEntry) */
GPtrArray *ship_model_entries_new (GListModel *models, const char *text);

/* "$3 in / $15 out per million · 200K context"; an unknown price is "—". (transfer full) */
char *ship_model_entry_describe (ShipModelItem *item);

G_END_DECLS
