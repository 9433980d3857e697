/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

#include "usage/ship-usage.h"

G_BEGIN_DECLS

/*
 * The rows of a session's store as values: what data/sql/session/ says, one struct a table. Every
 * string is owned; times are milliseconds since 1970, 0 for none; costs are US dollars, negative
 * for unknown.
 */
typedef struct
{
  char    *id;
  char    *title;
  char    *repository;
  char    *repository_name;
  char    *base_branch; /* (nullable) */
  char    *base_commit;
  char    *branch;
  char    *head_commit;
  char    *sandbox;
  char    *model;
  char    *mode;
  char    *state;
  char    *detail;         /* (nullable) */
  char    *error_category; /* (nullable) */
  char    *agent_session;  /* (nullable) */
  char    *user_name;
  char    *user_email;
  char    *variant;        /* (nullable): how hard the model thinks; NULL: its default */
  char    *title_source;   /* prompt, model, user */
  double   turn_budget;    /* US dollars; 0: as the settings say, negative: no limit */
  double   session_budget; /* the same */
  gboolean is_spare;       /* made ahead, warm, nobody's yet */
  gint64   created_at;
  gint64   updated_at;
  gint64   archived_at; /* 0: not archived */
} ShipSessionRow;

/* What became of the changes that failed and stopped tasks left in the working copy. */
enum
{
  SHIP_DISCARD_NONE,   /* they are there */
  SHIP_DISCARD_WANTED, /* given up: at the next wake the working copy goes back */
  SHIP_DISCARD_DONE,   /* it went back, and the agent has not been told yet */
};

typedef struct
{
  gint64 id;
  gint64 position;
  char  *title;
  char  *prompt;
  char  *mode;
  char  *model;
  char  *state;          /* pending, sending, running, complete, failed, cancelled */
  char  *error;          /* (nullable) */
  char  *error_category; /* (nullable) */
  char  *from_commit;    /* (nullable) */
  char  *to_commit;      /* (nullable) */
  int    files_changed;  /* -1: not known yet */
  char  *variant;        /* (nullable) */
  double turn_budget;    /* US dollars, after more was allowed; 0: as the session's */
  char  *command;        /* (nullable): a command of the agent; prompt holds its arguments */
  gint64 source_message; /* 0: from no message */
  gint64 created_at;
  gint64 started_at;
  gint64 ended_at;
} ShipTaskRow;

typedef struct
{
  gint64    id;
  char     *agent_id;
  char     *agent_session;
  gint64    task; /* 0: none */
  char     *role;
  char     *provider;       /* (nullable) */
  char     *model;          /* (nullable) */
  char     *mode;           /* (nullable) */
  ShipUsage usage;          /* with the agent's own cost as reported_cost */
  char     *finish;         /* (nullable) */
  char     *error;          /* (nullable) */
  char     *error_category; /* (nullable) */
  gint64    created_at;
  gint64    completed_at;
} ShipMessageRow;

typedef struct
{
  gint64   id;
  char    *agent_id;
  gint64   message;
  char    *kind;
  char    *text;
  char    *tool;          /* (nullable) */
  char    *status;        /* (nullable) */
  char    *title;         /* (nullable) */
  char    *input;         /* (nullable) */
  char    *output;        /* (nullable) */
  char    *metadata;      /* (nullable) */
  int      exit_code;     /* -1: none */
  char    *child_session; /* (nullable) */
  gboolean is_ended;
  gint64   started_at;
  gint64   ended_at;
} ShipPartRow;

typedef struct
{
  gint64 id;            /* stays what it is while the agent rewrites its list */
  char  *agent_session; /* (nullable): whose list; a sub-agent's differs from the session's */
  char  *content;
  char  *status;   /* the agent's word, or "removed" */
  char  *priority; /* (nullable) */
} ShipTodoRow;

typedef struct
{
  gint64 id;
  char  *agent_id;
  char  *agent_session; /* (nullable): who asks; a sub-agent's differs from the session's */
  gint64 task;          /* 0: none */
  char  *kind;          /* permission, question, budget */
  char  *permission;    /* (nullable): NULL but for a permission */
  char  *title;
  char  *details;
  char  *state;  /* open, answered, withdrawn */
  char  *answer; /* (nullable) */
  gint64 created_at;
  gint64 answered_at;
  gint64 delivered_at; /* the agent has the answer; 0: not yet */
} ShipRequestRow;

/* What a model request was for, beside the work. */
#define SHIP_EXCHANGE_TITLE "title"
#define SHIP_EXCHANGE_ASIDE "aside" /* without tools: a summary, for example */

typedef struct
{
  gint64    id;
  gint64    task; /* 0: none */
  char     *provider;
  char     *model;
  char     *agent_session; /* (nullable) */
  char     *purpose;       /* turn, sub-agent, or one of the above; NULL when written: turn */
  int       status;
  gboolean  is_estimate;
  ShipUsage usage;
  double    cost;
  gint64    started_at;
  gint64    duration_ms;
} ShipExchangeRow;

typedef struct
{
  gint64 id;
  char  *kind;
  char  *text;
  gint64 task; /* 0: none */
  gint64 created_at;
} ShipJournalRow;

typedef struct
{
  gint64 id;
  char  *permission;
  char  *pattern;
  char  *action; /* allow, ask, deny */
  gint64 created_at;
} ShipRuleRow;

typedef struct
{
  gint64 id;
  gint64 task;
  gint64 steer; /* 0: with the task's own prompt */
  char  *name;
  char  *mime;
  gint64 size; /* bytes */
  char  *digest;
} ShipAttachmentRow;

typedef struct
{
  gint64 id;
  gint64 task; /* the one that ran */
  char  *agent_id;
  char  *text;
  char  *state; /* waiting, read, queued, dropped */
  gint64 created_at;
  gint64 read_at;
} ShipSteerRow;

void ship_session_row_free (ShipSessionRow *self);
void ship_task_row_free (ShipTaskRow *self);
void ship_message_row_free (ShipMessageRow *self);
void ship_part_row_free (ShipPartRow *self);
void ship_todo_row_free (ShipTodoRow *self);
void ship_request_row_free (ShipRequestRow *self);
void ship_exchange_row_free (ShipExchangeRow *self);
void ship_journal_row_free (ShipJournalRow *self);
void ship_rule_row_free (ShipRuleRow *self);
void ship_attachment_row_free (ShipAttachmentRow *self);
void ship_steer_row_free (ShipSteerRow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSessionRow, ship_session_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipTaskRow, ship_task_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipMessageRow, ship_message_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipPartRow, ship_part_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipTodoRow, ship_todo_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRequestRow, ship_request_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipExchangeRow, ship_exchange_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipJournalRow, ship_journal_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRuleRow, ship_rule_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAttachmentRow, ship_attachment_row_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipSteerRow, ship_steer_row_free)

G_END_DECLS
