/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-fixture.h"

#include "session/ship-session-tables.h"
#include "ship-test.h"

#include <glib/gstdio.h>

static gboolean
insert_session (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_session_table_insert (db, data, error);
}

static void
close_store (ShipStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_store_close_async (store, ship_test_keep_result, &result);
  g_assert_true (ship_store_close_finish (store, ship_test_await (&result), NULL));
  g_object_unref (store);
}

void
session_fixture_run_on_store (SessionFixture *f, ShipStoreFunc func, gpointer data)
{
  g_autofree char *path = ship_paths_dup_session_store (f->paths, SESSION_FIXTURE_ID);
  ShipStore       *store = ship_store_new (path, ship_session_tables_dup_migrations ());
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_store_run_async (store,
                        SHIP_STORE_DURABILITY_FULL,
                        func,
                        data,
                        NULL,
                        NULL,
                        ship_test_keep_result,
                        &result);
  g_assert_true (ship_store_run_finish (store, ship_test_await (&result), &error));
  g_assert_no_error (error);
  close_store (store);
}

void
session_fixture_open (SessionFixture *f)
{
  /* Short pauses, and long limits: nothing ends because the machine is slow. */
  static const ShipPatience patience = { .retry_ms = 1,
                                         .progress_ms = 60000,
                                         .reconnect_ms = 1,
                                         .reconnect_max = 1,
                                         .attempt_ms = 20,
                                         .give_up_ms = 200,
                                         .probe_ms = 60,
                                         .stuck_ms = 600000 };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->session = ship_session_new (f->paths,
                                 SESSION_FIXTURE_ID,
                                 SHIP_RUNTIME (f->runtime),
                                 f->settings,
                                 f->secrets);
  ship_session_set_patience (f->session, &patience);
  ship_session_load_async (f->session, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_session_load_finish (f->session, ship_test_await (&result), &error));
  g_assert_no_error (error);
}

void
session_fixture_close (SessionFixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_close_async (f->session, ship_test_keep_result, &result);
  g_assert_true (ship_session_close_finish (f->session, ship_test_await (&result), &error));
  g_assert_no_error (error);
  g_clear_object (&result);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->session);
  f->session = NULL;
}

void
session_fixture_set_up (SessionFixture *f)
{
  g_autofree char *directory = NULL;
  ShipSessionRow   row = { 0 };

  f->root = g_dir_make_tmp ("ship-session-XXXXXX", NULL);
  f->paths = ship_paths_new_for_root (f->root);
  f->secrets = ship_secrets_new ();
  f->settings = ship_settings_new (f->paths, NULL);
  f->agent = fake_agent_new ();
  f->runtime = fake_runtime_new (f->agent);
  directory = ship_paths_dup_session_dir (f->paths, SESSION_FIXTURE_ID);
  g_assert_true (ship_paths_make_private_dir (directory, NULL));

  row.id = (char *) SESSION_FIXTURE_ID;
  row.title = (char *) "A session";
  row.repository = (char *) "/r";
  row.repository_name = (char *) "r";
  row.base_commit = row.head_commit = (char *) "0123456789012345678901234567890123456789";
  row.branch = (char *) "ship-x";
  row.sandbox = (char *) "local";
  row.model = (char *) "anthropic/m";
  row.mode = (char *) "build";
  row.state = (char *) "hibernated";
  row.user_name = (char *) "U";
  row.user_email = (char *) "u@example.invalid";
  session_fixture_run_on_store (f, insert_session, &row);
  session_fixture_open (f);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

void
session_fixture_tear_down (SessionFixture *f)
{
  if (f->session != NULL)
    session_fixture_close (f);
  g_assert_cmpint (fake_agent_get_n_calls (f->agent), ==, 0);
  g_assert_finalize_object (f->runtime);
  g_assert_finalize_object (f->agent);
  ship_secrets_unref (f->secrets);
  g_assert_finalize_object (f->settings);
  ship_paths_unref (f->paths);
  remove_tree (f->root);
  g_free (f->root);
}

void
session_fixture_assert_call (SessionFixture *f, const char *expected)
{
  g_autofree char *call = fake_agent_take_call (f->agent);

  g_assert_cmpstr (call, ==, expected);
}
