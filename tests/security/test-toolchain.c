/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "base/ship-tree-remove.h"
#include "sandbox-fixture.h"
#include "ship-test.h"

/*
 * Tool chains of the user in a sandbox of the product: what they are for works, and nothing else of
 * the user can be had by way of them. Each attempt is made outside as well, where it works. They
 * lie in the real home, since nothing below /tmp is one.
 */

typedef struct
{
  SandboxFixture fixture;
  char          *home;  /* (owned): a directory within the home */
  char          *tools; /* (owned) */
} Tools;

static void
make (Tools *self, const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (self->home, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
set_up (Tools *self)
{
  g_autofree char *link = NULL;
  const char      *entries[] = { NULL, "~/.ssh", NULL };

  self->home = g_build_filename (g_get_home_dir (), ".ship-tools-XXXXXX", NULL);
  g_assert_nonnull (g_mkdtemp_full (self->home, 0755));
  self->tools = g_build_filename (self->home, "tools", NULL);
  link = g_build_filename (self->tools, "out", NULL);
  make (self, "tools/bin/say-tool", "#!/bin/sh\necho the tool\n", 0755);
  make (self, "tools/credentials.toml", "the secret\n", 0644);
  make (self, "tools/config.toml", "token = \"the secret\"\n", 0644);
  make (self, "other/secret", "the secret\n", 0644);
  g_assert_cmpint (symlink ("../other", link), ==, 0);

  sandbox_fixture_set_up (&self->fixture, FALSE);
  entries[0] = self->tools;
  ship_local_sandbox_set_toolchains (SHIP_LOCAL_SANDBOX (self->fixture.sandbox), entries);
  sandbox_fixture_start (&self->fixture);
}

static void
tear_down (Tools *self)
{
  g_autoptr (GError) error = NULL;

  sandbox_fixture_tear_down (&self->fixture);
  ship_tree_remove_thread (self->home, &error);
  g_assert_no_error (error);
  g_free (self->home);
  g_free (self->tools);
}

/* Returns: the exit status; {t}: the tool chain */
static int
try_inside (Tools *self, const char *script)
{
  g_autoptr (GString) text = g_string_new (script);
  g_autoptr (ShipSandboxRunResult) run = NULL;

  g_string_replace (text, "{t}", self->tools, 0);
  run = sandbox_fixture_run_command (&self->fixture,
                                     ship_sandbox_command_new ("sh", "-c", text->str, NULL));
  return run->wait_status;
}

static int
try_outside (Tools *self, const char *script)
{
  g_autoptr (GString) text = g_string_new (script);
  const char *argv[] = { "/bin/sh", "-c", NULL, NULL };
  g_autoptr (GError) error = NULL;
  int status = -1;

  g_string_replace (text, "{t}", self->tools, 0);
  argv[2] = text->str;
  g_spawn_sync (NULL,
                (char **) argv,
                NULL,
                G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                NULL,
                NULL,
                NULL,
                NULL,
                &status,
                &error);
  g_assert_no_error (error);
  return status;
}

static void
test_attacks (gconstpointer data)
{
  static const char *const attacks[] = {
    "cat {t}/credentials.toml",
    "cat {t}/config.toml",
    "cat {t}/out/secret",
    "cat {t}/../other/secret",
    "touch {t}/new && rm {t}/new",
    "touch {t}/bin/new && rm {t}/bin/new",
    "chmod 0700 {t}/bin/say-tool && chmod 0755 {t}/bin/say-tool",
    "echo >>{t}/bin/say-tool",
    "mv {t}/bin/say-tool {t}/bin/x && mv {t}/bin/x {t}/bin/say-tool",
  };
  Tools *self = (Tools *) data;

  for (gsize i = 0; i < G_N_ELEMENTS (attacks); i++)
    {
      if (try_inside (self, attacks[i]) == 0)
        g_test_fail_printf ("“%s” works in the sandbox", attacks[i]);
      if (try_outside (self, attacks[i]) != 0)
        g_test_fail_printf ("“%s” does not even work outside", attacks[i]);
    }
}

static void
test_works (gconstpointer data)
{
  Tools           *self = (Tools *) data;
  g_autofree char *said = sandbox_fixture_run (&self->fixture, "say-tool");
  GPtrArray       *complaints =
    ship_local_sandbox_get_complaints (SHIP_LOCAL_SANDBOX (self->fixture.sandbox));

  g_assert_cmpstr (said, ==, "the tool\n");
  g_assert_cmpuint (complaints->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (complaints, 0), "~/.ssh"));
}

/* A credential that is written while the sandbox runs. */
static void
test_later (gconstpointer data)
{
  Tools *self = (Tools *) data;

  make (self, "tools/credentials", "the secret\n", 0644);
  g_assert_cmpint (try_inside (self, "cat {t}/credentials"), !=, 0);
  g_assert_cmpint (try_outside (self, "cat {t}/credentials"), ==, 0);
}

int
main (int argc, char **argv)
{
  Tools tools = { 0 };
  int   result;

  g_test_init (&argc, &argv, NULL);
  g_test_set_nonfatal_assertions (); /* nothing is to be left in the home */
  g_test_add_data_func ("/toolchain/works", &tools, test_works);
  g_test_add_data_func ("/toolchain/attacks", &tools, test_attacks);
  g_test_add_data_func ("/toolchain/later", &tools, test_later);

  set_up (&tools);
  result = g_test_run ();
  tear_down (&tools);

  return result;
}
