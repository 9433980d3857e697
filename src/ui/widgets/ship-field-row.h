/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row of a list with a title and, below it, a field to type in. AdwEntryRow looks so, too, but
 * libadwaita 1.2 tells nobody that it has the focus: a screen reader falls silent in it. */
#define SHIP_TYPE_FIELD_ROW (ship_field_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipFieldRow, ship_field_row, SHIP, FIELD_ROW, AdwPreferencesRow)

/* @icon: (nullable) */
GtkWidget *ship_field_row_new (const char *title, const char *icon);
GtkEntry  *ship_field_row_get_entry (ShipFieldRow *self);
void       ship_field_row_add_suffix (ShipFieldRow *self, GtkWidget *widget);

G_END_DECLS
