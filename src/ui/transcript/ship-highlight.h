/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Marks @text wherever it stands in the labels and text views within @widget. @text: (nullable):
 * takes the marks away */
void ship_highlight_mark (GtkWidget *widget, const char *text);

G_END_DECLS
