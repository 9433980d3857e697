/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-client.h"
#include "client/ship-session-liveness-private.h"
#include "client/ship-store-once.h"
#include "client/ship-transcript.h"
#include "session/ship-session-tables.h"

#include <glib/gi18n-lib.h>

/* A session's rows at one moment, for whoever asks once. Main thread; the job on the store's. */

void
ship_session_snapshot_free (ShipSessionSnapshot *self)
{
  if (self == NULL)
    return;
  g_clear_pointer (&self->session, ship_session_row_free);
  g_clear_pointer (&self->tasks, g_ptr_array_unref);
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->requests, g_ptr_array_unref);
  g_clear_pointer (&self->exchanges, g_ptr_array_unref);
  g_clear_pointer (&self->todos, g_ptr_array_unref);
  g_clear_pointer (&self->rules, g_ptr_array_unref);
  g_clear_pointer (&self->contacts, g_ptr_array_unref);
  g_clear_pointer (&self->egress, ship_egress_row_free);
  g_clear_pointer (&self->limits, ship_limits_row_free);
  g_free (self);
}

/* The list of the last task that has one. */
static GPtrArray *
read_todos (sqlite3 *db, GPtrArray *tasks, gint64 *whose, GError **error)
{
  for (guint i = tasks->len; i > 0; i--)
    {
      const ShipTaskRow *task = tasks->pdata[i - 1];
      g_autoptr (GPtrArray) todos = ship_todo_table_list (db, task->id, error);

      *whose = task->id;
      if (todos == NULL || todos->len > 0)
        return g_steal_pointer (&todos);
    }
  *whose = 0;
  return g_ptr_array_new_with_free_func ((GDestroyNotify) ship_todo_row_free);
}

/* What the task holds while it is under way. */
typedef struct
{
  ShipPaths           *paths;    /* (owned) */
  ShipSessionSnapshot *snapshot; /* (owned) (nullable) */
} Load;

static void
load_free (Load *load)
{
  ship_paths_unref (load->paths);
  ship_session_snapshot_free (load->snapshot);
  g_free (load);
}

static gboolean
read_rows (sqlite3 *db, ShipSessionSnapshot *self, GError **error)
{
  return (self->session = ship_session_table_load (db, error)) != NULL &&
         (self->tasks = ship_task_table_list (db, error)) != NULL &&
         (self->messages = ship_message_table_list (db, 0, error)) != NULL &&
         (self->requests = ship_request_table_list_open (db, error)) != NULL &&
         (self->rules = ship_rule_table_list (db, error)) != NULL &&
         (self->contacts = ship_contact_table_list (db, error)) != NULL &&
         (self->egress = ship_egress_table_load (db, error)) != NULL &&
         (self->limits = ship_limits_table_load (db, error)) != NULL &&
         (self->exchanges = ship_exchange_table_list (db, 0, error)) != NULL &&
         (self->todos = read_todos (db, self->tasks, &self->todos_task, error)) != NULL &&
         ship_part_table_count_sub_agents (db,
                                           &self->sub_agents.n_running,
                                           &self->sub_agents.n_done,
                                           error);
}

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Load           *load = data;
  ShipSessionRow *row;

  if (!read_rows (db, load->snapshot, error))
    return FALSE;
  row = load->snapshot->session;
  ship_session_correct_state_thread (load->paths, row->id, &row->state, &row->detail);
  return TRUE;
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load   *load = g_task_get_task_data (task);
  GError *error = NULL;

  if (ship_store_once_finish (result, &error))
    {
      g_task_return_pointer (task,
                             g_steal_pointer (&load->snapshot),
                             (GDestroyNotify) ship_session_snapshot_free);
      return;
    }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      error = g_error_new_literal (SHIP_CLIENT_ERROR,
                                   SHIP_CLIENT_ERROR_NOT_FOUND,
                                   _ ("There is no such session"));
    }
  g_task_return_error (task, error);
}

void
ship_session_snapshot_load_async (ShipPaths          *paths,
                                  const char         *session_id,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *path = ship_paths_dup_session_store (paths, session_id);
  Load            *load = g_new0 (Load, 1);

  load->paths = ship_paths_ref (paths);
  load->snapshot = g_new0 (ShipSessionSnapshot, 1);
  g_task_set_source_tag (task, ship_session_snapshot_load_async);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  ship_store_read_once_async (path,
                              ship_session_tables_get_version (),
                              read_job,
                              load,
                              cancellable,
                              read_cb,
                              g_steal_pointer (&task));
}

ShipSessionSnapshot *
ship_session_snapshot_load_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_snapshot_load_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
