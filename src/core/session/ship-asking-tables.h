/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* The part of ship-session-tables.h that is about what the agent asks; what stands there holds
 * here. */

gboolean        ship_request_table_insert (sqlite3              *db,
                                           const ShipRequestRow *row,
                                           gint64               *id,
                                           GError **error); /* known agent_id: nothing, unless withdrawn */
ShipRequestRow *ship_request_table_load (sqlite3 *db, gint64 id, GError **error); /* (nullable) */
GPtrArray      *ship_request_table_list_open (sqlite3 *db, GError **error);
gboolean        ship_request_table_close (sqlite3    *db,
                                          const char *agent_id,
                                          const char *state,
                                          const char *answer,
                                          gint64      now,
                                          GError    **error);
gboolean
ship_request_table_set_delivered (sqlite3 *db, const char *agent_id, gint64 now, GError **error);
gboolean ship_request_table_reopen (sqlite3 *db, const char *agent_id, GError **error);
gboolean
ship_request_table_withdraw (sqlite3 *db, const char *agent_id, gint64 now, GError **error);
gboolean ship_request_table_withdraw_all (sqlite3 *db, gint64 now, GError **error);

/* rule: in the order in which they hold. Setting one again puts it at the end. */
gboolean   ship_rule_table_set (sqlite3    *db,
                                const char *permission,
                                const char *pattern,
                                const char *action,
                                gint64      now,
                                gint64     *id, /* (out) (nullable) */
                                GError    **error);
gboolean   ship_rule_table_remove (sqlite3    *db,
                                   const char *permission,
                                   const char *pattern,
                                   GError    **error); /* none: nothing */
GPtrArray *ship_rule_table_list (sqlite3 *db, GError **error);

G_END_DECLS
