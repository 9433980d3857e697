/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-settings.h"

#include <glib/gstdio.h>

#include "ship-test.h"

/* The backend is chosen by the environment at run time; these cases want the real one. */

static void
change_cb (GSettings *settings, const char *key, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
test_two_programs_see_one_change (void)
{
  g_autofree char *root = g_dir_make_tmp ("ship-settings-XXXXXX", NULL);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);
  g_autofree char *file =
    g_build_filename (ship_paths_get_config_dir (paths), "settings.ini", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) first = NULL;
  g_autoptr (GSettings) second = NULL;
  g_autoptr (GSettings) later = NULL;
  gboolean is_changed = FALSE;

  g_unsetenv ("GSETTINGS_BACKEND");
  first = ship_settings_new (paths, &error);
  g_assert_no_error (error);
  second = ship_settings_new (paths, &error);
  g_assert_no_error (error);

  g_assert_cmpfloat (g_settings_get_double (second, SHIP_SETTING_DAY_BUDGET), ==, 0);
  g_signal_connect (second, "changed::day-budget", G_CALLBACK (change_cb), &is_changed);
  g_settings_set_double (first, SHIP_SETTING_DAY_BUDGET, 2.5);
  while (!is_changed)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpfloat (g_settings_get_double (second, SHIP_SETTING_DAY_BUDGET), ==, 2.5);

  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  g_assert_nonnull (strstr (content, "day-budget=2.5"));
  later = ship_settings_new (paths, &error);
  g_assert_cmpfloat (g_settings_get_double (later, SHIP_SETTING_DAY_BUDGET), ==, 2.5);
  g_setenv ("GSETTINGS_BACKEND", "memory", TRUE);
}

static void
test_memory_writes_nothing (void)
{
  g_autofree char *root = g_dir_make_tmp ("ship-settings-XXXXXX", NULL);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (paths, &error);

  g_assert_no_error (error);
  g_settings_set_string (settings, SHIP_SETTING_DEFAULT_MODEL, "anthropic/claude-sonnet-4-5");
  g_assert_false (g_file_test (ship_paths_get_config_dir (paths), G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/settings/two-programs", test_two_programs_see_one_change);
  g_test_add_func ("/base/settings/memory", test_memory_writes_nothing);
  return g_test_run ();
}
