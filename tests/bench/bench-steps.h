/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e.h"

G_BEGIN_DECLS

/* How long each step of waking up takes, by what the session says it does, over several wakes. */
typedef struct _BenchSteps BenchSteps;

BenchSteps *bench_steps_new (void);
void        bench_steps_free (BenchSteps *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (BenchSteps, bench_steps_free)

/* From a process that sleeps to a model that has been asked; returns when that turn is done. */
void bench_steps_wake (BenchSteps *self, E2eSession *session);
void bench_steps_print (BenchSteps *self);

G_END_DECLS
