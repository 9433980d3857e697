/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a session's last task, the session, and all sessions of the day have cost, and may. */
#define SHIP_TYPE_MONEY_LIST (ship_money_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipMoneyList, ship_money_list, SHIP, MONEY_LIST, GtkWidget)

/* @settings: what may be spent where a session says nothing else */
GtkWidget *ship_money_list_new (ShipPaths *paths, GSettings *settings, ShipSessionHandle *handle);

G_END_DECLS
