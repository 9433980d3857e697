/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * A title that is changed where it stands: by a click or ship_title_label_edit(). Enter, or going
 * elsewhere, takes what is written; Escape does not.
 *
 * Signal: "renamed" (const char *text): another text, not empty. What is shown stays until
 * ship_title_label_set_text().
 */
#define SHIP_TYPE_TITLE_LABEL (ship_title_label_get_type ())
G_DECLARE_FINAL_TYPE (ShipTitleLabel, ship_title_label, SHIP, TITLE_LABEL, GtkWidget)

GtkWidget *ship_title_label_new (void);
void       ship_title_label_set_text (ShipTitleLabel *self, const char *text);
void       ship_title_label_edit (ShipTitleLabel *self);

G_END_DECLS
