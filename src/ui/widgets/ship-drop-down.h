/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Names @drop_down for a screen reader, with what is selected in it (a list of GtkStringObject).
 * The focus goes to a button inside of it, which GTK 4.8 leaves without a name. */
void ship_drop_down_set_name (GtkDropDown *drop_down, const char *name);

G_END_DECLS
