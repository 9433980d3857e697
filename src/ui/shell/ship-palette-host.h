/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "shell/ship-palette-item.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * Puts a palette over the content of a window's overlay, does what is chosen in it, and remembers
 * that; gives the focus back to where it was. A second call takes it away again.
 * @items: (transfer container) (element-type ShipPaletteItem)
 */
void ship_palette_host_toggle (GtkOverlay *overlay, GPtrArray *items, GSettings *settings);

G_END_DECLS
