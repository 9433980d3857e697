/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "gateway/ship-gateway.h"
#include "session/ship-runtime.h"
#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

/* An awake session on this machine: bubblewrap, OpenCode, the gateway. */
#define SHIP_TYPE_LOCAL_RUNTIME (ship_local_runtime_get_type ())
G_DECLARE_FINAL_TYPE (ShipLocalRuntime, ship_local_runtime, SHIP, LOCAL_RUNTIME, ShipRuntime)

ShipRuntime *ship_local_runtime_new (ShipPaths        *paths,
                                     const char       *session_id,
                                     ShipModelCatalog *catalog,
                                     ShipGateway      *gateway,
                                     GSettings        *settings);

/* How long a running agent may give no sign of life before it is asked whether it is there;
 * milliseconds. Counts for agents that are started later. */
#define SHIP_LOCAL_RUNTIME_SILENCE_MS 45000
void ship_local_runtime_set_silence (ShipLocalRuntime *self, guint silence_ms);

G_END_DECLS
