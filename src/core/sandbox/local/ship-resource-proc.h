/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>
#include <sys/types.h>

G_BEGIN_DECLS

/* What /proc says of the processes of a sandbox. Reads only; on a worker thread, for a process can
 * make its own files slow to read. @proc is "/proc". */

/* @root and all that descend from it; at most @max. (element-type pid_t) */
GArray *ship_resource_proc_list_thread (const char *proc, pid_t root, guint max);

/* Their memory in bytes, too much rather than too little: what they share counts for each. Cheap.
 */
guint64 ship_resource_proc_estimate_thread (const char *proc, const GArray *pids);

/* The same with what is shared counted once, and without the pages of programs, which the kernel
 * can drop. Costs time with the memory. */
guint64 ship_resource_proc_measure_thread (const char *proc, const GArray *pids);

/* Bytes of regular files on device @device that have no name any more and are still open. */
guint64 ship_resource_proc_nameless_thread (const char *proc, const GArray *pids, dev_t device);

G_END_DECLS
