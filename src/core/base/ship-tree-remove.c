/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "base/ship-tree-remove.h"

#include "base/ship-subvolume.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Descends with a descriptor a level, so a level has a price: what lies deeper than MAX_DEPTH is
 * moved up beside the top's other entries and found there by the next pass.
 */

#define MAX_DEPTH 64

typedef struct
{
  int   top; /* the top directory's descriptor */
  guint n_moved;
  guint n_done;  /* entries removed or moved: a pass that does none will never end */
  int   failure; /* the first errno, 0 for none */
} Removal;

static void empty (Removal *self, int directory, int depth);

static void
note (Removal *self, gboolean is_done)
{
  if (is_done)
    self->n_done++;
  else if (self->failure == 0)
    self->failure = errno;
}

static int
open_directory (int parent, const char *name)
{
  int         flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
  int         fd = openat (parent, name, flags);
  struct stat status;

  if (fd < 0 && errno == EACCES && fstatat (parent, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR (status.st_mode) && fchmodat (parent, name, 0700, 0) == 0)
    fd = openat (parent, name, flags);
  if (fd >= 0)
    fchmod (fd, 0700); /* or its entries could not be unlinked; when it fails that says why */
  return fd;
}

static void
remove_directory (Removal *self, int parent, const char *name, int depth)
{
  int fd;

  if (ship_subvolume_remove_thread (parent, name))
    {
      note (self, TRUE);
      return;
    }
  if (depth >= MAX_DEPTH)
    {
      char moved[64];

      g_snprintf (moved, sizeof moved, ".ship-moved-%u", self->n_moved++);
      note (self, renameat (parent, name, self->top, moved) == 0);
      return;
    }
  fd = open_directory (parent, name);
  if (fd < 0)
    {
      note (self, FALSE);
      return;
    }
  empty (self, fd, depth + 1);
  close (fd);
  note (self, unlinkat (parent, name, AT_REMOVEDIR) == 0);
}

static void
empty (Removal *self, int directory, int depth)
{
  int            copy = fcntl (directory, F_DUPFD_CLOEXEC, 0);
  DIR           *entries = copy >= 0 ? fdopendir (copy) : NULL;
  struct dirent *entry;

  if (entries == NULL)
    {
      note (self, FALSE);
      if (copy >= 0)
        close (copy);
      return;
    }
  rewinddir (entries);
  while ((entry = readdir (entries)) != NULL)
    {
      if (strcmp (entry->d_name, ".") == 0 || strcmp (entry->d_name, "..") == 0)
        continue;
      if (unlinkat (directory, entry->d_name, 0) == 0)
        note (self, TRUE);
      else if (errno == EISDIR || errno == EPERM)
        remove_directory (self, directory, entry->d_name, depth);
      else
        note (self, FALSE);
    }
  closedir (entries);
}

gboolean
ship_tree_remove_thread (const char *path, GError **error)
{
  Removal self = { .top = open_directory (AT_FDCWD, path) };

  if (self.top < 0 && errno == ENOENT)
    return TRUE;
  if (self.top < 0)
    self.failure = errno;
  else
    {
      do
        {
          self.n_done = 0;
          self.failure = 0;
          empty (&self, self.top, 1);
        }
      while (self.n_done > 0);
      close (self.top);
      if (self.failure == 0 && rmdir (path) < 0)
        self.failure = errno;
    }
  if (self.failure == 0)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (self.failure),
               _ ("“%s” could not be deleted: %s"),
               path,
               g_strerror (self.failure));
  return FALSE;
}
