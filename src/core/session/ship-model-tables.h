/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-tables.h"

G_BEGIN_DECLS

/* What a session's next turns work with, in the tables "session" and "task". On the store's thread,
 * inside a job. */
gboolean ship_session_table_set_mode (sqlite3 *db, const char *mode, gint64 now, GError **error);
gboolean ship_session_table_set_model (sqlite3    *db,
                                       const char *model,
                                       const char *variant, /* (nullable) */
                                       gint64      now,
                                       GError    **error);

/* Waiting tasks with the one model and variant (nullable) get the other. */
gboolean ship_task_table_replace_model (sqlite3    *db,
                                        const char *old_model,
                                        const char *old_variant,
                                        const char *model,
                                        const char *variant,
                                        GError    **error);

G_END_DECLS
