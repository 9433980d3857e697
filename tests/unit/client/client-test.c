/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"

#include "base/ship-tree-remove.h"
#include "client/ship-store-once.h"
#include "session/ship-index-tables.h"
#include "ship-test.h"

#include <git2.h>

static char *root;

void
client_test_init (int *argc, char ***argv)
{
  g_autofree char *data = NULL;
  g_autofree char *runtime = NULL;
  g_autofree char *fake = NULL;

  g_test_init (argc, argv, NULL);
  root = g_dir_make_tmp ("ship-test-XXXXXX", NULL);
  data = g_build_filename (root, "data", NULL);
  runtime = g_build_filename (root, "run", NULL);
  fake = g_test_build_filename (G_TEST_BUILT, "unit", "client", "fake", NULL);
  g_setenv ("HOME", root, TRUE);
  g_setenv ("XDG_DATA_HOME", data, TRUE);
  g_setenv ("XDG_CACHE_HOME", data, TRUE);
  g_setenv ("XDG_CONFIG_HOME", data, TRUE);
  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  g_setenv ("GIT_CONFIG_NOSYSTEM", "1", TRUE);
  g_setenv ("SHIP_LIBEXEC_DIR", fake, TRUE);
}

int
client_test_run (void)
{
  int status = g_test_run ();

  g_assert_true (ship_tree_remove_thread (root, NULL));
  g_clear_pointer (&root, g_free);
  return status;
}

const char *
client_test_get_root (void)
{
  return root;
}

static void
write_once (const char *path, GStrv migrations, ShipStoreFunc func, gpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_store_write_once_async (path, migrations, func, data, NULL, ship_test_keep_result, &result);
  ship_store_once_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);
}

void
client_test_write_session (ShipPaths *paths, const char *id, ShipStoreFunc func, gpointer data)
{
  g_autofree char *path = ship_paths_dup_session_store (paths, id);

  write_once (path, ship_session_tables_dup_migrations (), func, data);
}

void
client_test_write_index (ShipPaths *paths, ShipStoreFunc func, gpointer data)
{
  g_autofree char *path = ship_paths_dup_index_file (paths);

  g_assert_true (ship_paths_make_private_dir (ship_paths_get_data_dir (paths), NULL));
  write_once (path, ship_index_tables_dup_migrations (), func, data);
}

static gboolean
insert_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipSessionRow row = { .id = data,
                         .title = (char *) "A title",
                         .repository = (char *) "/nowhere",
                         .repository_name = (char *) "nowhere",
                         .base_commit = (char *) "c0",
                         .branch = (char *) "ship-x",
                         .head_commit = (char *) "c0",
                         .sandbox = (char *) "local",
                         .model = (char *) "rehearsal/rehearsal",
                         .mode = (char *) "build",
                         .state = (char *) "hibernated",
                         .agent_session = (char *) "ses_1",
                         .user_name = (char *) "U",
                         .user_email = (char *) "u@example.org",
                         .created_at = 1,
                         .updated_at = 1 };

  return ship_session_table_insert (db, &row, error);
}

void
client_test_make_session (ShipPaths *paths, const char *id)
{
  g_autofree char *directory = ship_paths_dup_session_dir (paths, id);

  g_assert_true (ship_paths_make_private_dir (directory, NULL));
  client_test_write_session (paths, id, insert_job, (gpointer) id);
}

void
client_test_settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

void
client_test_make_repository (const char *path, gboolean with_identity)
{
  git_repository             *repository = NULL;
  git_signature              *signature = NULL;
  git_config                 *config = NULL;
  git_index                  *index = NULL;
  git_tree                   *tree = NULL;
  git_oid                     tree_id, commit_id;
  git_repository_init_options options = GIT_REPOSITORY_INIT_OPTIONS_INIT;

  options.flags = GIT_REPOSITORY_INIT_MKPATH;
  options.initial_head = "main";
  g_assert_cmpint (git_repository_init_ext (&repository, path, &options), ==, 0);
  g_assert_cmpint (git_repository_config (&config, repository), ==, 0);
  if (with_identity)
    {
      git_config_set_string (config, "user.name", "Ann");
      git_config_set_string (config, "user.email", "ann@example.org");
    }
  g_assert_cmpint (git_repository_index (&index, repository), ==, 0);
  g_assert_cmpint (git_index_write_tree (&tree_id, index), ==, 0);
  g_assert_cmpint (git_tree_lookup (&tree, repository, &tree_id), ==, 0);
  git_signature_new (&signature, "Ann", "ann@example.org", 1, 0);
  g_assert_cmpint (git_commit_create_v (&commit_id,
                                        repository,
                                        "HEAD",
                                        signature,
                                        signature,
                                        NULL,
                                        "first",
                                        tree,
                                        0),
                   ==,
                   0);
  git_tree_free (tree);
  git_index_free (index);
  git_config_free (config);
  git_signature_free (signature);
  git_repository_free (repository);
}
