/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* The money of today (local time), of all sessions together; US dollars. */
typedef struct
{
  double spent;   /* as far as prices are known */
  double allowed; /* beyond the setting */
} ShipDayMoney;

/* Reads the index once. Where no session was ever made, nothing was spent. */
void     ship_day_money_load_async (ShipPaths          *paths,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ship_day_money_load_finish (GAsyncResult *result, ShipDayMoney *money, GError **error);

G_END_DECLS
