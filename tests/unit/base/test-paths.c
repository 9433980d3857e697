/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-paths.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define ID             "0123456789abcdef"
#define PRINT_AND_EXIT "--print-and-exit"

static char *
make_root (void)
{
  g_autoptr (GError) error = NULL;
  char *root = g_dir_make_tmp ("ship-paths-XXXXXX", &error);

  g_assert_no_error (error);
  return root;
}

/* Only what these tests make: directories, links and small files. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir =
    g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      remove_tree (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
assert_below (char *got, const char *root, const char *expected)
{
  g_autofree char *path = g_build_filename (root, expected, NULL);

  g_assert_cmpstr (got, ==, path);
  g_free (got);
}

static void
test_root (void)
{
  g_autofree char *root = make_root ();
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);

  assert_below (g_strdup (ship_paths_get_data_dir (paths)), root, "data");
  assert_below (g_strdup (ship_paths_get_cache_dir (paths)), root, "cache");
  assert_below (g_strdup (ship_paths_get_config_dir (paths)), root, "config");
  assert_below (g_strdup (ship_paths_get_runtime_dir (paths)), root, "run");
  assert_below (ship_paths_dup_index_file (paths), root, "data/index.db");
  assert_below (ship_paths_dup_session_dir (paths, ID), root, "data/sessions/" ID);
  assert_below (ship_paths_dup_session_store (paths, ID), root, "data/sessions/" ID "/session.db");
  assert_below (ship_paths_dup_session_lock (paths, ID), root, "data/sessions/" ID "/lock");
  assert_below (ship_paths_dup_session_runtime (paths, ID), root, "run/" ID);
  assert_below (ship_paths_dup_session_socket (paths, ID), root, "run/" ID "/bus");
  remove_tree (root);
}

/* By the XDG base directories, which main() has set before GLib looked at them. */
static void
test_user_dirs (void)
{
  g_autoptr (ShipPaths) with = ship_paths_new ();
  g_autoptr (ShipPaths) without = NULL;

  assert_below (g_strdup (ship_paths_get_data_dir (with)), g_getenv ("XDG_DATA_HOME"), "ship");
  assert_below (g_strdup (ship_paths_get_cache_dir (with)), g_getenv ("XDG_CACHE_HOME"), "ship");
  assert_below (g_strdup (ship_paths_get_config_dir (with)), g_getenv ("XDG_CONFIG_HOME"), "ship");
  assert_below (g_strdup (ship_paths_get_runtime_dir (with)), g_getenv ("XDG_RUNTIME_DIR"), "ship");

  g_unsetenv ("XDG_RUNTIME_DIR");
  without = ship_paths_new ();
  assert_below (g_strdup (ship_paths_get_runtime_dir (without)),
                g_getenv ("XDG_DATA_HOME"),
                "ship/run");
}

/* Every length of root gives a socket that fits, and the same root always the same. */
static void
test_socket_length (void)
{
  for (gsize length = 1; length < 300; length++)
    {
      g_autofree char *name = g_strnfill (length, 'x');
      g_autofree char *root = g_strconcat ("/", name, NULL);
      g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);
      g_autoptr (ShipPaths) again = ship_paths_new_for_root (root);
      g_autofree char *socket = ship_paths_dup_session_socket (paths, ID);
      g_autofree char *runtime = ship_paths_dup_session_runtime (paths, ID);
      gsize            natural = strlen (root) + strlen ("/run/" ID "/bus");

      g_assert_cmpuint (strlen (socket), <, 108);
      g_assert_true (g_str_has_prefix (socket, runtime));
      g_assert_cmpint (g_str_has_prefix (socket, root), ==, natural < 108);
      g_assert_cmpstr (ship_paths_get_runtime_dir (paths), ==, ship_paths_get_runtime_dir (again));
    }
}

static void
test_short_dirs_differ (void)
{
  g_autofree char *name = g_strnfill (200, 'x');
  g_autofree char *one = g_strconcat ("/1", name, NULL);
  g_autofree char *two = g_strconcat ("/2", name, NULL);
  g_autoptr (ShipPaths) first = ship_paths_new_for_root (one);
  g_autoptr (ShipPaths) second = ship_paths_new_for_root (two);

  g_assert_cmpstr (ship_paths_get_runtime_dir (first), !=, ship_paths_get_runtime_dir (second));
}

static void
test_mirror (void)
{
  g_autofree char *root = make_root ();
  g_autofree char *repository = g_build_filename (root, "My Project.git", NULL);
  g_autofree char *link = g_build_filename (root, "link", NULL);
  g_autofree char *detour = g_build_filename (root, "..", "..", root, "My Project.git", "", NULL);
  g_autofree char *other = g_build_filename (root, "other", "My Project.git", NULL);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);
  g_autofree char *mirror = NULL;
  g_autofree char *mirror_of_link = NULL;
  g_autofree char *mirror_of_detour = NULL;
  g_autofree char *mirror_of_other = NULL;
  g_autofree char *pattern = NULL;

  g_assert_cmpint (g_mkdir (repository, 0700), ==, 0);
  g_assert_cmpint (symlink (repository, link), ==, 0);
  mirror = ship_paths_dup_mirror (paths, repository);
  mirror_of_link = ship_paths_dup_mirror (paths, link);
  mirror_of_detour = ship_paths_dup_mirror (paths, detour);
  mirror_of_other = ship_paths_dup_mirror (paths, other);

  pattern = g_strdup_printf ("^\\Q%s\\E/cache/mirrors/[0-9a-f]{16}-my-project\\.git$", root);
  g_assert_true (g_regex_match_simple (pattern, mirror, 0, 0));
  g_assert_cmpstr (mirror, ==, mirror_of_link);
  g_assert_cmpstr (mirror, ==, mirror_of_detour);
  g_assert_cmpstr (mirror, !=, mirror_of_other);
  remove_tree (root);
}

static void
make_program (const char *path)
{
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, "#!/bin/sh\n", -1, NULL));
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
}

static void
test_programs (void)
{
  g_autofree char *root = make_root ();
  g_autofree char *built = g_build_filename (root, "guest", "ship-guest", NULL);
  g_autofree char *installed = g_build_filename (root, "ship-guest", NULL);
  g_autofree char *agent = g_build_filename (root, "agent", NULL);
  g_autofree char *in_data =
    g_build_filename (root, "data/agents", "opencode-1.18.33", "opencode", NULL);
  g_autoptr (ShipPaths) paths = NULL;

  g_setenv ("SHIP_LIBEXEC_DIR", root, TRUE);
  g_setenv ("SHIP_DATA_DIR", "/assets/", TRUE);
  g_unsetenv ("SHIP_OPENCODE");
  paths = ship_paths_new_for_root (root);
  g_assert_cmpstr (ship_paths_get_libexec_dir (paths), ==, root);
  g_assert_cmpstr (ship_paths_get_asset_dir (paths), ==, "/assets");

  assert_below (ship_paths_dup_program (paths, "ship-guest"),
                root,
                "ship-guest"); /* neither is there */
  make_program (built);
  assert_below (ship_paths_dup_program (paths, "ship-guest"), root, "guest/ship-guest");
  make_program (installed);
  assert_below (ship_paths_dup_program (paths, "ship-guest"), root, "ship-guest");

  g_assert_null (ship_paths_dup_opencode (paths));
  make_program (in_data);
  assert_below (ship_paths_dup_opencode (paths), root, "data/agents/opencode-1.18.33/opencode");
  g_setenv ("SHIP_OPENCODE", agent, TRUE);
  g_assert_null (ship_paths_dup_opencode (paths));
  make_program (agent);
  assert_below (ship_paths_dup_opencode (paths), root, "agent");
  g_unsetenv ("SHIP_OPENCODE");
  remove_tree (root);
}

static guint
mode_of (const char *path)
{
  struct stat info;

  g_assert_cmpint (lstat (path, &info), ==, 0);
  return info.st_mode & 07777;
}

static void
test_private_dir (void)
{
  g_autofree char *root = make_root ();
  g_autofree char *outer = g_build_filename (root, "a", NULL);
  g_autofree char *inner = g_build_filename (root, "a", "b", NULL);
  g_autofree char *file = g_build_filename (root, "file", NULL);
  g_autofree char *below_file = g_build_filename (root, "file", "x", NULL);
  g_autoptr (GError) error = NULL;

  umask (0);
  g_assert_true (ship_paths_make_private_dir (inner, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (mode_of (outer), ==, 0700);
  g_assert_cmpuint (mode_of (inner), ==, 0700);

  /* One that is ours but open is closed; its parents are left alone. */
  g_assert_cmpint (g_chmod (outer, 0755), ==, 0);
  g_assert_cmpint (g_chmod (inner, 0755), ==, 0);
  g_assert_true (ship_paths_make_private_dir (inner, &error));
  g_assert_cmpuint (mode_of (outer), ==, 0755);
  g_assert_cmpuint (mode_of (inner), ==, 0700);

  g_assert_true (g_file_set_contents (file, "", 0, NULL));
  g_assert_false (ship_paths_make_private_dir (file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (ship_paths_make_private_dir (below_file, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_DIRECTORY);
  remove_tree (root);
}

/* What a stranger has put into /tmp before us is refused, be it the directory itself or one on the
 * way. */
static void
test_private_dir_of_stranger (void)
{
  g_autofree char *root = make_root ();
  g_autofree char *open_dir = g_build_filename (root, "tmp", NULL);
  g_autofree char *taken = g_build_filename (open_dir, "ship-0", NULL);
  g_autofree char *inner = g_build_filename (taken, "x", NULL);
  g_autofree char *link = g_build_filename (open_dir, "link", NULL);
  g_autofree char *gift = g_build_filename (root, "gift", NULL);
  g_autofree char *behind_link = g_build_filename (link, "x", NULL);
  g_autoptr (GError) error = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("Only root can make a directory that belongs to someone else");
      remove_tree (root);
      return;
    }

  g_assert_cmpint (g_mkdir (open_dir, 0700), ==, 0);
  g_assert_cmpint (g_chmod (open_dir, 01777), ==, 0);
  g_assert_cmpint (g_mkdir (taken, 0700), ==, 0);
  g_assert_cmpint (chown (taken, 12345, 12345), ==, 0);
  g_assert_cmpint (symlink (root, link), ==, 0);
  g_assert_cmpint (lchown (link, 12345, 12345), ==, 0);

  g_assert_false (ship_paths_make_private_dir (taken, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (ship_paths_make_private_dir (inner, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);
  g_assert_false (g_file_test (inner, G_FILE_TEST_EXISTS));
  g_assert_false (ship_paths_make_private_dir (behind_link, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_clear_error (&error);

  /* The last part has to be ours wherever it lies. */
  g_assert_cmpint (g_mkdir (gift, 0700), ==, 0);
  g_assert_cmpint (chown (gift, 12345, 12345), ==, 0);
  g_assert_false (ship_paths_make_private_dir (gift, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  remove_tree (root);
}

/* A program within a build tree finds what was built beside it: a copy of this one is put into such
 * a tree. */
static void
test_build_tree (void)
{
  g_autofree char *root = make_root ();
  g_autofree char *actor = g_build_filename (root, "src", "actor", "ship-session", NULL);
  g_autofree char *copy = g_build_filename (root, "src", "cli", "shipctl", NULL);
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *contents = NULL;
  g_autofree char *output = NULL;
  g_autofree char *expected = g_strdup_printf ("%s/src %s/data\n", root, root);
  g_autoptr (GError) error = NULL;
  char *argv[] = { copy, (char *) PRINT_AND_EXIT, NULL };
  char *no_environment[] = { NULL };
  gsize length;
  int   status;

  make_program (actor);
  make_program (copy);
  g_assert_true (g_file_get_contents (self, &contents, &length, &error));
  g_assert_true (g_file_set_contents_full (copy,
                                           contents,
                                           (gssize) length,
                                           G_FILE_SET_CONTENTS_NONE,
                                           0755,
                                           &error));
  g_assert_cmpint (g_chmod (copy, 0755), ==, 0);
  g_spawn_sync (NULL,
                argv,
                no_environment,
                G_SPAWN_DEFAULT,
                NULL,
                NULL,
                &output,
                NULL,
                &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpstr (output, ==, expected);
  remove_tree (root);
}

static int
print_and_exit (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();

  g_print ("%s %s\n", ship_paths_get_libexec_dir (paths), ship_paths_get_asset_dir (paths));
  return 0;
}

static char *
set_user_dirs (void)
{
  static const char *const names[] = { "XDG_DATA_HOME",
                                       "XDG_CACHE_HOME",
                                       "XDG_CONFIG_HOME",
                                       "XDG_RUNTIME_DIR" };
  char                    *root = make_root ();

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (root, names[i], NULL);
      g_setenv (names[i], path, TRUE);
    }
  return root;
}

int
main (int argc, char *argv[])
{
  g_autofree char *root = NULL;
  int              result;

  if (argc == 2 && g_str_equal (argv[1], PRINT_AND_EXIT))
    return print_and_exit ();

  root = set_user_dirs ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/paths/root", test_root);
  g_test_add_func ("/base/paths/user-dirs", test_user_dirs);
  g_test_add_func ("/base/paths/socket-length", test_socket_length);
  g_test_add_func ("/base/paths/short-dirs-differ", test_short_dirs_differ);
  g_test_add_func ("/base/paths/mirror", test_mirror);
  g_test_add_func ("/base/paths/programs", test_programs);
  g_test_add_func ("/base/paths/build-tree", test_build_tree);
  g_test_add_func ("/base/paths/private-dir", test_private_dir);
  g_test_add_func ("/base/paths/private-dir-of-stranger", test_private_dir_of_stranger);
  result = g_test_run ();
  remove_tree (root);
  return result;
}
