/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Editors that are there, and commands that could be run. */
#include "base/ship-tree-remove.h"
#include "preferences/ship-editor-list.h"
#include "ship-test.h"

#include <gio/gdesktopappinfo.h>
#include <glib/gstdio.h>

static char *
make_programs (const char *const *names)
{
  char *directory = g_dir_make_tmp ("ship-editors-XXXXXX", NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (directory, names[i], NULL);

      g_assert_true (g_file_set_contents (path, "#!/bin/sh\n", -1, NULL));
      g_assert_cmpint (g_chmod (path, 0700), ==, 0);
    }
  return directory;
}

static GAppInfo *
new_handler (const char *name, const char *exec)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_key_file_set_string (file, "Desktop Entry", "Type", "Application");
  g_key_file_set_string (file, "Desktop Entry", "Name", name);
  g_key_file_set_string (file, "Desktop Entry", "Exec", exec);
  return G_APP_INFO (g_desktop_app_info_new_from_keyfile (file));
}

static void
test_find (void)
{
  const char *const programs[] = { "codium", "nautilus", "zed", NULL };
  g_autofree char  *directory = make_programs (programs);
  g_autofree char  *path = g_strconcat ("/nonexistent::", directory, NULL);
  g_autofree char  *before = g_strdup (g_getenv ("PATH"));
  g_autolist (GAppInfo) handlers = NULL;
  g_autoptr (GPtrArray) editors = NULL;

  g_setenv ("PATH", path, TRUE); /* a desktop file of a program that is not there is none */
  handlers = g_list_append (handlers, new_handler ("Files", "nautilus --new-window %U"));
  handlers = g_list_append (handlers, new_handler ("VSCodium", "codium %F"));
  editors = ship_editor_list_find (path, handlers);
  g_setenv ("PATH", before, TRUE);

  g_assert_cmpuint (editors->len, ==, 3);
  g_assert_cmpstr (((ShipEditor *) editors->pdata[0])->command, ==, "codium");
  g_assert_cmpstr (((ShipEditor *) editors->pdata[0])->name, ==, "VSCodium");
  g_assert_cmpstr (((ShipEditor *) editors->pdata[1])->command, ==, "zed");
  g_assert_cmpstr (((ShipEditor *) editors->pdata[2])->name, ==, "Files");
  g_assert_cmpstr (((ShipEditor *) editors->pdata[2])->command, ==, "nautilus --new-window");
  g_assert_true (ship_tree_remove_thread (directory, NULL));
}

static void
test_none (void)
{
  g_autoptr (GPtrArray) editors = ship_editor_list_find ("/nonexistent", NULL);
  g_autoptr (GPtrArray) nowhere = ship_editor_list_find (NULL, NULL);

  g_assert_cmpuint (editors->len, ==, 0);
  g_assert_cmpuint (nowhere->len, ==, 0);
}

static void
test_check (void)
{
  const char *const programs[] = { "my editor", NULL };
  g_autofree char  *directory = make_programs (programs);
  g_autoptr (GError) error = NULL;

  g_assert_true (ship_editor_list_check ("'my editor' --wait", directory, &error));
  g_assert_no_error (error);
  g_assert_false (ship_editor_list_check ("my editor", directory, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "“my”"));
  g_clear_error (&error);
  g_assert_false (ship_editor_list_check ("'my editor", directory, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (ship_editor_list_check ("  ", directory, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_assert_true (ship_tree_remove_thread (directory, NULL));
}

static void
test_load (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GPtrArray) editors = NULL;
  g_autoptr (GError) error = NULL;

  ship_editor_list_load_async (NULL, ship_test_keep_result, &result);
  editors = ship_editor_list_load_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_nonnull (editors);

  ship_editor_list_load_async (cancellable, ship_test_keep_result, &cancelled);
  g_cancellable_cancel (cancellable);
  g_assert_null (ship_editor_list_load_finish (ship_test_await (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/editor-list/find", test_find);
  g_test_add_func ("/editor-list/none", test_none);
  g_test_add_func ("/editor-list/check", test_check);
  g_test_add_func ("/editor-list/load", test_load);
  return g_test_run ();
}
