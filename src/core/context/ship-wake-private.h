/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/opencode/ship-opencode-launch.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "sandbox/ship-sandbox-command.h"
#include "session/ship-runtime.h"
#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/* What a wake was asked with: copied, since the session's row may change meanwhile. */
typedef struct
{
  char    *repository;  /* (owned) */
  char    *base_commit; /* (owned) */
  char    *head_commit; /* (owned) */
  char    *branch;      /* (owned) */
  char    *model;       /* (owned) */
  char    *user_name;   /* (owned) */
  char    *user_email;  /* (owned) */
  char    *password;    /* (owned): of the agent's own interface; worth nothing outside */
  gboolean is_read_only;
} ShipWake;

ShipWake *ship_wake_new (const ShipSessionRow *session, gboolean is_read_only);
void      ship_wake_free (ShipWake *self);

/* What makes the working copy inside. @base_commit: (nullable): what it lies over. (transfer full)
 */
ShipSandboxCommand *ship_wake_new_checkout (const ShipWake *self, const char *base_commit);
/* Where things are inside, and how the agent is spoken to; borrows from @self. */
void ship_wake_fill_launch (const ShipWake *self, ShipOpencodeLaunch *launch);

/* The directory of the pinned agent. (transfer full) (nullable): NULL with the sentence of what to
 * do */
char *ship_wake_dup_agent_dir (ShipPaths *paths, GError **error);

/* Before its start: @sandbox is held to what @runtime is told, now and from then on, and sees the
 * tool chains of @settings; about one that is missing @runtime gives notice. */
void ship_wake_equip (ShipRuntime *runtime, GSettings *settings, ShipLocalSandbox *sandbox);

G_END_DECLS
