/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-palette-item.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * What a palette shows: of all its items those that a search finds, the best first, no more than
 * anybody would read. Without a search what was used lately comes first, then all in their order.
 * Finding is done in slices, between frames. A GListModel of ShipPaletteItem. Main thread.
 *
 * Property: "is-searching" (boolean, read-only): it shows what an earlier search found
 */
#define SHIP_TYPE_PALETTE_MODEL (ship_palette_model_get_type ())
G_DECLARE_FINAL_TYPE (ShipPaletteModel, ship_palette_model, SHIP, PALETTE_MODEL, GObject)

#define SHIP_PALETTE_MOST 60

/* @items: (transfer container) (element-type ShipPaletteItem). @recent: (nullable): keys, the last
 * used first */
ShipPaletteModel *ship_palette_model_new (GPtrArray *items, const char *const *recent);
void              ship_palette_model_set_search (ShipPaletteModel *self, const char *text);
gboolean          ship_palette_model_is_searching (ShipPaletteModel *self);
/* The title as markup, with what the search found in it emphasised. (transfer full) */
char *ship_palette_model_dup_markup (ShipPaletteModel *self, ShipPaletteItem *item);

/* @recent, with @key before all others, and no longer than is of use. (transfer full) */
GStrv ship_palette_remember (const char *const *recent, const char *key);

G_END_DECLS
