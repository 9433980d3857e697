/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Tells every row that started an agent how much that did, and shows or hides it, with everything
 * below it. @rows: (element-type ShipEntryRow)
 * @unfolded: (element-type utf8 int): what the user decided, by the entry's key; else what an agent
 * does is shown while it is at it */
void ship_rows_fold (GPtrArray *rows, GHashTable *unfolded);

G_END_DECLS
