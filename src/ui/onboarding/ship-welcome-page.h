/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "onboarding/ship-machine-check.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What is shown before there is any session: what Ship is, whether this computer can run it, and
 * the two ways to begin.
 *
 * Signals: "rehearse", "choose-folder"
 */
#define SHIP_TYPE_WELCOME_PAGE (ship_welcome_page_get_type ())
G_DECLARE_FINAL_TYPE (ShipWelcomePage, ship_welcome_page, SHIP, WELCOME_PAGE, GtkWidget)

GtkWidget *ship_welcome_page_new (ShipMachineCheck *machine);
void       ship_welcome_page_focus (ShipWelcomePage *self);

G_END_DECLS
