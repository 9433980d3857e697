/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-handle.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/*
 * What is allowed, asked or denied in a session, each with a button that takes it back.
 *
 * Property: "is-empty" (boolean, read-only)
 */
#define SHIP_TYPE_RULE_LIST (ship_rule_list_get_type ())
G_DECLARE_FINAL_TYPE (ShipRuleList, ship_rule_list, SHIP, RULE_LIST, GtkWidget)

GtkWidget *ship_rule_list_new (ShipSessionHandle *handle);

G_END_DECLS
