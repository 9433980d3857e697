/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "e2e.h"

G_BEGIN_DECLS

/* One session to which something happens. */
typedef struct
{
  E2e        *e2e;
  E2eSession *session;
} Faults;

/* A command that has a side effect to count, and then takes long. */
#define FAULTS_COUNT_AND_WAIT                                                                      \
  "{\"command\":\"echo once >> /work/count.txt; sleep 30\",\"description\":\"Wait\"}"

/* @name: of the repository */
void faults_set_up (Faults *f, gconstpointer name);
void faults_tear_down (Faults *f, gconstpointer name);

/* The lines of the journal that tell a state or a step, joined. (transfer full) */
char *faults_read_states (Faults *f);
void  faults_assert_last_task (Faults *f, const char *state, const char *category);
/* Calls a method of the session, which must succeed. Takes @arguments. */
void faults_call (Faults *f, const char *method, GVariant *arguments);
/* What the last commit on the session's branch has of a file. */
void faults_assert_committed (Faults *f, const char *file, const char *content);

G_END_DECLS
