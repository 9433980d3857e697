/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "base/ship-paths.h"
#include "sandbox/ship-sandbox-limits.h"
#include "sandbox/ship-sandbox-private.h"

G_BEGIN_DECLS

#define SHIP_TYPE_LOCAL_SANDBOX (ship_local_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (ShipLocalSandbox, ship_local_sandbox, SHIP, LOCAL_SANDBOX, ShipSandbox)

/*
 * bubblewrap on this machine.
 * @work_dir, @home_dir: host directories that appear as /work and /home/agent, writable
 * @objects_dir: (nullable): appears read-only as /run/ship/objects
 * @agent_dir: (nullable): appears read-only as /opt/agent
 * @connection_channel: (transfer full) or -1: one end of a SOCK_SEQPACKET pair. Each connection
 * made inside to 127.0.0.1:3128 is sent over it as a descriptor (ship-egress holds the other end).
 */
ShipLocalSandbox *ship_local_sandbox_new (ShipPaths  *paths,
                                          const char *work_dir,
                                          const char *home_dir,
                                          const char *objects_dir,
                                          const char *agent_dir,
                                          int         connection_channel);

/* Before the start. The working copy cannot be written by anything inside. */
void ship_local_sandbox_set_read_only (ShipLocalSandbox *self);

/* Before the start. What appears as /work is an overlay, and @work_dir an empty directory that it
 * is mounted on. @state_dir: what is written, from ship_local_sandbox_make_overlay_dir(). @layers:
 * below that, the topmost first, 1 to SHIP_LOCAL_MAX_LAYERS directories that nothing may change.
 * @index_file: (nullable): appears read-only as SHIP_SANDBOX_INDEX_FILE. */
#define SHIP_LOCAL_MAX_LAYERS 8
void ship_local_sandbox_set_overlay (ShipLocalSandbox  *self,
                                     const char        *state_dir,
                                     const char *const *layers,
                                     const char        *index_file);

/* Before the start. @work_dir began as the copy of a base of which @index_file is git's index: that
 * appears read-only as SHIP_SANDBOX_INDEX_FILE. */
void ship_local_sandbox_set_index (ShipLocalSandbox *self, const char *index_file);

/* Before the start: directories of tools that it sees, as the user names them; see
 * ship-toolchain.h. Once it runs, sentences about those that could not be had: (element-type utf8).
 */
void       ship_local_sandbox_set_toolchains (ShipLocalSandbox *self, const char *const *entries);
GPtrArray *ship_local_sandbox_get_complaints (ShipLocalSandbox *self);

/* What it may use of the machine. Before the start, else only processes and files are limited, as
 * preset; then at any time: memory and disk at once, the others from the next start on. Over memory
 * or disk it dies of SHIP_SANDBOX_ERROR_LIMIT. */
void ship_local_sandbox_set_limits (ShipLocalSandbox *self, const ShipSandboxLimits *limits);

/* What keeps memory within its limit: "systemd", "cgroup" or "watchdog"; NULL before it runs. */
const char *ship_local_sandbox_get_way (ShipLocalSandbox *self);

/* The user and group that files of the sandbox belong to on the host: ours, or as root the
 * unprivileged one. Make work and home with ship_local_sandbox_make_dir(). */
uid_t    ship_local_sandbox_get_uid (void);
gboolean ship_local_sandbox_make_dir (const char *path, GError **error);
/* The same as a subvolume, where the file system has those; not there yet. */
gboolean ship_local_sandbox_make_volume (const char *path, GError **error);
/* Only once is it made empty: what is there stays. */
gboolean ship_local_sandbox_make_overlay_dir (const char *path, GError **error);

/* Whether this machine can make one: bubblewrap there, not setuid, new enough, namespaces allowed
 * (a real trial run). The error is SHIP_SANDBOX_ERROR_UNAVAILABLE with cause and remedy in one or
 * two sentences. */
void     ship_local_sandbox_probe_async (ShipPaths          *paths,
                                         GCancellable       *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer            user_data);
gboolean ship_local_sandbox_probe_finish (GAsyncResult *result, GError **error);

/* Whether the working copy of a sandbox can be an overlay here (a real trial run, too): layers
 * below @layers_dir, what is written below @state_dir; both are made. */
void     ship_local_sandbox_probe_overlay_async (ShipPaths          *paths,
                                                 const char         *layers_dir,
                                                 const char         *state_dir,
                                                 GCancellable       *cancellable,
                                                 GAsyncReadyCallback callback,
                                                 gpointer            user_data);
gboolean ship_local_sandbox_probe_overlay_finish (GAsyncResult *result, GError **error);

G_END_DECLS
