/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* The part of ship-session-tables.h that is about what the user sends; what stands there holds
 * here. */

/* The queue: tasks that wait. FALSE without @error: the task does not wait, or is not there. */
gboolean ship_queue_table_edit (sqlite3    *db,
                                gint64      task,
                                const char *title,
                                const char *prompt,
                                const char *command, /* (nullable) */
                                GError    **error);
/* One that was cancelled before it began; FALSE without @error if it is none of these. */
gboolean ship_queue_table_restore (sqlite3 *db, gint64 task, GError **error);
/* @before: a task that waits, or 0 for the end */
gboolean ship_queue_table_move (sqlite3 *db, gint64 task, gint64 before, GError **error);
/* (nullable) without @error: no such message. The text of it, its parts joined. */
char *ship_queue_table_load_message (sqlite3 *db, gint64 message, GError **error);

/* attachment: of a task's own prompt (@steer 0), or of what was said into it. (element-type
 * ShipAttachmentRow) */
gboolean ship_attachment_table_insert (sqlite3                 *db,
                                       const ShipAttachmentRow *row,
                                       gint64                  *id,
                                       GError                 **error);
/* Those of a task's own prompt become those of what is said into @into. */
gboolean
ship_attachment_table_move (sqlite3 *db, gint64 task, gint64 into, gint64 steer, GError **error);
GPtrArray *ship_attachment_table_list (sqlite3 *db, gint64 task, gint64 steer, GError **error);
GPtrArray *ship_attachment_table_list_all (sqlite3 *db, GError **error);

/* steer. (element-type ShipSteerRow) */
gboolean ship_steer_table_insert (sqlite3 *db, const ShipSteerRow *row, gint64 *id, GError **error);
GPtrArray *ship_steer_table_list (sqlite3 *db, GError **error); /* all, in their order */
/* The agent has read it, and with it what was said before. */
gboolean ship_steer_table_set_read (sqlite3 *db, const char *agent_id, gint64 now, GError **error);
/* A task has ended (0: all have): what was not read becomes tasks at the head of the queue, or is
 * @is_dropped. */
gboolean
ship_steer_table_settle (sqlite3 *db, gint64 task, gboolean is_dropped, gint64 now, GError **error);
/* What the agent may still hold though it is not to read it any more: (element-type utf8) its ids
 */
GPtrArray *ship_steer_table_list_unforgotten (sqlite3 *db, GError **error);
gboolean   ship_steer_table_set_forgotten (sqlite3 *db, const char *agent_id, GError **error);

G_END_DECLS
