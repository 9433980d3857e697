/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-agent-link.h"
#include "session/ship-index-writer.h"
#include "session/ship-request-desk.h"
#include "session/ship-session-job-private.h"
#include "session/ship-session-money-private.h"
#include "session/ship-session.h"
#include "session/ship-stuck-watch.h"
#include "session/ship-transcript-writer.h"
#include "session/ship-turn.h"
#include "usage/ship-model-list.h"

G_BEGIN_DECLS

/* Shared by ship-session.c (state and queue), ship-session-work.c (waking, turns, commits),
 * ship-session-asking.c (what the agent asks), ship-session-commands.c (what the user asks),
 * ship-session-watch.c (is the agent there?) and more: see ship-session-parts-private.h. */
struct _ShipSession
{
  GObject               parent_instance;
  char                 *id;       /* (owned) */
  ShipPaths            *paths;    /* (owned) */
  ShipRuntime          *runtime;  /* (owned) */
  GSettings            *settings; /* (owned) */
  ShipSecrets          *secrets;  /* (owned) */
  ShipModelList        *models;   /* (owned) (nullable): what can be worked with */
  ShipStore            *store;    /* (owned) */
  ShipTranscriptWriter *writer;   /* (owned) */
  ShipIndexWriter      *index;    /* (owned) */
  ShipRequestDesk      *desk;     /* (owned) */
  ShipSessionMoney     *money;    /* (owned): budgets and what was spent */
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
  GStrv    permissions;  /* (owned) (nullable): what the agent was told when it was last started */
  gboolean is_read_only; /* the runtime's working copy is, or will be when it is awake */
  gboolean is_rewaking;  /* the next wake, with its retries, is for a task that is known */
  gboolean is_unasked;   /* awake, or waking, because it may be needed: no work has come since */
  gboolean is_adopting;  /* a spare is being claimed */
  gboolean is_branch_due; /* it was claimed while it woke: the working copy has another branch */
  gboolean is_starting;   /* the next task is being taken from the store */
  gboolean is_title_due;  /* the agent's next request without tools asks for a title */
  gboolean is_requeueing; /* a task that ended is being put back into the queue */
  GError  *down;          /* (owned) (nullable): why the runtime is down since the last wake */
  GCancellable *commit_cancellable; /* (owned) (nullable): while committing */
  guint         commit_timer;       /* when that has taken long enough */
  GStrv         agent_commands;     /* (owned) (nullable): NULL until the agent told them */

  char      *step;       /* (owned) (nullable): of the wake */
  gint64     step_since; /* monotonic microseconds */
  guint      step_timer;
  GPtrArray *unbooked; /* (owned) (element-type ShipSessionJob): requests that were not written */

  /* What goes wrong, and how long it is waited for. */
  ShipPatience    patience;
  gint64          retry_at;        /* wall-clock ms of the next try of what is retried; 0: none */
  guint           n_wake_retries;  /* since the last wake that succeeded */
  ShipAgentLink  *link;            /* (owned) (nullable): of the agent that is followed */
  gboolean        is_reconnecting; /* the state says so */
  ShipStuckWatch *watch;           /* (owned) (nullable): while a turn runs */
  char           *work_activity;   /* (owned) (nullable): what it was before it was stuck */
  GQueue          submissions;     /* (owned elements): prompts on their way; ship-session-send.c */
  guint           n_commands;      /* of the user, on their way to the store and back */
  gboolean        is_released;     /* while stopping: the user sent more, so the queue goes on */
  gboolean       is_interrupted; /* closed by the system, not by the user: the task goes on later */
  gint64         discard;        /* SHIP_DISCARD_… */
  GStrv          remote_hosts;   /* (owned) (nullable): of the repository, as patterns */
  ShipEgressRow *egress; /* (owned) (nullable): NULL until loaded; with what is allowed once */
  ShipLimitsRow *limits; /* (owned): NULL until loaded */
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

void ship_session_set_retry_at (ShipSession *self, gint64 retry_at);
/* @commands: (transfer full): the agent's own */
void ship_session_set_agent_commands (ShipSession *self, GStrv commands);
/* As ship_session_is_quiet(), whatever commands are on their way. */
gboolean ship_session_is_at_rest (ShipSession *self);

G_END_DECLS
