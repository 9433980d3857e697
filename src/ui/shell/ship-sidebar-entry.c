/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "shell/ship-sidebar-entry.h"

/* Owned by the model; main thread. */

struct _ShipSidebarEntry
{
  GObject          parent_instance;
  ShipSessionItem *item;    /* (owned) */
  char            *heading; /* (owned) (nullable) */
  GPtrArray       *words;   /* (owned) (element-type utf8): shared, never changed */
};

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSidebarEntry, ship_sidebar_entry, G_TYPE_OBJECT)

static void
ship_sidebar_entry_finalize (GObject *object)
{
  ShipSidebarEntry *self = SHIP_SIDEBAR_ENTRY (object);

  g_object_unref (self->item);
  g_free (self->heading);
  g_ptr_array_unref (self->words);

  G_OBJECT_CLASS (ship_sidebar_entry_parent_class)->finalize (object);
}

static void
ship_sidebar_entry_class_init (ShipSidebarEntryClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_sidebar_entry_finalize;

  signals[CHANGED] = g_signal_new ("changed",
                                   SHIP_TYPE_SIDEBAR_ENTRY,
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   0);
}

static void
ship_sidebar_entry_init (ShipSidebarEntry *self)
{
  self->words = g_ptr_array_new ();
}

void
ship_sidebar_entry_refresh (ShipSidebarEntry *self)
{
  g_return_if_fail (SHIP_IS_SIDEBAR_ENTRY (self));

  g_signal_emit (self, signals[CHANGED], 0);
}

ShipSidebarEntry *
ship_sidebar_entry_new (ShipSessionItem *item)
{
  ShipSidebarEntry *self = g_object_new (SHIP_TYPE_SIDEBAR_ENTRY, NULL);

  self->item = g_object_ref (item);
  g_signal_connect_object (item,
                           "notify",
                           G_CALLBACK (ship_sidebar_entry_refresh),
                           self,
                           G_CONNECT_SWAPPED);

  return self;
}

ShipSessionItem *
ship_sidebar_entry_get_item (ShipSidebarEntry *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_ENTRY (self), NULL);

  return self->item;
}

const ShipIndexRow *
ship_sidebar_entry_get_row (ShipSidebarEntry *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_ENTRY (self), NULL);

  return ship_session_item_get_row (self->item);
}

const char *
ship_sidebar_entry_get_heading (ShipSidebarEntry *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_ENTRY (self), NULL);

  return self->heading;
}

GPtrArray *
ship_sidebar_entry_get_words (ShipSidebarEntry *self)
{
  g_return_val_if_fail (SHIP_IS_SIDEBAR_ENTRY (self), NULL);

  return self->words;
}

void
ship_sidebar_entry_place (ShipSidebarEntry *self, const char *heading, GPtrArray *words)
{
  gboolean is_same = g_strcmp0 (self->heading, heading) == 0 && self->words == words;

  g_return_if_fail (SHIP_IS_SIDEBAR_ENTRY (self));

  if (is_same)
    return;
  g_free (self->heading);
  self->heading = g_strdup (heading);
  g_ptr_array_unref (self->words);
  self->words = g_ptr_array_ref (words);
  ship_sidebar_entry_refresh (self);
}
