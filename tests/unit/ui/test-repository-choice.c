/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onboarding/ship-repository-choice.h"

#include "git/ship-git-create.h"
#include "onboarding/ship-recent-repositories.h"
#include "onboarding/ship-session-options.h"
#include "ship-test.h"

/* What a user types for a new session, and what it means. */

static void
await_rest (ShipRepositoryChoice *choice)
{
  while (ship_repository_choice_get_state (choice) == SHIP_REPOSITORY_CHECKING)
    g_main_context_iteration (NULL, TRUE);
}

/* (transfer full): the path of a repository with one commit */
static char *
make_repository (void)
{
  const ShipGitNewFile files[] = { { "a.txt", "a\n" }, { NULL, NULL } };
  char                *path = g_dir_make_tmp ("ship-choice-XXXXXX", NULL);
  g_autoptr (GAsyncResult) result = NULL;

  ship_git_create_async (path,
                         files,
                         "Ada",
                         "ada@example.org",
                         "Begin",
                         NULL,
                         ship_test_keep_result,
                         &result);
  g_assert_true (ship_git_create_finish (ship_test_await (&result), NULL));

  return path;
}

static void
test_parse (void)
{
  g_autofree char *home = ship_repository_choice_parse (" ~/x ", NULL);
  g_autofree char *wanted = g_build_filename (g_get_home_dir (), "x", NULL);
  g_autofree char *address = ship_repository_choice_parse ("file:///a%20b/c/", NULL);
  g_autofree char *path = ship_repository_choice_parse ("/a/../b", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (home, ==, wanted);
  g_assert_cmpstr (address, ==, "/a b/c");
  g_assert_cmpstr (path, ==, "/b");
  g_assert_null (ship_repository_choice_parse ("somewhere", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
  g_clear_error (&error);
  g_assert_null (ship_repository_choice_parse ("~ada", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_FILENAME);
}

static void
test_good (void)
{
  g_autoptr (ShipRepositoryChoice) choice = ship_repository_choice_new ();
  g_autofree char *path = make_repository ();
  g_autofree char *file = g_build_filename (path, "new.txt", NULL);

  ship_repository_choice_set_text (choice, path);
  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_CHECKING);
  g_assert_null (ship_repository_choice_get_root (choice));
  await_rest (choice);
  g_assert_cmpstr (ship_repository_choice_get_trouble (choice), ==, NULL);
  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_GOOD);
  g_assert_cmpstr (ship_repository_choice_get_root (choice), ==, path);
  g_assert_cmpstr (ship_repository_choice_get_branch (choice), ==, "main");
  g_assert_cmpstr (ship_repository_choice_get_branches (choice)[0], ==, "main");
  g_assert_true (ship_repository_choice_has_branch (choice, "main"));
  g_assert_false (ship_repository_choice_has_branch (choice, "other"));
  g_assert_cmpuint (ship_repository_choice_get_n_dirty (choice), ==, 0);

  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  ship_repository_choice_refresh (choice);
  await_rest (choice);
  g_assert_cmpuint (ship_repository_choice_get_n_dirty (choice), ==, 1);
  g_assert_finalize_object (g_steal_pointer (&choice));
}

static void
test_bad_and_none (void)
{
  g_autoptr (ShipRepositoryChoice) choice = ship_repository_choice_new ();

  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_NONE);
  ship_repository_choice_set_text (choice, "/nonexistent");
  await_rest (choice);
  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_BAD);
  g_assert_nonnull (ship_repository_choice_get_trouble (choice));
  g_assert_null (ship_repository_choice_get_branches (choice));
  ship_repository_choice_set_text (choice, "not a path");
  await_rest (choice);
  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_BAD);
  ship_repository_choice_set_text (choice, " ");
  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_NONE);
  g_assert_null (ship_repository_choice_get_trouble (choice));
}

/* The last text wins, and a look that is under way keeps nothing alive for ever. */
static void
test_overtaken (void)
{
  g_autoptr (ShipRepositoryChoice) choice = ship_repository_choice_new ();
  g_autofree char *path = make_repository ();

  ship_repository_choice_set_text (choice, "/nonexistent");
  ship_repository_choice_set_text (choice, path);
  await_rest (choice);
  g_assert_cmpint (ship_repository_choice_get_state (choice), ==, SHIP_REPOSITORY_GOOD);
  ship_repository_choice_set_text (choice, "/nonexistent");
  g_assert_finalize_object (g_steal_pointer (&choice));
}

static void
test_branch (void)
{
  g_autoptr (ShipRepositoryChoice) choice = ship_repository_choice_new ();
  g_autofree char *path = make_repository ();
  g_autoptr (GError) error = NULL;

  ship_repository_choice_set_text (choice, path);
  await_rest (choice);
  g_assert_true (ship_session_options_check_branch ("", choice, NULL));
  g_assert_true (ship_session_options_check_branch ("feature/x", choice, NULL));
  g_assert_false (ship_session_options_check_branch ("a b", choice, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_false (ship_session_options_check_branch ("main", choice, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

static void
test_budget (void)
{
  static const char *const bad[] = { "x", "1x", "-1", "0", "nan", "inf", "1e9", "$", "1.2.3" };
  double                   dollars = -1;

  g_assert_true (ship_session_options_parse_budget (" ", &dollars, NULL));
  g_assert_cmpfloat (dollars, ==, 0);
  g_assert_true (ship_session_options_parse_budget ("2.50", &dollars, NULL));
  g_assert_cmpfloat (dollars, ==, 2.5);
  g_assert_true (ship_session_options_parse_budget ("$0,25", &dollars, NULL));
  g_assert_cmpfloat (dollars, ==, 0.25);
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_false (ship_session_options_parse_budget (bad[i], &dollars, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
      g_assert_cmpfloat (dollars, ==, 0);
    }
}

static void
test_recent_menu (void)
{
  const char *const paths[] = { "/a/one", "/b/one", "/c/my_two", NULL };
  g_autoptr (GMenuModel) menu = ship_recent_repositories_make_menu (paths, "x.y");
  const char *const labels[] = { "one – /a", "one – /b", "my__two" };

  for (int i = 0; i < 3; i++)
    {
      g_autofree char *label = NULL;
      g_autofree char *target = NULL;

      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_LABEL, "s", &label);
      g_menu_model_get_item_attribute (menu, i, G_MENU_ATTRIBUTE_TARGET, "s", &target);
      g_assert_cmpstr (label, ==, labels[i]);
      g_assert_cmpstr (target, ==, paths[i]);
    }
}

int
main (int argc, char *argv[])
{
  g_setenv ("GIT_CONFIG_NOSYSTEM", "1", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/ui/repository-choice/parse", test_parse);
  g_test_add_func ("/ui/repository-choice/good", test_good);
  g_test_add_func ("/ui/repository-choice/bad-and-none", test_bad_and_none);
  g_test_add_func ("/ui/repository-choice/overtaken", test_overtaken);
  g_test_add_func ("/ui/repository-choice/branch", test_branch);
  g_test_add_func ("/ui/repository-choice/budget", test_budget);
  g_test_add_func ("/ui/repository-choice/recent-menu", test_recent_menu);
  return g_test_run ();
}
