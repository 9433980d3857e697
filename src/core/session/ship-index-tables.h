/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "session/ship-session-rows.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/* The index: data/sql/index/. What crosses sessions. Written by each ship-session for its own row.
 */
typedef struct
{
  char    *id;
  char    *title;
  char    *repository;
  char    *repository_name;
  char    *branch;
  char    *state;
  char    *detail; /* (nullable) */
  char    *model;
  double   cost; /* the sum of the known */
  gboolean is_cost_known;
  int      n_pending;
  int      n_requests;
  gint64   created_at;
  gint64   updated_at;
  gint64   archived_at; /* 0: not archived */
  gint64   finished_at; /* the last task that was completed; 0: none */
  gint64   seen_at;     /* the user looked; written by clients alone */
  gboolean is_spare;    /* nobody's yet: see client/ship-spare.h */
  GPtrArray
    *requests; /* (nullable) (element-type ShipRequestRow): what is open; for the writer only */
} ShipIndexRow;

void ship_index_row_free (ShipIndexRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipIndexRow, ship_index_row_free)

/* A session's row as its own store has it: the index is derived data. @db: the session's store.
 * (transfer full) */
ShipIndexRow *ship_index_row_derive (sqlite3 *db, GError **error);

gboolean ship_index_table_upsert (sqlite3 *db, const ShipIndexRow *row, GError **error);
GPtrArray *
ship_index_table_list (sqlite3 *db, gboolean archived, GError **error); /* newest first */
GPtrArray *ship_index_table_list_all (sqlite3 *db, GError **error);
/* Those that nobody has claimed, which no other list has; the oldest first. */
GPtrArray    *ship_index_table_list_spares (sqlite3 *db, GError **error);
ShipIndexRow *ship_index_table_load (sqlite3 *db, const char *id, GError **error); /* (nullable) */
gboolean      ship_index_table_delete (sqlite3 *db, const char *id, GError **error);
/* That the user has seen @id as of @seen_at; 0: has not. */
gboolean ship_index_table_set_seen (sqlite3 *db, const char *id, gint64 seen_at, GError **error);

/* What is open anywhere, with whose it is. */
typedef struct
{
  char  *session;
  gint64 id;         /* in the session's own store */
  char  *kind;       /* permission, question, budget */
  char  *permission; /* (nullable) */
  char  *title;
  char  *details; /* JSON */
  gint64 created_at;
  char  *session_title;
  char  *repository_name;
} ShipInboxRow;

void ship_inbox_row_free (ShipInboxRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipInboxRow, ship_inbox_row_free)

/* @requests: (element-type ShipRequestRow): all that is open in @session now */
gboolean
ship_inbox_table_replace (sqlite3 *db, const char *session, GPtrArray *requests, GError **error);
GPtrArray *ship_inbox_table_list (sqlite3 *db, GError **error); /* the oldest first */

/* Adds one exchange to the ledger of @day ("YYYY-MM-DD", local). */
gboolean ship_ledger_table_add (sqlite3               *db,
                                const char            *day,
                                const char            *session,
                                const ShipExchangeRow *exchange,
                                GError               **error);

typedef struct
{
  char     *day;
  char     *session;
  char     *provider;
  char     *model;
  int       n_requests;
  ShipUsage usage; /* input (with the cache) and output (with reasoning) only */
  double    cost;
  int       n_unknown;
} ShipLedgerRow;

void ship_ledger_row_free (ShipLedgerRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipLedgerRow, ship_ledger_row_free)

GPtrArray *ship_ledger_table_list (sqlite3 *db, const char *from_day, GError **error);
/* What @session and what all others have spent that day, as far as it is known. */
gboolean ship_ledger_table_sum_day (sqlite3    *db,
                                    const char *day,
                                    const char *session,
                                    double     *own,
                                    double     *others,
                                    GError    **error);

/* What may be spent on @day beyond the setting; US dollars. */
gboolean ship_allowance_table_add (sqlite3 *db, const char *day, double dollars, GError **error);
gboolean ship_allowance_table_load (sqlite3 *db, const char *day, double *dollars, GError **error);

G_END_DECLS
