/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process-test.h"

ShipProcessSpec *
helper_new (const char *what, const char *argument)
{
  g_autofree char *path =
    g_test_build_filename (G_TEST_BUILT, "unit", "process", "process-helper", NULL);
  ShipProcessSpec *spec = ship_process_spec_new (path);

  ship_process_spec_add_arg (spec, what);
  if (argument != NULL)
    ship_process_spec_add_arg (spec, argument);
  return spec;
}

ShipProcess *
spawn (ShipProcessSpec *spec)
{
  g_autoptr (GError) error = NULL;
  ShipProcess *process = ship_process_spawn (spec, &error);

  g_assert_no_error (error);
  g_assert_true (SHIP_IS_PROCESS (process));
  return process;
}

int
wait_for (ShipProcess *process)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  int status = -1;

  ship_process_wait_async (process, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_process_wait_finish (process, ship_test_await (&result), &status, &error));
  g_assert_no_error (error);
  g_assert_false (ship_process_is_running (process));
  return status;
}

char *
read_all (GInputStream *stream)
{
  g_autoptr (GString) all = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (GError) error = NULL;

      g_input_stream_read_bytes_async (stream, 4096, 0, NULL, ship_test_keep_result, &result);
      bytes = g_input_stream_read_bytes_finish (stream, ship_test_await (&result), &error);
      g_assert_no_error (error);
      if (g_bytes_get_size (bytes) == 0)
        return g_strdup (all->str);
      g_string_append_len (all, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
    }
}

char *
report_of (ShipProcessSpec *spec)
{
  ShipProcess *process;
  char        *report;

  ship_process_spec_set_pipes (spec, FALSE, TRUE, FALSE);
  process = spawn (spec);
  report = read_all (ship_process_get_stdout (process));
  g_assert_cmpint (wait_for (process), ==, 0);
  g_assert_finalize_object (process);
  return report;
}

void
assert_has_line (const char *report, const char *line)
{
  g_auto (GStrv) lines = g_strsplit (report, "\n", -1);

  if (!g_strv_contains ((const char *const *) lines, line))
    g_error ("No line “%s” in:\n%s", line, report);
}

void
assert_has_no_line (const char *report, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (report, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], prefix))
        g_error ("A line “%s” in:\n%s", prefix, report);
    }
}
