/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-day-money.h"

#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "session/ship-session-tables.h"

/* One reading of the index; data of its task is what was read. Main thread. */

static gboolean
read_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipDayMoney *money = data;
  double        own; /* of the session without a name: nobody's */
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *today = g_date_time_format (now, "%Y-%m-%d");

  return ship_ledger_table_sum_day (db, today, "", &own, &money->spent, error) &&
         ship_allowance_table_load (db, today, &money->allowed, error);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_store_once_finish (result, &error) ||
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&error);
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
}

void
ship_day_money_load_async (ShipPaths          *paths,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  GTask           *task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *index = ship_paths_dup_index_file (paths);
  ShipDayMoney    *money = g_new0 (ShipDayMoney, 1);

  g_task_set_source_tag (task, ship_day_money_load_async);
  g_task_set_task_data (task, money, g_free);
  ship_store_read_once_async (index,
                              ship_index_tables_get_version (),
                              read_job,
                              money,
                              cancellable,
                              read_cb,
                              task);
}

gboolean
ship_day_money_load_finish (GAsyncResult *result, ShipDayMoney *money, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_day_money_load_async), FALSE);
  g_return_val_if_fail (money != NULL, FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *money = *(ShipDayMoney *) g_task_get_task_data (G_TASK (result));
  return TRUE;
}
