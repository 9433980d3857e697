/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/ship-paths.h"
#include "process/ship-process.h"
#include "sandbox/local/ship-local-profile.h"
#include "sandbox/ship-sandbox-limits.h"

G_BEGIN_DECLS

/* Everything that ship-launch is started with. Plain struct; prepared on a worker, used once on the
 * main thread. */
typedef struct _ShipLocalLaunch ShipLocalLaunch;

/* @trees: paths on the host; NULL for one that is missing. The guest's is known. */
ShipLocalLaunch *ship_local_launch_new (ShipPaths        *paths,
                                        const char *const trees[SHIP_LOCAL_N_TREES]);
void             ship_local_launch_free (ShipLocalLaunch *self);

/* Before it is prepared. The working copy cannot be written by anything inside. */
void ship_local_launch_set_read_only (ShipLocalLaunch *self);

/* Those that the guest sets for everything inside; without, the preset ones. */
void ship_local_launch_set_limits (ShipLocalLaunch *self, const ShipSandboxLimits *limits);

/* Before it is prepared. The working copy is an overlay, mounted on the empty directory that is the
 * tree: @state holds "upper" and "scratch"; @layers: below it, the topmost first, at least one;
 * @index_file: (nullable): git's index of them */
void ship_local_launch_set_overlay (ShipLocalLaunch   *self,
                                    const char        *state,
                                    const char *const *layers,
                                    const char        *index_file);

/* Before it is prepared: git's index of what the tree of the working copy began as. */
void ship_local_launch_set_index (ShipLocalLaunch *self, const char *index_file);

/* Before it is prepared: @entries are tool chains as the user names them. */
void ship_local_launch_set_toolchains (ShipLocalLaunch *self, const char *const *entries);

/* Waits for disks: on any thread but the main one. */
gboolean ship_local_launch_prepare (ShipLocalLaunch *self, GError **error);

/* Once it is prepared: of everything inside (transfer full); and sentences about tool chains that
 * could not be had (element-type utf8). */
char     **ship_local_launch_dup_environment (ShipLocalLaunch *self);
GPtrArray *ship_local_launch_get_complaints (ShipLocalLaunch *self);

/* Where it writes: its home, and the working copy or what is written of an overlay. */
const char *ship_local_launch_get_home (ShipLocalLaunch *self);
const char *ship_local_launch_get_written (ShipLocalLaunch *self);

/* Main thread: the launcher dies with the thread that starts it. Takes both descriptors;
 * @connections: or -1. Standard error is a pipe to us. */
ShipProcess *
ship_local_launch_spawn (ShipLocalLaunch *self, int control, int connections, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipLocalLaunch, ship_local_launch_free)

G_END_DECLS
