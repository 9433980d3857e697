/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "service/ship-session-service.h"
#include "session/ship-session.h"

G_BEGIN_DECLS

/*
 * When an actor goes to sleep: after five minutes with nothing to do, or a few seconds after the
 * last client has gone when nothing is awake anyway. Signal "sleep": once. Main thread.
 */
#define SHIP_TYPE_IDLE_POLICY (ship_idle_policy_get_type ())
G_DECLARE_FINAL_TYPE (ShipIdlePolicy, ship_idle_policy, SHIP, IDLE_POLICY, GObject)

/* @idle_seconds: how long an awake session may have nothing to do */
ShipIdlePolicy *
ship_idle_policy_new (ShipSession *session, ShipSessionService *service, guint idle_seconds);
/* From now on; the time that has passed is not counted. */
void ship_idle_policy_set_idle_seconds (ShipIdlePolicy *self, guint idle_seconds);

G_END_DECLS
