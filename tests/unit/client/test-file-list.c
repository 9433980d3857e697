/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-file-list.h"
#include "ship-test.h"

#include <unistd.h>

/* What can be completed: order of matches, and a session that is not there. */

static char *
match (const char *const *paths, const char *pattern, guint n_most)
{
  g_autoptr (ShipFileList) list = ship_file_list_new (g_strdupv ((char **) paths));
  g_autoptr (GPtrArray) found = ship_file_list_match (list, pattern, n_most);

  g_ptr_array_add (found, NULL);
  return g_strjoinv (" ", (char **) found->pdata);
}

static void
test_match (void)
{
  static const char *const paths[] = { "README.md",
                                       "docs/",
                                       "docs/reading.md",
                                       "src/",
                                       "src/main.c",
                                       "src/domain/main.c",
                                       "src/ReaderMain.py",
                                       "tests/main.py",
                                       NULL };
  static const struct
  {
    const char *pattern;
    guint       n_most;
    const char *expected;
  } cases[] = {
    { "", 3, "README.md docs/ docs/reading.md" },
    { "main.c", 9, "src/main.c src/domain/main.c" },
    { "read", 2, "README.md docs/reading.md" },
    { "RM", 9, "src/ReaderMain.py README.md" },
    { "src/d/m", 9, "src/domain/main.c" },
    { "docs", 1, "docs/" },
    { "zzz", 9, "" },
    { "main.pyx", 9, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *found = match (paths, cases[i].pattern, cases[i].n_most);

      g_assert_cmpstr (found, ==, cases[i].expected);
    }
}

static void
test_score (void)
{
  g_assert_cmpint (ship_file_list_score ("a/b.c", "x"), <, 0);
  g_assert_cmpint (ship_file_list_score ("", "x"), <, 0);
  g_assert_cmpint (ship_file_list_score ("a", ""), <, ship_file_list_score ("a", "a"));
  g_assert_cmpint (ship_file_list_score ("abc", "abc"), >, ship_file_list_score ("a/b/c", "abc"));
  g_assert_cmpint (ship_file_list_score ("x/foo", "foo"), >, ship_file_list_score ("foo/x", "foo"));
}

static void
test_missing (void)
{
  g_autofree char *root = g_dir_make_tmp ("ship-files-XXXXXX", NULL);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_file_list_load_async (paths, "0123456789abcdef", NULL, ship_test_keep_result, &result);
  g_assert_null (ship_file_list_load_finish (ship_test_await (&result), &error));
  g_assert_nonnull (error);
  rmdir (root);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/file-list/match", test_match);
  g_test_add_func ("/client/file-list/score", test_score);
  g_test_add_func ("/client/file-list/missing", test_missing);
  return g_test_run ();
}
