/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-session-archiver.h"
#include "client/ship-session-client.h"
#include "client/ship-session-list.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* Archiving what sleeps, without a process; and what nobody has touched for long, by itself. */

#define DAY ((gint64) 24 * 3600 * 1000)
#define NOW (1000 * DAY)

static gboolean
archive (ShipPaths *paths, const char *id, gboolean archived, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_archive_async (paths, id, archived, NULL, ship_test_keep_result, &result);
  return ship_session_archive_finish (ship_test_await (&result), error);
}

static guint
archive_idle (ShipPaths *paths, guint days)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_session_archive_idle_async (paths, days, NOW, NULL, ship_test_keep_result, &result);
  return ship_session_archive_idle_finish (ship_test_await (&result));
}

static guint
count (ShipPaths *paths, ShipSessionListScope scope)
{
  g_autoptr (ShipSessionList) list = ship_session_list_new (paths);
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  guint n;

  ship_session_list_set_scope (list, scope);
  ship_session_list_load_async (list, NULL, ship_test_keep_result, &loaded);
  ship_session_list_load_finish (list, ship_test_await (&loaded), &error);
  g_assert_no_error (error);
  n = g_list_model_get_n_items (G_LIST_MODEL (list));
  ship_session_list_close_async (list, ship_test_keep_result, &closed);
  ship_session_list_close_finish (list, ship_test_await (&closed), NULL);
  return n;
}

static ShipPaths *
paths_for (const char *name)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), name, NULL);

  return ship_paths_new_for_root (root);
}

static gboolean
run_sql (sqlite3 *db, gpointer sql, GCancellable *cancellable, GError **error)
{
  char *message = NULL;

  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    g_error ("%s", message);
  return TRUE;
}

static gboolean
derive (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(ShipIndexRow **) data = ship_index_row_derive (db, error);
  return *(ShipIndexRow **) data != NULL;
}

static gboolean
upsert (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_upsert (db, data, error);
}

/* A sleeping session whose store was changed by @sql, and its row in the index. */
static void
make (ShipPaths *paths, const char *id, const char *sql)
{
  g_autoptr (ShipIndexRow) row = NULL;

  client_test_make_session (paths, id);
  client_test_write_session (paths, id, run_sql, (gpointer) sql);
  client_test_write_session (paths, id, derive, &row);
  client_test_write_index (paths, upsert, row);
}

static int
hold_lock (ShipPaths *paths, const char *id)
{
  g_autofree char *path = ship_paths_dup_session_lock (paths, id);
  int              fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (flock (fd, LOCK_EX | LOCK_NB), ==, 0);
  return fd;
}

static void
test_asleep (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("asleep");
  g_autoptr (GError) error = NULL;

  make (paths, "aaaa000000000001", "UPDATE session SET updated_at = 5");
  g_assert_true (archive (paths, "aaaa000000000001", TRUE, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_CURRENT), ==, 0);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_ARCHIVED), ==, 1);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_ALL), ==, 1);
  g_assert_true (archive (paths, "aaaa000000000001", FALSE, &error));
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_CURRENT), ==, 1);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_ARCHIVED), ==, 0);
}

static void
test_not_there (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("not-there");
  g_autofree char *directory = ship_paths_dup_session_dir (paths, "aaaa000000000009");
  g_autoptr (GError) error = NULL;

  g_assert_false (archive (paths, "aaaa000000000009", TRUE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_false (archive (paths, "../x", TRUE, &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("cancelled");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) sweep = NULL;
  g_autoptr (GError) error = NULL;

  make (paths, "aaaa000000000001", "UPDATE session SET updated_at = 5");
  g_cancellable_cancel (cancellable);
  ship_session_archive_async (paths,
                              "aaaa000000000001",
                              TRUE,
                              cancellable,
                              ship_test_keep_result,
                              &result);
  /* What is asked for is one short write: a late cancellation does not undo it. */
  g_assert_true (ship_session_archive_finish (ship_test_await (&result), &error));
  ship_session_archive_idle_async (paths, 30, NOW, cancellable, ship_test_keep_result, &sweep);
  g_assert_cmpuint (ship_session_archive_idle_finish (ship_test_await (&sweep)), ==, 0);
}

/* By itself goes only what has nothing open; each of the others has one thing. */
static void
test_idle (void)
{
  static const char *const kept[] = {
    "UPDATE session SET updated_at = 990 * 86400000",
    "UPDATE session SET updated_at = 5, state = 'failed'",
    "UPDATE session SET updated_at = 5, state = 'holding'",
    "UPDATE session SET updated_at = 5; INSERT INTO task (position, title, prompt, mode, model, "
    "created_at) VALUES (1, 't', 'p', 'build', 'a/b', 1)",
    "UPDATE session SET updated_at = 5; INSERT INTO request (agent_id, title, details, created_at) "
    "VALUES ('r', 't', '{}', 1)",
  };
  g_autoptr (ShipPaths) paths = paths_for ("idle");
  int lock;

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      g_autofree char *id = g_strdup_printf ("bbbb00000000000%u", i);

      make (paths, id, kept[i]);
    }
  make (paths, "cccc000000000000", "UPDATE session SET updated_at = 5");
  make (paths, "cccc000000000001", "UPDATE session SET updated_at = 5");
  lock = hold_lock (paths, "cccc000000000001"); /* somebody has it */

  g_assert_cmpuint (archive_idle (paths, 0), ==, 0);
  g_assert_cmpuint (archive_idle (paths, 30), ==, 1);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_ARCHIVED), ==, 1);
  close (lock);
  g_assert_cmpuint (archive_idle (paths, 30), ==, 1);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_ARCHIVED), ==, 2);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_CURRENT), ==, G_N_ELEMENTS (kept));
}

/* The index is behind: what the session itself says counts. */
static void
test_idle_by_the_index_only (void)
{
  g_autoptr (ShipPaths) paths = paths_for ("stale");

  make (paths, "aaaa000000000001", "UPDATE session SET updated_at = 5");
  client_test_write_session (paths,
                             "aaaa000000000001",
                             run_sql,
                             (gpointer) "UPDATE session SET updated_at = 999 * 86400000");
  archive_idle (paths, 30);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_ARCHIVED), ==, 0);
  g_assert_cmpuint (count (paths, SHIP_SESSION_LIST_CURRENT), ==, 1);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/session-archiver/asleep", test_asleep);
  g_test_add_func ("/client/session-archiver/not-there", test_not_there);
  g_test_add_func ("/client/session-archiver/cancelled", test_cancelled);
  g_test_add_func ("/client/session-archiver/idle", test_idle);
  g_test_add_func ("/client/session-archiver/idle-by-the-index-only", test_idle_by_the_index_only);
  return client_test_run ();
}
