/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "usage/ship-model-list.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * One provider: where its key comes from, a new key for the keyring, whether it is taken, and where
 * the provider is. A server of the user's own has an address only.
 *
 * Signal "changed": the keyring holds something else; look again.
 */
#define SHIP_TYPE_PROVIDER_ROW (ship_provider_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipProviderRow, ship_provider_row, SHIP, PROVIDER_ROW, AdwExpanderRow)

GtkWidget *ship_provider_row_new (const char *provider, GSettings *settings, ShipModelList *models);
const char *ship_provider_row_get_provider (ShipProviderRow *self);
/* As the list found it. @n_models: of it, that can be used */
void
ship_provider_row_set_source (ShipProviderRow *self, const ShipModelSource *source, guint n_models);

G_END_DECLS
