/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-asking-tables.h"
#include "session/ship-message-tables.h"
#include "session/ship-session-rows.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * The only SQL over a session's store. On the store's thread, inside a job (see ShipStoreFunc).
 * Reading functions serve the actor and its clients; writing ones are the actor's alone. One
 * *-table.c file a table.
 */

/* (transfer full): the migrations of a session's store and of the index, from the built-in resource
 */
GStrv ship_session_tables_dup_migrations (void);
GStrv ship_index_tables_dup_migrations (void);
int   ship_session_tables_get_version (void);
int   ship_index_tables_get_version (void);

/* session: one row */
gboolean ship_session_table_insert (sqlite3 *db, const ShipSessionRow *row, GError **error);
ShipSessionRow          *
ship_session_table_load (sqlite3 *db,
                                  GError **error); /* SHIP_STORE_ERROR_DAMAGED if there is none */
gboolean ship_session_table_set_state (sqlite3    *db,
                                       const char *state,
                                       const char *detail,
                                       const char *category,
                                       gint64      now,
                                       GError    **error);
/* The user's title; a suggestion changes nothing any more then. */
/* A spare becomes the session that @row says: what is set for a session when it is made, and not
 * what it was made from. FAILED when it is none (any more). */
gboolean ship_session_table_adopt (sqlite3 *db, const ShipSessionRow *row, GError **error);
gboolean ship_session_table_set_title (sqlite3 *db, const char *title, gint64 now, GError **error);
/* A model's title, in place of the one from the prompt; of another nothing is changed. */
gboolean
ship_session_table_suggest_title (sqlite3 *db, const char *title, gint64 now, GError **error);
gboolean
ship_session_table_set_agent_session (sqlite3 *db, const char *agent_session, GError **error);
gboolean
ship_session_table_set_head_commit (sqlite3 *db, const char *commit, gint64 now, GError **error);
/* SHIP_DISCARD_… */
gboolean ship_session_table_load_discard (sqlite3 *db, gint64 *discard, GError **error);
gboolean ship_session_table_set_discard (sqlite3 *db, gint64 discard, gint64 now, GError **error);

/* task. Lists: (transfer full) (element-type ShipTaskRow). 0 as an id means none. */
gboolean     ship_task_table_insert (sqlite3           *db,
                                     const ShipTaskRow *row,
                                     gint64            *id,
                                     GError           **error); /* at the end */
ShipTaskRow *ship_task_table_load (sqlite3 *db,
                                   gint64   id,
                                   GError **error); /* (nullable) without error: no such task */
GPtrArray   *ship_task_table_list (sqlite3 *db, GError **error); /* by position */
ShipTaskRow *ship_task_table_load_next (sqlite3 *db,
                                        GError **error); /* (nullable): the first pending one */
/* (nullable): the one that is sending or running, for recovery */
ShipTaskRow *ship_task_table_load_current (sqlite3 *db, GError **error);
int          ship_task_table_count_pending (sqlite3 *db, GError **error); /* -1 with error */
/* When the last task was completed; 0: none was. */
gboolean ship_task_table_get_last_end (sqlite3 *db, gint64 *ended_at, GError **error);
gboolean ship_task_table_set_started (sqlite3    *db,
                                      gint64      id,
                                      const char *state,
                                      const char *from_commit,
                                      gint64      now,
                                      GError    **error);
gboolean ship_task_table_set_state (sqlite3 *db, gint64 id, const char *state, GError **error);
gboolean ship_task_table_set_ended (sqlite3    *db,
                                    gint64      id,
                                    const char *state,
                                    const char *to_commit,
                                    int         files_changed,
                                    const char *error_text,
                                    const char *category,
                                    gint64      now,
                                    GError    **error);

gboolean
ship_exchange_table_insert (sqlite3 *db, const ShipExchangeRow *row, gint64 *id, GError **error);
GPtrArray *ship_exchange_table_list (sqlite3 *db, gint64 task, GError **error); /* 0: all */
/* Totals over all tasks (0) or one. @cost: the sum of the known; @n_unknown: requests whose cost is
 * not known. */
gboolean ship_exchange_table_sum (sqlite3   *db,
                                  gint64     task,
                                  ShipUsage *usage,
                                  double    *cost,
                                  int       *n_unknown,
                                  GError   **error);

gboolean   ship_journal_table_insert (sqlite3    *db,
                                      const char *kind,
                                      const char *text,
                                      gint64      task,
                                      gint64      now,
                                      gint64     *id,
                                      GError    **error);
GPtrArray *ship_journal_table_list (sqlite3 *db, gint64 after, int limit, GError **error);

G_END_DECLS
