/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "sandbox/ship-sandbox.h"
#include "session/ship-session-rows.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a turn left behind. */
typedef struct
{
  char *commit;        /* (owned) (nullable): NULL: nothing to commit */
  int   files_changed; /* against the parent */
  char *notice;        /* (owned) (nullable): why the branch did not reach the user's repository */
} ShipTurnCommitResult;

void ship_turn_commit_result_free (ShipTurnCommitResult *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipTurnCommitResult, ship_turn_commit_result_free)

/*
 * Takes the working copy out of the sandbox and commits it as the user: one operation object a
 * turn. Cancelled before the import: nothing has happened. After it: the commit is in the mirror.
 */
#define SHIP_TYPE_TURN_COMMIT (ship_turn_commit_get_type ())
G_DECLARE_FINAL_TYPE (ShipTurnCommit, ship_turn_commit, SHIP, TURN_COMMIT, GObject)

/* @session: copied. @summary: the agent's last words, from which the message is made (nullable).
 * @prompt: what was asked, used when there are none. */
ShipTurnCommit *ship_turn_commit_new (ShipSandbox          *sandbox,
                                      const char           *mirror_path,
                                      const ShipSessionRow *session,
                                      const char           *summary,
                                      const char           *prompt);

void ship_turn_commit_run_async (ShipTurnCommit     *self,
                                 GCancellable       *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer            user_data);
ShipTurnCommitResult *
ship_turn_commit_run_finish (ShipTurnCommit *self, GAsyncResult *result, GError **error);

/* The commit's message from the agent's summary: a first line of at most 72 characters without
 * Markdown, then the rest wrapped as it is. A pure function. Returns: (transfer full) */
char *ship_turn_commit_make_message (const char *summary, const char *prompt);

G_END_DECLS
