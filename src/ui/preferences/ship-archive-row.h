/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <adwaita.h>

G_BEGIN_DECLS

/*
 * How many sessions are archived, and a button that deletes them all, after a question that names
 * what exists nowhere else.
 *
 * Signal "deleted": there is more room on the disk.
 */
#define SHIP_TYPE_ARCHIVE_ROW (ship_archive_row_get_type ())
G_DECLARE_FINAL_TYPE (ShipArchiveRow, ship_archive_row, SHIP, ARCHIVE_ROW, AdwActionRow)

GtkWidget *ship_archive_row_new (ShipPaths *paths);
void       ship_archive_row_count (ShipArchiveRow *self);

G_END_DECLS
