/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* See the header. */

struct _BenchSeries
{
  char   *name;   /* (owned) */
  char   *unit;   /* (owned) */
  GArray *values; /* (owned) (element-type double) */
};

BenchSeries *
bench_series_new (const char *name, const char *unit)
{
  BenchSeries *self = g_new0 (BenchSeries, 1);

  self->name = g_strdup (name);
  self->unit = g_strdup (unit);
  self->values = g_array_new (FALSE, FALSE, sizeof (double));
  return self;
}

void
bench_series_free (BenchSeries *self)
{
  g_free (self->name);
  g_free (self->unit);
  g_array_unref (self->values);
  g_free (self);
}

void
bench_series_add (BenchSeries *self, double value)
{
  g_array_append_val (self->values, value);
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double x = *(const double *) a;
  double y = *(const double *) b;

  return (x > y) - (x < y);
}

void
bench_series_print (BenchSeries *self)
{
  double *values = (double *) (gpointer) self->values->data;
  guint   n = self->values->len;

  if (n == 0)
    return;
  g_array_sort (self->values, compare);
  printf ("%-34s min %9.2f  median %9.2f  p95 %9.2f  p99 %9.2f  max %9.2f  %s (%u)\n",
          self->name,
          values[0],
          values[n / 2],
          values[MIN (n - 1, n * 95 / 100)],
          values[MIN (n - 1, n * 99 / 100)],
          values[n - 1],
          self->unit,
          n);
  fflush (stdout);
}

void
bench_print (const char *name, double value, const char *unit)
{
  printf ("%-34s %12.2f  %s\n", name, value, unit);
  fflush (stdout);
}

void
bench_print_title (const char *title)
{
  double load[1] = { -1 };

  getloadavg (load, 1);
  printf ("\n%s (load %.2f, %u processors)\n", title, load[0], g_get_num_processors ());
}

double
bench_now_ms (void)
{
  return (double) g_get_monotonic_time () / 1000.0;
}

double
bench_cpu_ms (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000.0 +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1000.0;
}

/* "Name:   123 kB" of a file in /proc. */
static double
read_kb (const char *path, const char *name)
{
  g_autofree char *text = NULL;
  const char      *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return -1.0;
  line = strstr (text, name);
  return line != NULL ? g_ascii_strtod (line + strlen (name), NULL) / 1024.0 : -1.0;
}

double
bench_resident_mib (void)
{
  malloc_trim (0);
  return read_kb ("/proc/self/status", "VmRSS:");
}

double
bench_pss_mib (int pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/smaps_rollup", pid);

  return read_kb (path, "\nPss:");
}

guint
bench_get_runs (guint fallback)
{
  const char *text = g_getenv ("SHIP_BENCH_RUNS");
  guint64     runs = text != NULL ? g_ascii_strtoull (text, NULL, 10) : 0;

  return runs > 0 && runs < 1000 ? (guint) runs : fallback;
}
