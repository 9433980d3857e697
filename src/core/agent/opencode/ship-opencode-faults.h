/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "agent/ship-agent-event.h"

G_BEGIN_DECLS

/* What OpenCode says went wrong: {"name": …, "data": {…}}, as in "session.error" and in a message's
 * "error". Never fails: what is missing or of another type gives a fault of an unknown name.
 * (transfer full) */
ShipAgentFault *ship_opencode_fault_parse (JsonObject *object);

G_END_DECLS
