/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox-fixture.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ship-tree-remove.h"
#include "ship-test.h"

/*
 * A sandbox for a test, as the product makes it. Main thread of a test program only.
 */

void
sandbox_fixture_set_up (SandboxFixture *self, gboolean with_connections)
{
  g_autoptr (GError) error = NULL;
  int ends[2] = { -1, -1 };

  self->base = NULL;
  self->root = g_dir_make_tmp ("ship-walls-XXXXXX", &error);
  g_assert_no_error (error);
  self->work = g_build_filename (self->root, "session", "work", NULL);
  self->home = g_build_filename (self->root, "session", "home", NULL);
  ship_local_sandbox_make_dir (self->work, &error);
  g_assert_no_error (error);
  ship_local_sandbox_make_dir (self->home, &error);
  g_assert_no_error (error);

  if (with_connections)
    g_assert_cmpint (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends), ==, 0);
  self->connections = ends[0];
  self->paths = ship_paths_new ();
  self->sandbox = SHIP_SANDBOX (
    ship_local_sandbox_new (self->paths, self->work, self->home, NULL, NULL, ends[1]));
}

static void
lay_over (SandboxFixture *self)
{
  g_autofree char *state = g_build_filename (self->root, "session", "overlay", NULL);
  const char      *layers[] = { self->base, NULL };
  g_autoptr (GError) error = NULL;

  ship_local_sandbox_make_overlay_dir (state, &error);
  g_assert_no_error (error);
  ship_local_sandbox_set_overlay (SHIP_LOCAL_SANDBOX (self->sandbox), state, layers, NULL);
}

void
sandbox_fixture_set_up_overlay (SandboxFixture *self, gboolean with_connections)
{
  g_autoptr (GError) error = NULL;

  sandbox_fixture_set_up (self, with_connections);
  self->base = g_build_filename (self->root, "base", "tree", NULL);
  ship_local_sandbox_make_dir (self->base, &error);
  g_assert_no_error (error);
  lay_over (self);
}

void
sandbox_fixture_renew (SandboxFixture *self)
{
  g_assert_finalize_object (self->sandbox);
  self->sandbox =
    SHIP_SANDBOX (ship_local_sandbox_new (self->paths, self->work, self->home, NULL, NULL, -1));
  if (self->base != NULL)
    lay_over (self);
}

void
sandbox_fixture_start (SandboxFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_sandbox_start_async (self->sandbox, NULL, ship_test_keep_result, &result);
  ship_sandbox_start_finish (self->sandbox, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_true (ship_sandbox_is_running (self->sandbox));
}

void
sandbox_fixture_stop (SandboxFixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_sandbox_stop_async (self->sandbox, ship_test_keep_result, &result);
  ship_sandbox_stop_finish (self->sandbox, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_false (ship_sandbox_is_running (self->sandbox));
}

void
sandbox_fixture_tear_down (SandboxFixture *self)
{
  g_autoptr (GError) error = NULL;

  sandbox_fixture_stop (self);
  while (g_main_context_iteration (NULL, FALSE))
    continue;
  g_assert_finalize_object (self->sandbox);
  if (self->connections >= 0)
    close (self->connections);
  ship_paths_unref (self->paths);

  ship_tree_remove_thread (self->root, &error);
  g_assert_no_error (error);
  g_free (self->base);
  g_free (self->root);
  g_free (self->work);
  g_free (self->home);
}

ShipSandboxRunResult *
sandbox_fixture_run_command (SandboxFixture *self, ShipSandboxCommand *command)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipSandboxRunResult *run;

  ship_sandbox_run_async (self->sandbox,
                          command,
                          NULL,
                          1024 * 1024,
                          NULL,
                          ship_test_keep_result,
                          &result);
  run = ship_sandbox_run_finish (self->sandbox, ship_test_await (&result), &error);
  g_assert_no_error (error);

  return run;
}

char *
sandbox_fixture_run (SandboxFixture *self, const char *script)
{
  g_autoptr (ShipSandboxRunResult) run =
    sandbox_fixture_run_command (self, ship_sandbox_command_new ("sh", "-c", script, NULL));
  gsize       size;
  const char *text = g_bytes_get_data (run->output, &size);

  if (run->wait_status != 0)
    g_error ("“%s” ended with %d: %s", script, run->wait_status, run->error_text);

  return g_strndup (text, size);
}

ShipSandboxProcess *
sandbox_fixture_spawn (SandboxFixture *self, ShipSandboxCommand *command)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  ShipSandboxProcess *process;

  ship_sandbox_spawn_async (self->sandbox, command, NULL, ship_test_keep_result, &result);
  process = ship_sandbox_spawn_finish (self->sandbox, ship_test_await (&result), &error);
  g_assert_no_error (error);

  return process;
}

int
sandbox_fixture_wait (ShipSandboxProcess *process)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  ship_sandbox_process_wait_async (process, NULL, ship_test_keep_result, &result);
  ship_sandbox_process_wait_finish (process, ship_test_await (&result), &status, &error);
  g_assert_no_error (error);

  return status;
}

void
sandbox_fixture_install (SandboxFixture *self, const char *path, const char *name)
{
  const char      *directory = self->base != NULL ? self->base : self->work;
  uid_t            uid = ship_local_sandbox_get_uid ();
  g_autofree char *target = g_build_filename (directory, name, NULL);
  g_autofree char *data = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  g_file_set_contents (target, data, (gssize) size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (target, 0755), ==, 0);
  g_assert_cmpint (chown (target, uid, (gid_t) uid), ==, 0);
}

void
sandbox_fixture_wait_for (gboolean *flag)
{
  while (!*flag)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
file_mentions (const char *pid, const char *file, const char *needle)
{
  g_autofree char *path = g_build_filename ("/proc", pid, file, NULL);
  g_autofree char *text = NULL;
  gsize            size = 0;

  return g_file_get_contents (path, &text, &size, NULL) && size > 0 &&
         memmem (text, size, needle, strlen (needle)) != NULL;
}

guint
sandbox_fixture_count_processes (const char *needle)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  g_autofree char *self = g_strdup_printf ("%d", getpid ());
  const char      *name;
  guint            n = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_ascii_isdigit (name[0]) && strcmp (name, self) != 0 &&
        (file_mentions (name, "mountinfo", needle) || file_mentions (name, "cmdline", needle)))
      n++;

  return n;
}

pid_t
sandbox_fixture_find_guest (SandboxFixture *self)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_ascii_isdigit (name[0]) && file_mentions (name, "mountinfo", self->root) &&
        file_mentions (name, "stat", " (guest) "))
      return (pid_t) g_ascii_strtoll (name, NULL, 10);

  g_error ("Process 1 of the sandbox was not found");
}
