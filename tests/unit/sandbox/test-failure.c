/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>

#include "sandbox/local/ship-local-failure.h"
#include "sandbox/ship-sandbox-error.h"

/* From the last words of the launcher to cause and remedy. */

typedef struct
{
  const char *name;
  const char *words;
  int         code;
  const char *says;
} Case;

/* clang-format off */
static const Case cases[] = {
  { "missing", "ship-launch: bubblewrap: it is not there: No such file or directory\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "apt install bubblewrap" },
  { "setuid", "ship-launch: bubblewrap: it is setuid\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "chmod u-s" },
  { "capabilities", "ship-launch: bubblewrap: it has file capabilities\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "privileges" },
  { "old", "bwrap: Unknown option --disable-userns\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "0.8" },
  { "user", "ship-launch: user: the user id kept for sandboxes belongs to somebody\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "sandbox_uid" },
  { "not-root", "ship-launch: mounts: cannot have mounts of its own: Operation not permitted\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "SYS_ADMIN" },
  { "no-such-user", "ship-launch: user: cannot become the unprivileged user of sandboxes: Invalid argument\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "ordinary user" },
  { "overlay", "ship-launch: overlay: cannot be mounted: Invalid argument\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "Linux 5.11" },
  { "unreadable", "ship-launch: mounts: the unprivileged user cannot read tree 4: Permission denied\n",
    SHIP_SANDBOX_ERROR_FAILED, "tree 4" },
  { "proc", "bwrap: Can't mount proc on /newroot/proc: Operation not permitted\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "/proc" },
  { "namespaces", "bwrap: No permissions to create a new namespace, likely because the kernel does not allow it\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "container" },
  { "namespaces-old", "bwrap: No permissions to creating new namespace, likely because\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "container" },
  { "depth", "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)\n",
    SHIP_SANDBOX_ERROR_UNAVAILABLE, "namespaces" },
  { "apparmor", "bwrap: setting up uid map: Permission denied\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "namespaces" },
  { "loopback", "bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted\n", SHIP_SANDBOX_ERROR_UNAVAILABLE, "namespaces" },
  { "other", "bwrap: first\nbwrap: Can't find source path /x: No such file\n\n", SHIP_SANDBOX_ERROR_FAILED,
    "could not be made: bwrap: Can't find source path /x: No such file" },
  { "odd", "bwrap: \033[31m\xff bad\n", SHIP_SANDBOX_ERROR_FAILED, "[31m" },
  { "silent", "", SHIP_SANDBOX_ERROR_FAILED, "before it was ready" },
};
/* clang-format on */

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (GError) error = ship_local_failure_new (test->words, "/no/such/directory");

  g_assert_error (error, SHIP_SANDBOX_ERROR, test->code);
  if (strstr (error->message, test->says) == NULL)
    g_error ("“%s” is not in “%s”", test->says, error->message);
  g_assert_true (g_utf8_validate (error->message, -1, NULL));
  g_assert_null (strchr (error->message, '\033'));
}

/* The setting that is really set is named, the first of them if there are more. */
static void
test_settings (void)
{
  static const struct
  {
    const char *directory;
    const char *file;
    const char *allowing;
    const char *denying;
    const char *name;
  } settings[] = {
    { "kernel",
      "apparmor_restrict_unprivileged_userns",
      "0\n",
      "1\n",
      "kernel.apparmor_restrict_unprivileged_userns" },
    { "user", "max_user_namespaces", "96365\n", "0\n", "user.max_user_namespaces" },
    { "kernel", "unprivileged_userns_clone", "1\n", "0\n", "kernel.unprivileged_userns_clone" },
  };
  g_autofree char *root = g_dir_make_tmp ("ship-sysctl-XXXXXX", NULL);

  for (int round = 0; round < 2; round++)
    for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
      {
        g_autofree char *directory = g_build_filename (root, settings[i].directory, NULL);
        g_autofree char *path = g_build_filename (directory, settings[i].file, NULL);
        g_autoptr (GError) error = NULL;
        g_autoptr (GError) failure = NULL;

        g_mkdir_with_parents (directory, 0700);
        g_file_set_contents (path,
                             round == 0 ? settings[i].allowing : settings[i].denying,
                             -1,
                             &error);
        g_assert_no_error (error);
        failure = ship_local_failure_new ("bwrap: setting up uid map: Permission denied", root);
        g_assert_true ((strstr (failure->message, settings[i].name) != NULL) == (round == 1));
        if (round == 1)
          g_assert_nonnull (strstr (failure->message, "sudo sysctl -w"));
      }

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_autofree char *directory = g_build_filename (root, settings[i].directory, NULL);
      g_autofree char *path = g_build_filename (directory, settings[i].file, NULL);

      g_unlink (path);
      g_rmdir (directory);
    }
  g_assert_cmpint (g_rmdir (root), ==, 0);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = ship_local_failure_new_missing ();

  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_UNAVAILABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/failure/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/failure/settings", test_settings);
  g_test_add_func ("/failure/missing-program", test_missing);

  return g_test_run ();
}
