/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <sched.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox-fixture.h"
#include "ship-test.h"

/*
 * What is left of a sandbox whose owner was killed at any moment (nothing), and what is said on
 * machines that cannot make one. The test adopts orphans, so that "nothing left" is what the kernel
 * says of its children. Run with --hold it is the owner that is killed, with --denied it is on such
 * a machine.
 */

#define N_KILLS          24
#define PATIENCE_SECONDS 20

static void
hold (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandboxProcess) process = NULL;

  sandbox_fixture_set_up (&fixture, FALSE);
  g_print ("%s\n", fixture.root);
  sandbox_fixture_start (&fixture);
  process = sandbox_fixture_spawn (
    &fixture,
    ship_sandbox_command_new ("sh", "-c", "(setsid sleep 1006 &); sleep 1006", NULL));
  while (TRUE)
    g_main_context_iteration (NULL, TRUE);
}

/* Every child, our own and adopted ones, ends by itself; else the alarm ends the test. */
static void
await_all_children (void)
{
  alarm (PATIENCE_SECONDS);
  while (waitpid (-1, NULL, 0) > 0 || errno == EINTR)
    continue;
  g_assert_cmpint (errno, ==, ECHILD);
  alarm (0);
}

static guint
count_mounts (const char *needle)
{
  g_autofree char *text = NULL;
  guint            n = 0;

  g_assert_true (g_file_get_contents ("/proc/self/mountinfo", &text, NULL, NULL));
  for (const char *at = text; (at = strstr (at, needle)) != NULL; at++)
    n++;

  return n;
}

static void
remove_tree (const char *root)
{
  const char *argv[] = { "rm", "-rf", root, NULL };
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL,
                (char **) argv,
                NULL,
                G_SPAWN_SEARCH_PATH,
                NULL,
                NULL,
                NULL,
                NULL,
                NULL,
                &error);
  g_assert_no_error (error);
}

static void
test_killed_owner (void)
{
  for (guint i = 0; i < N_KILLS; i++)
    {
      const char *argv[] = { "/proc/self/exe", "--hold", NULL };
      g_autoptr (GError) error = NULL;
      char root[256] = "";
      int  output;
      GPid owner;

      g_spawn_async_with_pipes (NULL,
                                (char **) argv,
                                NULL,
                                G_SPAWN_DO_NOT_REAP_CHILD,
                                NULL,
                                NULL,
                                &owner,
                                NULL,
                                &output,
                                NULL,
                                &error);
      g_assert_no_error (error);
      g_assert_cmpint (read (output, root, sizeof root - 1), >, 0);
      g_strchomp (root);

      /* From before anything runs to some time after all does. */
      g_usleep (i * 2500);
      g_assert_cmpint (kill (owner, SIGKILL), ==, 0);
      await_all_children ();

      g_assert_cmpuint (sandbox_fixture_count_processes (root), ==, 0);
      g_assert_cmpuint (count_mounts (root), ==, 0);
      close (output);
      remove_tree (root);
    }
}

static GError *
probe (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GError *error = NULL;

  ship_local_sandbox_probe_async (paths, NULL, ship_test_keep_result, &result);
  if (!ship_local_sandbox_probe_finish (ship_test_await (&result), &error))
    g_assert_nonnull (error);

  return error;
}

static void
test_probe (void)
{
  g_autoptr (GError) error = probe ();

  g_assert_no_error (error);
  await_all_children ();
}

static void
test_probe_cancelled (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_local_sandbox_probe_async (paths, cancellable, ship_test_keep_result, &result);
  g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_local_sandbox_probe_finish (ship_test_await (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  await_all_children ();
}

/* With @directory in front of, or instead of, where programs are looked for. */
static GError *
probe_with_path (const char *directory, gboolean only)
{
  g_autofree char *old = g_strdup (g_getenv ("PATH"));
  g_autofree char *path = only ? g_strdup (directory) : g_strconcat (directory, ":", old, NULL);
  GError          *error;

  g_setenv ("PATH", path, TRUE);
  error = probe ();
  g_setenv ("PATH", old, TRUE);

  return error;
}

static void
assert_unavailable (const GError *error, const char *words)
{
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_UNAVAILABLE);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_missing_bwrap (void)
{
  g_autoptr (GError) error = probe_with_path ("/no/such/place", TRUE);

  assert_unavailable (error, "apt install bubblewrap");
}

static void
test_setuid_bwrap (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *directory = g_dir_make_tmp ("ship-setuid-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "bwrap", NULL);

  g_assert_no_error (error);
  g_file_set_contents (path, "#!/bin/sh\ntouch ran\n", -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 04755), ==, 0);
  failure = probe_with_path (directory, FALSE);
  assert_unavailable (failure, "chmod u-s");
  remove_tree (directory);
}

/* One that does not know our options, and says so as bubblewrap does. */
static void
test_old_bwrap (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;
  g_autofree char *directory = g_dir_make_tmp ("ship-old-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "bwrap", NULL);

  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (directory, 0755), ==, 0);
  g_file_set_contents (path,
                       "#!/bin/sh\necho 'bwrap: Unknown option --disable-userns' >&2\nexit 1\n",
                       -1,
                       &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, 0755), ==, 0);
  failure = probe_with_path (directory, FALSE);
  assert_unavailable (failure, "too old");
  remove_tree (directory);
}

static void
write_file (const char *path, const char *text)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, text, strlen (text)) < 0)
    g_error ("%s could not be written: %s", path, g_strerror (errno));
  close (fd);
}

/*
 * A machine that denies user namespaces, made of one: in a user namespace of this process the
 * setting is turned off. Root stays root there, with the whole range of users, so that both ways of
 * starting are tried.
 */
static void
become_denied (void)
{
  g_autofree char *map = NULL;
  int              go[2];
  int              status = 0;

  g_assert_cmpint (pipe (go), ==, 0);
  if (geteuid () == 0)
    {
      pid_t parent = getpid ();
      pid_t writer = fork ();

      if (writer == 0)
        {
          g_autofree char *uid_map = g_strdup_printf ("/proc/%d/uid_map", parent);
          g_autofree char *gid_map = g_strdup_printf ("/proc/%d/gid_map", parent);
          char             byte;

          if (read (go[0], &byte, 1) != 1)
            _exit (1);
          write_file (uid_map, "0 0 65536");
          write_file (gid_map, "0 0 65536");
          _exit (0);
        }
      g_assert_cmpint (unshare (CLONE_NEWUSER | CLONE_NEWNS), ==, 0);
      g_assert_cmpint (write (go[1], "g", 1), ==, 1);
      g_assert_cmpint (waitpid (writer, &status, 0), ==, writer);
      g_assert_cmpint (status, ==, 0);
    }
  else
    {
      map = g_strdup_printf ("%d %d 1", (int) geteuid (), (int) geteuid ());
      g_assert_cmpint (unshare (CLONE_NEWUSER), ==, 0);
      write_file ("/proc/self/setgroups", "deny");
      write_file ("/proc/self/uid_map", map);
    }
  write_file ("/proc/sys/user/max_user_namespaces", "0");
}

static int
be_denied (void)
{
  g_autoptr (GError) error = NULL;

  become_denied ();
  error = probe ();
  assert_unavailable (error, "user.max_user_namespaces is 0");
  assert_unavailable (error, "sudo sysctl -w user.max_user_namespaces=");

  return 0;
}

static void
test_denied (void)
{
  const char *argv[] = { "/proc/self/exe", "--denied", NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, 0, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "--hold") == 0)
    hold ();
  g_test_init (&argc, &argv, NULL);
  if (argc == 2 && strcmp (argv[1], "--denied") == 0)
    return be_denied ();

  g_assert_cmpint (prctl (PR_SET_CHILD_SUBREAPER, 1), ==, 0);
  g_test_add_func ("/ends/killed-owner", test_killed_owner);
  g_test_add_func ("/ends/probe", test_probe);
  g_test_add_func ("/ends/probe-cancelled", test_probe_cancelled);
  g_test_add_func ("/ends/missing-bwrap", test_missing_bwrap);
  g_test_add_func ("/ends/setuid-bwrap", test_setuid_bwrap);
  g_test_add_func ("/ends/old-bwrap", test_old_bwrap);
  g_test_add_func ("/ends/denied", test_denied);

  return g_test_run ();
}
