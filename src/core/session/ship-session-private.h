/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-index-writer.h"
#include "session/ship-session-job-private.h"
#include "session/ship-session.h"
#include "session/ship-transcript-writer.h"
#include "session/ship-turn.h"

G_BEGIN_DECLS

/* Shared by ship-session.c (state and queue), ship-session-work.c (waking, turns, commits) and
 * ship-session-commands.c (what the user asks). */
struct _ShipSession
{
  GObject               parent_instance;
  char                 *id;       /* (owned) */
  ShipPaths            *paths;    /* (owned) */
  ShipRuntime          *runtime;  /* (owned) */
  GSettings            *settings; /* (owned) */
  ShipSecrets          *secrets;  /* (owned) */
  ShipStore            *store;    /* (owned) */
  ShipTranscriptWriter *writer;   /* (owned) */
  ShipIndexWriter      *index;    /* (owned) */
  ShipSessionRow       *row; /* (owned) (nullable): NULL until loaded; what does not change often */
  ShipSessionState      state;
  char                 *detail;     /* (owned) */
  char                 *activity;   /* (owned) */
  GTask                *closing;    /* (owned) (nullable) */
  gboolean              is_closing; /* from the first moment of a close on, and for good */
  guint                 kick;       /* idle source that looks at the queue */

  /* Work under way: at most one of each. */
  GCancellable *wake_cancellable; /* (owned) (nullable): while waking */
  ShipAgent    *agent;            /* (owned) (nullable): the one whose events are followed */
  ShipTurn     *turn;             /* (owned) (nullable) */
  ShipTaskRow  *task;             /* (owned) (nullable): the one that is sending or running */
  char         *refusal; /* (owned) (nullable): why a request of this task did not leave the host */
  GHashTable   *open_requests; /* (owned) (element-type utf8): the agent's ids */
  gboolean      is_read_only;  /* the runtime's working copy is, or will be when it is awake */
  gboolean      is_rewaking;   /* the next wake is for a task that is known */
  gboolean      is_starting;   /* the next task is being taken from the store */
  gboolean      is_requeueing; /* a task that ended is being put back into the queue */
  GError       *down;          /* (owned) (nullable): why the runtime is down since the last wake */
  GCancellable *commit_cancellable; /* (owned) (nullable): while committing */
  guint         commit_timer;       /* when that has taken long enough */
};

/* ship-session.c */
gboolean ship_session_apply (ShipSession     *self,
                             ShipSessionEvent event,
                             const char      *detail,
                             const char      *category);
gboolean ship_session_can (ShipSession *self, ShipSessionEvent event);
void     ship_session_fail (ShipSession *self, const GError *error);
void     ship_session_set_activity (ShipSession *self, const char *activity);
void     ship_session_set_detail (ShipSession *self, const char *detail);
void     ship_session_kick (ShipSession *self);
void     ship_session_check_close (ShipSession *self);
void     ship_session_emit_changed (ShipSession *self, const char *table, gint64 row);
/* Takes @job; @callback's source object is the store. */
void ship_session_run_job (ShipSession        *self,
                           ShipSessionJob     *job,
                           GAsyncReadyCallback callback,
                           gpointer            user_data);
/* For jobs whose failure is told by failing the session, and nothing else follows. Takes @job. */
void ship_session_run_job_and_forget (ShipSession *self, ShipSessionJob *job);

/* ship-session-work.c */
void ship_session_start_wake (ShipSession *self);
void ship_session_start_next (ShipSession *self);
void ship_session_follow_runtime (ShipSession *self);
/* The store refused what was said: a turn under way ends with @error, a session at rest fails. */
void ship_session_break (ShipSession *self, const GError *error);
/* A commit under way has a moment left. */
void ship_session_hurry_commit (ShipSession *self);

G_END_DECLS
