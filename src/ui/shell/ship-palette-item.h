/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The kinds in the order in which they come when nothing else decides. */
typedef enum
{
  SHIP_PALETTE_KIND_SESSION,
  SHIP_PALETTE_KIND_ACTION,
  SHIP_PALETTE_KIND_MODEL,
  SHIP_PALETTE_KIND_SETTING,
} ShipPaletteKind;

/* Something to be found in the palette, and the action that it stands for. Immutable. */
#define SHIP_TYPE_PALETTE_ITEM (ship_palette_item_get_type ())
G_DECLARE_FINAL_TYPE (ShipPaletteItem, ship_palette_item, SHIP, PALETTE_ITEM, GObject)

/* @detail: (nullable): shown beside the title. @target: (nullable): a floating reference is taken
 */
ShipPaletteItem *ship_palette_item_new (ShipPaletteKind kind,
                                        const char     *icon,
                                        const char     *title,
                                        const char     *detail,
                                        const char     *action,
                                        GVariant       *target);

ShipPaletteKind ship_palette_item_get_kind (ShipPaletteItem *self);
const char     *ship_palette_item_get_icon (ShipPaletteItem *self);
const char     *ship_palette_item_get_title (ShipPaletteItem *self);
const char     *ship_palette_item_get_detail (ShipPaletteItem *self); /* "" */
const char     *ship_palette_item_get_action (ShipPaletteItem *self);
GVariant       *ship_palette_item_get_target (ShipPaletteItem *self); /* (nullable) */
/* The action with its target as text, which names the item. */
const char *ship_palette_item_get_key (ShipPaletteItem *self);

G_END_DECLS
