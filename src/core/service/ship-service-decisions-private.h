/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session.h"
#include "ship-session-dbus.h"

G_BEGIN_DECLS

/* Serves the methods by which the user decides something: answers, rules, budgets, the way out,
 * and taking a spare session over. */
void ship_service_connect_decisions (ShipDBusSession1 *skeleton, ShipSession *session);

/* Answers with @error: its name on the bus is by its kind, its text is the sentence. */
void ship_service_refuse (GDBusMethodInvocation *invocation, const GError *error);

G_END_DECLS
