/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"
#include "outside.h"
#include "sandbox-fixture.h"
#include "ship-test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What it costs to work in a sandbox, against the same work outside: starting and ending one, many
 * small files (by the same shell script), and fetching a large file from the same server through
 * ship-guest and ship-egress.
 */

#define BIG_MIB 512

static const char work[] =
  "set -eu\n"
  "now () { echo $(($(date +%s%N) / 1000)); }\n"
  "tell () { echo \"$1=$(($(now) - $2)),\"; }\n"
  "rm -rf many; mkdir many; cd many; git init -q .\n"
  "s=$(now); i=0; while [ $i -lt 3000 ]; do echo \"int f$i (int a) { return a + $i; }\" > f$i.c; "
  "i=$((i + 1)); done; tell write $s\n"
  "s=$(now); git add .; tell add $s\n"
  "s=$(now); for i in 1 2 3 4 5 6 7 8 9 10; do git status --short >/dev/null; done; tell status "
  "$s\n"
  "s=$(now); i=0; while [ $i -lt 60 ]; do cc -c f$i.c; i=$((i + 1)); done; tell compile $s\n"
  "s=$(now); cd ..; rm -rf many; tell remove $s\n";

static const char *const parts[] = { "write", "add", "status", "compile", "remove" };

static void
measure_start (guint runs)
{
  g_autoptr (BenchSeries) outside = bench_series_new ("a program, outside", "ms");
  g_autoptr (BenchSeries) inside = bench_series_new ("a sandbox until it serves", "ms");

  for (guint i = 0; i < runs; i++)
    {
      double         start = bench_now_ms ();
      SandboxFixture fixture = { 0 };

      g_assert_true (g_spawn_command_line_sync ("/bin/true", NULL, NULL, NULL, NULL));
      bench_series_add (outside, bench_now_ms () - start);
      sandbox_fixture_set_up (&fixture, FALSE);
      start = bench_now_ms ();
      sandbox_fixture_start (&fixture);
      bench_series_add (inside, bench_now_ms () - start);
      sandbox_fixture_tear_down (&fixture);
    }
  bench_series_print (outside);
  bench_series_print (inside);
}

static double
read_figure (const char *text, const char *name)
{
  g_autofree char *key = g_strconcat (name, "=", NULL);
  const char      *found = strstr (text, key);

  return found != NULL ? strtod (found + strlen (key), NULL) / 1000 : -1;
}

static void
measure_files (guint runs)
{
  g_autoptr (GPtrArray) series =
    g_ptr_array_new_with_free_func ((GDestroyNotify) bench_series_free);
  SandboxFixture fixture = { 0 };

  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autofree char *direct = g_strdup_printf ("%s, outside", parts[i]);
      g_autofree char *sandboxed = g_strdup_printf ("%s, in a sandbox", parts[i]);

      g_ptr_array_add (series, bench_series_new (direct, "ms"));
      g_ptr_array_add (series, bench_series_new (sandboxed, "ms"));
    }
  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  for (guint run = 0; run < runs; run++) /* one after the other, since the load comes and goes */
    {
      g_autofree char *direct = e2e_output (fixture.root, "sh", "-c", work, NULL);
      g_autofree char *inside = sandbox_fixture_run (&fixture, work);

      for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
        {
          bench_series_add (series->pdata[2 * i], read_figure (direct, parts[i]));
          bench_series_add (series->pdata[2 * i + 1], read_figure (inside, parts[i]));
        }
    }
  sandbox_fixture_tear_down (&fixture);
  for (guint i = 0; i < series->len; i++)
    bench_series_print (series->pdata[i]);
}

#define FETCH "curl -sS -o /dev/null -w 'first=%%{time_starttransfer},all=%%{time_total},' %s%s"

static double
get_speed (const char *told)
{
  double seconds = read_figure (told, "all") - read_figure (told, "first");

  return seconds > 0 ? BIG_MIB / (seconds * 1000) : -1; /* read_figure() takes microseconds */
}

/* The server is in this process: nothing may block it. (transfer full) */
static char *
run_outside (const char *command)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  char *output = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, "sh", "-c", command, NULL);

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, ship_test_keep_result, &result);
  g_subprocess_communicate_utf8_finish (process, ship_test_await (&result), &output, NULL, &error);
  g_assert_no_error (error);
  return output;
}

static void
measure_throughput (Outside *outside, const char *scheme, const char *port, guint runs)
{
  g_autofree char *direct_name = g_strdup_printf ("%s, outside", scheme);
  g_autofree char *inside_name = g_strdup_printf ("%s, from a sandbox", scheme);
  g_autoptr (BenchSeries) direct = bench_series_new (direct_name, "MiB/s");
  g_autoptr (BenchSeries) inside = bench_series_new (inside_name, "MiB/s");
  g_autofree char *uri = g_strdup_printf ("%s://files.test/big", scheme);
  g_autofree char *map = g_strdup_printf (" --connect-to ::127.0.0.1:%s", port);
  g_autofree char *ca = g_build_filename (outside->session->repository, "ca.pem", NULL);
  g_autofree char *options = g_strdup_printf ("--cacert %s ", ca);
  g_autofree char *with_map = g_strconcat (uri, map, NULL);
  g_autofree char *here = g_strdup_printf (FETCH, options, with_map);
  g_autofree char *there = g_strdup_printf (FETCH, "--cacert /work/ca.pem ", uri);

  for (guint run = 0; run < runs; run++)
    {
      g_autofree char *direct_told = run_outside (here);
      g_autofree char *inside_told = outside_run (outside, there);

      bench_series_add (direct, get_speed (direct_told));
      bench_series_add (inside, get_speed (inside_told));
    }
  bench_series_print (direct);
  bench_series_print (inside);
}

int
main (int argc, char *argv[])
{
  guint runs = bench_get_runs (5);
  g_autoptr (Outside) outside = NULL;
  g_autofree char *www = NULL;
  g_autofree char *big = NULL;

  outside_init (&argc, &argv);
  bench_print_title ("Starting a sandbox");
  measure_start (4 * runs);
  outside = outside_new ("work");
  www = g_build_filename (outside->e2e->root, "www", "files.test", NULL);
  big = g_build_filename (www, "big", NULL);
  g_assert_no_errno (g_mkdir_with_parents (www, 0755));
  g_free (e2e_output (NULL, "truncate", "-s", G_STRINGIFY (BIG_MIB) "M", big, NULL));
  outside_allow (outside, "files.test", "session", TRUE);
  bench_print_title ("Fetching " G_STRINGIFY (BIG_MIB) " MiB");
  measure_throughput (outside, "http", g_getenv ("ELSEWHERE_HTTP"), runs);
  measure_throughput (outside, "https", g_getenv ("ELSEWHERE_HTTPS"), runs);
  bench_print_title ("Many small files");
  measure_files (runs);
  return 0;
}
