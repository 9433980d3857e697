/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "git/ship-git-mirror-prune.h"

#include "base/ship-tree-remove.h"
#include "git/ship-git-autocleanups.h"
#include "git/ship-git-lock-private.h"
#include "git/ship-git-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/*
 * A mirror was last used when its lock file was last touched, which every update does. It goes by
 * one rename, so that nobody takes what is left of it for whole. The lock file stays: who waits for
 * it must not hold what nobody else sees.
 */

#define RESCUE_GLOB "refs/ship/rescue/*"

static char *
dup_lock_path (const char *mirror_path)
{
  return g_strconcat (mirror_path, ".lock", NULL);
}

void
ship_git_mirror_touch_thread (const char *mirror_path)
{
  g_autofree char *path = dup_lock_path (mirror_path);

  utimensat (AT_FDCWD, path, NULL, 0);
}

static gboolean
is_unused (const char *mirror_path, gint64 unused_seconds)
{
  g_autofree char *path = dup_lock_path (mirror_path);
  struct stat      status;

  return stat (path, &status) == 0 &&
         status.st_mtim.tv_sec + unused_seconds < g_get_real_time () / G_USEC_PER_SEC;
}

/* What cannot be read is not known to hold nothing. */
static gboolean
keeps_something (const char *mirror_path)
{
  g_autoptr (git_repository) mirror = ship_git_open_mirror (mirror_path, NULL);
  git_reference_iterator *iterator = NULL;
  const char             *name;
  gboolean                keeps;

  if (mirror == NULL || git_reference_iterator_glob_new (&iterator, mirror, RESCUE_GLOB) != 0)
    return TRUE;
  keeps = git_reference_next_name (&name, iterator) != GIT_ITEROVER;
  git_reference_iterator_free (iterator);
  git_error_clear ();

  return keeps;
}

gboolean
ship_git_mirror_prune_thread (const char   *mirror_path,
                              gint64        unused_seconds,
                              GCancellable *cancellable)
{
  g_autofree char *going = g_strconcat (mirror_path, ".going", NULL);
  g_autoptr (ShipGitLock) lock = NULL;

  ship_git_thread_init ();
  if (!is_unused (mirror_path, unused_seconds))
    return FALSE;
  lock = ship_git_lock_acquire_thread (mirror_path, cancellable, NULL);
  if (lock == NULL || !is_unused (mirror_path, unused_seconds) || keeps_something (mirror_path))
    return FALSE;
  if (!ship_tree_remove_thread (going, NULL) || g_rename (mirror_path, going) != 0)
    return FALSE;
  ship_tree_remove_thread (going, NULL);

  return TRUE;
}
