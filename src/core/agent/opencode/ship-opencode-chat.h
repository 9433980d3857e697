/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-api.h"
#include "agent/ship-agent-private.h"

G_BEGIN_DECLS

/* The part of ShipOpencodeAgent that is about its commands and about single messages. */
void ship_opencode_chat_fill_class (ShipAgentClass *agent_class);

/* By ship-opencode-agent.c: what its requests go through. (transfer none) */
ShipOpencodeApi *ship_opencode_chat_get_api (ShipAgent *agent);

G_END_DECLS
