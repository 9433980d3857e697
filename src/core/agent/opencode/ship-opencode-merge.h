/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent-event.h"

G_BEGIN_DECLS

/*
 * Puts what the event stream told during a reconcile behind the replay, without what the replay has
 * already overtaken: a part that it tells as ended does not start again, a request is not asked
 * twice, and of all that was said about the status of @session_id only the last stands, at the end.
 * A pure function.
 *
 * @replay: (element-type ShipAgentEvent): ends with the status
 * @held: (element-type ShipAgentEvent): in the order they came
 * Returns: (transfer full) (element-type ShipAgentEvent)
 */
GPtrArray *ship_opencode_merge (const char *session_id, GPtrArray *replay, GQueue *held);

G_END_DECLS
