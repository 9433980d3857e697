/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * ship_list_scroll_to:
 * @list: a #GtkListView
 * @position: a row
 *
 * Has @list show the row at @position after its next frame, when the rows have the heights that
 * tell where that is. Of several calls before that frame the last one counts; a position that is
 * gone by then is ignored. An action `list.scroll-to-item` in the middle of a change of the model
 * reckons with the rows that were, and GTK 4.8 may then draw a row that it has not laid out, of
 * which it warns.
 */
void ship_list_scroll_to (GtkListView *list, guint position);

G_END_DECLS
