/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "base/ship-secrets.h"
#include "context/ship-housekeeper.h"
#include "service/ship-session-service.h"
#include "session/ship-session.h"

G_BEGIN_DECLS

/*
 * The composition root of an actor: the one place that names concrete classes. Made by main(), held
 * by nobody else. Main thread.
 */
#define SHIP_TYPE_CONTEXT (ship_context_get_type ())
G_DECLARE_FINAL_TYPE (ShipContext, ship_context, SHIP, CONTEXT, GObject)

/* @environment: where keys and base URIs of the model providers are looked for */
ShipContext *ship_context_new (ShipPaths         *paths,
                               const char        *session_id,
                               const char *const *environment,
                               GError           **error);

ShipSession        *ship_context_get_session (ShipContext *self);
ShipSessionService *ship_context_get_service (ShipContext *self);
ShipSecrets        *ship_context_get_secrets (ShipContext *self);
GSettings          *ship_context_get_settings (ShipContext *self);
ShipHousekeeper    *ship_context_get_housekeeper (ShipContext *self);

G_END_DECLS
