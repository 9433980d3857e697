/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "agent/ship-agent.h"
#include "sandbox/ship-sandbox.h"
#include "store/ship-store.h"

G_BEGIN_DECLS

/*
 * What a prompt needs before it is sent: what the agent is to forget, the attachments, and the
 * files it names. An operation object, run once. Main thread.
 */
#define SHIP_TYPE_PROMPT_PREP (ship_prompt_prep_get_type ())
G_DECLARE_FINAL_TYPE (ShipPromptPrep, ship_prompt_prep, SHIP, PROMPT_PREP, GObject)

/* @sandbox: (nullable): without it no file is looked at, and only what the model reads itself goes
 * along. @steer: 0 for @task's own prompt. @text: what the user wrote. */
ShipPromptPrep *ship_prompt_prep_new (ShipStore   *store,
                                      const char  *session_dir,
                                      ShipSandbox *sandbox,
                                      gint64       task,
                                      gint64       steer,
                                      const char  *text);
/* For a prompt that begins a turn: takes out of the conversation what was not read before. */
void ship_prompt_prep_set_agent (ShipPromptPrep *self, ShipAgent *agent, const char *agent_session);

/* Cancelled: files may have been put into the sandbox; nothing was sent. */
void     ship_prompt_prep_run_async (ShipPromptPrep     *self,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_prompt_prep_run_finish (ShipPromptPrep *self, GAsyncResult *result, GError **error);

/* After it has finished, borrowed: what to add to the text ("" for nothing), and what goes along.
 */
const char          *ship_prompt_prep_get_addition (ShipPromptPrep *self);
const ShipAgentFile *ship_prompt_prep_get_files (ShipPromptPrep *self, gsize *n_files);

G_END_DECLS
