/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What the benchmarks share: series of figures, printed with their units and the machine's load.
 * Nothing is asserted. */
typedef struct _BenchSeries BenchSeries;

BenchSeries *bench_series_new (const char *name, const char *unit);
void         bench_series_free (BenchSeries *self);
void         bench_series_add (BenchSeries *self, double value);
/* "name  min  median  p95  max  unit (n)"; nothing if it has no figures. */
void bench_series_print (BenchSeries *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSeries, bench_series_free)

/* One figure. */
void bench_print (const char *name, double value, const char *unit);
void bench_print_title (const char *title); /* with the load of the last minute */

double bench_now_ms (void);       /* monotonic */
double bench_cpu_ms (void);       /* of this process so far, user and system */
double bench_resident_mib (void); /* of this process, after what was freed is given back */
/* The proportional share of a process in MiB; negative: it cannot be read. */
double bench_pss_mib (int pid);
/* How many runs: $SHIP_BENCH_RUNS, else @fallback. */
guint bench_get_runs (guint fallback);

G_END_DECLS
