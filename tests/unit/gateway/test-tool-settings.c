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

/* An address that has its credential in the path is worth nothing without: it is not told at all.
 */
static void
test_paths (void)
{
  static const char *const secret[] = {
    "https://r.test/canary0123456789/acme/simple/",
    "https://r.test/basic/CaNaRy0a1b2c3d4e5f/npm/",
    "https://r.test/0f1e2d3c4b5a69788796a5b4c3d2e1f0/npm/",
    "https://r.test/d0b1a6c4-1c3f-4f2e-9a57-0c2b7f6e5d4c/npm/",
    "https://r.test/glpat-Ca-Na_Ry-12-ab-CD-xy/npm/",
    "https://r.test/ghp%5fcanary0123456789abcdef/npm/",
    "https://r.test/c%61nary0123456789/npm/",
    "https://r.test/token/canary/npm/",
    "https://r.test/npm/Auth/canary",
    "https://r.test/npm/token=canary/",
    "https://r.test/npm/me:canary0123456789@x/",
    "https://r.test/01234567890123456789/",
    "https://r.test/%ZZ/npm/",
  };
  static const char *const plain[] = {
    "https://r.test/",
    "https://r.test/artifactory/api/npm/npm-virtual/",
    "https://r.test/repository/pypi-group-2024/simple",
    "https://r.test/api/v4/projects/12345678/packages/npm/",
    "https://r.test/a-company-with-a-long-name/python3/simple/",
    "https://r.test/npm-registry-production/",
  };

  for (guint i = 0; i < G_N_ELEMENTS (secret); i++)
    {
      g_autofree char *pip = g_strdup_printf ("global.index-url='%s'\n", secret[i]);
      g_autofree char *cargo =
        g_strdup_printf ("[source.mirror]\nregistry = \"sparse+%s\"\n", secret[i]);

      g_test_message ("%s", secret[i]);
      CHECK ("npm", secret[i], "");
      CHECK ("python3", pip, "");
      CHECK ("go", secret[i], "");
      CHECK ("cargo", cargo, "");
    }
  for (guint i = 0; i < G_N_ELEMENTS (plain); i++)
    {
      g_autofree char *wanted = g_strdup_printf ("npm %s\n", plain[i]);

      CHECK ("npm", plain[i], wanted);
    }
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
  g_test_add_func ("/tool-settings/paths", test_paths);
  g_test_add_func ("/tool-settings/pip", test_pip);
  g_test_add_func ("/tool-settings/go", test_go);
  g_test_add_func ("/tool-settings/cargo", test_cargo);
  g_test_add_func ("/tool-settings/files", test_files);
  return g_test_run ();
}
