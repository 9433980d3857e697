/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"
#include "session/ship-session-shelf-table.h"
#include "session/ship-session-shelf.h"

#include <glib/gi18n-lib.h>

/*
 * Putting a session out of sight, and back. What is archived is not lost and not changed: it is
 * only listed apart, and its queue does not go on by itself. A session at work is not archived, and
 * a prompt brings an archived one back.
 */

typedef struct
{
  gint64   now_ms;
  gboolean archived;
} Change;

static gboolean
set_archived_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Change *change = data;

  return ship_session_shelf_table_apply_archived (db,
                                                  change->archived,
                                                  change->archived ? _ ("Archived")
                                                                   : _ ("Restored"),
                                                  change->now_ms,
                                                  error);
}

static void
archived_set_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  ship_session_emit_changed (self, "session", 0);
  if (!self->is_closing)
    ship_index_writer_touch (self->index, self->store);
  g_task_return_boolean (task, TRUE);
}

void
ship_session_set_archived_async (ShipSession        *self,
                                 gboolean            archived,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Change *change;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_command_finish);
  if (archived && !ship_session_is_quiet (self))
    {
      g_task_return_new_error (
        task,
        SHIP_SESSION_ERROR,
        SHIP_SESSION_ERROR_CONFLICT,
        _ ("The session is working: wait until it is done, or stop it first (shipctl stop)"));
      return;
    }
  if (archived == (self->row->archived_at != 0))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  change = g_new0 (Change, 1);
  change->now_ms = g_get_real_time () / 1000;
  change->archived = archived;
  self->row->archived_at = archived ? change->now_ms : 0;
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        set_archived_thread,
                        change,
                        g_free,
                        NULL,
                        archived_set_cb,
                        g_steal_pointer (&task));
}

static void
restored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_session_command_finish (SHIP_SESSION (object), result, &error))
    g_warning ("The session could not be restored: %s", error->message);
}

void
ship_session_restore (ShipSession *self)
{
  if (self->row->archived_at != 0)
    ship_session_set_archived_async (self, FALSE, restored_cb, NULL);
}
