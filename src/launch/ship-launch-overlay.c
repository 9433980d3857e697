/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-launch-overlay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ship-launch-network.h"
#include "ship-launch-root.h"

/*
 * The working copy as an overlay: layers that many sessions share, never written, below a directory
 * of one session. It is mounted by the unprivileged user in a user namespace, so that it gives no
 * right that this user has not got: what is copied up, made or covered is that user's, in that
 * user's files. bubblewrap makes its own namespaces inside of it.
 *
 * The kernel takes the directories by path. What is written into the options are paths of
 * descriptors, so that no name of the host can be mistaken for an option, or be read inside.
 */

#define STATE_UPPER   "upper"
#define STATE_SCRATCH "scratch"

static int
open_directory (int parent, const char *path)
{
  int fd = openat (parent, path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0)
    ship_launch_fail ("overlay", "cannot open one of its directories", errno);
  return fd;
}

static void
enter_namespaces (void)
{
  if (!ship_launch_network_enter_namespaces (CLONE_NEWNS))
    ship_launch_fail ("overlay", "cannot have a user namespace", errno);
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    ship_launch_fail ("overlay", "cannot have mounts of its own", errno);
}

/* The paths of what was opened outside, to be opened anew inside: a mount of another namespace
 * cannot be part of an overlay. */
static void
read_path (int fd, char path[PATH_MAX])
{
  char    link[64];
  ssize_t n;

  snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  n = readlink (link, path, PATH_MAX - 1);
  if (n <= 0)
    ship_launch_fail ("overlay", "cannot find one of its directories", errno);
  path[n] = '\0';
}

static int
reopen (int fd)
{
  char        path[PATH_MAX];
  struct stat before, after;
  int         again;

  read_path (fd, path);
  again = open_directory (AT_FDCWD, path);
  if (fstat (fd, &before) != 0 || fstat (again, &after) != 0 || before.st_dev != after.st_dev ||
      before.st_ino != after.st_ino)
    ship_launch_fail ("overlay", "one of its directories was replaced", 0);
  close (fd);

  return again;
}

static int
open_staged (const char *stage_dir, int number)
{
  char path[64];

  snprintf (path, sizeof path, "%s/%d", stage_dir, number);
  return open_directory (AT_FDCWD, path);
}

static void
mount_overlay (const int *fds, int n_fds)
{
  int    upper = open_directory (fds[SHIP_LAUNCH_OVERLAY_STATE], STATE_UPPER);
  int    scratch = open_directory (fds[SHIP_LAUNCH_OVERLAY_STATE], STATE_SCRATCH);
  char   options[1024];
  char   target[64];
  size_t used;

  used = (size_t) snprintf (options,
                            sizeof options,
                            "userxattr,index=off,upperdir=/proc/self/fd/%d,"
                            "workdir=/proc/self/fd/%d,lowerdir=",
                            upper,
                            scratch);
  for (int i = SHIP_LAUNCH_OVERLAY_LAYERS; i < n_fds; i++)
    used += (size_t) snprintf (options + used,
                               sizeof options - used,
                               "%s/proc/self/fd/%d",
                               i > SHIP_LAUNCH_OVERLAY_LAYERS ? ":" : "",
                               fds[i]);

  snprintf (target, sizeof target, "/proc/self/fd/%d", fds[SHIP_LAUNCH_OVERLAY_TARGET]);
  if (mount ("ship", target, "overlay", MS_NOSUID | MS_NODEV, options) != 0)
    ship_launch_fail ("overlay", "cannot be mounted", errno);
}

void
ship_launch_overlay_mount (const char *stage_dir, int first_number, int first_fd, int n_fds)
{
  int fds[SHIP_LAUNCH_OVERLAY_MAX];

  if (n_fds <= SHIP_LAUNCH_OVERLAY_LAYERS || n_fds > SHIP_LAUNCH_OVERLAY_MAX)
    ship_launch_fail ("arguments", "an overlay has too few layers or too many", 0);

  enter_namespaces ();
  for (int i = 0; i < n_fds; i++)
    fds[i] = stage_dir != NULL ? open_staged (stage_dir, first_number + i) : reopen (first_fd + i);
  mount_overlay (fds, n_fds);
}
