/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tools say of their registries: the tools are scripts of the test, in a PATH of its own. */
#include <glib/gstdio.h>

#include "gateway/ship-registries.h"
#include "ship-test.h"

typedef struct
{
  char *root; /* (owned) */
} Machine;

static void
write_file (Machine *self, const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (self->root, name, NULL);
  g_autofree char *directory = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (directory, 0700), ==, 0);
  g_assert_true (g_file_set_contents_full (path, text, -1, 0, mode, NULL));
}

static void
write_tool (Machine *self, const char *name, const char *script)
{
  g_autofree char *path = g_build_filename ("bin", name, NULL);
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", script, "\n", NULL);

  write_file (self, path, text, 0700);
}

static void
machine_init (Machine *self)
{
  g_autofree char *bin = NULL;

  self->root = g_dir_make_tmp ("ship-registries-XXXXXX", NULL);
  bin = g_build_filename (self->root, "bin", NULL);
  g_assert_cmpint (g_mkdir (bin, 0700), ==, 0);
  g_setenv ("PATH", bin, TRUE);
}

static void
machine_clear (Machine *self)
{
  g_autofree char *command = g_strdup_printf ("/bin/rm -rf '%s'", self->root);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (self->root);
}

static char *
find (Machine *self, GCancellable *cancellable, GError **error)
{
  g_autofree char  *home = g_strconcat ("HOME=", self->root, NULL);
  const char *const environment[] = { home,
                                      "PATH=/usr/bin:/bin",
                                      "PIP_INDEX_URL=said-by-pip",
                                      "SECRET_TOKEN=canary",
                                      NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) patterns = NULL;

  ship_registries_find_async (environment, cancellable, ship_test_keep_result, &result);
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  patterns = ship_registries_find_finish (ship_test_await (&result), error);
  if (patterns == NULL)
    return NULL;
  g_ptr_array_add (patterns, NULL);
  return g_strjoinv (" ", (char **) patterns->pdata);
}

static void
test_uris (void)
{
  g_autoptr (GHashTable) patterns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  ship_registries_add_uris (patterns,
                            "https://A.test/x http://b.test:8080,https://c.test|direct "
                            "sparse+https://d.test/index/ 'https://user:pw@e.test/' http http:// "
                            "https:/// https://10.0.0.1/ https://localhost/ https://[::1]/ "
                            "ftp://f.test/ httpx://g.test/ https://h.test");
  g_assert_true (g_hash_table_contains (patterns, "a.test"));
  g_assert_true (g_hash_table_contains (patterns, "b.test:8080"));
  g_assert_true (g_hash_table_contains (patterns, "c.test"));
  g_assert_true (g_hash_table_contains (patterns, "d.test"));
  g_assert_true (g_hash_table_contains (patterns, "e.test"));
  g_assert_true (g_hash_table_contains (patterns, "h.test"));
  g_assert_cmpuint (g_hash_table_size (patterns), ==, 6);
}

static void
test_tools (void)
{
  Machine          machine;
  g_autofree char *found = NULL;

  machine_init (&machine);
  g_assert_cmpstr ((found = find (&machine, NULL, NULL)), ==, "");
  g_free (g_steal_pointer (&found));

  write_tool (&machine, "npm", "[ \"$SECRET_TOKEN\" ] || echo https://npm.test/root/");
  /* What it says of itself depends on how it is asked, and on what it is configured by. */
  write_tool (&machine,
              "python3",
              "case $1 in -m) echo \"global.index-url='https://pip.test/simple'\"; "
              "echo \"global.proxy='http://proxy.test:3128'\"; "
              "[ \"$PIP_INDEX_URL\" ] && pwd | sed 's#^/$#https://configured.test#';; "
              "-c) echo https://preset.test/simple/ https://files.test;; esac");
  write_tool (&machine, "go", "echo https://go.test,direct; exit 1");
  write_file (&machine,
              ".cargo/config.toml",
              "[source.mirror]\nregistry = \"sparse+https://cargo.test/index/\"\n",
              0600);
  write_file (&machine,
              ".cargo/registry/index/crates.test-1a2b/config.json",
              "{\"dl\":\"https://static.test/crates\"}",
              0600);
  found = find (&machine, NULL, NULL);
  /* Then the settings, as the tools answer. */
  g_assert_true (g_str_has_prefix (found,
                                   "cargo.test configured.test crates.test files.test go.test "
                                   "npm.test pip.test preset.test static.test "));
  g_assert_nonnull (strstr (found, "npm https://npm.test/root/"));
  g_assert_nonnull (strstr (found, "pip https://pip.test/simple"));
  g_assert_nonnull (strstr (found, "go https://go.test,direct"));
  g_assert_nonnull (
    strstr (found, "cargo [source.mirror]\ncargo registry = \"sparse+https://cargo.test/index/\""));
  machine_clear (&machine);
}

static void
test_cancel (void)
{
  Machine machine;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  machine_init (&machine);
  write_tool (&machine, "npm", "exec /bin/sleep 1000");
  g_assert_null (find (&machine, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  machine_clear (&machine);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/registries/uris", test_uris);
  g_test_add_func ("/registries/tools", test_tools);
  g_test_add_func ("/registries/cancel", test_cancel);
  return g_test_run ();
}
