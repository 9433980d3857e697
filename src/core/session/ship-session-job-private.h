/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-egress-tables.h"
#include "session/ship-limits-table.h"
#include "session/ship-session-tables.h"

G_BEGIN_DECLS

/*
 * One transaction of the actor on its own store. Filled on the main thread, run on the store's
 * thread, its results read on the main thread again; atomically counted, never touched by two
 * threads at once.
 */
typedef enum
{
  SHIP_SESSION_JOB_LOAD, /* → session, egress, limits, task (the one a dead actor left under way) */
  SHIP_SESSION_JOB_RECOVER, /* ends what a dead actor left: task, text (error), commit (it had made)
                             */
  SHIP_SESSION_JOB_ENQUEUE, /* text, title, mode, model, variant → id */
  SHIP_SESSION_JOB_START_NEXT,     /* commit, text (the agent's session) → task (nullable),
                                      is_continuation, cost, newest_ms: marked as sending */
  SHIP_SESSION_JOB_SET_TASK_STATE, /* id, state */
  SHIP_SESSION_JOB_END_TASK,       /* id, state, commit, n_files, text (error), category */
  SHIP_SESSION_JOB_INTERRUPT,      /* id: back into the queue, to go on later → n_pending */
  SHIP_SESSION_JOB_CANCEL_TASK,    /* id → is_done */
  SHIP_SESSION_JOB_REQUEUE,        /* the last failed or stopped task → id (0: there is none) */
  SHIP_SESSION_JOB_SET_STATE,      /* state, text (detail), category */
  SHIP_SESSION_JOB_SET_DISCARD,    /* discard */
  SHIP_SESSION_JOB_SET_TITLE,      /* title */
  SHIP_SESSION_JOB_SUGGEST_TITLE,  /* title: a model's, unless the user has set one */
  SHIP_SESSION_JOB_SET_MODE,       /* mode */
  SHIP_SESSION_JOB_SET_MODEL,    /* model, variant: of the session and of what waits with its own */
  SHIP_SESSION_JOB_SET_AGENT,    /* text: the agent's session */
  SHIP_SESSION_JOB_ADD_EXCHANGE, /* exchange → id */
} ShipSessionJobKind;
#define SHIP_SESSION_N_JOBS (SHIP_SESSION_JOB_ADD_EXCHANGE + 1)

typedef struct
{
  gatomicrefcount    ref_count;
  ShipSessionJobKind kind;
  gint64             now_ms;
  gint64             id;
  int                n_files;
  gint64             discard;  /* SHIP_DISCARD_…; a result of LOAD, too */
  char              *text;     /* (owned) (nullable) */
  char              *title;    /* (owned) (nullable) */
  char              *mode;     /* (owned) (nullable) */
  char              *model;    /* (owned) (nullable) */
  char              *variant;  /* (owned) (nullable) */
  char              *state;    /* (owned) (nullable) */
  char              *category; /* (owned) (nullable) */
  char              *commit;   /* (owned) (nullable) */
  ShipExchangeRow   *exchange; /* (owned) (nullable) */
  /* results */
  ShipSessionRow *session;   /* (owned) (nullable) */
  ShipTaskRow    *task;      /* (owned) (nullable) */
  ShipEgressRow  *egress;    /* (owned) (nullable) */
  ShipLimitsRow  *limits;    /* (owned) (nullable) */
  int             n_pending; /* of LOAD and END_TASK */
  gboolean        is_continuation;
  gint64   newest_ms; /* of START_NEXT: the time of the conversation's last message; 0: none */
  double   cost;      /* of the task so far, in US dollars */
  gboolean is_done;
} ShipSessionJob;

ShipSessionJob *ship_session_job_new (ShipSessionJobKind kind);
ShipSessionJob *ship_session_job_ref (ShipSessionJob *self);
void            ship_session_job_unref (ShipSessionJob *self);

/* What the user did survives a power cut; the rest may lose its last moment. */
ShipStoreDurability ship_session_job_get_durability (ShipSessionJob *self);

/* A ShipStoreFunc over a ShipSessionJob. */
gboolean
ship_session_job_run_thread (sqlite3 *db, gpointer job, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSessionJob, ship_session_job_unref)

G_END_DECLS
