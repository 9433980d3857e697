/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* What a session asks its user, one card for each, and how the answers go back. */
#define SHIP_TYPE_REQUEST_LIST (ship_request_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipRequestList, ship_request_list, SHIP, REQUEST_LIST, GtkWidget)

GtkWidget *ship_request_list_new (ShipSessionHandle *handle);

G_END_DECLS
