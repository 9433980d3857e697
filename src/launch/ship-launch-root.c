/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-launch-root.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * bubblewrap run by the host's root can be escaped, so root becomes one unprivileged user first.
 * That user cannot enter root's directories, where the working copies are: their trees are attached
 * by root, in a mount namespace of this process, below one directory that everyone may enter, under
 * the numbers 0, 1, ….
 */

#define SANDBOX_NAME   "ship-sandbox"
#define OOM_SCORE      800
#define OOM_SCORE_TEXT "800"
#define STAGE_OPTIONS  "mode=0755,size=64k,nr_inodes=64"

static void
refuse_named_user (void)
{
  const struct passwd *user = getpwuid (SHIP_SANDBOX_UID);
  const struct group  *group = getgrgid (SHIP_SANDBOX_UID);

  if (user != NULL && strcmp (user->pw_name, SANDBOX_NAME) != 0)
    ship_launch_fail ("user", "the user id kept for sandboxes belongs to somebody", 0);
  if (group != NULL && strcmp (group->gr_name, SANDBOX_NAME) != 0)
    ship_launch_fail ("user", "the group id kept for sandboxes belongs to somebody", 0);
}

static void
make_mount_point (int tree, const char *path)
{
  struct stat status;
  int         fd;

  if (fstat (tree, &status) != 0)
    ship_launch_fail ("mounts", "cannot look at a directory of the sandbox", errno);

  if (S_ISDIR (status.st_mode))
    {
      if (mkdir (path, 0755) != 0)
        ship_launch_fail ("mounts", "cannot make a mount point", errno);
      return;
    }

  fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  if (!S_ISREG (status.st_mode) || fd < 0)
    ship_launch_fail ("mounts", "cannot make a mount point", errno);
  close (fd);
}

/* Descriptors @first_fd, … become DIRECTORY/0, …. */
void
ship_launch_root_stage (const char *directory, int first_fd, int n_fds)
{
  char path[64];

  refuse_named_user ();

  /* A tree of the host's mount namespace can be copied only from within it: before unshare(). */
  for (int fd = first_fd; fd < first_fd + n_fds; fd++)
    {
      int tree = open_tree (fd, "", OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH);

      if (tree < 0 || dup3 (tree, fd, O_CLOEXEC) < 0)
        ship_launch_fail ("mounts", "cannot open a directory of the sandbox", errno);
      close (tree);
    }

  if (unshare (CLONE_NEWNS) != 0 || mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    ship_launch_fail ("mounts", "cannot have mounts of its own", errno);
  if (mount ("ship", directory, "tmpfs", MS_NOSUID | MS_NODEV, STAGE_OPTIONS) != 0)
    ship_launch_fail ("mounts", "cannot mount a temporary file system", errno);

  for (int i = 0; i < n_fds; i++)
    {
      snprintf (path, sizeof path, "%s/%d", directory, i);
      make_mount_point (first_fd + i, path);
      if (move_mount (first_fd + i, "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) != 0)
        ship_launch_fail ("mounts", "cannot attach a directory of the sandbox", errno);
      close (first_fd + i);
    }
}

/* When memory is short, sandboxes end before anything else of the host. Set by root it cannot be
 * taken back inside, as it can be where the guest sets it. */
static void
die_first (void)
{
  char    text[16] = "";
  int     fd = open ("/proc/self/oom_score_adj", O_RDWR | O_CLOEXEC);
  ssize_t n = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;

  if (n <= 0 || (strtol (text, NULL, 10) < OOM_SCORE &&
                 pwrite (fd, OOM_SCORE_TEXT, strlen (OOM_SCORE_TEXT), 0) < 0))
    ship_launch_fail ("limits", "cannot give way when memory is short", errno);
  close (fd);
}

void
ship_launch_root_drop (void)
{
  uid_t uid, euid, suid;
  gid_t gid, egid, sgid;

  die_first ();
  if (setgroups (0, NULL) != 0 ||
      setresgid (SHIP_SANDBOX_UID, SHIP_SANDBOX_UID, SHIP_SANDBOX_UID) != 0 ||
      setresuid (SHIP_SANDBOX_UID, SHIP_SANDBOX_UID, SHIP_SANDBOX_UID) != 0)
    ship_launch_fail ("user", "cannot become the unprivileged user of sandboxes", errno);

  if (getresuid (&uid, &euid, &suid) != 0 || getresgid (&gid, &egid, &sgid) != 0 ||
      uid != SHIP_SANDBOX_UID || euid != SHIP_SANDBOX_UID || suid != SHIP_SANDBOX_UID ||
      gid != SHIP_SANDBOX_UID || egid != SHIP_SANDBOX_UID || sgid != SHIP_SANDBOX_UID ||
      setuid (0) == 0)
    ship_launch_fail ("user", "is still root after giving it up", 0);
}

/* After dropping: says which one it is, where bubblewrap would name a path that means nothing to
 * the user. */
void
ship_launch_root_check_staged (const char *directory, int n_fds)
{
  char        path[64];
  char        reason[96];
  struct stat status;

  for (int i = 0; i < n_fds; i++)
    {
      snprintf (path, sizeof path, "%s/%d", directory, i);
      snprintf (reason, sizeof reason, "the unprivileged user cannot read tree %d", i);
      if (stat (path, &status) != 0 ||
          access (path, S_ISDIR (status.st_mode) ? R_OK | X_OK : R_OK) != 0)
        ship_launch_fail ("mounts", reason, errno);
    }
}
