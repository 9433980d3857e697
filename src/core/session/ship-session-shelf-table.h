/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store/ship-store.h"

G_BEGIN_DECLS

/* The table "session": what its branch is called, and whether it is archived. On the store's
 * thread, inside a job. */

/* @old: (nullable): the name before, while git does not know of the new one yet. */
gboolean ship_session_shelf_table_set_branch (sqlite3    *db,
                                              const char *branch,
                                              const char *old,
                                              gint64      now,
                                              GError    **error);
/* @old: (out) (transfer full) (nullable): NULL unless a renaming is under way. */
gboolean ship_session_shelf_table_load_old_branch (sqlite3 *db, char **old, GError **error);
/* @archived_at: 0 restores. @updated_at: its last activity. */
/* Archives or restores, with a notice in the journal. Restoring counts as activity, archiving does
 * not. */
gboolean ship_session_shelf_table_apply_archived (sqlite3    *db,
                                                  gboolean    archived,
                                                  const char *notice,
                                                  gint64      now,
                                                  GError    **error);

G_END_DECLS
