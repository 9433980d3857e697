/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <sys/types.h>

#include "sandbox/ship-sandbox-limits.h"

G_BEGIN_DECLS

/*
 * One way to hold the processes of a sandbox to its limits, after they were started and before they
 * run anything: a scope of the user's systemd, a control group of our own, or a look at them every
 * now and then. Main thread.
 *
 * Signal "exceeded" (guint, a ShipSandboxLimit; guint64, the bound that it is over: the limit, or
 * what the disk had left): whoever hears it ends the sandbox.
 * A way by which the kernel ends it instead says so in ship_resource_control_explain_finish().
 */
#define SHIP_TYPE_RESOURCE_CONTROL (ship_resource_control_get_type ())
G_DECLARE_DERIVABLE_TYPE (ShipResourceControl,
                          ship_resource_control,
                          SHIP,
                          RESOURCE_CONTROL,
                          GObject)

struct _ShipResourceControlClass
{
  GObjectClass parent_class;

  const char *name; /* "systemd", "cgroup", "watchdog" */

  void (*attach_async) (ShipResourceControl     *self,
                        const ShipSandboxLimits *limits,
                        const pid_t              pids[2],
                        GCancellable            *cancellable,
                        GAsyncReadyCallback      callback,
                        gpointer                 user_data);
  void (*update) (ShipResourceControl *self, const ShipSandboxLimits *limits);
  void (*explain_async) (ShipResourceControl *self,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data);
};

/* @pids: the launcher (bubblewrap) and process 1 of the sandbox. */
void     ship_resource_control_attach_async (ShipResourceControl     *self,
                                             const ShipSandboxLimits *limits,
                                             const pid_t              pids[2],
                                             GCancellable            *cancellable,
                                             GAsyncReadyCallback      callback,
                                             gpointer                 user_data);
gboolean ship_resource_control_attach_finish (ShipResourceControl *self,
                                              GAsyncResult        *result,
                                              GError             **error);

/* Other limits, at once. */
void ship_resource_control_update (ShipResourceControl *self, const ShipSandboxLimits *limits);

/* Once it is attached and everything has ended: what the kernel ended it for, a ShipSandboxLimit,
 * or -1; and removes what was made. */
void ship_resource_control_explain_async (ShipResourceControl *self,
                                          GAsyncReadyCallback  callback,
                                          gpointer             user_data);
int  ship_resource_control_explain_finish (ShipResourceControl *self, GAsyncResult *result);

const char *ship_resource_control_get_name (ShipResourceControl *self);

/* For what derives from it. */
void ship_resource_control_emit_exceeded (ShipResourceControl *self,
                                          ShipSandboxLimit     limit,
                                          guint64              bound);

G_END_DECLS
