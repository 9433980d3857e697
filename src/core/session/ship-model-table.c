/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session/ship-model-tables.h"

#include "session/ship-session-tables-private.h"

/* Model, variant and mode, of the session and of what waits. On the store's thread, inside a job.
 */

gboolean
ship_session_table_set_mode (sqlite3 *db, const char *mode, gint64 now, GError **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET mode = ?, updated_at = ?",
                                 "sl",
                                 mode,
                                 now) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_session_table_set_model (sqlite3    *db,
                              const char *model,
                              const char *variant,
                              gint64      now,
                              GError    **error)
{
  return ship_statement_execute (db,
                                 error,
                                 "UPDATE session SET model = ?, variant = ?, updated_at = ?",
                                 "ssl",
                                 model,
                                 variant,
                                 now) &&
         ship_table_require_change (db, "session", error);
}

gboolean
ship_task_table_replace_model (sqlite3    *db,
                               const char *old_model,
                               const char *old_variant,
                               const char *model,
                               const char *variant,
                               GError    **error)
{
  return ship_statement_execute (
    db,
    error,
    "UPDATE task SET model = ?, variant = ? WHERE state = 'pending' AND model = ? AND variant IS ?",
    "ssss",
    model,
    variant,
    old_model,
    old_variant);
}
