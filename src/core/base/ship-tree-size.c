/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-tree-size.h"

#include <fts.h>
#include <sys/stat.h>

#define BLOCK_SIZE 512 /* of st_blocks, whatever the file system has */

guint64
ship_tree_size_thread (const char *path, GCancellable *cancellable)
{
  char   *paths[] = { (char *) path, NULL };
  FTS    *tree = fts_open (paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
  FTSENT *entry;
  guint64 size = 0;

  if (tree == NULL)
    return 0;
  /* Read once at least: glibc's fts_close() frees nothing of a walk that did not begin. */
  while ((entry = fts_read (tree)) != NULL && !g_cancellable_is_cancelled (cancellable))
    if (entry->fts_info != FTS_DP && entry->fts_info != FTS_NS && entry->fts_info != FTS_ERR)
      size += (guint64) entry->fts_statp->st_blocks * BLOCK_SIZE;
  fts_close (tree);

  return size;
}
