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

G_END_DECLS
