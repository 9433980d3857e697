/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-palette-item.h"

struct _ShipPaletteItem
{
  GObject         parent_instance;
  ShipPaletteKind kind;
  char           *icon;   /* (owned) */
  char           *title;  /* (owned) */
  char           *detail; /* (owned) */
  char           *action; /* (owned) */
  GVariant       *target; /* (owned) (nullable) */
  char           *key;    /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipPaletteItem, ship_palette_item, G_TYPE_OBJECT)

static void
ship_palette_item_finalize (GObject *object)
{
  ShipPaletteItem *self = SHIP_PALETTE_ITEM (object);

  g_free (self->icon);
  g_free (self->title);
  g_free (self->detail);
  g_free (self->action);
  g_clear_pointer (&self->target, g_variant_unref);
  g_free (self->key);

  G_OBJECT_CLASS (ship_palette_item_parent_class)->finalize (object);
}

static void
ship_palette_item_class_init (ShipPaletteItemClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_palette_item_finalize;
}

static void
ship_palette_item_init (ShipPaletteItem *self)
{
}

ShipPaletteItem *
ship_palette_item_new (ShipPaletteKind kind,
                       const char     *icon,
                       const char     *title,
                       const char     *detail,
                       const char     *action,
                       GVariant       *target)
{
  ShipPaletteItem *self = g_object_new (SHIP_TYPE_PALETTE_ITEM, NULL);

  self->kind = kind;
  self->icon = g_strdup (icon);
  self->title = g_strdup (title);
  self->detail = g_strdup (detail != NULL ? detail : "");
  self->action = g_strdup (action);
  self->target = target != NULL ? g_variant_ref_sink (target) : NULL;
  self->key = g_action_print_detailed_name (action, self->target);

  return self;
}

ShipPaletteKind
ship_palette_item_get_kind (ShipPaletteItem *self)
{
  return self->kind;
}

const char *
ship_palette_item_get_icon (ShipPaletteItem *self)
{
  return self->icon;
}

const char *
ship_palette_item_get_title (ShipPaletteItem *self)
{
  return self->title;
}

const char *
ship_palette_item_get_detail (ShipPaletteItem *self)
{
  return self->detail;
}

const char *
ship_palette_item_get_action (ShipPaletteItem *self)
{
  return self->action;
}

GVariant *
ship_palette_item_get_target (ShipPaletteItem *self)
{
  return self->target;
}

const char *
ship_palette_item_get_key (ShipPaletteItem *self)
{
  return self->key;
}
