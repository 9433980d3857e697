/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-index-repair.h"
#include "client/ship-session-client.h"
#include "client/ship-session-creator.h"
#include "client/ship-spare-private.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <git2.h>
#include <unistd.h>

/* Sessions made ahead, with a ship-session that is played (see fake/). */

#define MODEL "anthropic/a"

typedef struct
{
  ShipPaths *paths;      /* (owned) */
  char      *repository; /* (owned) */
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->paths = ship_paths_new ();
  f->repository = g_build_filename (client_test_get_root (), data, NULL);
  client_test_make_repository (f->repository, TRUE);
  g_setenv ("FAKE_SHIP_SESSION", "ready", TRUE);
}

static gboolean
prepare (Fixture *f, const char *model, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_spare_prepare_async (f->paths,
                            f->repository,
                            NULL,
                            model,
                            NULL,
                            ship_test_keep_result,
                            &result);
  return ship_spare_prepare_finish (ship_test_await (&result), error);
}

static GPtrArray *
list (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *spares;

  ship_spare_list_async (f->paths, NULL, ship_test_keep_result, &result);
  spares = ship_spare_list_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  return spares;
}

/* The id of the only one there is. */
static char *
only_one (Fixture *f)
{
  g_autoptr (GPtrArray) spares = list (f);

  g_assert_cmpuint (spares->len, ==, 1);
  return g_strdup (((ShipSpare *) spares->pdata[0])->row->id);
}

static guint
sweep (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_spare_sweep_async (f->paths, NULL, ship_test_keep_result, &result);
  return ship_spare_sweep_finish (ship_test_await (&result));
}

static int
repair (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_index_repair_async (f->paths, NULL, ship_test_keep_result, &result);
  return ship_index_repair_finish (ship_test_await (&result), NULL);
}

/* As its idle time's end would. */
static void
hibernate (Fixture *f, const char *id)
{
  g_autoptr (ShipSessionClient) client = ship_session_client_new (f->paths, id);
  g_autoptr (GAsyncResult) connected = NULL;
  g_autoptr (GAsyncResult) called = NULL;
  g_autoptr (GPtrArray) spares = NULL;

  ship_session_client_connect_async (client, FALSE, NULL, ship_test_keep_result, &connected);
  g_assert_true (ship_session_client_connect_finish (client, ship_test_await (&connected), NULL));
  ship_session_client_call_async (client, "Delete", NULL, NULL, ship_test_keep_result, &called);
  ship_session_client_call_finish (client, ship_test_await (&called), NULL);
  do
    {
      g_usleep (10000);
      g_clear_pointer (&spares, g_ptr_array_unref);
      spares = list (f);
    }
  while (spares->len > 0 && ((ShipSpare *) spares->pdata[0])->is_alive);
}

static void
end_all (Fixture *f)
{
  g_autoptr (GPtrArray) spares = list (f);

  for (guint i = 0; i < spares->len; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      ship_spare_retire_async (f->paths,
                               ((ShipSpare *) spares->pdata[i])->row->id,
                               NULL,
                               ship_test_keep_result,
                               &result);
      g_assert_true (ship_spare_retire_finish (ship_test_await (&result), NULL));
    }
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  end_all (f);
  ship_paths_unref (f->paths);
  g_free (f->repository);
}

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(GPtrArray **) data = ship_index_table_list_all (db, error);
  return *(GPtrArray **) data != NULL;
}

static GPtrArray *
list_sessions (Fixture *f)
{
  GPtrArray *rows = NULL;

  client_test_write_index (f->paths, list_job, &rows);
  return rows;
}

static char *
create (Fixture *f, ShipNewSession what)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *id;

  what.repository = f->repository;
  ship_session_create_async (f->paths, &what, NULL, ship_test_keep_result, &result);
  id = ship_session_create_finish (ship_test_await (&result), NULL, &error);
  g_assert_no_error (error);
  return id;
}

static gboolean
remove_session (Fixture *f, const char *id)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_spare_retire_async (f->paths, id, NULL, ship_test_keep_result, &result);
  return ship_spare_retire_finish (ship_test_await (&result), NULL);
}

static void
test_prepare (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  g_assert_true (prepare (f, MODEL, &error));
  g_assert_no_error (error);
  first = only_one (f);
  g_assert_true (prepare (f, "anthropic/b", &error)); /* it would do for that, too */
  second = only_one (f);
  g_assert_cmpstr (second, ==, first);
  g_assert_cmpint (repair (f), ==, 0);
  rows = list_sessions (f);
  g_assert_cmpuint (rows->len, ==, 0);

  g_assert_true (prepare (f, "openai/b", &error));
  third = only_one (f);
  g_assert_cmpstr (third, !=, first);
}

static void
test_claim (Fixture *f, gconstpointer data)
{
  ShipNewSession what = { .prompt = "Do it", .model = "anthropic/b", .mode = "build" };
  g_autoptr (GPtrArray) spares = NULL;
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *spare = NULL;
  g_autofree char *id = NULL;

  g_assert_true (prepare (f, MODEL, NULL));
  spare = only_one (f);
  id = create (f, what);
  g_assert_cmpstr (id, ==, spare);
  spares = list (f);
  g_assert_cmpuint (spares->len, ==, 0);
  rows = list_sessions (f);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((ShipIndexRow *) rows->pdata[0])->title, ==, "Do it");
  g_assert_cmpstr (((ShipIndexRow *) rows->pdata[0])->model, ==, "anthropic/b");
  g_assert_true (g_str_has_prefix (((ShipIndexRow *) rows->pdata[0])->branch, "ship-do-it-"));
  g_assert_cmpuint (sweep (f), ==, 0);
  g_assert_true (remove_session (f, id));
}

/* Whatever stands in the way, there is a session in the end. */
static void
test_does_not_fit (Fixture *f, gconstpointer data)
{
  const char *const    ask[] = { "bash", NULL };
  const ShipNewSession others[] = {
    { .prompt = "Plan it", .model = MODEL, .mode = "plan" },
    { .prompt = "Ask", .model = MODEL, .mode = "build", .ask = ask },
    { .prompt = "Elsewhere", .model = "openai/b", .mode = "build" },
  };
  g_autofree char *spare = NULL;

  g_assert_true (prepare (f, MODEL, NULL));
  spare = only_one (f);
  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autofree char *id = create (f, others[i]);

      g_assert_cmpstr (id, !=, spare);
      g_assert_true (remove_session (f, id));
    }
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  ShipNewSession   what = { .prompt = "Do it", .model = MODEL, .mode = "build" };
  g_autofree char *spare = NULL;
  g_autofree char *id = NULL;

  g_setenv ("FAKE_SHIP_SESSION", "claimed", TRUE);
  g_assert_true (prepare (f, MODEL, NULL));
  spare = only_one (f);
  id = create (f, what);
  g_assert_cmpstr (id, !=, spare);
  g_assert_true (remove_session (f, id));
}

static void
test_ended (Fixture *f, gconstpointer data)
{
  ShipNewSession   what = { .prompt = "Do it", .model = MODEL, .mode = "build" };
  g_autofree char *spare = NULL;
  g_autofree char *id = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *later = NULL;

  g_assert_true (prepare (f, MODEL, NULL));
  spare = only_one (f);
  directory = ship_paths_dup_session_dir (f->paths, spare);
  g_assert_cmpuint (sweep (f), ==, 0);
  hibernate (f, spare);
  id = create (f, what);
  g_assert_cmpstr (id, !=, spare);
  g_assert_true (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_cmpint (repair (f), ==, 0); /* whoever lists puts it away */
  g_assert_false (g_file_test (directory, G_FILE_TEST_EXISTS));
  g_assert_true (remove_session (f, id));
}

static gboolean
forget_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_delete (db, data, error);
}

static gboolean
upsert_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_index_table_upsert (db, data, error);
}

/* A client that died between the claim and the index: the store counts, in both ways. */
static void
test_index_is_derived (Fixture *f, gconstpointer data)
{
  ShipNewSession what = { .prompt = "Do it", .model = MODEL, .mode = "build" };
  g_autoptr (GPtrArray) rows = NULL;
  g_autofree char *spare = NULL;
  g_autofree char *again = NULL;
  g_autofree char *id = NULL;
  ShipIndexRow     row = { 0 };

  g_assert_true (prepare (f, MODEL, NULL));
  spare = only_one (f);
  client_test_write_index (f->paths, forget_job, spare);
  g_assert_cmpint (repair (f), ==, 0);
  again = only_one (f);
  g_assert_cmpstr (again, ==, spare);

  id = create (f, what);
  g_assert_cmpstr (id, ==, spare);
  row = (ShipIndexRow){ .id = id,
                        .title = (char *) "",
                        .repository = (char *) "/r",
                        .repository_name = (char *) "r",
                        .branch = (char *) "b",
                        .state = (char *) "idle",
                        .model = (char *) MODEL,
                        .is_spare = TRUE };
  client_test_write_index (f->paths, upsert_job, &row);
  g_assert_cmpint (repair (f), ==, 1);
  rows = list_sessions (f);
  g_assert_cmpuint (rows->len, ==, 1);
  g_assert_cmpstr (((ShipIndexRow *) rows->pdata[0])->title, ==, "Do it");
  g_assert_true (remove_session (f, id));
}

static void
test_no_repository (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) spares = NULL;

  g_free (f->repository);
  f->repository = g_strdup ("/nonexistent");
  g_assert_false (prepare (f, MODEL, &error));
  g_assert_nonnull (error);
  spares = list (f);
  g_assert_cmpuint (spares->len, ==, 0);
}

/* Somebody else is busy with spares: that is waited for, and can be given up. */
static void
test_locked (Fixture *f, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) locked = NULL;
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GError) error = NULL;
  int lock;

  ship_spare_lock_async (f->paths, 0, NULL, ship_test_keep_result, &locked);
  lock = ship_spare_lock_finish (ship_test_await (&locked), &error);
  g_assert_no_error (error);
  ship_spare_prepare_async (f->paths,
                            f->repository,
                            NULL,
                            MODEL,
                            cancellable,
                            ship_test_keep_result,
                            &prepared);
  client_test_settle ();
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_spare_prepare_finish (ship_test_await (&prepared), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  close (lock);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  git_libgit2_init ();
#define ADD(name, func) g_test_add ("/client/spare/" name, Fixture, name, set_up, func, tear_down)
  ADD ("prepare", test_prepare);
  ADD ("claim", test_claim);
  ADD ("does-not-fit", test_does_not_fit);
  ADD ("refused", test_refused);
  ADD ("ended", test_ended);
  ADD ("index-is-derived", test_index_is_derived);
  ADD ("no-repository", test_no_repository);
  ADD ("locked", test_locked);
  return client_test_run ();
}
