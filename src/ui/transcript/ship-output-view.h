/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a command prints, in its colours; text that grows is added to, and the end is followed while
 * it is in sight. Of very much, the last part is shown. */
#define SHIP_TYPE_OUTPUT_VIEW (ship_output_view_get_type ())
G_DECLARE_FINAL_TYPE (ShipOutputView, ship_output_view, SHIP, OUTPUT_VIEW, GtkWidget)

/* @height: pixels at most; more scrolls */
GtkWidget *ship_output_view_new (int height);
void       ship_output_view_set_text (ShipOutputView *self, const char *text);

G_END_DECLS
