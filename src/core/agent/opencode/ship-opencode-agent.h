/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"

G_BEGIN_DECLS

/*
 * OpenCode's HTTP API (openapi.json of 1.18.33), reached through a Unix socket.
 *
 * Events that are nothing to us are not emitted. While a reconcile is under way what comes by the
 * event stream is held back until the replay has been emitted, so that nothing old follows
 * something new.
 */
#define SHIP_TYPE_OPENCODE_AGENT (ship_opencode_agent_get_type ())
GType ship_opencode_agent_get_type (void);

/* @directory: the working directory inside the sandbox */
ShipAgent *
ship_opencode_agent_new (const char *socket_path, const char *password, const char *directory);

/* How long a connect may take, default 60 s, and how long the event stream may be silent before the
 * agent counts as lost, default 45 s (its heart beats every 10 s). Before connecting. */
void ship_opencode_agent_set_limits (ShipAgent *self, guint connect_ms, guint silence_ms);

G_END_DECLS
