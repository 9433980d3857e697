/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

/*
 * The model for titles and other small things, as "provider/id": what the user has set (@setting,
 * "" for nothing), else the cheapest one of @model's provider whose price is known, else @model
 * itself. A setting that names no model counts as nothing. Pure; any thread. (transfer full)
 */
char *ship_small_model_choose (ShipModelCatalog *catalog, const char *setting, const char *model);

G_END_DECLS
