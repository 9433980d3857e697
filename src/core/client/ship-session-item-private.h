/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-list.h"

G_BEGIN_DECLS

/* @row: (transfer full) */
ShipSessionItem *ship_session_item_new (ShipIndexRow *row);
/* Takes the values of @row (transfer full) and notifies of those that differ. */
void ship_session_item_update (ShipSessionItem *self, ShipIndexRow *row);

G_END_DECLS
