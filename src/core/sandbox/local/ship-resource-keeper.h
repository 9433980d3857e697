/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/local/ship-resource-control.h"

G_BEGIN_DECLS

/*
 * Holds one sandbox to its limits, by the best way that works on this machine for its processes,
 * and by a look now and then at its directories. Main thread.
 *
 * Signal "exceeded" (GError *): it is over one, and the error says so to the user. Once.
 */
#define SHIP_TYPE_RESOURCE_KEEPER (ship_resource_keeper_get_type ())
G_DECLARE_FINAL_TYPE (ShipResourceKeeper, ship_resource_keeper, SHIP, RESOURCE_KEEPER, GObject)

/* @ways: (element-type ShipResourceControl): the best first; the last one always works */
ShipResourceKeeper *ship_resource_keeper_new (GPtrArray *ways, const char *const *directories);
/* The ways that there are, in this order. (transfer full) */
GPtrArray *ship_resource_keeper_list_ways (void);

/* Before anything runs inside. Succeeds by some way. */
void ship_resource_keeper_start_async (ShipResourceKeeper      *self,
                                       const ShipSandboxLimits *limits,
                                       const pid_t              pids[2],
                                       GCancellable            *cancellable,
                                       GAsyncReadyCallback      callback,
                                       gpointer                 user_data);
gboolean
ship_resource_keeper_start_finish (ShipResourceKeeper *self, GAsyncResult *result, GError **error);

void ship_resource_keeper_update (ShipResourceKeeper *self, const ShipSandboxLimits *limits);

/* After everything inside has ended. finish: what it ended for, or NULL. (transfer full) */
void    ship_resource_keeper_end_async (ShipResourceKeeper *self,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);
GError *ship_resource_keeper_end_finish (ShipResourceKeeper *self, GAsyncResult *result);

/* (nullable): the name of the way, once it has started */
const char *ship_resource_keeper_get_way (ShipResourceKeeper *self);

G_END_DECLS
