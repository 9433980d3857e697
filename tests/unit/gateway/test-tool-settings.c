/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tools say of where they fetch from, and what of that their kin in a sandbox are told. */
#include <glib.h>
#include <string.h>

#include "gateway/ship-tool-settings.h"

#define CHECK(tool, answer, settings)                                                              \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autoptr (GString) read = g_string_new (NULL);                                                \
                                                                                                   \
    ship_tool_settings_read (read, tool, answer);                                                  \
    g_assert_cmpstr (read->str, ==, settings);                                                     \
  }                                                                                                \
  G_STMT_END

static void
test_npm (void)
{
  CHECK ("npm", "https://npm.test/root/\n", "npm https://npm.test/root/\n");
  CHECK ("npm", "http://npm.test:8080/", "npm http://npm.test:8080/\n");
  CHECK ("npm", "https://user:canary@npm.test/?token=canary#canary\n", "npm https://npm.test/\n");
  CHECK ("npm", "undefined\n", "");
  CHECK ("npm", "file:///etc/passwd\n", "");
  CHECK ("npm", "https://npm.test/$(id)\n", "");
  CHECK ("npm", "https:///nowhere\n", "");
  CHECK ("npm", "", "");
  CHECK ("yarn", "https://npm.test/", "");
}

static void
test_pip (void)
{
  CHECK ("python3",
         "global.index-url='https://pip.test/simple'\nglobal.proxy='http://u:canary@proxy.test'\n",
         "pip https://pip.test/simple\n");
  CHECK ("python3",
         ":env:.index-url='https://me:canary@env.test/simple'\n"
         "global.index-url='https://pip.test/simple'\n",
         "pip https://env.test/simple\n");
  CHECK ("python3",
         "global.extra-index-url='\\nhttps://one.test/a\\nhttps://u:canary@two.test/b'\n",
         "pip-extra https://one.test/a\npip-extra https://two.test/b\n");
  CHECK ("python3", "https://preset.test/simple https://files.test\n", "");
}

static void
test_go (void)
{
  CHECK ("go", "https://go.test,direct\n", "go https://go.test,direct\n");
  CHECK ("go",
         "https://u:canary@a.test|https://b.test,off\n",
         "go https://a.test|https://b.test,off\n");
  CHECK ("go", "https://go.test,file:///canary\n", "go https://go.test\n");
  CHECK ("go", "\n", "");
}

static void
test_cargo (void)
{
  CHECK ("cargo",
         "[source.crates-io]\nreplace-with = 'mirror' # here\n[build]\nregistry = \"no\"\n"
         "[ source.mirror ]\nregistry = \"sparse+https://u:canary@cargo.test/index/\"\n"
         "token = \"canary\"\n[http]\nproxy = \"http://u:canary@proxy.test\"\n",
         "cargo [source.crates-io]\ncargo replace-with = \"mirror\"\n"
         "cargo [source.mirror]\ncargo registry = \"sparse+https://cargo.test/index/\"\n");
  CHECK ("cargo",
         "[registries.acme]\nindex = \"https://cargo.test/index.git\"\ntoken = \"canary\"\n"
         "[registry]\ndefault = \"acme\"\n",
         "cargo [registries.acme]\ncargo index = \"https://cargo.test/index.git\"\n"
         "cargo [registry]\ncargo default = \"acme\"\n");
  CHECK ("cargo",
         "[source.x\"]\nregistry = \"https://a.test\"\n[source.y]\nregistry = \"/canary\"\n",
         "");
}

static void
test_files (void)
{
  g_autoptr (GHashTable) files =
    ship_tool_settings_get_files ("registry.test\nnpm https://npm.test/\npip https://pip.test/s\n"
                                  "pip-extra https://one.test/\npip-extra https://two.test/\n"
                                  "go https://go.test,direct\ncargo [source.m]\ncargo k = \"v\"\n");
  const char *file = g_hash_table_lookup (files, ".config/pip/pip.conf");

  g_assert_cmpuint (g_hash_table_size (files), ==, 4);
  g_assert_true (g_str_has_prefix (file, SHIP_TOOL_SETTINGS_MARK));
  g_assert_cmpstr (strchr (file, '\n') + 1,
                   ==,
                   "[global]\nindex-url = https://pip.test/s\n"
                   "extra-index-url = https://one.test/\n    https://two.test/\n");
  file = g_hash_table_lookup (files, ".npmrc");
  g_assert_cmpstr (strchr (file, '\n') + 1, ==, "registry=https://npm.test/\n");
  file = g_hash_table_lookup (files, ".config/go/env");
  g_assert_cmpstr (strchr (file, '\n') + 1, ==, "GOPROXY=https://go.test,direct\n");
  file = g_hash_table_lookup (files, ".cargo/config.toml");
  g_assert_cmpstr (strchr (file, '\n') + 1, ==, "[source.m]\nk = \"v\"\n");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-settings/npm", test_npm);
  g_test_add_func ("/tool-settings/pip", test_pip);
  g_test_add_func ("/tool-settings/go", test_go);
  g_test_add_func ("/tool-settings/cargo", test_cargo);
  g_test_add_func ("/tool-settings/files", test_files);
  return g_test_run ();
}
