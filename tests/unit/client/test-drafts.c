/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-drafts.h"
#include "ship-test.h"

#include <glib/gstdio.h>

#define ONE   "aaaaaaaaaaaaaaaa"
#define OTHER "bbbbbbbbbbbbbbbb"

static ShipDrafts *
open_drafts (ShipPaths *paths)
{
  ShipDrafts *drafts = ship_drafts_new (paths);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (ship_drafts_is_loaded (drafts));
  ship_drafts_load_async (drafts, NULL, ship_test_keep_result, &result);
  ship_drafts_load_finish (drafts, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_true (ship_drafts_is_loaded (drafts));
  return drafts;
}

static void
close_drafts (ShipDrafts *drafts)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_drafts_close_async (drafts, ship_test_keep_result, &result);
  ship_drafts_close_finish (drafts, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  client_test_settle ();
  g_assert_finalize_object (drafts);
}

static void
put (ShipDrafts *drafts, const char *session, const char *text, const char *mode, const char *file)
{
  ShipDraftRow *row = ship_draft_row_new (session);

  g_free (row->text);
  row->text = g_strdup (text);
  row->mode = g_strdup (mode);
  if (file != NULL)
    g_ptr_array_add (row->files, ship_draft_file_row_new ("picture.png", 4, file));
  ship_drafts_put (drafts, row);
}

static char *
keep (ShipDrafts *drafts)
{
  g_autoptr (GBytes) content = g_bytes_new_static ("1234", 4);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *file;

  ship_drafts_keep_async (drafts, content, NULL, ship_test_keep_result, &result);
  file = ship_drafts_keep_finish (drafts, ship_test_await (&result), &error);
  g_assert_no_error (error);
  return file;
}

static gboolean
is_there (ShipDrafts *drafts, const char *name)
{
  g_autoptr (GFile) file = ship_drafts_dup_file (drafts, name);

  return g_file_query_exists (file, NULL);
}

static ShipPaths *
new_paths (const char *name)
{
  g_autofree char *root = g_build_filename (client_test_get_root (), name, NULL);

  return ship_paths_new_for_root (root);
}

static void
test_come_back (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("back");
  ShipDrafts         *drafts = open_drafts (paths);
  g_autofree char    *file = keep (drafts);
  const ShipDraftRow *row;

  g_assert_null (ship_drafts_get (drafts, ONE));
  put (drafts, ONE, "half a sen", "plan", file);
  put (drafts, SHIP_DRAFTS_NEW_SESSION, "a new thing", NULL, NULL);
  g_assert_cmpstr (ship_drafts_get (drafts, ONE)->text, ==, "half a sen");
  close_drafts (drafts);

  drafts = open_drafts (paths);
  row = ship_drafts_get (drafts, ONE);
  g_assert_cmpstr (row->text, ==, "half a sen");
  g_assert_cmpstr (row->mode, ==, "plan");
  g_assert_cmpuint (row->files->len, ==, 1);
  g_assert_cmpstr (((ShipDraftFileRow *) row->files->pdata[0])->name, ==, "picture.png");
  g_assert_cmpint (((ShipDraftFileRow *) row->files->pdata[0])->size, ==, 4);
  g_assert_true (is_there (drafts, file));
  g_assert_cmpstr (ship_drafts_get (drafts, SHIP_DRAFTS_NEW_SESSION)->text, ==, "a new thing");
  g_assert_null (ship_drafts_get (drafts, SHIP_DRAFTS_NEW_SESSION)->mode);
  g_assert_null (ship_drafts_get (drafts, OTHER));
  close_drafts (drafts);
}

/* Sent: the row is gone, and what went with it. */
static void
test_cleared (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("cleared");
  ShipDrafts      *drafts = open_drafts (paths);
  g_autofree char *file = keep (drafts);

  put (drafts, ONE, "with a picture", NULL, file);
  put (drafts, OTHER, "stays", NULL, NULL);
  ship_drafts_put (drafts, ship_draft_row_new (ONE));
  g_assert_null (ship_drafts_get (drafts, ONE));
  client_test_until (!is_there (drafts, file));
  close_drafts (drafts);

  drafts = open_drafts (paths);
  g_assert_null (ship_drafts_get (drafts, ONE));
  g_assert_cmpstr (ship_drafts_get (drafts, OTHER)->text, ==, "stays");
  close_drafts (drafts);
}

static gboolean
list_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) rows = ship_draft_table_list (db, error);

  *(guint *) data = rows->len;
  return TRUE;
}

/* Nobody has to close anything: what the disk has is what a kill would leave. */
static void
test_written_soon (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("soon");
  ShipDrafts *drafts = open_drafts (paths);
  guint       n = 0;

  put (drafts, ONE, "typed", NULL, NULL);
  while (n == 0)
    {
      g_main_context_iteration (NULL, FALSE); /* nothing may be left to wait for */
      client_test_write_index (paths, list_job, &n);
    }
  g_assert_cmpuint (n, ==, 1);
  close_drafts (drafts);
}

static void
test_left_over (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("left");
  ShipDrafts      *drafts = open_drafts (paths);
  g_autofree char *named = keep (drafts);
  g_autofree char *nameless = keep (drafts);

  put (drafts, ONE, "", NULL, named);
  close_drafts (drafts);

  drafts = open_drafts (paths);
  g_assert_true (is_there (drafts, named));
  g_assert_false (is_there (drafts, nameless));
  close_drafts (drafts);
}

static void
count_cb (ShipDrafts *drafts, const char *session, guint *n)
{
  g_assert_cmpstr (session, ==, ONE);
  ++*n;
}

static void
test_tells (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("tells");
  ShipDrafts *drafts = open_drafts (paths);
  guint       n = 0;

  g_signal_connect (drafts, "changed", G_CALLBACK (count_cb), &n);
  put (drafts, ONE, "a", NULL, NULL);
  put (drafts, ONE, "", NULL, NULL);
  g_assert_cmpuint (n, ==, 2);
  close_drafts (drafts);
}

/* A text written before the rows were read is newer than they. */
static void
test_typed_before_the_load (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("early");
  ShipDrafts *drafts = open_drafts (paths);
  g_autoptr (GAsyncResult) result = NULL;

  put (drafts, ONE, "old", NULL, NULL);
  close_drafts (drafts);
  drafts = ship_drafts_new (paths);
  ship_drafts_load_async (drafts, NULL, ship_test_keep_result, &result);
  put (drafts, ONE, "new", NULL, NULL);
  g_assert_true (ship_drafts_load_finish (drafts, ship_test_await (&result), NULL));
  g_assert_cmpstr (ship_drafts_get (drafts, ONE)->text, ==, "new");
  g_clear_object (&result);
  close_drafts (drafts);
}

static void
test_cancelled (void)
{
  g_autoptr (ShipPaths) paths = new_paths ("cancelled");
  ShipDrafts *drafts = open_drafts (paths);
  g_autoptr (GBytes) content = g_bytes_new_static ("1234", 4);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) kept = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GError) error = NULL;

  ship_drafts_keep_async (drafts, content, cancellable, ship_test_keep_result, &kept);
  ship_drafts_load_async (drafts, cancellable, ship_test_keep_result, &loaded);
  g_cancellable_cancel (cancellable);
  g_assert_null (ship_drafts_keep_finish (drafts, ship_test_await (&kept), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  ship_drafts_load_finish (drafts, ship_test_await (&loaded), NULL);
  g_clear_object (&kept);
  g_clear_object (&loaded);
  close_drafts (drafts);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/drafts/come-back", test_come_back);
  g_test_add_func ("/client/drafts/cleared", test_cleared);
  g_test_add_func ("/client/drafts/written-soon", test_written_soon);
  g_test_add_func ("/client/drafts/left-over", test_left_over);
  g_test_add_func ("/client/drafts/tells", test_tells);
  g_test_add_func ("/client/drafts/typed-before-the-load", test_typed_before_the_load);
  g_test_add_func ("/client/drafts/cancelled", test_cancelled);
  return client_test_run ();
}
