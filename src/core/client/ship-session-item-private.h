/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

G_BEGIN_DECLS

/* @row: (transfer full) */
ShipSessionItem *ship_session_item_new (ShipIndexRow *row);
/* Takes the values of @row (transfer full) and notifies of those that differ. */
void ship_session_item_update (ShipSessionItem *self, ShipIndexRow *row);
/* What its process says it is doing. */
void ship_session_item_set_activity (ShipSessionItem *self, const char *activity);

G_END_DECLS
