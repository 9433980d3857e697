/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* The part of ship-session-tables.h that is about what was said; what stands there holds here. */

/* message and part: written as the agent tells them; an existing agent_id is replaced. @row: (out)
 * the row's id. A part of a message that is not there is an error. */
gboolean
ship_message_table_upsert (sqlite3 *db, const ShipMessageRow *row, gint64 *id, GError **error);
gint64
ship_message_table_find (sqlite3 *db, const char *agent_id, GError **error); /* 0: not there */
/* @created_ms: (out): when the last message of the conversation was made, by the agent's clock; 0
 * for none. @agent_session: (nullable) */
gboolean   ship_message_table_get_newest (sqlite3    *db,
                                          const char *agent_session,
                                          gint64     *created_ms,
                                          GError    **error);
GPtrArray *ship_message_table_list (sqlite3 *db,
                                    gint64   task,
                                    GError **error); /* 0: all; in order of agent_id */
/* The answers of all tasks in the same order: whose they are, and when; nothing else is filled in.
 */
GPtrArray      *ship_message_table_list_outline (sqlite3 *db, GError **error);
ShipMessageRow *ship_message_table_load (sqlite3 *db, gint64 id, GError **error); /* (nullable) */
gboolean ship_part_table_upsert (sqlite3 *db, const ShipPartRow *row, gint64 *id, GError **error);
gboolean
ship_part_table_append_text (sqlite3 *db, const char *agent_id, const char *text, GError **error);
gboolean ship_part_table_remove (sqlite3 *db, const char *agent_id, GError **error);
/* Tool parts still pending or running become interrupted; open text parts end. */
gboolean   ship_part_table_interrupt_all (sqlite3 *db, gint64 now, GError **error);
GPtrArray *ship_part_table_list (sqlite3 *db, gint64 message, GError **error);
/* Of all messages, by message and then as in ship_part_table_list(), without input and metadata. */
GPtrArray *ship_part_table_list_all (sqlite3 *db, GError **error);
/* Tool parts that started an agent; done: in whatever way. */
gboolean
ship_part_table_count_sub_agents (sqlite3 *db, guint *n_running, guint *n_done, GError **error);
ShipPartRow *ship_part_table_load (sqlite3 *db, gint64 id, GError **error); /* (nullable) */

/* Where a text stands: in a prompt (@part 0), or in what was said, done and printed. */
typedef struct
{
  gint64 task;
  gint64 part;
} ShipFound;

/* (element-type ShipFound): in the order of the conversation, not more than @limit. ASCII letters
 * match in either case. */
GArray *ship_search_table_find (sqlite3 *db, const char *text, guint limit, GError **error);

/* The list of one agent session as it is now; rows keep their ids, see ship-todo-reconcile.h.
 * @rows: (element-type ShipTodoRow) */
gboolean ship_todo_table_replace (sqlite3    *db,
                                  gint64      task,
                                  const char *agent_session,
                                  GPtrArray  *rows,
                                  GError    **error);
/* Of all agents of the task, the session's own first. */
GPtrArray *ship_todo_table_list (sqlite3 *db, gint64 task, GError **error);

G_END_DECLS
