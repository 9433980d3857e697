/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is found on machines that have and have not what Ship needs. The trial runs of a sandbox are
 * tested where sandboxes are. */
#include "doctor/ship-doctor.h"

#include "base/ship-tree-remove.h"
#include "ship-test.h"

#include <glib/gstdio.h>

typedef struct
{
  char      *root;
  ShipPaths *paths;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *root = g_dir_make_tmp ("ship-doctor-XXXXXX", NULL);

  g_setenv ("HOME", root, TRUE);
  g_setenv ("XDG_CONFIG_HOME", root, TRUE);
  g_unsetenv ("SHIP_OPENCODE");
  self->paths = ship_paths_new_for_root (root);
  self->root = g_steal_pointer (&root);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  ship_paths_unref (self->paths);
  g_assert_true (ship_tree_remove_thread (self->root, NULL));
  g_free (self->root);
}

static ShipDoctorFinding *
check (Fixture *self, ShipDoctorCheck what, GCancellable *cancellable)
{
  g_autoptr (GAsyncResult) result = NULL;
  ShipDoctorFinding *finding;

  ship_doctor_check_async (self->paths, what, cancellable, ship_test_keep_result, &result);
  finding = ship_doctor_check_finish (ship_test_await (&result));
  g_assert_nonnull (finding);
  g_test_message ("%s: %s", finding->id, finding->detail);
  return finding;
}

static void
write_file (Fixture *self, const char *name, const char *text, int mode)
{
  g_autofree char *path = g_build_filename (self->root, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);
}

static void
test_program (Fixture *self, gconstpointer data)
{
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autoptr (ShipDoctorFinding) missing = NULL;
  g_autoptr (ShipDoctorFinding) there = NULL;

  g_setenv ("PATH", self->root, TRUE);
  missing = check (self, SHIP_DOCTOR_RIPGREP, NULL);
  g_assert_cmpint (missing->result, ==, SHIP_DOCTOR_BAD);
  g_assert_nonnull (missing->remedy);

  write_file (self, "rg", "#!/bin/sh\necho ripgrep 1.2\necho more\n", 0700);
  there = check (self, SHIP_DOCTOR_RIPGREP, NULL);
  g_assert_cmpint (there->result, ==, SHIP_DOCTOR_GOOD);
  g_assert_cmpstr (there->id, ==, "ripgrep");
  g_assert_true (g_str_has_suffix (there->detail, "/rg (ripgrep 1.2)"));
  g_assert_null (there->remedy);
  g_setenv ("PATH", before, TRUE);
}

/* As one that would make every sandbox refuse. */
static void
test_setuid (Fixture *self, gconstpointer data)
{
  g_autofree char *before = g_strdup (g_getenv ("PATH"));
  g_autoptr (ShipDoctorFinding) finding = NULL;

  g_setenv ("PATH", self->root, TRUE);
  write_file (self, "bwrap", "#!/bin/sh\necho bubblewrap 0.8\n", 04700);
  finding = check (self, SHIP_DOCTOR_BUBBLEWRAP, NULL);
  g_assert_cmpint (finding->result, ==, SHIP_DOCTOR_BAD);
  g_assert_nonnull (strstr (finding->remedy, "chmod u-s"));
  g_setenv ("PATH", before, TRUE);
}

static void
test_identity (Fixture *self, gconstpointer data)
{
  g_autoptr (ShipDoctorFinding) nobody = check (self, SHIP_DOCTOR_IDENTITY, NULL);
  g_autoptr (ShipDoctorFinding) somebody = NULL;

  g_assert_cmpint (nobody->result, ==, SHIP_DOCTOR_BAD);
  g_assert_nonnull (strstr (nobody->remedy, "user.email"));
  write_file (self, ".gitconfig", "[user]\nname = Ada\nemail = ada@example.org\n", 0600);
  somebody = check (self, SHIP_DOCTOR_IDENTITY, NULL);
  g_assert_cmpint (somebody->result, ==, SHIP_DOCTOR_GOOD);
  g_assert_cmpstr (somebody->detail, ==, "Ada <ada@example.org>");
}

static void
test_agent (Fixture *self, gconstpointer data)
{
  g_autoptr (ShipDoctorFinding) missing = check (self, SHIP_DOCTOR_OPENCODE, NULL);
  g_autoptr (ShipDoctorFinding) other = NULL;
  g_autofree char *path = g_build_filename (self->root, "opencode", NULL);

  g_assert_cmpint (missing->result, ==, SHIP_DOCTOR_BAD);
  write_file (self, "opencode", "", 0700);
  g_setenv ("SHIP_OPENCODE", path, TRUE);
  other = check (self, SHIP_DOCTOR_OPENCODE, NULL);
  g_assert_cmpint (other->result, ==, SHIP_DOCTOR_BETTER);
  g_assert_nonnull (strstr (other->detail, path));
}

static void
test_keyring (Fixture *self, gconstpointer data)
{
  g_autoptr (ShipDoctorFinding) finding = check (self, SHIP_DOCTOR_KEYRING, NULL);

  g_assert_cmpint (finding->result, ==, SHIP_DOCTOR_BETTER);
  g_assert_nonnull (strstr (finding->detail, "keyring"));
  g_assert_nonnull (strstr (finding->remedy, "ANTHROPIC_API_KEY"));
}

/* A directory that is not there yet will be made on the disk of its parent. */
static void
test_disks (Fixture *self, gconstpointer data)
{
  g_autoptr (ShipDoctorFinding) sessions = check (self, SHIP_DOCTOR_DATA_DISK, NULL);
  g_autoptr (ShipDoctorFinding) mirrors = check (self, SHIP_DOCTOR_CACHE_DISK, NULL);
  g_autoptr (ShipDoctorFinding) cache = check (self, SHIP_DOCTOR_CACHE, NULL);

  g_assert_cmpstr (sessions->id, ==, "data-disk");
  g_assert_cmpstr (mirrors->id, ==, "cache-disk");
  g_assert_nonnull (strstr (sessions->detail, self->root));
  g_assert_cmpstr (cache->id, ==, "cache");
  g_assert_cmpint (cache->result, ==, SHIP_DOCTOR_GOOD);
}

static void
test_cancelled (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  g_cancellable_cancel (cancellable);
  for (guint i = 0; i < SHIP_DOCTOR_N_CHECKS; i++)
    {
      g_autoptr (ShipDoctorFinding) finding = check (self, i, cancellable);

      g_assert_nonnull (finding->detail);
    }
}

int
main (int argc, char *argv[])
{
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus", TRUE);
  g_test_init (&argc, &argv, NULL);
#define ADD(name, function) g_test_add ("/doctor/" name, Fixture, NULL, set_up, function, tear_down)
  ADD ("program", test_program);
  ADD ("setuid", test_setuid);
  ADD ("identity", test_identity);
  ADD ("agent", test_agent);
  ADD ("keyring", test_keyring);
  ADD ("disks", test_disks);
  ADD ("cancelled", test_cancelled);
  return g_test_run ();
}
