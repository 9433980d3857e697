/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A tool call the scripted model made earlier in this turn, and what came of it. */
typedef struct
{
  char       *id;        /* (owned) */
  char       *name;      /* (owned) */
  JsonObject *arguments; /* (owned) (nullable): if they could not be read */
  char       *result;    /* (owned) (nullable): not answered yet */
} ShipRehearsalAction;

/* The string argument of that name, or NULL. */
const char *ship_rehearsal_action_get_argument (const ShipRehearsalAction *self, const char *name);

/* A Chat Completions request as the script sees it: the turn since the last prompt. Plain values.
 */
typedef struct
{
  char      *prompt;      /* (owned): what the user asked for last, possibly empty */
  char      *directory;   /* (owned): absolute, where the agent works */
  GPtrArray *actions;     /* (owned) (element-type ShipRehearsalAction): in order */
  GStrv      tools;       /* (owned): the names on offer */
  guint      n_calls;     /* tool calls of the whole conversation, so that ids stay unique */
  gsize      n_bytes;     /* text in all messages */
  gboolean   is_planning; /* the agent was told not to change anything in this turn */
} ShipRehearsalTurn;

ShipRehearsalTurn *ship_rehearsal_turn_new (JsonObject *request, GError **error);
void               ship_rehearsal_turn_free (ShipRehearsalTurn *self);
gboolean           ship_rehearsal_turn_has_tool (const ShipRehearsalTurn *self, const char *name);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRehearsalTurn, ship_rehearsal_turn_free)

G_END_DECLS
