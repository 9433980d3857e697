/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/ship-settings.h"
#include "sandbox/local/ship-resource-keeper.h"
#include "sandbox/local/ship-resource-policy.h"
#include "sandbox/local/ship-resource-proc.h"
#include "sandbox/local/ship-resource-watchdog.h"
#include "sandbox/ship-sandbox-error.h"
#include "sandbox/ship-sandbox-limits.h"
#include "ship-test.h"

/* What can be written for a limit, when it is looked at one, and what /proc says. */

#define MIB (G_GUINT64_CONSTANT (1) << 20)
#define GIB (G_GUINT64_CONSTANT (1) << 30)

static void
test_parse (void)
{
  static const struct
  {
    ShipSandboxLimit limit;
    const char      *text;
    guint64          value; /* 0: refused */
  } cases[] = {
    { SHIP_SANDBOX_LIMIT_MEMORY, "6G", 6 * GIB },
    { SHIP_SANDBOX_LIMIT_MEMORY, "512m", 0 },
    { SHIP_SANDBOX_LIMIT_FILE_SIZE, "512m", 512 * MIB },
    { SHIP_SANDBOX_LIMIT_MEMORY, "1.5 GiB", 1536 * MIB },
    { SHIP_SANDBOX_LIMIT_DISK, "268435456", 256 * MIB },
    { SHIP_SANDBOX_LIMIT_DISK, "268435456b", 256 * MIB },
    { SHIP_SANDBOX_LIMIT_MEMORY, "1k", 0 },
    { SHIP_SANDBOX_LIMIT_MEMORY, "0", 0 },
    { SHIP_SANDBOX_LIMIT_MEMORY, "-4G", 0 },
    { SHIP_SANDBOX_LIMIT_MEMORY, "inf", 0 },
    { SHIP_SANDBOX_LIMIT_MEMORY, "1e300", 0 },
    { SHIP_SANDBOX_LIMIT_MEMORY, "4 Gx", 0 },
    { SHIP_SANDBOX_LIMIT_MEMORY, "", 0 },
    { SHIP_SANDBOX_LIMIT_DISK, "2T", 2048 * GIB },
    { SHIP_SANDBOX_LIMIT_PROCESSES, "512", 512 },
    { SHIP_SANDBOX_LIMIT_PROCESSES, "1k", 0 },
    { SHIP_SANDBOX_LIMIT_PROCESSES, "3", 0 },
    { SHIP_SANDBOX_LIMIT_CPU_WEIGHT, "1", 1 },
    { SHIP_SANDBOX_LIMIT_CPU_WEIGHT, "10001", 0 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      guint64  value = 0;
      gboolean is_read = ship_sandbox_limit_parse (cases[i].limit, cases[i].text, &value, &error);

      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (is_read, ==, cases[i].value != 0);
      if (is_read)
        g_assert_cmpuint (value, ==, cases[i].value);
      else
        g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT);
    }
}

static void
test_names (void)
{
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    g_assert_cmpint (ship_sandbox_limit_from_name (ship_sandbox_limit_get_name (i)), ==, i);
  g_assert_cmpint (ship_sandbox_limit_from_name ("colour"), ==, -1);
}

static void
test_settings (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (paths, &error);
  ShipSandboxLimits own = { { [SHIP_SANDBOX_LIMIT_DISK] = 20 * GIB } };
  ShipSandboxLimits limits;

  g_assert_no_error (error);
  ship_sandbox_limits_read (&limits, settings, 32 * GIB);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_MEMORY], ==, 4 * GIB);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_DISK], ==, 8 * GIB);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_PROCESSES], ==, 512);
  ship_sandbox_limits_read (&limits, settings, 2 * GIB);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_MEMORY], ==, 1 * GIB);
  ship_sandbox_limits_read (&limits, settings, 0);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_MEMORY], ==, 2 * GIB);

  ship_sandbox_limits_override (&limits, &own);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_MEMORY], ==, 2 * GIB);
  g_assert_cmpuint (limits.values[SHIP_SANDBOX_LIMIT_DISK], ==, 20 * GIB);
}

static void
test_sentences (void)
{
  ShipSandboxLimits limits = { { 4 * GIB, 8 * GIB } };
  g_autoptr (GError) memory =
    ship_sandbox_limits_new_error (&limits, SHIP_SANDBOX_LIMIT_MEMORY, 4 * GIB);
  g_autoptr (GError) full =
    ship_sandbox_limits_new_error (&limits, SHIP_SANDBOX_LIMIT_DISK, 1 * GIB);

  g_assert_error (memory, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_LIMIT);
  g_assert_nonnull (strstr (memory->message, "4.0"));
  g_assert_nonnull (strstr (full->message, "almost full"));
  g_assert_cmpint (ship_sandbox_error_classify (memory), ==, SHIP_ERROR_CLASS_USER);
}

static void
test_pause (void)
{
  g_assert_cmpuint (ship_resource_policy_get_pause (0, 4 * GIB, 50), ==, 1000);
  g_assert_cmpuint (ship_resource_policy_get_pause (4 * GIB - 200 * MIB, 4 * GIB, 50), ==, 100);
  g_assert_cmpuint (ship_resource_policy_get_pause (5 * GIB, 4 * GIB, 50), ==, 25);
  /* Looking is never more than a twentieth of the time. */
  g_assert_cmpuint (ship_resource_policy_get_pause (5 * GIB, 4 * GIB, 10000), ==, 200);
}

static void
test_counting (void)
{
  const gint64                second = G_USEC_PER_SEC;
  const ShipResourceDiskCount never = { 0 };
  const ShipResourceDiskCount last = { 2 * GIB, 50 * GIB, 1000000, second, second / 10 };
  const ShipResourceDiskCount full = { 2 * GIB, 200 * MIB, 1000000, second, 0 };

  g_assert_true (ship_resource_policy_wants_count (&never, 0, 0, 0, second));
  /* Nothing was written; too little of what is left; enough of it; too soon. */
  g_assert_false (
    ship_resource_policy_wants_count (&last, 50 * GIB, 1000000, 8 * GIB, 500 * second));
  g_assert_false (
    ship_resource_policy_wants_count (&last, 49 * GIB, 1000000, 8 * GIB, 10 * second));
  g_assert_true (ship_resource_policy_wants_count (&last, 48 * GIB, 1000000, 8 * GIB, 10 * second));
  g_assert_false (ship_resource_policy_wants_count (&last, 48 * GIB, 1000000, 8 * GIB, 2 * second));
  /* A little, for a minute. Files without anything in them. */
  g_assert_true (ship_resource_policy_wants_count (&last, 49 * GIB, 1000000, 8 * GIB, 70 * second));
  g_assert_true (
    ship_resource_policy_wants_count (&last, 50 * GIB, 500000, 2 * GIB + 1, 10 * second));

  g_assert_cmpuint (ship_resource_policy_get_disk_bound (8 * GIB, &last), ==, 8 * GIB);
  g_assert_cmpuint (ship_resource_policy_get_disk_bound (8 * GIB, &full), ==, 2 * GIB + 100 * MIB);
}

static void
test_proc (void)
{
  const char *argv[] = { "sh", "-c", "sleep 60 & sleep 60 & wait", NULL };
  g_autoptr (GError) error = NULL;
  GPid   pid;
  guint  n = 0;
  gint64 begin;

  g_spawn_async (NULL,
                 (char **) argv,
                 NULL,
                 G_SPAWN_SEARCH_PATH | G_SPAWN_DO_NOT_REAP_CHILD,
                 (GSpawnChildSetupFunc) setsid,
                 NULL,
                 &pid,
                 &error);
  g_assert_no_error (error);
  while (n < 3)
    {
      g_autoptr (GArray) pids = ship_resource_proc_list_thread ("/proc", pid, 100);

      n = pids->len;
      begin = g_get_monotonic_time ();
      if (n == 3)
        g_assert_cmpuint (ship_resource_proc_estimate_thread ("/proc", pids),
                          >=,
                          ship_resource_proc_measure_thread ("/proc", pids));
      g_test_message ("%u processes in %" G_GINT64_FORMAT " µs",
                      n,
                      g_get_monotonic_time () - begin);
    }
  kill (-pid, SIGKILL);
  g_spawn_close_pid (pid);
}

/* A process that is gone is none, and a directory that is none is nothing. */
static void
test_gone (void)
{
  g_autoptr (GArray) pids = ship_resource_proc_list_thread ("/nowhere", 1, 100);

  g_assert_cmpuint (pids->len, ==, 1);
  g_assert_cmpuint (ship_resource_proc_estimate_thread ("/nowhere", pids), ==, 0);
  g_assert_cmpuint (ship_resource_proc_measure_thread ("/nowhere", pids), ==, 0);
  g_assert_cmpuint (ship_resource_proc_nameless_thread ("/nowhere", pids, 0), ==, 0);
}

static void
keep_cb (ShipResourceKeeper *keeper, const GError *error, GError **kept)
{
  *kept = g_error_copy (error);
}

static void
test_keeper (void)
{
  g_autofree char  *dir = g_dir_make_tmp ("ship-limits-XXXXXX", NULL);
  g_autofree char  *file = g_build_filename (dir, "file", NULL);
  g_autofree char  *data = g_malloc0 (2 * MIB);
  const char       *directories[] = { dir, NULL };
  const pid_t       pids[2] = { getpid (), getpid () };
  ShipSandboxLimits limits = { { 4 * GIB, 1 * MIB } };
  g_autoptr (GPtrArray) ways = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) ended = NULL;
  g_autoptr (GError) error = NULL;
  ShipResourceKeeper *keeper;

  memset (data, 'x', 2 * MIB);
  g_assert_true (g_file_set_contents (file, data, 2 * MIB, NULL));
  g_ptr_array_add (ways, ship_resource_watchdog_new_memory ("/proc"));
  keeper = ship_resource_keeper_new (ways, directories);
  g_clear_pointer (&ways, g_ptr_array_unref);
  g_assert_null (ship_resource_keeper_get_way (keeper));
  g_signal_connect (keeper, "exceeded", G_CALLBACK (keep_cb), &error);
  ship_resource_keeper_start_async (keeper, &limits, pids, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_resource_keeper_start_finish (keeper, ship_test_await (&result), NULL));
  g_assert_cmpstr (ship_resource_keeper_get_way (keeper), ==, "watchdog");
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_LIMIT);

  ship_resource_keeper_end_async (keeper, ship_test_keep_result, &ended);
  g_assert_null (ship_resource_keeper_end_finish (keeper, ship_test_await (&ended)));
  g_clear_object (&result);
  g_clear_object (&ended);
  g_assert_finalize_object (keeper);
  g_unlink (file);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/limits/parse", test_parse);
  g_test_add_func ("/limits/names", test_names);
  g_test_add_func ("/limits/settings", test_settings);
  g_test_add_func ("/limits/sentences", test_sentences);
  g_test_add_func ("/limits/pause", test_pause);
  g_test_add_func ("/limits/counting", test_counting);
  g_test_add_func ("/limits/proc", test_proc);
  g_test_add_func ("/limits/gone", test_gone);
  g_test_add_func ("/limits/keeper", test_keeper);

  return g_test_run ();
}
