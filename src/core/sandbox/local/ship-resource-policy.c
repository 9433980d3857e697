/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sandbox/local/ship-resource-policy.h"

/*
 * The arithmetic of looking at a sandbox now and then: close to a limit often enough to be there
 * before much more is taken, else as good as never. Pure; any thread.
 */

#define MIB         (G_GUINT64_CONSTANT (1) << 20)
#define PER_MS      (2 * MIB) /* as fast as memory is filled, and disks are not */
#define PAUSE_MIN   25
#define PAUSE_MAX   1000
#define SHARE       20 /* of the time, for looking */
#define WRITTEN_MIN (4 * MIB)
#define CHANGED_MIN (1 * MIB)
#define RECOUNT_US  (60 * G_USEC_PER_SEC)
#define INODE_SIZE  1024 /* an empty file is not free */
#define REST_US     (2 * G_USEC_PER_SEC)
#define REST_SHARE  4
#define RESERVE     (256 * MIB)

guint
ship_resource_policy_get_pause (guint64 used, guint64 limit, gint64 cost_us)
{
  guint64 headroom = limit > used ? limit - used : 0;
  guint64 pause = CLAMP (headroom / PER_MS, PAUSE_MIN, PAUSE_MAX);

  return (guint) MAX (pause, (guint64) MAX (cost_us, 0) * SHARE / 1000);
}

/* Something is being written now, so counting may take more of the time than looking. */
static gint64
get_rest (gint64 cost_us)
{
  return MIN (cost_us * SHARE, MAX (REST_US, cost_us * REST_SHARE));
}

gboolean
ship_resource_policy_wants_count (const ShipResourceDiskCount *last,
                                  guint64                      free,
                                  guint64                      free_inodes,
                                  guint64                      bound,
                                  gint64                       now_us)
{
  guint64 written = last->free > free ? last->free - free : 0;
  guint64 freed = free > last->free ? free - last->free : 0;
  guint64 room = bound > last->used ? bound - last->used : 0;

  if (last->at_us == 0)
    return TRUE;
  if (now_us - last->at_us < get_rest (last->cost_us))
    return FALSE;
  if (last->free_inodes > free_inodes)
    written += (last->free_inodes - free_inodes) * INODE_SIZE;
  if (written >= MAX (room / 4, WRITTEN_MIN))
    return TRUE;

  /* Others may free meanwhile what the sandbox takes. */
  return now_us - last->at_us >= RECOUNT_US && MAX (written, freed) >= CHANGED_MIN;
}

guint64
ship_resource_policy_get_disk_bound (guint64 limit, const ShipResourceDiskCount *first)
{
  guint64 room = first->free > 2 * RESERVE ? first->free - RESERVE : first->free / 2;

  return MIN (limit, first->used + room);
}
