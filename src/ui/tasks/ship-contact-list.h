/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What a session's sandbox reached outside and what it was refused, with a way to allow that; and
 * what the session allows of its own, with a way to take it back. Property "is-empty".
 */
#define SHIP_TYPE_CONTACT_LIST (ship_contact_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipContactList, ship_contact_list, SHIP, CONTACT_LIST, GtkWidget)

GtkWidget *ship_contact_list_new (ShipSessionHandle *handle, GSettings *settings);

G_END_DECLS
