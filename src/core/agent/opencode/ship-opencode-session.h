/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-api.h"

G_BEGIN_DECLS

/*
 * Finds the session @session_id (nullable), or makes one called @title (nullable), and returns its
 * id from @task, which is taken. Cancelled while it is being made, an empty session may remain.
 */
void ship_opencode_session_open (ShipOpencodeApi *api,
                                 const char      *session_id,
                                 const char      *title,
                                 GTask           *task);

G_END_DECLS
