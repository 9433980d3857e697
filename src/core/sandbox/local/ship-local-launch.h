/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "process/ship-process.h"
#include "sandbox/local/ship-local-profile.h"
#include "sandbox/ship-sandbox-limits.h"

G_BEGIN_DECLS

/* Everything that ship-launch is started with. Plain struct; prepared on a worker, used once on the
 * main thread. */
typedef struct _ShipLocalLaunch ShipLocalLaunch;

/* @program: of ship-launch. @trees: paths on the host; NULL for one that is missing */
ShipLocalLaunch *ship_local_launch_new (const char       *program,
                                        const char *const trees[SHIP_LOCAL_N_TREES]);
void             ship_local_launch_free (ShipLocalLaunch *self);

/* Before it is prepared. The working copy cannot be written by anything inside. */
void ship_local_launch_set_read_only (ShipLocalLaunch *self);

/* Those that the guest sets for everything inside; without, the preset ones. */
void ship_local_launch_set_limits (ShipLocalLaunch *self, const ShipSandboxLimits *limits);

/* Before it is prepared. The working copy is an overlay, mounted on the empty directory that is the
 * tree: @state holds "upper" and "scratch"; @layers: below it, the topmost first, at least one */
void
ship_local_launch_set_overlay (ShipLocalLaunch *self, const char *state, const char *const *layers);

/* Waits for disks: on any thread but the main one. */
gboolean ship_local_launch_prepare (ShipLocalLaunch *self, GError **error);

/* Main thread: the launcher dies with the thread that starts it. Takes both descriptors;
 * @connections: or -1. Standard error is a pipe to us. */
ShipProcess *
ship_local_launch_spawn (ShipLocalLaunch *self, int control, int connections, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipLocalLaunch, ship_local_launch_free)

G_END_DECLS
