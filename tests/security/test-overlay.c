/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ship-tree-remove.h"
#include "sandbox-fixture.h"
#include "ship-test.h"

/*
 * A working copy that is an overlay: what one session does to it, by whatever call, is seen neither
 * in the layer below, which other sessions share, nor by a neighbour; and it is still there when
 * the sandbox is made anew.
 */

#define TEXT "the text below\n"

static char *probe; /* (unowned): path of the attacker */

static void
put_below (SandboxFixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->base, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  uid_t            uid = ship_local_sandbox_get_uid ();
  g_autoptr (GError) error = NULL;

  g_assert_no_errno (g_mkdir_with_parents (parent, 0755));
  g_assert_no_errno (chown (parent, uid, (gid_t) uid));
  g_file_set_contents (path, TEXT, -1, &error);
  g_assert_no_error (error);
  g_assert_no_errno (chown (path, uid, (gid_t) uid));
  g_assert_no_errno (g_chmod (path, 0644));
}

static void
assert_below (SandboxFixture *self, const char *name, const struct stat *before)
{
  g_autofree char *path = g_build_filename (self->base, name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  struct stat after;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (text, ==, TEXT);
  g_assert_no_errno (lstat (path, &after));
  g_assert_cmpuint (after.st_ino, ==, before->st_ino);
  g_assert_cmpuint (after.st_mode, ==, before->st_mode);
  g_assert_cmpuint (after.st_nlink, ==, before->st_nlink);
  g_assert_cmpuint (after.st_uid, ==, before->st_uid);
  g_assert_cmpint (after.st_mtim.tv_sec, ==, before->st_mtim.tv_sec);
  g_assert_cmpint (after.st_mtim.tv_nsec, ==, before->st_mtim.tv_nsec);
}

static void
stat_below (SandboxFixture *self, const char *name, struct stat *status)
{
  g_autofree char *path = g_build_filename (self->base, name, NULL);

  g_assert_no_errno (lstat (path, status));
}

/* Each of these changes the file for the session: else it would prove nothing. */
static void
test_changes (void)
{
  static const char *const ways[] = {
    "echo more >>/work/d/file",
    "chmod 0700 /work/d/file",
    "touch -d 2001-01-01 /work/d/file",
    "rm /work/d/file",
    "mv /work/d/file /work/moved",
    "rm -r /work/d",
    "ln /work/d/file /work/d/link && echo more >>/work/d/link",
    "exec 9<>/work/d/file && echo over >&9",
    "truncate -s 0 /work/d/file",
    "cp /etc/passwd /work/d/file",
    "setfattr -n user.ship -v x /work/d/file 2>/dev/null || echo more >>/work/d/file",
    "/work/probe map-and-write /work/d/file >&2",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      SandboxFixture   fixture;
      struct stat      before;
      g_autofree char *script = NULL;
      g_autofree char *seen = NULL;

      sandbox_fixture_set_up_overlay (&fixture, FALSE);
      put_below (&fixture, "d/file");
      sandbox_fixture_install (&fixture, probe, "probe");
      stat_below (&fixture, "d/file", &before);
      sandbox_fixture_start (&fixture);
      script =
        g_strconcat ("find /work/d /work/moved -ls >/tmp/a 2>&1; cat /work/d/file >>/tmp/a; ",
                     ways[i],
                     "; find /work/d /work/moved -ls >/tmp/b 2>&1; "
                     "cat /work/d/file >>/tmp/b 2>&1; cmp -s /tmp/a /tmp/b || echo changed",
                     NULL);
      seen = sandbox_fixture_run (&fixture, script);
      if (strcmp (seen, "changed\n") != 0)
        g_test_fail_printf ("“%s” changed nothing inside", ways[i]);
      assert_below (&fixture, "d/file", &before);
      sandbox_fixture_tear_down (&fixture);
    }
}

/* The layer cannot be reached beside the overlay, nor what lies above it. */
static void
test_nothing_beside (void)
{
  SandboxFixture   fixture;
  g_autofree char *mounts = NULL;
  char            *line;

  sandbox_fixture_set_up_overlay (&fixture, FALSE);
  put_below (&fixture, "file");
  sandbox_fixture_start (&fixture);
  mounts = sandbox_fixture_run (&fixture, "cat /proc/self/mountinfo");
  line = strstr (mounts, " /work ");
  *strchr (line, '\n') = '\0';
  g_assert_nonnull (strstr (line, " - overlay "));
  g_assert_null (strstr (line, fixture.root));
  g_free (sandbox_fixture_run (&fixture,
                               "for d in upper scratch tree overlay base; do "
                               "test ! -e /$d && test ! -e ../$d || exit 1; done; "
                               "! ls /mnt /media /srv 2>/dev/null"));
  /* Neither what marks a file as removed, nor what hides a directory, can be made by hand. */
  g_free (sandbox_fixture_run (
    &fixture,
    "mkdir /work/d && ! mknod /work/d/white c 0 0 2>/dev/null && ! mknod /work/n b 8 0 2>/dev/null "
    "&& { ! command -v setfattr >/dev/null || ! setfattr -n trusted.overlay.opaque -v y /work/d "
    "2>/dev/null; }"));
  sandbox_fixture_tear_down (&fixture);
}

/* Two on one layer: neither sees the other. */
static void
test_neighbours (void)
{
  SandboxFixture   one;
  SandboxFixture   two;
  struct stat      before;
  g_autofree char *seen = NULL;

  sandbox_fixture_set_up_overlay (&one, FALSE);
  put_below (&one, "file");
  stat_below (&one, "file", &before);
  sandbox_fixture_set_up_overlay (&two, FALSE);
  ship_tree_remove_thread (two.base, NULL);
  g_free (two.base);
  two.base = g_strdup (one.base);
  sandbox_fixture_renew (&two);

  sandbox_fixture_start (&one);
  sandbox_fixture_start (&two);
  g_free (sandbox_fixture_run (&one, "echo one >/work/file; echo new >/work/mine"));
  g_free (sandbox_fixture_run (&two, "rm /work/file; mkdir /work/file; test ! -e /work/mine"));
  seen = sandbox_fixture_run (&one, "cat /work/file");
  g_assert_cmpstr (seen, ==, "one\n");
  assert_below (&one, "file", &before);
  sandbox_fixture_tear_down (&two);
  assert_below (&one, "file", &before);
  sandbox_fixture_tear_down (&one);
}

/* Nothing is lost with a sandbox, however it ends, and the one who comes next can remove it. */
static void
test_lives_on (void)
{
  SandboxFixture   fixture;
  g_autofree char *seen = NULL;
  pid_t            guest;

  sandbox_fixture_set_up_overlay (&fixture, FALSE);
  put_below (&fixture, "file");
  put_below (&fixture, "gone");
  sandbox_fixture_start (&fixture);
  g_free (
    sandbox_fixture_run (&fixture, "echo more >>/work/file; rm /work/gone; mkdir -m 0 /work/shut"));
  guest = sandbox_fixture_find_guest (&fixture);
  g_assert_no_errno (kill (guest, SIGKILL));
  while (ship_sandbox_is_running (fixture.sandbox))
    g_main_context_iteration (NULL, TRUE);
  sandbox_fixture_stop (&fixture);
  while (g_main_context_iteration (NULL, FALSE))
    continue;

  sandbox_fixture_renew (&fixture);
  sandbox_fixture_start (&fixture);
  seen = sandbox_fixture_run (&fixture, "cat /work/file; ls /work");
  g_assert_cmpstr (seen, ==, TEXT "more\nfile\nshut\n");
  sandbox_fixture_tear_down (&fixture);
}

/* Read-only: the working copy is, the rest is not. */
static void
test_read_only (void)
{
  for (guint i = 0; i < 2; i++)
    {
      SandboxFixture fixture;
      struct stat    before = { 0 };

      if (i == 0)
        sandbox_fixture_set_up_overlay (&fixture, FALSE);
      else
        sandbox_fixture_set_up (&fixture, FALSE);
      if (i == 0)
        {
          put_below (&fixture, "file");
          stat_below (&fixture, "file", &before);
        }
      ship_local_sandbox_set_read_only (SHIP_LOCAL_SANDBOX (fixture.sandbox));
      sandbox_fixture_start (&fixture);
      g_free (sandbox_fixture_run (
        &fixture,
        "! touch /work/new 2>/dev/null && ! sh -c 'echo x >>/work/file' 2>/dev/null && "
        "! rm -f /work/file 2>/dev/null -- || test ! -e /work/file && "
        "! mount -o remount,rw /work 2>/dev/null && touch /home/agent/mine /tmp/mine"));
      g_free (sandbox_fixture_run (&fixture, "grep -q ' /work ro,' /proc/self/mountinfo"));
      if (i == 0)
        assert_below (&fixture, "file", &before);

      sandbox_fixture_stop (&fixture);
      while (g_main_context_iteration (NULL, FALSE))
        continue;
      sandbox_fixture_renew (&fixture);
      sandbox_fixture_start (&fixture);
      g_free (sandbox_fixture_run (&fixture, "touch /work/new && test -e /home/agent/mine"));
      sandbox_fixture_tear_down (&fixture);
    }
}

static void
test_missing_layer (void)
{
  SandboxFixture fixture;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sandbox_fixture_set_up_overlay (&fixture, FALSE);
  g_assert_no_errno (g_rmdir (fixture.base));
  ship_sandbox_start_async (fixture.sandbox, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_sandbox_start_finish (fixture.sandbox, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, fixture.base));
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

/* What cannot be mounted is said with cause and remedy, and nothing is left running. */
static void
test_refused (void)
{
  SandboxFixture   fixture;
  g_autofree char *upper = NULL;
  g_autofree char *scratch = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sandbox_fixture_set_up_overlay (&fixture, FALSE);
  upper = g_build_filename (fixture.root, "session", "overlay", "upper", NULL);
  scratch = g_build_filename (fixture.root, "session", "overlay", "scratch", NULL);
  g_assert_no_errno (g_rmdir (upper));
  g_assert_no_errno (symlink (scratch, upper));
  ship_sandbox_start_async (fixture.sandbox, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_sandbox_start_finish (fixture.sandbox, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "overlay"));
  g_assert_cmpuint (sandbox_fixture_count_processes (fixture.root), ==, 0);
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

static void
test_probe (void)
{
  g_autofree char *root = g_dir_make_tmp ("ship-overlay-XXXXXX", NULL);
  g_autofree char *layers = g_build_filename (root, "layers", NULL);
  g_autofree char *state = g_build_filename (root, "state", NULL);
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) cancelled = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  ship_local_sandbox_probe_overlay_async (paths,
                                          layers,
                                          state,
                                          NULL,
                                          ship_test_keep_result,
                                          &result);
  ship_local_sandbox_probe_overlay_finish (ship_test_await (&result), &error);
  g_assert_no_error (error);

  g_cancellable_cancel (cancellable);
  ship_local_sandbox_probe_overlay_async (paths,
                                          layers,
                                          state,
                                          cancellable,
                                          ship_test_keep_result,
                                          &cancelled);
  g_assert_false (ship_local_sandbox_probe_overlay_finish (ship_test_await (&cancelled), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  /* Nothing of it stays. */
  g_assert_no_errno (g_rmdir (layers));
  g_assert_no_errno (g_rmdir (state));
  g_assert_no_errno (g_rmdir (root));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_assert_cmpint (argc, ==, 2);
  probe = argv[1];
  g_test_add_func ("/overlay/changes", test_changes);
  g_test_add_func ("/overlay/nothing-beside", test_nothing_beside);
  g_test_add_func ("/overlay/neighbours", test_neighbours);
  g_test_add_func ("/overlay/lives-on", test_lives_on);
  g_test_add_func ("/overlay/read-only", test_read_only);
  g_test_add_func ("/overlay/missing-layer", test_missing_layer);
  g_test_add_func ("/overlay/refused", test_refused);
  g_test_add_func ("/overlay/probe", test_probe);

  return g_test_run ();
}
