/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A directory of ours: how much is in it, measured when it is asked for, and a button that shows
 * it. */
#define SHIP_TYPE_STORAGE_ROW (ship_storage_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipStorageRow, ship_storage_row, SHIP, STORAGE_ROW, AdwActionRow)

GtkWidget *ship_storage_row_new (const char *title, const char *subtitle, const char *directory);
void       ship_storage_row_measure (ShipStorageRow *self);

G_END_DECLS
