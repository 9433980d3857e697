/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <gio/gio.h>
#include <string.h>

#include "sandbox/local/ship-local-profile.h"

/* The profile as bubblewrap's arguments. That it holds is for tests/security; here, that nothing
 * falls out of it. */

static GPtrArray *
build_as (const char *objects, gboolean is_read_only)
{
  const char *const sources[SHIP_LOCAL_N_TREES] = { "/s/guest",
                                                    "/s/work",
                                                    "/s/home",
                                                    objects,
                                                    NULL };
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  GByteArray *bytes = ship_local_profile_build (sources, is_read_only, 4096, none);
  GPtrArray  *args = g_ptr_array_new_with_free_func (g_free);
  const char *end = (const char *) bytes->data + bytes->len;

  g_assert_cmpint (end[-1], ==, '\0');
  for (const char *at = (const char *) bytes->data; at < end; at += strlen (at) + 1)
    g_ptr_array_add (args, g_strdup (at));
  g_byte_array_unref (bytes);

  return args;
}

static GPtrArray *
build (const char *objects)
{
  return build_as (objects, FALSE);
}

/* The position of the sequence of @n arguments, or -1. */
static int
find (GPtrArray *args, const char *const *wanted)
{
  guint n = g_strv_length ((char **) wanted);

  for (guint i = 0; i + n <= args->len; i++)
    {
      guint same = 0;

      while (same < n && g_str_equal (g_ptr_array_index (args, i + same), wanted[same]))
        same++;
      if (same == n)
        return (int) i;
    }
  return -1;
}

#define FIND(args, ...)       find (args, (const char *const[]){ __VA_ARGS__, NULL })
#define ASSERT_HAS(args, ...) g_assert_cmpint (FIND (args, __VA_ARGS__), >=, 0)

static void
test_walls (void)
{
  g_autoptr (GPtrArray) args = build (NULL);

  ASSERT_HAS (args, "--unshare-user");
  ASSERT_HAS (args, "--unshare-ipc");
  ASSERT_HAS (args, "--unshare-pid");
  g_assert_cmpint (FIND (args, "--unshare-net"), ==, -1); /* ship-launch makes the network */
  ASSERT_HAS (args, "--unshare-uts");
  ASSERT_HAS (args, "--unshare-cgroup");
  ASSERT_HAS (args, "--disable-userns");
  ASSERT_HAS (args, "--assert-userns-disabled");
  ASSERT_HAS (args, "--cap-drop", "ALL");
  ASSERT_HAS (args, "--clearenv");
  ASSERT_HAS (args, "--new-session");
  ASSERT_HAS (args, "--uid", "1000");
  ASSERT_HAS (args, "--gid", "1000");
  ASSERT_HAS (args, "--seccomp", "6");
  ASSERT_HAS (args, "--ro-bind", "/dev/null", "/proc/keys");
  ASSERT_HAS (args, "--ro-bind", "/proc/sys", "/proc/sys");
  ASSERT_HAS (args, "--ro-bind-data", "7", "/etc/passwd");
  ASSERT_HAS (args, "--ro-bind-data", "11", "/etc/resolv.conf");

  /* The root is closed after everything was put into it. */
  g_assert_cmpint (FIND (args, "--remount-ro", "/"), >, FIND (args, "--bind", "/s/work", "/work"));
  g_assert_cmpint (FIND (args, "--remount-ro", "/"),
                   >,
                   FIND (args, "--ro-bind", "/s/guest", "/run/ship/guest"));
}

/* Options that do nothing where something is missing leave a hole there. */
static void
test_nothing_open (void)
{
  g_autoptr (GPtrArray) args = build ("/s/objects");

  for (guint i = 0; i < args->len; i++)
    {
      const char *arg = g_ptr_array_index (args, i);

      g_assert_false (g_str_has_prefix (arg, "--") && g_str_has_suffix (arg, "-try"));
      g_assert_cmpstr (arg, !=, "--share-net");
      g_assert_cmpstr (arg, !=, "--dev-bind");
      g_assert_cmpstr (arg, !=, "--setenv");
      /* Every file system of memory has a bound. */
      if (g_str_equal (arg, "--tmpfs"))
        {
          g_assert_cmpstr (g_ptr_array_index (args, i - 2), ==, "--size");
          g_assert_cmpstr (g_ptr_array_index (args, i - 1), ==, "4096");
        }
    }
  ASSERT_HAS (args, "--ro-bind", "/s/objects", "/run/ship/objects");
  g_assert_cmpint (FIND (args, "--ro-bind", "/", "/"), ==, -1);
}

/* A plan turn writes nothing but its home. */
static void
test_read_only (void)
{
  g_autoptr (GPtrArray) args = build_as (NULL, TRUE);

  ASSERT_HAS (args, "--ro-bind", "/s/work", "/work");
  ASSERT_HAS (args, "--bind", "/s/home", "/home/agent");
  g_assert_cmpint (FIND (args, "--bind", "/s/work", "/work"), ==, -1);
}

static void
test_environment (void)
{
  const char *const *environment = ship_local_profile_get_environment ();

  g_assert_true (g_strv_contains (environment, "HOME=/home/agent"));
  /* The way out speaks HTTP: no variable may say SOCKS. */
  g_assert_true (g_strv_contains (environment, "ALL_PROXY=http://127.0.0.1:3128"));
  for (guint i = 0; environment[i] != NULL; i++)
    g_assert_null (strstr (environment[i], "socks"));
  g_assert_true (g_strv_contains (environment, "container=ship"));
  g_assert_true (g_strv_contains (environment, "GIT_TERMINAL_PROMPT=0"));
  g_assert_cmpstr (g_environ_getenv ((char **) environment, "HTTPS_PROXY"),
                   ==,
                   "http://127.0.0.1:3128");
  g_assert_nonnull (g_environ_getenv ((char **) environment, "NO_PROXY"));
}

static void
test_files (void)
{
  for (guint i = 0; i < SHIP_LOCAL_N_FILES; i++)
    g_assert_nonnull (ship_local_profile_get_file (i));
  g_assert_nonnull (strstr (ship_local_profile_get_file (0), "agent:x:1000:1000:"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/profile/walls", test_walls);
  g_test_add_func ("/profile/nothing-open", test_nothing_open);
  g_test_add_func ("/profile/read-only", test_read_only);
  g_test_add_func ("/profile/environment", test_environment);
  g_test_add_func ("/profile/files", test_files);

  return g_test_run ();
}
