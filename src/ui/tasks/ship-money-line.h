/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What was spent of what may be, and how another limit is set.
 *
 * Signal: "limited" (double dollars): US dollars; 0: as the settings say, negative: no limit
 */
#define SHIP_TYPE_MONEY_LINE (ship_money_line_get_type ())
G_DECLARE_FINAL_TYPE (ShipMoneyLine, ship_money_line, SHIP, MONEY_LINE, GtkWidget)

/* @name: of what it is about. @page: (nullable): of the preferences, where the limit is set instead
 * of here. @buttons: the buttons of the lines that stand below each other */
GtkWidget *ship_money_line_new (const char *name, const char *page, GtkSizeGroup *buttons);
/* @spent: US dollars; @is_known: whether that is all of it. @limit: 0: none. @is_own: it is not
 * what the settings say */
void ship_money_line_set (ShipMoneyLine *self,
                          double         spent,
                          gboolean       is_known,
                          double         limit,
                          gboolean       is_own);

G_END_DECLS
