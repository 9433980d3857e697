/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-answer.h"
#include "session/ship-session.h"

G_BEGIN_DECLS

/* What the user decides: answers, rules, budgets and the way out. All finish by
 * ship_session_command_finish().
 */

/* See ship_request_desk_answer_async(); a budget's request, too. */
void ship_session_answer_async (ShipSession        *self,
                                gint64              request,
                                const ShipAnswer   *answer,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
/* See ship_request_desk_set_rule_async(). What the agent has to know holds from the next turn on.
 */
void ship_session_set_rule_async (ShipSession        *self,
                                  const char         *permission,
                                  const char         *pattern,
                                  const char         *action,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
/* @scope: turn or session; @dollars: 0: as the settings say, negative: no limit. Goes on if the
 * queue waited for it. */
void ship_session_set_budget_async (ShipSession        *self,
                                    const char         *scope,
                                    double              dollars,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);

/* What the sandbox may reach outside; @mode: offline, allowlist, open, or "": as the settings say.
 */
void ship_session_set_egress_async (ShipSession        *self,
                                    const char         *mode,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
/* Allows or no longer allows hosts in this session. @scope: once (until it sleeps) or session. */
void ship_session_allow_host_async (ShipSession        *self,
                                    const char         *pattern,
                                    const char         *scope,
                                    gboolean            is_allowed,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);

/* What the sandbox may use of the machine: @limits is a{st}, names and values of
 * sandbox/ship-sandbox-limits.h; 0: as the settings say. */
void ship_session_set_limits_async (ShipSession        *self,
                                    GVariant           *limits,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);

G_END_DECLS
