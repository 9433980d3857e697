/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "agent/ship-agent.h"
#include "sandbox/ship-sandbox-limits.h"
#include "sandbox/ship-sandbox.h"
#include "session/ship-egress-tables.h"
#include "session/ship-session-rows.h"

G_BEGIN_DECLS

/*
 * What a session needs to be awake: a sandbox with the working copy in it and an agent that
 * answers. The session knows it only as this; the composition root decides what it is made of. Main
 * thread.
 *
 * Property "step" (a sentence about what is being prepared, "" when nothing is).
 * Signal "died" (GError *): once, when it ends by itself after a wake that succeeded.
 * Signal "agent-died" (GError *): the agent has ended, or cannot reach its model any more; the
 * sandbox is still up, without it, until it is put to sleep.
 * Signal "metered" (ShipExchangeRow *): a model request of this session was measured (borrowed).
 * Signal "refused" (const char *): a model request did not leave the host, and why not.
 * Signal "contact" (ShipContactRow *): its sandbox asked for a host outside (borrowed).
 * Signal "limited" (const char *): its sandbox is held to its limits in this way.
 * Signal "noticed" (const char *): what the user is to know of how it was woken.
 * Signal "settled": a request that the gate let go is over, and metered if it was sent.
 */
#define SHIP_TYPE_RUNTIME (ship_runtime_get_type ())
G_DECLARE_DERIVABLE_TYPE (ShipRuntime, ship_runtime, SHIP, RUNTIME, GObject)

struct _ShipRuntimeClass
{
  GObjectClass parent_class;

  void (*wake_async) (ShipRuntime          *self,
                      const ShipSessionRow *session,
                      gboolean              is_read_only,
                      GCancellable         *cancellable,
                      GAsyncReadyCallback   callback,
                      gpointer              user_data);
  gboolean (*wake_finish) (ShipRuntime *self, GAsyncResult *result, GError **error);
  void (*sleep_async) (ShipRuntime *self, GAsyncReadyCallback callback, gpointer user_data);
  gboolean (*sleep_finish) (ShipRuntime *self, GAsyncResult *result, GError **error);
  ShipSandbox *(*get_sandbox) (ShipRuntime *self);
  ShipAgent *(*get_agent) (ShipRuntime *self);
  const char *(*get_mirror_path) (ShipRuntime *self);
  gboolean (*learn_model) (ShipRuntime *self, const char *model);
  /* May be NULL: every model does, and nothing is known. */
  gboolean (*takes_images) (ShipRuntime *self, const char *model);
  const char *const *(*get_commands) (ShipRuntime *self);
};

/* Asked before each model request leaves the host: NULL lets it go, else a sentence that says why
 * not (transfer full). Main thread; answers at once. */
typedef char *(*ShipRuntimeGateFunc) (ShipRuntime *self, const char *provider, gpointer user_data);

/* Brings everything up; at once when it is up already, in the same way. @session is copied as far
 * as it is needed. @is_read_only: the working copy cannot be written by anything inside. Cancelled
 * or failed: nothing is left running. */
void     ship_runtime_wake_async (ShipRuntime          *self,
                                  const ShipSessionRow *session,
                                  gboolean              is_read_only,
                                  GCancellable         *cancellable,
                                  GAsyncReadyCallback   callback,
                                  gpointer              user_data);
gboolean ship_runtime_wake_finish (ShipRuntime *self, GAsyncResult *result, GError **error);

/* Brings everything down. Not cancellable; succeeds when nothing is up. */
void ship_runtime_sleep_async (ShipRuntime *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean ship_runtime_sleep_finish (ShipRuntime *self, GAsyncResult *result, GError **error);

/* Before a turn with @model ("provider/id"): the agent knows it from the next wake on, at the
 * latest. FALSE when it is awake and does not know it: it has to sleep first. */
gboolean ship_runtime_learn_model (ShipRuntime *self, const char *model);

/* (transfer none) (nullable): NULL unless it is awake */
ShipSandbox *ship_runtime_get_sandbox (ShipRuntime *self);
ShipAgent   *ship_runtime_get_agent (ShipRuntime *self);
/* The host's mirror of the session's repository; NULL before the first wake. */
const char *ship_runtime_get_mirror_path (ShipRuntime *self);

/* Whether @model ("provider/id") looks at pictures. */
gboolean ship_runtime_takes_images (ShipRuntime *self, const char *model);
/* (transfer none) (nullable): its agent's commands, as known before it is up */
const char *const *ship_runtime_get_commands (ShipRuntime *self);
const char        *ship_runtime_get_step (ShipRuntime *self);

/* @func: (nullable): none. At most one. */
void ship_runtime_set_gate (ShipRuntime *self, ShipRuntimeGateFunc func, gpointer user_data);

/* What the agent of the wakes to come has to ask for: see ship_rules_get_permissions().
 * @permissions: (nullable): nothing */
void ship_runtime_set_permissions (ShipRuntime *self, const char *const *permissions);

/* What its sandbox may reach and use, at once. @mode: (nullable): the settings'; @hosts: beside
 * those of the settings; @limits: all of them */
void ship_runtime_set_egress (ShipRuntime *self, const char *mode, const char *const *hosts);
void ship_runtime_set_limits (ShipRuntime *self, const ShipSandboxLimits *limits);

/* For what derives from it, and for the composition root. Signals "egress-changed"
 * and "limits-changed" when these are others. */
const char              *ship_runtime_get_egress_mode (ShipRuntime *self);  /* (nullable) */
const char *const       *ship_runtime_get_egress_hosts (ShipRuntime *self); /* (nullable): none */
void                     ship_runtime_emit_limited (ShipRuntime *self, const char *way);
void                     ship_runtime_emit_noticed (ShipRuntime *self, const char *sentence);
const ShipSandboxLimits *ship_runtime_get_limits (ShipRuntime *self);
void               ship_runtime_emit_contact (ShipRuntime *self, const ShipContactRow *contact);
const char *const *ship_runtime_get_permissions (ShipRuntime *self); /* (nullable) */
void               ship_runtime_set_step (ShipRuntime *self, const char *step);
void               ship_runtime_emit_died (ShipRuntime *self, const GError *error);
void               ship_runtime_emit_agent_died (ShipRuntime *self, const GError *error);
void               ship_runtime_emit_metered (ShipRuntime *self, const ShipExchangeRow *exchange);
/* What the gate says; NULL without one. */
char *ship_runtime_ask_gate (ShipRuntime *self, const char *provider);
void  ship_runtime_emit_settled (ShipRuntime *self);
void  ship_runtime_emit_refused (ShipRuntime *self, const char *sentence);

G_END_DECLS
