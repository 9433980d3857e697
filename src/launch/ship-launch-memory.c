/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-launch-memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ship-launch-root.h"

/*
 * /tmp and /dev/shm of a sandbox. bubblewrap can bound the size of a file system of memory, but not
 * the number of its files, and a file of no size takes a kilobyte of the kernel's memory. So they
 * are mounted here, and bubblewrap lays them over its own. Where this process cannot have mounts,
 * those of bubblewrap stay.
 */

#define COVERED       "/sys" /* of which a sandbox has nothing */
#define COVER_OPTIONS "mode=0755,size=64k,nr_inodes=16"
#define BYTES_A_FILE  8192

static const struct
{
  const char *name;
  const char *target;
} parts[SHIP_LAUNCH_MEMORY_N_ARGS / 3] = { { "tmp", "/tmp" }, { "shm", "/dev/shm" } };

const char *
ship_launch_memory_cover (void)
{
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
      mount ("ship", COVERED, "tmpfs", MS_NOSUID | MS_NODEV, COVER_OPTIONS) != 0)
    ship_launch_fail ("memory", "cannot have mounts of its own", errno);
  return COVERED;
}

void
ship_launch_memory_mount (const char *directory, unsigned long long size)
{
  char options[128];
  char path[64];

  /* As root: of the user that it is about to become. */
  snprintf (options,
            sizeof options,
            "mode=1777,size=%llu,nr_inodes=%llu,uid=%u,gid=%u",
            size,
            size / BYTES_A_FILE,
            geteuid () == 0 ? SHIP_SANDBOX_UID : (unsigned) geteuid (),
            geteuid () == 0 ? SHIP_SANDBOX_UID : (unsigned) getegid ());
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    {
      snprintf (path, sizeof path, "%s/%s", directory, parts[i].name);
      if (mkdir (path, 0755) != 0 ||
          mount ("ship", path, "tmpfs", MS_NOSUID | MS_NODEV, options) != 0)
        ship_launch_fail ("memory", "cannot be mounted", errno);
    }
}

void
ship_launch_memory_fill_args (const char *directory, char *args[SHIP_LAUNCH_MEMORY_N_ARGS])
{
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
    {
      char **part = args + 3 * i;

      part[0] = (char *) "--bind";
      if (asprintf (&part[1], "%s/%s", directory, parts[i].name) < 0)
        ship_launch_fail ("memory", "there is none", 0);
      part[2] = (char *) parts[i].target;
    }
}
