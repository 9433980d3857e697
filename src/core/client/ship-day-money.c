/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-day-money.h"

#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

typedef struct
{
  char        *day; /* (owned) */
  ShipDayMoney money;
} Load;

static void
load_free (Load *load)
{
  g_free (load->day);
  g_free (load);
}

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Load  *load = data;
  double own = 0; /* of no session */

  return ship_ledger_table_sum_day (db, load->day, "", &own, &load->money.spent, error) &&
         ship_allowance_table_load (db, load->day, &load->money.allowed, error);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_store_once_finish (result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  g_clear_error (&error);
}

void
ship_day_money_load_async (ShipPaths          *paths,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *path = ship_paths_dup_index_file (paths);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  Load *load = g_new0 (Load, 1);

  load->day = g_date_time_format (now, "%Y-%m-%d");
  g_task_set_source_tag (task, ship_day_money_load_async);
  g_task_set_task_data (task, load, (GDestroyNotify) load_free);
  ship_store_read_once_async (path,
                              ship_index_tables_get_version (),
                              read_job,
                              load,
                              cancellable,
                              read_cb,
                              g_steal_pointer (&task));
}

gboolean
ship_day_money_load_finish (GAsyncResult *result, ShipDayMoney *money, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_day_money_load_async), FALSE);

  *money = ((Load *) g_task_get_task_data (G_TASK (result)))->money;

  return g_task_propagate_boolean (G_TASK (result), error);
}
