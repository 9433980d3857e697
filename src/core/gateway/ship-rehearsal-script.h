/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <json-glib/json-glib.h>

#include "gateway/ship-rehearsal-turn.h"

G_BEGIN_DECLS

typedef struct
{
  char *id;        /* (owned): unique in its conversation */
  char *name;      /* (owned): one of the agent's tools */
  char *arguments; /* (owned): a JSON object */
} ShipRehearsalCall;

/* What the scripted model answers to one request: a text, and the tools to call. No calls: the turn
 * is over. */
typedef struct
{
  char      *text;  /* (owned) */
  GPtrArray *calls; /* (owned) (element-type ShipRehearsalCall) */
} ShipRehearsalStep;

/*
 * The rehearsal as a pure function: it reads how far the turn has come from the tool calls and
 * results in it, and decides the next step. It works in any repository with OpenCode's tools.
 * (transfer full)
 */
ShipRehearsalStep *ship_rehearsal_script_next (const ShipRehearsalTurn *turn);
void               ship_rehearsal_step_free (ShipRehearsalStep *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipRehearsalStep, ship_rehearsal_step_free)

G_END_DECLS
