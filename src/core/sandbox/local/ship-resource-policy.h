/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* When to look at a sandbox again, and how closely. Pure. */

/* Milliseconds until the next look: sooner the closer @used is to @limit (bytes), but never so
 * often that looking, of which the last took @cost_us, takes more than a twentieth of the time. */
guint ship_resource_policy_get_pause (guint64 used, guint64 limit, gint64 cost_us);

/* What is known of a sandbox's directories, and of the file system that they are on. */
typedef struct
{
  guint64 used;        /* bytes */
  guint64 free;        /* bytes, of the file system then */
  guint64 free_inodes; /* the same */
  gint64  at_us;       /* 0: nothing is known yet */
  gint64  cost_us;     /* of counting it */
} ShipResourceDiskCount;

/* Whether @last does not hold any more: as much was written on the file system, by whomever, as
 * would be a good part of what is left to @bound, or anything in the last minute. */
gboolean ship_resource_policy_wants_count (const ShipResourceDiskCount *last,
                                           guint64                      free,
                                           guint64                      free_inodes,
                                           guint64                      bound,
                                           gint64                       now_us);

/* What the sandbox may come to, so that the file system keeps room for Ship itself: its database,
 * and taking out what was done. @first: what was counted at the start. */
guint64 ship_resource_policy_get_disk_bound (guint64 limit, const ShipResourceDiskCount *first);

G_END_DECLS
