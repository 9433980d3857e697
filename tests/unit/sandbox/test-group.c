/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>

#include "sandbox/local/ship-resource-group.h"
#include "ship-test.h"

/* In a directory that stands for the control groups, where a file is there once it was written. */

#define GIB (G_GUINT64_CONSTANT (1) << 30)

typedef struct
{
  char                *root;    /* holds the two below */
  char                *cgroups; /* "cgroups/user/app" is the group that we are in */
  char                *proc;
  char                *group; /* that was made */
  ShipResourceControl *control;
  guint                n_exceeded;
  guint64              bound;
} Fixture;

static const ShipSandboxLimits small = { { GIB, GIB, GIB, 100, 100, 50 } };
static const ShipSandboxLimits large = { { 2 * GIB + 5000, GIB, GIB, 200, 100, 70 } };

static void
write_file (const char *directory, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0600, &error);
  g_assert_no_error (error);
}

static char *
read_file (const char *directory, const char *name)
{
  g_autofree char *path = g_build_filename (directory, name, NULL);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return text;
}

static void
assert_file (const char *directory, const char *name, const char *expected)
{
  g_autofree char *text = read_file (directory, name);

  g_assert_cmpstr (text, ==, expected);
}

static void
exceeded_cb (ShipResourceControl *control, guint hit, guint64 bound, Fixture *self)
{
  g_assert_cmpuint (hit, ==, SHIP_SANDBOX_LIMIT_MEMORY);
  self->n_exceeded++;
  self->bound = bound;
}

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->root = g_dir_make_tmp ("ship-group-XXXXXX", &error);
  g_assert_no_error (error);
  self->cgroups = g_build_filename (self->root, "cgroups", NULL);
  self->proc = g_build_filename (self->root, "proc", NULL);
  write_file (self->cgroups, "cgroup.controllers", "cpu memory pids\n");
  write_file (self->cgroups, "user/app/cgroup.procs", "");
  write_file (self->proc, "self/cgroup", "1:name=systemd:/elsewhere\n0::/user/app\n");
  self->control = ship_resource_group_new (self->cgroups, self->proc);
  g_signal_connect (self->control, "exceeded", G_CALLBACK (exceeded_cb), self);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  GWeakRef weak;

  /* A worker's answer may still be to come. */
  g_weak_ref_init (&weak, self->control);
  g_clear_object (&self->control);
  for (;;)
    {
      g_autoptr (GObject) left = g_weak_ref_get (&weak);

      if (left == NULL)
        break;
      g_clear_object (&left);
      g_main_context_iteration (NULL, TRUE);
    }
  g_weak_ref_clear (&weak);
  ship_test_remove_tree (self->root);
  g_free (self->group);
  g_free (self->proc);
  g_free (self->cgroups);
  g_free (self->root);
}

/* (nullable) (transfer full): the first group for a sandbox below @directory of the hierarchy */
static char *
find_group (Fixture *self, const char *directory)
{
  g_autofree char *path = g_build_filename (self->cgroups, directory, NULL);
  g_autoptr (GDir) entries = g_dir_open (path, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    if (g_str_has_prefix (name, "ship-sandbox-"))
      return g_build_filename (path, name, NULL);
  return NULL;
}

static gboolean
attach (Fixture *self, const char *below, GError **error)
{
  const pid_t pids[2] = { 4711, 4712 };
  g_autoptr (GAsyncResult) answer = NULL;

  ship_resource_control_attach_async (self->control,
                                      &large,
                                      pids,
                                      NULL,
                                      ship_test_keep_result,
                                      &answer);
  ship_test_await (&answer);
  if (!ship_resource_control_attach_finish (self->control, answer, error))
    return FALSE;
  self->group = find_group (self, below);
  g_assert_nonnull (self->group);
  return TRUE;
}

static int
explain (Fixture *self)
{
  g_autoptr (GAsyncResult) answer = NULL;

  ship_resource_control_explain_async (self->control, ship_test_keep_result, &answer);
  ship_test_await (&answer);
  return ship_resource_control_explain_finish (self->control, answer);
}

static void
test_attach (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *own = g_build_filename (self->cgroups, "user", "app", NULL);

  g_assert_true (attach (self, "user/app", &error));
  g_assert_no_error (error);
  assert_file (own, "cgroup.subtree_control", "+memory +pids +cpu");
  assert_file (self->group, "memory.max", "2147488648");
  assert_file (self->group, "memory.swap.max", "0");
  assert_file (self->group, "memory.oom.group", "1");
  assert_file (self->group, "pids.max", "232");
  assert_file (self->group, "cpu.weight", "70");
  assert_file (self->group, "io.weight", "default 70");
  assert_file (self->group, "cgroup.procs", "4712");
  g_assert_cmpint (explain (self), ==, -1);
}

/* Ours is not to be written to: the one above it may be. */
static void
test_above (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *above = g_build_filename (self->cgroups, "user", "cgroup.subtree_control", NULL);

  write_file (self->proc, "self/cgroup", "0::/user/app/gone/deep\n");
  g_assert_true (attach (self, "user/app", &error));
  g_assert_no_error (error);
  g_assert_false (g_file_test (above, G_FILE_TEST_EXISTS));
}

/* Only the memory of version 1, or a place out of the hierarchy: the next way is to be tried. */
static void
test_no_groups (Fixture *self, gconstpointer data)
{
  const char *lists[] = { "4:memory:/user\n", "0::/../../elsewhere\n", "" };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      g_autoptr (GError) error = NULL;

      write_file (self->proc, "self/cgroup", lists[i]);
      g_assert_false (attach (self, "", &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
    }
}

static void
test_no_controllers (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *controllers = g_build_filename (self->cgroups, "cgroup.controllers", NULL);

  g_unlink (controllers);
  g_assert_false (attach (self, "user/app", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

/* Told twice at once: the last one holds. */
static void
test_update (Fixture *self, gconstpointer data)
{
  g_assert_true (attach (self, "user/app", NULL));
  ship_resource_control_update (self->control, &large);
  ship_resource_control_update (self->control, &small);
  for (;;)
    {
      g_autofree char *weight = read_file (self->group, "io.weight");

      if (g_str_equal (weight, "default 50"))
        break;
      g_main_context_iteration (NULL, TRUE);
    }
  assert_file (self->group, "memory.max", "1073741824");
  assert_file (self->group, "pids.max", "132");
}

static void
test_killed (Fixture *self, gconstpointer data)
{
  g_assert_true (attach (self, "user/app", NULL));
  write_file (self->group, "memory.events", "low 0\nmax 9\noom 1\noom_kill 1\n");
  while (self->n_exceeded == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->bound, ==, 2 * GIB + 5000);
  g_assert_cmpint (explain (self), ==, SHIP_SANDBOX_LIMIT_MEMORY);
  g_assert_cmpuint (self->n_exceeded, ==, 1);
}

/* The group goes with its sandbox; and those whose owner went without a word. */
static void
test_removed (Fixture *self, gconstpointer data)
{
  g_autofree char *left = g_build_filename (self->cgroups, "user/app/ship-sandbox-77-a", NULL);
  g_autofree char *others = g_build_filename (self->cgroups, "user/app/ship-sandbox-78-b", NULL);

  g_assert_cmpint (g_mkdir (left, 0700), ==, 0);
  g_assert_cmpint (g_mkdir (others, 0700), ==, 0);
  write_file (self->proc, "78/stat", "");
  g_assert_true (attach (self, "user/app", NULL));
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (others, G_FILE_TEST_EXISTS));
  g_assert_cmpint (g_rmdir (others), ==, 0);
  g_free (self->group);
  self->group = find_group (self, "user/app");

  /* The kernel's files are no obstacle to removing their directory; here they would be. */
  ship_test_remove_tree (self->group);
  g_assert_cmpint (g_mkdir (self->group, 0700), ==, 0);
  g_assert_cmpint (explain (self), ==, -1);
  g_assert_false (g_file_test (self->group, G_FILE_TEST_EXISTS));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(path, function)                                                                        \
  g_test_add ("/sandbox/group/" path, Fixture, NULL, setup, function, teardown)
  ADD ("attach", test_attach);
  ADD ("above", test_above);
  ADD ("no-groups", test_no_groups);
  ADD ("no-controllers", test_no_controllers);
  ADD ("update", test_update);
  ADD ("killed", test_killed);
  ADD ("removed", test_removed);
#undef ADD

  return g_test_run ();
}
