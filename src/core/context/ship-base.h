/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/ship-paths.h"

G_BEGIN_DECLS

/*
 * The files of one commit, made once and never changed, that working copies of many sessions lie
 * over: one directory, or what differs from another base over that. In the cache; as long as this
 * is held nobody removes it. Plain struct, immutable; functions with _thread block.
 */
typedef struct
{
  char      *commit;     /* (owned) */
  char     **layers;     /* (owned): directories, the topmost first */
  char      *index_file; /* (owned): git's index of it */
  GPtrArray *locks;      /* (owned) (element-type ShipUseLock) */
} ShipBase;

/* More layers would cost each look at a directory more than a checkout in the background does. */
#define SHIP_BASE_MAX_LAYERS 4

/* NULL without an error when there is none. @dir: of the repository's bases */
ShipBase *ship_base_open_thread (const char   *dir,
                                 const char   *commit,
                                 GCancellable *cancellable,
                                 GError      **error);
/* The same without waiting for who makes one of its layers just now: NULL then as well. Who holds
 * another alone must not wait. */
ShipBase *ship_base_try_open_thread (const char *dir, const char *commit);
void      ship_base_free (ShipBase *self);

/* Whether working copies can begin as a copy of it: all of it is one subvolume. */
gboolean ship_base_is_volume_thread (const ShipBase *self);

/* The commits that have one, the last used first. (transfer full) */
char **ship_base_list_thread (const char *dir);

/* Where the one of @commit is, or is made; what is used is locked by the file beside it. */
char *ship_base_dup_path (const char *dir, const char *commit);
char *ship_base_dup_lock_path (const char *dir, const char *commit);

/* What was made in @fresh becomes the base of @commit, whole or not at all. @fresh holds "tree";
 * @index: git's; @below: (nullable): what it lies over. Its lock is held alone. */
gboolean ship_base_publish_thread (const char *dir,
                                   const char *commit,
                                   const char *fresh,
                                   GBytes     *index,
                                   const char *below,
                                   GError    **error);
/* Has the disk take what is left of one that is no longer fresh, and notes it: before, it counts
 * until the machine is started anew. */
void ship_base_settle_thread (const char *dir, const char *commit);

/* When one was last used, in seconds since 1970; and what it takes on the disk, in bytes. */
gint64  ship_base_get_used_thread (const char *dir, const char *commit);
guint64 ship_base_measure_thread (const char *dir, const char *commit, GCancellable *cancellable);

/* Removes one, unless somebody uses it or something lies over it. */
gboolean ship_base_remove_thread (const char *dir, const char *commit);

/* Removes what nobody uses, nothing lies over, and was used longest ago: all but the last few, and
 * those of a month ago; and what is not whole. What is needed again is made again. */
void ship_base_prune_thread (const char *dir);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipBase, ship_base_free)

G_END_DECLS
