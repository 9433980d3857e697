/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-test.h"

#include <glib/gstdio.h>

static const char *const migrations[] = {
  "CREATE TABLE event (id INTEGER PRIMARY KEY, body TEXT NOT NULL)",
  "ALTER TABLE event ADD COLUMN kind TEXT NOT NULL DEFAULT 'text'",
};

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->dir = g_dir_make_tmp ("ship-store-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->dir, "session.db", NULL);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  if (g_rmdir (fixture->dir) != 0)
    g_error ("%s: %s", fixture->dir, g_strerror (errno));
  g_free (fixture->dir);
  g_free (fixture->path);
}

ShipStore *
store_new_with (Fixture *fixture, const char *const *scripts)
{
  return ship_store_new (fixture->path, g_strdupv ((char **) scripts));
}

ShipStore *
store_new (Fixture *fixture, int n_migrations)
{
  const char *scripts[G_N_ELEMENTS (migrations) + 1] = { NULL };

  for (int i = 0; i < n_migrations; i++)
    scripts[i] = migrations[i];
  return store_new_with (fixture, scripts);
}

void
store_close (ShipStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_store_close_async (store, ship_test_keep_result, &result);
  g_assert_true (ship_store_close_finish (store, ship_test_await (&result), &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  g_assert_finalize_object (store);
}

gboolean
store_run (ShipStore    *store,
           ShipStoreFunc func,
           gpointer      data,
           GCancellable *cancellable,
           GError      **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_store_run_async (store,
                        SHIP_STORE_DURABILITY_FULL,
                        func,
                        data,
                        NULL,
                        cancellable,
                        ship_test_keep_result,
                        &result);
  return ship_store_run_finish (store, ship_test_await (&result), error);
}

void
store_must (ShipStore *store, ShipStoreFunc func, gpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (store_run (store, func, data, NULL, &error));
  g_assert_no_error (error);
}

gboolean
job_insert (sqlite3 *db, gpointer body, GCancellable *cancellable, GError **error)
{
  return ship_statement_execute (db, error, "INSERT INTO event (body) VALUES (?)", "s", body);
}

gboolean
job_count (sqlite3 *db, gpointer number, GCancellable *cancellable, GError **error)
{
  g_autoptr (ShipStatement) statement =
    ship_statement_new (db, error, "SELECT count(*) FROM event", "");

  if (statement == NULL || !ship_statement_step (statement, error))
    return FALSE;
  *(int *) number = (int) ship_statement_get_int64 (statement, 0);
  return TRUE;
}
