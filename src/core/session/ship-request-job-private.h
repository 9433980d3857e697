/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-tables.h"

G_BEGIN_DECLS

/*
 * The desk's transactions. What a kind does not name it does not read. Filled and read on the main
 * thread, run on the store's; counted atomically, because both may be the last to need it.
 */
typedef enum
{
  SHIP_REQUEST_JOB_LOAD,      /* request → row */
  SHIP_REQUEST_JOB_ANSWER,    /* agent_id, text, [new_rules] → is_done, rules */
  SHIP_REQUEST_JOB_DELIVERED, /* agent_id */
  SHIP_REQUEST_JOB_REOPEN,    /* agent_id */
  SHIP_REQUEST_JOB_WITHDRAW,  /* agent_id */
  SHIP_REQUEST_JOB_SET_RULES, /* [new_rules] → rules */
} ShipRequestJobKind;

typedef struct
{
  ShipRequestJobKind kind;
  gint64             now_ms;
  gint64             request;
  char              *agent_id;  /* (owned) (nullable) */
  char              *text;      /* (owned) (nullable): the answer */
  GPtrArray         *new_rules; /* (owned) (nullable) (element-type ShipRuleRow): action "": gone */

  ShipRequestRow *row;   /* (owned) (nullable) */
  GPtrArray      *rules; /* (owned) (nullable) (element-type ShipRuleRow): all there are now */
  gboolean        is_done;
} ShipRequestJob;

ShipRequestJob *ship_request_job_new (ShipRequestJobKind kind);
ShipRequestJob *ship_request_job_ref (ShipRequestJob *self);
void            ship_request_job_unref (ShipRequestJob *self);
void            ship_request_job_add_rule (ShipRequestJob *self,
                                           const char     *permission,
                                           const char     *pattern,
                                           const char     *action);

/* A ShipStoreFunc. */
gboolean
ship_request_job_run_thread (sqlite3 *db, gpointer job, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRequestJob, ship_request_job_unref)

G_END_DECLS
