/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

G_BEGIN_DECLS

/*
 * A session as the sidebar shows it: with the heading of its group, if it is the first one of it,
 * and the words that are searched for. Stays the same object wherever its session goes in the list.
 *
 * Signal "changed": something a row shows of it
 */
#define SHIP_TYPE_SIDEBAR_ENTRY (ship_sidebar_entry_get_type ())
G_DECLARE_FINAL_TYPE (ShipSidebarEntry, ship_sidebar_entry, SHIP, SIDEBAR_ENTRY, GObject)

ShipSidebarEntry   *ship_sidebar_entry_new (ShipSessionItem *item);
ShipSessionItem    *ship_sidebar_entry_get_item (ShipSidebarEntry *self);
const ShipIndexRow *ship_sidebar_entry_get_row (ShipSidebarEntry *self);
const char         *ship_sidebar_entry_get_heading (ShipSidebarEntry *self); /* (nullable) */
GPtrArray          *ship_sidebar_entry_get_words (ShipSidebarEntry *self);

/* @heading: (nullable). @words: (element-type utf8), shared */
void ship_sidebar_entry_place (ShipSidebarEntry *self, const char *heading, GPtrArray *words);
/* Time has passed. */
void ship_sidebar_entry_refresh (ShipSidebarEntry *self);

G_END_DECLS
