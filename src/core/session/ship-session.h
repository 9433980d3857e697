/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "base/ship-secrets.h"
#include "base/ship-settings.h"
#include "session/ship-patience.h"
#include "session/ship-runtime.h"
#include "session/ship-session-error.h"
#include "session/ship-session-state.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/*
 * The actor: one conversation about one repository. Owns its store, its queue and its state
 * machine, and is the only writer of all three. Main thread.
 *
 * Properties (notify): "state" (see ship-session-state.h), "detail" (a sentence about it, ""),
 * "activity" (""), "retry-at" (gint64: wall-clock ms of the next try of what is retried; 0: none),
 * "commands" (GStrv: the names of the agent's own commands, as far as they are known).
 * Signal "changed" (const char *table, gint64 row): a row of the store was written
 * Signal "delta" (gint64 part, guint64 offset, const char *text): text appended to a part, on disk
 */
#define SHIP_TYPE_SESSION (ship_session_get_type ())
G_DECLARE_FINAL_TYPE (ShipSession, ship_session, SHIP, SESSION, GObject)

/* @settings: see base/ship-settings.h */
ShipSession *ship_session_new (ShipPaths   *paths,
                               const char  *id,
                               ShipRuntime *runtime,
                               GSettings   *settings,
                               ShipSecrets *secrets);

/* Opens the store and ends what a dead actor left under way: its task fails with a sentence, the
 * queue is held. */
void     ship_session_load_async (ShipSession        *self,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
gboolean ship_session_load_finish (ShipSession *self, GAsyncResult *result, GError **error);

/* How long it waits for what; before it works. */
void ship_session_set_patience (ShipSession *self, const ShipPatience *patience);

/* The close that follows is the system's (a log-out), not the user's: the task that runs goes back
 * to its place in the queue, and the next actor goes on with it. */
void ship_session_interrupt (ShipSession *self);

/* Stops what runs, brings the sandbox down, writes what is pending, closes the store. Before the
 * last unref. */
void ship_session_close_async (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_session_close_finish (ShipSession *self, GAsyncResult *result, GError **error);

const char      *ship_session_get_id (ShipSession *self);
ShipSessionState ship_session_get_state (ShipSession *self);
const char      *ship_session_get_detail (ShipSession *self);
const char      *ship_session_get_activity (ShipSession *self);
/* Whether nothing runs and nothing is about to: the process may sleep. */
gboolean ship_session_is_quiet (ShipSession *self);

/* Puts a prompt at the end of the queue; on disk when it finishes. @mode, @model, @title:
 * (nullable): the session's own, and the title from the text. finish: the task's id; 0 with @error.
 */
void   ship_session_send_async (ShipSession        *self,
                                const char         *text,
                                const char         *mode,
                                const char         *model,
                                const char         *title,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
gint64 ship_session_send_finish (ShipSession *self, GAsyncResult *result, GError **error);

/* Stops the running turn or the wake-up; what else is queued is held. CONFLICT when nothing runs.
 */
gboolean ship_session_stop (ShipSession *self, GError **error);

/* The commands that are one durable write and perhaps a call to the agent. All finish by
 * ship_session_command_finish(). */
void ship_session_resume_async (ShipSession        *self,
                                gboolean            again,
                                GAsyncReadyCallback callback,
                                gpointer            user_data);
/* Gives up what failed and stopped tasks left in the working copy, now or at the next wake; then as
 * resume without @again. */
void
ship_session_discard_async (ShipSession *self, GAsyncReadyCallback callback, gpointer user_data);
void     ship_session_cancel_task_async (ShipSession        *self,
                                         gint64              task,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
void     ship_session_set_title_async (ShipSession        *self,
                                       const char         *title,
                                       GAsyncReadyCallback callback,
                                       gpointer            user_data);
gboolean ship_session_command_finish (ShipSession *self, GAsyncResult *result, GError **error);

/* (transfer none) (nullable): NULL unless it is awake; for terminals */
ShipSandbox *ship_session_get_sandbox (ShipSession *self);

G_END_DECLS
