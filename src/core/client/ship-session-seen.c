/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-session-seen.h"

#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

/* What the user has seen belongs to no session's process: it is the clients' own column of the
 * index. Main thread; the job on the store's. */

typedef struct
{
  char  *id; /* (owned) */
  gint64 seen_at;
} Seen;

static void
seen_free (Seen *self)
{
  g_free (self->id);
  g_free (self);
}

static gboolean
write_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Seen *self = data;

  return ship_index_table_set_seen (db, self->id, self->seen_at, error);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_store_once_finish (result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_session_set_seen_async (ShipPaths          *paths,
                             const char         *session_id,
                             gboolean            is_seen,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  GTask           *task = g_task_new (NULL, cancellable, callback, user_data);
  Seen            *self = g_new0 (Seen, 1);
  g_autofree char *index = ship_paths_dup_index_file (paths);

  g_task_set_source_tag (task, ship_session_set_seen_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) seen_free);
  self->id = g_strdup (session_id);
  self->seen_at = is_seen ? g_get_real_time () / 1000 : 0;
  ship_store_write_once_async (index,
                               ship_index_tables_dup_migrations (),
                               write_job,
                               self,
                               cancellable,
                               written_cb,
                               task);
}

gboolean
ship_session_set_seen_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_set_seen_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
