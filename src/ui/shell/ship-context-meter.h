/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-context-use.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* How full the model's context is: a bar and a few words, the numbers as its tooltip. */
#define SHIP_TYPE_CONTEXT_METER (ship_context_meter_get_type ())
G_DECLARE_FINAL_TYPE (ShipContextMeter, ship_context_meter, SHIP, CONTEXT_METER, GtkWidget)

GtkWidget *ship_context_meter_new (void);
void       ship_context_meter_set (ShipContextMeter *self, const ShipContextUse *use);

G_END_DECLS
