/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-names.h"
#include "client/ship-index-repair.h"
#include "client/ship-session-client.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"
#include "ship-cli.h"

#include <glib/gi18n.h>

/*
 * Which session is meant. Main thread.
 *
 *   resolve_async -> repaired_cb -> searched_cb -> (return)
 */

#define LEAST_PREFIX 4

typedef struct
{
  ShipPaths *paths; /* (owned) */
  char      *text;  /* (owned) */
  char      *id;    /* (owned) (nullable) */
  guint      n_found;
} Search;

static void
search_free (Search *self)
{
  ship_paths_unref (self->paths);
  g_free (self->text);
  g_free (self->id);
  g_free (self);
}

static gboolean
search_list (sqlite3 *db, Search *self, gboolean archived, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_index_table_list (db, archived, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < rows->len; i++)
    {
      const ShipIndexRow *row = rows->pdata[i];

      if (!g_str_has_prefix (row->id, self->text))
        continue;
      g_free (self->id);
      self->id = g_strdup (row->id);
      self->n_found++;
    }
  return TRUE;
}

static gboolean
search_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return search_list (db, data, FALSE, error) && search_list (db, data, TRUE, error);
}

static void
searched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!ship_store_once_finish (result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_error (task, g_steal_pointer (&error));
  else if (self->n_found == 1)
    g_task_return_pointer (task, g_steal_pointer (&self->id), g_free);
  else if (self->n_found > 1)
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_INVALID,
                             _ ("More than one session begins with “%s”: write more of it"),
                             self->text);
  else
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_NOT_FOUND,
                             _ ("There is no session “%s”. shipctl list shows them all."),
                             self->text);
}

static void
repaired_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search          *search = g_task_get_task_data (task);
  g_autofree char *index = ship_paths_dup_index_file (search->paths);

  /* What is wrong with it, the reading says. */
  ship_index_repair_finish (result, NULL);
  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              search_job,
                              search,
                              g_task_get_cancellable (task),
                              searched_cb,
                              g_object_ref (task));
}

void
ship_cli_resolve_async (ShipCli            *self,
                        const char         *text,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, self->cancellable, callback, user_data);
  Search *search = g_new0 (Search, 1);

  g_task_set_source_tag (task, ship_cli_resolve_async);
  g_task_set_task_data (task, search, (GDestroyNotify) search_free);
  search->paths = ship_paths_ref (self->paths);
  search->text = g_ascii_strdown (text, -1);
  if (ship_names_is_session_id (search->text))
    g_task_return_pointer (task, g_strdup (search->text), g_free);
  else if (strlen (search->text) < LEAST_PREFIX)
    g_task_return_new_error (
      task,
      SHIP_CLIENT_ERROR,
      SHIP_CLIENT_ERROR_INVALID,
      _ ("“%s” is too short for a session: write at least four digits of it"),
      text);
  else
    ship_index_repair_async (self->paths, self->cancellable, repaired_cb, g_steal_pointer (&task));
}

char *
ship_cli_resolve_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_resolve_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
