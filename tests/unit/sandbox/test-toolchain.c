/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ship-tree-remove.h"
#include "sandbox/ship-toolchain.h"

/* What may be a tool chain, and what of it is shown. The home is one of the test's own, within the
 * real one, since a directory below /tmp is no tool chain. */

typedef struct
{
  char      *home;
  ShipPaths *paths;
} Fixture;

static void
make (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (fixture->home, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (text != NULL ? parent : path, 0755), ==, 0);
  if (text != NULL)
    g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *data_dir = NULL;

  fixture->home = g_build_filename (g_get_home_dir (), ".ship-test-XXXXXX", NULL);
  if (g_mkdtemp (fixture->home) == NULL)
    g_error ("The home directory cannot be written: %s", fixture->home);
  data_dir = g_build_filename (fixture->home, "data", NULL);
  fixture->paths = ship_paths_new_for_root (data_dir);
  make (fixture, ".cargo/bin/cargo", "program");
  make (fixture, ".cargo/registry", NULL);
  make (fixture, ".cargo/credentials", "secret");
  make (fixture, ".cargo/credentials.toml", "secret");
  make (fixture, ".cargo/config.toml", "[net]\nretry = 2\n");
  make (fixture, ".cargo/other.toml", "[registries.x]\nToken = \"abc\"\n");
  make (fixture, ".cargo/my.pem", "secret");
  make (fixture, ".ssh/id_ed25519", "secret");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  ship_tree_remove_thread (fixture->home, &error);
  g_assert_no_error (error);
  ship_paths_unref (fixture->paths);
  g_free (fixture->home);
}

static gboolean
has (GPtrArray *names, const char *name)
{
  return g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL);
}

static ShipToolchain *
open_one (Fixture *fixture, const char *entry)
{
  g_autoptr (GError) error = NULL;
  ShipToolchain *toolchain = ship_toolchain_open (entry, fixture->home, fixture->paths, &error);

  g_assert_no_error (error);
  return toolchain;
}

static void
assert_refused (Fixture *fixture, const char *entry, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipToolchain) toolchain =
    ship_toolchain_open (entry, fixture->home, fixture->paths, &error);

  g_assert_null (toolchain);
  g_assert_nonnull (error);
  g_assert_true (error->domain == G_IO_ERROR);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_shown (Fixture *fixture, gconstpointer data)
{
  g_autofree char *absolute = g_build_filename (fixture->home, ".cargo", NULL);
  g_autofree char *slashes = g_strconcat (absolute, "/../.cargo//", NULL);
  const char      *entries[] = { "~/.cargo", absolute, slashes };

  for (guint i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_autoptr (ShipToolchain) toolchain = open_one (fixture, entries[i]);
      g_autofree char *programs = g_build_filename (absolute, "bin", NULL);

      g_assert_cmpstr (toolchain->path, ==, absolute);
      g_assert_cmpuint (toolchain->entries->len, ==, 3);
      g_assert_true (has (toolchain->entries, "bin"));
      g_assert_true (has (toolchain->entries, "registry"));
      g_assert_true (has (toolchain->entries, "config.toml"));
      g_assert_cmpuint (toolchain->programs->len, ==, 1);
      g_assert_true (has (toolchain->programs, programs));
      g_assert_null (toolchain->variable);
    }
}

static void
test_links (Fixture *fixture, gconstpointer data)
{
  g_autofree char *link = g_build_filename (fixture->home, ".cargo", "out", NULL);
  g_autofree char *secret = g_build_filename (fixture->home, ".cargo", ".npmrc", NULL);
  g_autofree char *tools = g_build_filename (fixture->home, "tools", NULL);
  g_autofree char *keys = g_build_filename (fixture->home, "keys", NULL);
  g_autoptr (ShipToolchain) toolchain = NULL;
  g_autoptr (ShipToolchain) linked = NULL;

  g_assert_cmpint (symlink ("../.ssh", link), ==, 0);
  g_assert_cmpint (symlink ("../.ssh/id_ed25519", secret), ==, 0);
  g_assert_cmpint (symlink (".cargo", tools), ==, 0);
  g_assert_cmpint (symlink (".ssh", keys), ==, 0);

  /* It stays a link, which inside leads to nothing. */
  toolchain = open_one (fixture, "~/.cargo");
  g_assert_false (has (toolchain->entries, "out"));
  g_assert_cmpuint (toolchain->links->len, ==, 2);
  g_assert_cmpstr (g_ptr_array_index (toolchain->links, 0), ==, "out");
  g_assert_cmpstr (g_ptr_array_index (toolchain->links, 1), ==, "../.ssh");

  linked = open_one (fixture, "~/tools");
  g_assert_cmpstr (linked->path, ==, tools);
  g_assert_cmpstr (linked->source, ==, toolchain->source);
  assert_refused (fixture, "~/keys", "secrets");
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *entry;
    const char *words;
  } cases[] = {
    { "", "begins with" },
    { "cargo", "begins with" },
    { "~", "begins with" },
    { "~other/x", "begins with" },
    { "~/", "your home" },
    { "~/x/..", "your home" },
    { "~/..", "your home" },
    { "/", "your home" },
    { "~/.ssh", "secrets" },
    { "~/.ssh/sub", "secrets" },
    { "~/.gnupg", "secrets" },
    { "~/.config", "secrets" },
    { "~/.config/x", "secrets" },
    { "~/.local", "secrets" },
    { "~/.local/share", "secrets" },
    { "~/.docker", "secrets" },
    { "/srv/x/.ssh", "secrets" },
    { "~/data", "Ship itself" },
    { "/usr", "of their own" },
    { "/usr/lib", "of their own" },
    { "/etc/x", "of their own" },
    { "/proc/self", "of their own" },
    { "/run/user", "of their own" },
    { "/tmp", "of their own" },
    { "/tmp/x", "of their own" },
    { "/opt", "of their own" },
    { "/work", "of their own" },
    { "/opt/agent/x", "of their own" },
    { "/home/agent", "of their own" },
    { "/var/lib", "of their own" },
    { "~/missing", "cannot be read" },
    { "~/.cargo/bin/cargo", "not a directory" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    assert_refused (fixture, cases[i].entry, cases[i].words);
}

static void
test_all (Fixture *fixture, gconstpointer data)
{
  static const char *const entries[] = { "~/.cargo", "~/.cargo/bin", "~/none", "~/.rustup", NULL };
  static const char *const before[] = { "PATH=/usr/bin", "HOME=/home/agent", NULL };
  g_autoptr (GPtrArray) complaints = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) toolchains = NULL;
  g_auto (GStrv) environment = NULL;
  g_autofree char *path = g_strconcat (fixture->home, "/.cargo/bin:/usr/bin", NULL);
  g_autofree char *rustup = g_strconcat (fixture->home, "/.rustup", NULL);

  make (fixture, ".rustup/toolchains", NULL);
  toolchains = ship_toolchain_open_all (entries, fixture->home, fixture->paths, complaints);
  g_assert_cmpuint (toolchains->len, ==, 2);
  g_assert_cmpuint (complaints->len, ==, 2);
  g_assert_nonnull (strstr (g_ptr_array_index (complaints, 0), "lies in another one"));
  g_assert_nonnull (strstr (g_ptr_array_index (complaints, 1), "~/none"));

  environment = ship_toolchain_add_environment (toolchains, before);
  g_assert_cmpstr (g_environ_getenv (environment, "PATH"), ==, path);
  g_assert_cmpstr (g_environ_getenv (environment, "RUSTUP_HOME"), ==, rustup);
  g_assert_cmpstr (g_environ_getenv (environment, "HOME"), ==, "/home/agent");
}

static void
test_node (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *wanted;
    const char *version;
  } cases[] = { { "", "v20.11.1" },  { "node\n", "v20.11.1" }, { "lts/*", "v20.11.1" },
                { "18", "v18.9.0" }, { "v20", "v20.11.1" },    { "20.9.0", "v20.9.0" } };

  make (fixture, ".nvm/versions/node/v18.9.0/bin/node", "program");
  make (fixture, ".nvm/versions/node/v20.9.0/bin/node", "program");
  make (fixture, ".nvm/versions/node/v20.11.1/bin/node", "program");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (ShipToolchain) toolchain = NULL;
      g_autofree char *programs =
        g_build_filename (fixture->home, ".nvm/versions/node", cases[i].version, "bin", NULL);
      g_autofree char *variable = g_strconcat ("NVM_DIR=", fixture->home, "/.nvm", NULL);

      make (fixture, ".nvm/alias/default", cases[i].wanted);
      toolchain = open_one (fixture, "~/.nvm");
      g_assert_cmpuint (toolchain->programs->len, ==, 1);
      g_assert_cmpstr (g_ptr_array_index (toolchain->programs, 0), ==, programs);
      g_assert_cmpstr (toolchain->variable, ==, variable);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions (); /* nothing is to be left in the home */
  g_test_add ("/toolchain/shown", Fixture, NULL, set_up, test_shown, tear_down);
  g_test_add ("/toolchain/links", Fixture, NULL, set_up, test_links, tear_down);
  g_test_add ("/toolchain/refused", Fixture, NULL, set_up, test_refused, tear_down);
  g_test_add ("/toolchain/all", Fixture, NULL, set_up, test_all, tear_down);
  g_test_add ("/toolchain/node", Fixture, NULL, set_up, test_node, tear_down);

  return g_test_run ();
}
