/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <json-glib/json-glib.h>

#include "base/ship-error-class.h"
#include "usage/ship-usage.h"

G_BEGIN_DECLS

/* What an agent tells. Values, immutable once emitted; everything owned by the event. */
typedef enum
{
  SHIP_AGENT_EVENT_UNKNOWN,    /* kept: name and raw */
  SHIP_AGENT_EVENT_IGNORED,    /* known, and nothing to us (heartbeats, catalogues) */
  SHIP_AGENT_EVENT_STATUS,     /* of a session: status, and for a retry attempt, next_ms, text */
  SHIP_AGENT_EVENT_MESSAGE,    /* message: new or replaced */
  SHIP_AGENT_EVENT_PART,       /* part: new or replaced as a whole */
  SHIP_AGENT_EVENT_PART_DELTA, /* text appended to a part's text */
  SHIP_AGENT_EVENT_PART_REMOVED,
  SHIP_AGENT_EVENT_TODOS,          /* todos: the whole list */
  SHIP_AGENT_EVENT_PERMISSION,     /* request: the agent waits for an answer */
  SHIP_AGENT_EVENT_QUESTION,       /* request: the agent waits for an answer */
  SHIP_AGENT_EVENT_REQUEST_CLOSED, /* request_id was answered or withdrawn */
  SHIP_AGENT_EVENT_FILE_EDITED,    /* text: path inside the sandbox */
  SHIP_AGENT_EVENT_SESSION, /* session created or updated: title in text ("": none yet), parent_id
                               for a sub-agent */
  SHIP_AGENT_EVENT_SESSION_ERROR, /* error; never final by itself */
  SHIP_AGENT_EVENT_COMPACTED,
} ShipAgentEventKind;

typedef enum
{
  SHIP_AGENT_STATUS_IDLE,
  SHIP_AGENT_STATUS_BUSY,
  SHIP_AGENT_STATUS_RETRY,
} ShipAgentStatus;

typedef enum
{
  SHIP_AGENT_PART_TEXT,
  SHIP_AGENT_PART_REASONING,
  SHIP_AGENT_PART_TOOL,
  SHIP_AGENT_PART_FILE,
  SHIP_AGENT_PART_STEP_START,
  SHIP_AGENT_PART_STEP_FINISH,
  SHIP_AGENT_PART_COMPACTION,
  SHIP_AGENT_PART_SUBTASK,
  SHIP_AGENT_PART_OTHER, /* an unknown kind: type_name says which */
} ShipAgentPartKind;

typedef enum
{
  SHIP_AGENT_TOOL_NONE, /* not a tool part */
  SHIP_AGENT_TOOL_PENDING,
  SHIP_AGENT_TOOL_RUNNING,
  SHIP_AGENT_TOOL_COMPLETED,
  SHIP_AGENT_TOOL_ERROR,
  SHIP_AGENT_TOOL_INTERRUPTED, /* what ran it has gone: it will say nothing more */
} ShipAgentToolStatus;

typedef struct
{
  char          *name; /* (owned) the agent's own name of the error, for example "APIError" */
  char          *text; /* (owned) a sentence for the user */
  int            status_code; /* HTTP status behind it; 0: none */
  gboolean       is_retryable;
  ShipErrorClass error_class;
} ShipAgentFault;

typedef struct
{
  char           *id;        /* (owned) */
  char           *parent_id; /* (owned) (nullable): the user message it answers */
  gboolean        is_user;
  char           *provider; /* (owned) (nullable) */
  char           *model;    /* (owned) (nullable) */
  char           *mode;     /* (owned) (nullable): "build", "plan", … */
  gint64          created_ms;
  gint64          completed_ms; /* 0: not completed */
  char           *finish;       /* (owned) (nullable): "stop", "tool-calls", "length", … */
  gboolean        is_summary;   /* a compaction */
  ShipUsage       usage;        /* with the agent's own cost */
  ShipAgentFault *fault;        /* (owned) (nullable) */
} ShipAgentMessage;

typedef struct
{
  char             *id;         /* (owned) */
  char             *message_id; /* (owned) */
  ShipAgentPartKind kind;
  char             *type_name; /* (owned): the agent's own word */
  char             *text;      /* (owned): text and reasoning: all of it so far; else "" */
  gboolean          is_synthetic;
  gboolean          is_ended;
  /* tool parts */
  char               *tool; /* (owned) (nullable) */
  ShipAgentToolStatus tool_status;
  char               *title; /* (owned) (nullable) */
  char               *input; /* (owned) (nullable): JSON text */
  char  *output;   /* (owned) (nullable): what it printed, while running too; or the error text */
  char  *metadata; /* (owned) (nullable): JSON text */
  char  *child_session_id; /* (owned) (nullable): of a sub-agent */
  int    exit_code;        /* of a command; -1: none */
  gint64 started_ms;
  gint64 ended_ms;
  /* step-finish parts */
  ShipUsage usage;
} ShipAgentPart;

typedef struct
{
  char *content;  /* (owned) */
  char *status;   /* (owned): "pending", "in_progress", "completed", "cancelled", or another word */
  char *priority; /* (owned) (nullable) */
} ShipAgentTodo;

typedef struct
{
  char *id;                   /* (owned) */
  char *permission;           /* (owned) (nullable): "bash", "edit", …; NULL for a question */
  char *title;                /* (owned): one line: the command, the path, the question */
  char *details;              /* (owned): JSON text as the agent sent it */
  char *tool_part_message_id; /* (owned) (nullable) */
} ShipAgentRequest;

typedef struct
{
  gatomicrefcount    ref_count;
  ShipAgentEventKind kind;
  char              *name;       /* (owned): the agent's own name of the event */
  char              *session_id; /* (owned) (nullable): the agent's session it is about */
  char              *parent_id;  /* (owned) (nullable) */
  char              *message_id; /* (owned) (nullable) */
  char              *part_id;    /* (owned) (nullable) */
  char              *request_id; /* (owned) (nullable) */
  char              *text;       /* (owned) (nullable) */
  char              *field;      /* (owned) (nullable): of a delta: "text" */
  ShipAgentStatus    status;
  int                attempt;
  gint64             next_ms; /* wall-clock time of the next try */
  ShipAgentMessage  *message; /* (owned) (nullable) */
  ShipAgentPart     *part;    /* (owned) (nullable) */
  ShipAgentRequest  *request; /* (owned) (nullable) */
  ShipAgentFault    *fault;   /* (owned) (nullable) */
  GPtrArray         *todos;   /* (owned) (nullable) (element-type ShipAgentTodo) */
  char              *raw;     /* (owned) (nullable): JSON text of an unknown event */
} ShipAgentEvent;

#define SHIP_TYPE_AGENT_EVENT (ship_agent_event_get_type ())
GType           ship_agent_event_get_type (void);
ShipAgentEvent *ship_agent_event_new (ShipAgentEventKind kind, const char *name);
ShipAgentEvent *ship_agent_event_ref (ShipAgentEvent *self);
void            ship_agent_event_unref (ShipAgentEvent *self);

void ship_agent_message_free (ShipAgentMessage *self);
void ship_agent_part_free (ShipAgentPart *self);
void ship_agent_todo_free (ShipAgentTodo *self);
void ship_agent_request_free (ShipAgentRequest *self);
void ship_agent_fault_free (ShipAgentFault *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAgentEvent, ship_agent_event_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAgentMessage, ship_agent_message_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAgentPart, ship_agent_part_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAgentRequest, ship_agent_request_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipAgentFault, ship_agent_fault_free)

G_END_DECLS
