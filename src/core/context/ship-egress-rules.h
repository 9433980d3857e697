/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "gateway/ship-gateway.h"
#include "session/ship-runtime.h"

G_BEGIN_DECLS

/*
 * Puts together what a session's sandbox may reach outside, and tells its gateway whenever that
 * changes: the settings, what the session decided for itself, and the package registries that this
 * machine is configured for. Contacts go the other way. Main thread.
 *
 * The registries are asked of the tools once a day, beside the session's work, and kept in the
 * cache; until they are known none is allowed.
 */
#define SHIP_EGRESS_RULES_CACHE "registries" /* in the cache directory */

#define SHIP_TYPE_EGRESS_RULES (ship_egress_rules_get_type ())
G_DECLARE_FINAL_TYPE (ShipEgressRules, ship_egress_rules, SHIP, EGRESS_RULES, GObject)

/* @environment: the user's, for the tools */
ShipEgressRules *ship_egress_rules_new (ShipPaths         *paths,
                                        ShipGateway       *gateway,
                                        ShipRuntime       *runtime,
                                        GSettings         *settings,
                                        const char *const *environment);

G_END_DECLS
