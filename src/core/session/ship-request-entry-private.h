/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent-event.h"
#include "session/ship-answer.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* One request of the agent on its way to an answer, as the desk knows it. Main thread. */
typedef enum
{
  SHIP_REQUEST_OPEN,      /* waits for the user */
  SHIP_REQUEST_ANSWERING, /* an answer is being written down */
  SHIP_REQUEST_ANSWERED,  /* on disk; the agent does not have it yet */
  SHIP_REQUEST_DELIVERED, /* the agent has taken it, and has not said so by an event */
} ShipRequestState;

typedef struct
{
  char       *agent_id;   /* (owned) */
  char       *permission; /* (owned) (nullable): NULL for a question */
  char       *title;      /* (owned) */
  GStrv       patterns;   /* (owned): what exactly it is for */
  GStrv       always;     /* (owned): what the agent would take for its like */
  JsonObject *details;    /* (owned) (nullable) */

  ShipRequestState state;

  /* The answer. */
  gboolean is_allowed;
  char    *message; /* (owned) (nullable) */
  GStrv    answers; /* (owned) (nullable): NULL dismisses a question */

  /* Its way to the agent. */
  guint serial; /* of the delivery under way; 0: none */
  guint attempt;
  guint timer; /* until the next one */
} ShipRequestEntry;

ShipRequestEntry *ship_request_entry_new (const ShipAgentRequest *request);
void              ship_request_entry_free (ShipRequestEntry *self);

/* Whether @answer answers it: SHIP_SESSION_ERROR_INVALID with a sentence. */
gboolean
     ship_request_entry_check (ShipRequestEntry *self, const ShipAnswer *answer, GError **error);
void ship_request_entry_set_answer (ShipRequestEntry *self, const ShipAnswer *answer);
/* What the transcript says of the answer. (transfer full) */
char *ship_request_entry_dup_answer (ShipRequestEntry *self);

G_END_DECLS
