/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context/ship-base.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>
#include <utime.h>

#include "base/ship-tree-remove.h"
#include "context/ship-base-checkout.h"
#include "context/ship-use-lock.h"

/* Bases on disk, without a sandbox to make them in: whole or not there. The functions block, as on
 * a worker. */

#define A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"

static void
publish (const char *dir, const char *commit, const char *below)
{
  g_autofree char *path = ship_base_dup_path (dir, commit);
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);
  g_autofree char *tree = g_build_filename (fresh, "tree", NULL);
  g_autoptr (GBytes) index = g_bytes_new ("DIRC", 4);
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (tree, 0700));
  ship_base_publish_thread (dir, commit, fresh, index, below, &error);
  g_assert_no_error (error);
}

static void
write_in (const char *dir, const char *commit, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (dir, commit, name, NULL);
  g_autoptr (GError) error = NULL;

  g_remove (path);
  if (text != NULL)
    g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
assert_there (const char *dir, const char *commit, guint n_layers)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipBase) base = ship_base_open_thread (dir, commit, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (base != NULL ? g_strv_length (base->layers) : 0, ==, n_layers);
}

static void
test_life (void)
{
  g_autofree char *dir = g_dir_make_tmp ("ship-base-XXXXXX", NULL);
  g_autofree char *lock_path = ship_base_dup_lock_path (dir, A);
  g_autoptr (GError) error = NULL;
  ShipBase *base;

  assert_there (dir, A, 0);
  publish (dir, A, NULL);
  assert_there (dir, A, 1);
  publish (dir, B, A);
  assert_there (dir, B, 2);

  base = ship_base_open_thread (dir, B, NULL, &error);
  g_assert_true (g_str_has_suffix (base->layers[0], B "/tree"));
  g_assert_true (g_str_has_suffix (base->layers[1], A "/tree"));
  g_assert_true (g_str_has_suffix (base->index_file, B "/index"));
  /* What lies below is in use, too. */
  g_assert_null (ship_use_lock_try_seize_thread (lock_path));
  ship_base_free (base);

  ship_tree_remove_thread (dir, &error);
  g_assert_no_error (error);
}

/* Each of these is a base that must not be taken for one. */
static void
test_not_whole (void)
{
  g_autofree char *dir = g_dir_make_tmp ("ship-base-XXXXXX", NULL);
  g_autofree char *below = g_build_filename (dir, A, NULL);
  g_auto (GStrv) listed = NULL;
  g_autoptr (GError) error = NULL;
  struct utimbuf   old = { 1000, 1000 };
  g_autofree char *boot = g_build_filename (dir, A, "boot", NULL);

  publish (dir, A, NULL);
  write_in (dir, A, "boot", "another start of the machine\n");
  assert_there (dir, A, 0);
  listed = ship_base_list_thread (dir);
  g_assert_null (listed[0]);
  /* Settled once, it counts whenever the machine was started; before its time it is not settled. */
  ship_base_settle_thread (dir, A);
  assert_there (dir, A, 0);
  g_assert_no_errno (utime (boot, &old));
  ship_base_settle_thread (dir, A);
  assert_there (dir, A, 1);

  write_in (dir, A, "index", NULL);
  assert_there (dir, A, 0);
  publish (dir, A, NULL);
  write_in (dir, A, "below", "../../../etc\n");
  assert_there (dir, A, 0);
  write_in (dir, A, "below", A "\n"); /* over itself */
  assert_there (dir, A, 0);

  publish (dir, A, NULL);
  publish (dir, B, A);
  ship_tree_remove_thread (below, &error);
  g_assert_no_error (error);
  assert_there (dir, B, 0);
  g_assert_null (ship_base_try_open_thread (dir, B));

  ship_tree_remove_thread (dir, &error);
  g_assert_no_error (error);
}

static void
test_list (void)
{
  g_autofree char *dir = g_dir_make_tmp ("ship-base-XXXXXX", NULL);
  g_autofree char *lock_path = ship_base_dup_lock_path (dir, A);
  g_auto (GStrv) listed = NULL;
  g_autoptr (GError) error = NULL;
  struct utimbuf old = { 1000, 1000 };

  publish (dir, A, NULL);
  publish (dir, B, NULL);
  assert_there (dir, A, 1);
  assert_there (dir, B, 1);
  g_assert_no_errno (utime (lock_path, &old));
  listed = ship_base_list_thread (dir);
  g_assert_cmpuint (g_strv_length (listed), ==, 2);
  g_assert_cmpstr (listed[0], ==, B);
  g_assert_cmpstr (listed[1], ==, A);

  ship_tree_remove_thread (dir, &error);
  g_assert_no_error (error);
}

/* Least recently used first, but never what is in use or lies below another. */
static void
test_prune (void)
{
  g_autofree char *dir = g_dir_make_tmp ("ship-base-XXXXXX", NULL);
  g_autoptr (ShipBase) used = NULL;
  g_auto (GStrv) listed = NULL;
  g_autoptr (GError) error = NULL;

  for (int i = 0; i < 10; i++)
    {
      g_autofree char *commit = g_strnfill (40, (char) ('0' + i));
      g_autofree char *below = g_strnfill (40, (char) ('0' + i - 1));

      publish (dir, commit, i == 3 ? below : NULL);
      assert_there (dir, commit, i == 3 ? 2 : 1);
      if (i == 1)
        used = ship_base_open_thread (dir, commit, NULL, &error);
    }
  for (int i = 0; i < 10; i++)
    {
      g_autofree char *commit = g_strnfill (40, (char) ('0' + i));
      g_autofree char *lock_path = ship_base_dup_lock_path (dir, commit);
      time_t           now = (time_t) (g_get_real_time () / G_USEC_PER_SEC);
      struct utimbuf   time = { now - 1000 + i, now - 1000 + i };

      if (i == 7)
        time.modtime = 1000; /* not for a month, though it would be among the last few */
      g_assert_no_errno (utime (lock_path, &time));
    }

  ship_base_prune_thread (dir);
  listed = ship_base_list_thread (dir);
  /* 9 8 6 5 4 are recent, 3 the sixth, 2 is below it, 1 in use. */
  g_assert_cmpuint (g_strv_length (listed), ==, 8);
  for (int i = 0; i < 8; i++)
    g_assert_cmpint (listed[i][0], ==, "98654321"[i]);
  ship_tree_remove_thread (dir, &error);
  g_assert_no_error (error);
}

static void
test_progress (void)
{
  static const struct
  {
    const char *text;
    guint       n_done;
    guint       n_total;
  } tests[] = {
    { "Updating files:  45% (45000/100000)\r", 45000, 100000 },
    { "Updating files:   1% (1/9)\rUpdating files:  22% (2/9)\r", 2, 9 },
    { "Updating files: 100% (9/9), done.\n", 9, 9 },
    { "Updating files:  45% (45", 0, 0 },
    { "Updating files:  45% (45/", 0, 0 },
    { "Updating files:  45% (9/3)", 0, 0 },
    { "Updating files:  (-1/3)", 0, 0 },
    { "Updating files:  (1/99999999999999999999999)", 0, 0 },
    { "", 0, 0 },
    { "fatal: (1/2)", 0, 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      guint    n_done = 0;
      guint    n_total = 0;
      gboolean is_known = ship_base_checkout_parse_progress (tests[i].text, &n_done, &n_total);

      g_assert_cmpint (is_known, ==, tests[i].n_total != 0);
      g_assert_cmpuint (n_done, ==, tests[i].n_done);
      g_assert_cmpuint (n_total, ==, tests[i].n_total);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/context/base/life", test_life);
  g_test_add_func ("/context/base/not-whole", test_not_whole);
  g_test_add_func ("/context/base/list", test_list);
  g_test_add_func ("/context/base/prune", test_prune);
  g_test_add_func ("/context/base/progress", test_progress);
  return g_test_run ();
}
