/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-attachment.h"
#include "session/ship-chat-tables.h"

G_BEGIN_DECLS

/*
 * One transaction about what the user sends: like ShipSessionJob, which is the actor's own. Filled
 * on the main thread, run on the store's, its results read on the main thread again.
 */
typedef enum
{
  SHIP_QUEUE_JOB_ENQUEUE, /* task, attachments → id; its prompt from source_message when empty */
  SHIP_QUEUE_JOB_STEER, /* task (what it is if no turn runs), into, agent_id, waiting, attachments →
                           id (0: steered), steer, text */
  SHIP_QUEUE_JOB_EDIT,    /* id, title, text, command */
  SHIP_QUEUE_JOB_MOVE,    /* id, before */
  SHIP_QUEUE_JOB_RESTORE, /* id */
  SHIP_QUEUE_JOB_READ,    /* agent_id: the agent has read it */
  SHIP_QUEUE_JOB_FORGET,  /* agent_id: the agent holds no copy any more */
} ShipQueueJobKind;
#define SHIP_QUEUE_N_JOBS (SHIP_QUEUE_JOB_FORGET + 1)

typedef struct
{
  gatomicrefcount  ref_count;
  ShipQueueJobKind kind;
  gint64           now_ms;
  char            *session_dir; /* (owned) (nullable): where attachments lie */
  ShipTaskRow     *task;        /* (owned) (nullable) */
  GPtrArray       *attachments; /* (owned) (nullable) (element-type ShipAttachment) */
  gint64           id;
  gint64           before;
  gint64           into;    /* the task whose turn runs */
  gint64           waiting; /* 0: none; the waiting task that is said now instead */
  gint64           steer;
  char            *agent_id; /* (owned) (nullable) */
  char            *title;    /* (owned) (nullable) */
  char            *text;     /* (owned) (nullable) */
  char            *command;  /* (owned) (nullable) */
} ShipQueueJob;

ShipQueueJob *ship_queue_job_new (ShipQueueJobKind kind);
ShipQueueJob *ship_queue_job_ref (ShipQueueJob *self);
void          ship_queue_job_unref (ShipQueueJob *self);

/* A ShipStoreFunc over a ShipQueueJob. Whatever fails, nothing of it is in the store; the error is
 * a SHIP_SESSION_ERROR where the user asked for what cannot be. */
gboolean
ship_queue_job_run_thread (sqlite3 *db, gpointer job, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipQueueJob, ship_queue_job_unref)

G_END_DECLS
