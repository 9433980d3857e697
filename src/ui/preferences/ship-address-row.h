/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-provider-addresses.h"

#include <adwaita.h>

G_BEGIN_DECLS

/* Where a provider is: judged as it is typed, written when it is finished. What a variable of the
 * environment says instead is shown, and cannot be changed here. */
#define SHIP_TYPE_ADDRESS_ROW (ship_address_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipAddressRow, ship_address_row, SHIP, ADDRESS_ROW, AdwEntryRow)

/* Adds the rows to @expander. */
void ship_address_row_add (AdwExpanderRow        *expander,
                           const char            *provider,
                           GSettings             *settings,
                           ShipProviderAddresses *addresses);

/* @uri: (nullable): at its own address again, or not at all */
void ship_address_row_write (GSettings *settings, const char *provider, const char *uri);

G_END_DECLS
