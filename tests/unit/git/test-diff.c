/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-diff.h"

#include <string.h>
#include <unistd.h>

#include "ship-git-fixture.h"
#include "ship-test.h"

/* The changes between two commits as a list model. */

static GListModel *
diff (const char *repository, const char *from, const char *to, GError **error)
{
  g_autofree char *mirror = g_build_filename (repository, ".git", NULL);
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_diff_async (mirror, from, to, NULL, ship_test_keep_result, &result);
  return ship_git_diff_finish (ship_test_await (&result), error);
}

static ShipGitFileDiff *
find_file (GListModel *list, const char *path)
{
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    {
      g_autoptr (ShipGitFileDiff) file = g_list_model_get_item (list, i);

      if (strcmp (ship_git_file_diff_get_path (file), path) == 0)
        return file; /* the list keeps it */
    }
  g_error ("%s is not in the diff", path);
}

static void
git (ShipGitFixture *fixture, const char *one, const char *two, const char *three)
{
  g_free (ship_git_fixture_git (fixture->repo, one, two, three, NULL));
}

static void
test_kinds (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *from = NULL;
  g_autofree char *to = NULL;
  g_autofree char *icon = g_build_filename (fixture->repo, "icon.png", NULL);
  g_autofree char *link_path = g_build_filename (fixture->repo, "link", NULL);
  g_autoptr (GListModel) list = NULL;
  g_autoptr (GError) error = NULL;
  ShipGitFileDiff *file;

  ship_git_fixture_write (fixture->repo, "tool.sh", "#!/bin/sh\n");
  ship_git_fixture_write (fixture->repo, "link", "a plain file\n");
  ship_git_fixture_write (fixture->repo, "gone", "bye\n");
  ship_git_fixture_write (fixture->repo, "latin1", "a\n");
  from = ship_git_fixture_commit (fixture, "from");
  git (fixture, "mv", "src/a.c", "src/renamed.c");
  ship_git_fixture_write (fixture->repo,
                          "src/renamed.c",
                          "int a;\nint b;\nint c;\nint d;\nint e;\nint z;\n");
  git (fixture, "rm", "-q", "gone");
  git (fixture, "update-index", "--chmod=+x", "tool.sh");
  ship_git_fixture_write (fixture->repo, "README", "hello\nworld\n");
  ship_git_fixture_write (fixture->repo, "latin1", "a\ncaf\xe9\n");
  g_file_set_contents (icon, "\x89PNG\0\0\0", 7, NULL);
  git (fixture, "rm", "-q", "link");
  g_assert_cmpint (symlink ("README", link_path), ==, 0);
  g_free (ship_git_fixture_git (fixture->repo, "config", "core.fileMode", "false", NULL));
  to = ship_git_fixture_commit (fixture, "to");
  list = diff (fixture->repo, from, to, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 7);

  file = find_file (list, "src/renamed.c");
  g_assert_cmpint (ship_git_file_diff_get_change (file), ==, SHIP_GIT_CHANGE_RENAMED);
  g_assert_cmpstr (ship_git_file_diff_get_old_path (file), ==, "src/a.c");
  g_assert_cmpuint (ship_git_file_diff_get_additions (file), ==, 1);
  g_assert_cmpuint (ship_git_file_diff_get_deletions (file), ==, 1);
  file = find_file (list, "gone");
  g_assert_cmpint (ship_git_file_diff_get_change (file), ==, SHIP_GIT_CHANGE_DELETED);
  file = find_file (list, "tool.sh");
  g_assert_cmpint (ship_git_file_diff_get_change (file), ==, SHIP_GIT_CHANGE_MODIFIED);
  g_assert_nonnull (
    strstr (ship_git_file_diff_get_patch (file), "old mode 100644\nnew mode 100755\n"));
  file = find_file (list, "README");
  g_assert_cmpint (ship_git_file_diff_get_change (file), ==, SHIP_GIT_CHANGE_MODIFIED);
  g_assert_null (ship_git_file_diff_get_old_path (file));
  g_assert_true (
    g_str_has_suffix (ship_git_file_diff_get_patch (file), "@@ -1 +1,2 @@\n hello\n+world\n"));
  file = find_file (list, "icon.png");
  g_assert_cmpint (ship_git_file_diff_get_change (file), ==, SHIP_GIT_CHANGE_ADDED);
  g_assert_true (ship_git_file_diff_is_binary (file));
  g_assert_false (ship_git_file_diff_is_truncated (file));
  g_assert_null (ship_git_file_diff_get_patch (file));
  file = find_file (list, "link");
  g_assert_cmpint (ship_git_file_diff_get_change (file), ==, SHIP_GIT_CHANGE_TYPE);
  file = find_file (list, "latin1");
  g_assert_true (g_utf8_validate (ship_git_file_diff_get_patch (file), -1, NULL));
}

static void
test_properties (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autofree char *to = NULL;
  g_autofree char *path = NULL;
  g_autofree char *old_path = NULL;
  g_autofree char *patch = NULL;
  g_autoptr (GListModel) list = NULL;
  g_autoptr (ShipGitFileDiff) file = NULL;
  ShipGitChange change;
  gboolean      is_binary;
  gboolean      is_truncated;
  guint         additions;
  guint         deletions;

  ship_git_fixture_write (fixture->repo, "new", "1\n2\n");
  to = ship_git_fixture_commit (fixture, "to");
  list = diff (fixture->repo, fixture->base, to, NULL);
  file = g_list_model_get_item (list, 0);
  g_object_get (file,
                "path",
                &path,
                "old-path",
                &old_path,
                "change",
                &change,
                "is-binary",
                &is_binary,
                "is-truncated",
                &is_truncated,
                "additions",
                &additions,
                "deletions",
                &deletions,
                "patch",
                &patch,
                NULL);
  g_assert_cmpstr (path, ==, "new");
  g_assert_null (old_path);
  g_assert_cmpint (change, ==, SHIP_GIT_CHANGE_ADDED);
  g_assert_false (is_binary);
  g_assert_false (is_truncated);
  g_assert_cmpuint (additions, ==, 2);
  g_assert_cmpuint (deletions, ==, 0);
  g_assert_cmpstr (patch, ==, ship_git_file_diff_get_patch (file));
  g_clear_object (&list);
  g_assert_finalize_object (g_steal_pointer (&file));
}

static void
test_large (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *to = NULL;
  g_autoptr (GListModel) list = NULL;
  ShipGitFileDiff *file;

  for (guint i = 0; i < 20001; i++)
    g_string_append_printf (text, "%u\n", i);
  ship_git_fixture_write (fixture->repo, "many-lines", text->str);
  g_string_set_size (text, 0);
  for (guint i = 0; i < 11; i++)
    g_string_append_printf (text, "%0100000u\n", i);
  ship_git_fixture_write (fixture->repo, "long-lines", text->str);
  to = ship_git_fixture_commit (fixture, "to");
  list = diff (fixture->repo, fixture->base, to, NULL);
  file = find_file (list, "many-lines");
  g_assert_true (ship_git_file_diff_is_truncated (file));
  g_assert_null (ship_git_file_diff_get_patch (file));
  g_assert_cmpuint (ship_git_file_diff_get_additions (file), ==, 20001);
  file = find_file (list, "long-lines");
  g_assert_true (ship_git_file_diff_is_truncated (file));
  g_assert_cmpuint (ship_git_file_diff_get_additions (file), ==, 11);
}

static void
test_nothing_and_errors (void)
{
  g_autoptr (ShipGitFixture) fixture = ship_git_fixture_new ();
  g_autoptr (GListModel) list = diff (fixture->repo, fixture->base, fixture->base, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 0);
  g_assert_null (
    diff (fixture->repo, fixture->base, "abababababababababababababababababababab", &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (diff (fixture->root, fixture->base, fixture->base, &error));
  g_assert_error (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_FAILED);
  g_clear_error (&error);
  g_cancellable_cancel (cancellable);
  ship_git_diff_async (fixture->repo,
                       fixture->base,
                       fixture->base,
                       cancellable,
                       ship_test_keep_result,
                       &result);
  g_assert_null (ship_git_diff_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ship_git_fixture_init ();
  g_test_add_func ("/git/diff/kinds", test_kinds);
  g_test_add_func ("/git/diff/properties", test_properties);
  g_test_add_func ("/git/diff/large", test_large);
  g_test_add_func ("/git/diff/nothing-and-errors", test_nothing_and_errors);
  return g_test_run ();
}
