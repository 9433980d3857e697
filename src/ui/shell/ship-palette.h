/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-palette-model.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A search over everything, to lie over the window's content: a few letters, and Enter. Up and Down
 * choose, Escape or a click beside it closes.
 *
 * Signals: "closed": it is to be taken away; "chosen" (ShipPaletteItem *item), after that
 */
#define SHIP_TYPE_PALETTE (ship_palette_get_type ())
G_DECLARE_FINAL_TYPE (ShipPalette, ship_palette, SHIP, PALETTE, GtkWidget)

GtkWidget *ship_palette_new (ShipPaletteModel *model);
void       ship_palette_focus (ShipPalette *self);

G_END_DECLS
