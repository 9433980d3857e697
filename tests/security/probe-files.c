/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "probe.h"

/* Attempts on files: what can be read, written, planted. */

static bool
read_any (char **paths)
{
  bool worked = false;

  for (; *paths != NULL; paths++)
    worked |= probe_can_read (*paths);
  return worked;
}

/* Opened for writing, and not written: safe outside as well. */
static bool
open_for_writing (char **paths)
{
  bool worked = false;

  for (; *paths != NULL; paths++)
    {
      int fd = open (*paths, O_WRONLY | O_CLOEXEC);

      if (fd < 0)
        continue;
      close (fd);
      worked = probe_worked ("open %s for writing", *paths);
    }
  return worked;
}

static bool
create_in (char **directories)
{
  bool worked = false;

  for (; *directories != NULL; directories++)
    {
      char path[512];
      int  fd;

      snprintf (path, sizeof path, "%s/ship-probe-file", *directories);
      fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      if (fd < 0)
        continue;
      close (fd);
      unlink (path);
      worked = probe_worked ("create a file in %s", *directories);
    }
  return worked;
}

/* A directory with anything in it. */
static bool
list_any (char **paths)
{
  bool worked = false;

  for (; *paths != NULL; paths++)
    {
      DIR           *dir = opendir (*paths);
      struct dirent *entry;

      while (dir != NULL && (entry = readdir (dir)) != NULL)
        if (entry->d_name[0] != '.')
          {
            worked = probe_worked ("list %s (%s)", *paths, entry->d_name);
            break;
          }
      if (dir != NULL)
        closedir (dir);
    }
  return worked;
}

/* The same file by detours: another process's root, dot-dot, a descriptor's parent, a link. */
static bool
read_by_detours (char **args)
{
  static const char *const detours[] = { "/proc/1/root",
                                         "/proc/self/root",
                                         "/proc/1/cwd/../..",
                                         "/proc/self/cwd/../../../../../..",
                                         "/proc/self/fd/0/../../.." };
  char                     path[1024];
  bool                     worked = false;

  for (size_t i = 0; i < sizeof detours / sizeof *detours; i++)
    {
      snprintf (path, sizeof path, "%s%s", detours[i], args[0]);
      worked |= probe_can_read (path);
    }

  snprintf (path, sizeof path, "%s/../../../../..%s", args[1], args[0]);
  worked |= probe_can_read (path);

  snprintf (path, sizeof path, "%s/ship-probe-link", args[1]);
  unlink (path);
  if (symlink (args[0], path) == 0)
    worked |= probe_can_read (path);
  unlink (path);
  if (link (args[0], path) == 0)
    worked = probe_worked ("link to %s", args[0]);
  unlink (path);

  return worked;
}

static bool
is_set_id (int fd)
{
  struct stat status;

  return fd >= 0 && fstat (fd, &status) == 0 && (status.st_mode & (S_ISUID | S_ISGID)) != 0;
}

static bool
plant_by (const char *way, const char *path, long result)
{
  int  fd = open (path, O_RDONLY | O_CLOEXEC);
  bool worked = is_set_id (fd) && probe_worked ("plant a set-id file by %s (%ld)", way, result);

  if (fd >= 0)
    close (fd);
  unlink (path);
  return worked;
}

static bool
plant_set_id (char **args)
{
  static const mode_t modes[] = { 04755, 02755 };
  bool                worked = false;
  char                path[512];

  snprintf (path, sizeof path, "%s/ship-probe-setid", args[0]);
  for (int i = 0; i < 2; i++)
    {
      const mode_t mode = modes[i];
      const struct
      {
        uint64_t flags, mode, resolve;
      } how = { O_CREAT | O_WRONLY, mode, 0 };

#define AFTER_CREATING(call) (close (creat (path, 0755)), (long) (call))
      worked |=
        plant_by ("open", path, syscall (SYS_openat, AT_FDCWD, path, O_CREAT | O_WRONLY, mode));
      worked |= plant_by ("openat2", path, syscall (SYS_openat2, AT_FDCWD, path, &how, sizeof how));
      worked |=
        plant_by ("fchmodat", path, AFTER_CREATING (syscall (SYS_fchmodat, AT_FDCWD, path, mode)));
      worked |=
        plant_by ("fchmodat2", path, AFTER_CREATING (syscall (452, AT_FDCWD, path, mode, 0)));
      worked |= plant_by ("fchmod",
                          path,
                          AFTER_CREATING (fchmod (open (path, O_RDONLY | O_CLOEXEC), mode)));
      worked |=
        plant_by ("mknodat", path, syscall (SYS_mknodat, AT_FDCWD, path, S_IFREG | mode, 0));
#ifdef SYS_chmod
      worked |= plant_by ("chmod", path, AFTER_CREATING (syscall (SYS_chmod, path, mode)));
      worked |= plant_by ("creat", path, syscall (SYS_creat, path, mode));
      worked |= plant_by ("old open", path, syscall (SYS_open, path, O_CREAT | O_WRONLY, mode));
      worked |= plant_by ("mknod", path, syscall (SYS_mknod, path, S_IFREG | mode, 0));
#endif
    }
  return worked;
}

static bool
make_device (char **args)
{
  char path[512];
  bool worked = false;

  snprintf (path, sizeof path, "%s/ship-probe-device", args[0]);
  if (mknod (path, S_IFCHR | 0600, 1 << 8 | 1) == 0)
    worked = probe_worked ("make a character device");
  unlink (path);
  if (mknod (path, S_IFBLK | 0600, 254 << 8) == 0)
    worked = probe_worked ("make a block device");
  unlink (path);

  return worked;
}

static bool
open_devices (char **args)
{
  static const char *const paths[] = { "/dev/mem",      "/dev/kmsg",        "/dev/port",
                                       "/dev/kvm",      "/dev/fuse",        "/dev/net/tun",
                                       "/dev/vsock",    "/dev/vhost-vsock", "/dev/loop-control",
                                       "/dev/uinput",   "/dev/userfaultfd", "/dev/vda",
                                       "/dev/sda",      "/dev/nvme0n1",     "/dev/dri/card0",
                                       "/dev/snd/timer" };
  bool                     worked = false;

  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    {
      int fd = open (paths[i], O_RDONLY | O_NONBLOCK | O_CLOEXEC);

      if (fd < 0)
        continue;
      close (fd);
      worked = probe_worked ("open %s", paths[i]);
    }
  return worked;
}

/* More than @megabytes in each place, by reserving it. */
static bool
fill_places (char **args)
{
  off_t size = (off_t) strtol (args[0], NULL, 10) * 1024 * 1024;
  bool  worked = false;

  probe_only_inside ();
  for (char **place = args + 1; *place != NULL; place++)
    {
      char path[512];
      int  fd;

      snprintf (path, sizeof path, "%s/ship-probe-fill", *place);
      fd = open (path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
      if (fd >= 0 && posix_fallocate (fd, 0, size) == 0)
        worked = probe_worked ("reserve %s MiB in %s", args[0], *place);
      if (fd >= 0)
        close (fd);
      unlink (path);
    }
  return worked;
}

/* Whether a file system of memory has no bound of its own below @megabytes. */
static bool
find_unbounded_memory (char **args)
{
  uint64_t       limit = strtoull (args[0], NULL, 10) * 1024 * 1024;
  struct statvfs status;
  bool           worked = false;

  for (char **place = args + 1; *place != NULL; place++)
    if (statvfs (*place, &status) == 0 && (status.f_flag & ST_RDONLY) == 0 &&
        (uint64_t) status.f_blocks * status.f_frsize > limit)
      worked = probe_worked ("find %s larger than %s MiB", *place, args[0]);

  return worked;
}

/* Writes through a shared mapping that was made before, and one that was made after, the first
 * write. */
static bool
map_and_write (char **args)
{
  bool worked = false;

  probe_only_inside ();
  for (int i = 0; i < 2; i++)
    {
      int   fd = open (args[0], O_RDWR | O_CLOEXEC);
      char *map =
        fd >= 0 ? mmap (NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0) : MAP_FAILED;

      if (map != MAP_FAILED)
        {
          map[0] = (char) ('X' + i);
          worked = msync (map, 4096, MS_SYNC) == 0 && probe_worked ("map %s", args[0]);
          munmap (map, 4096);
        }
      if (fd >= 0)
        close (fd);
    }
  return worked;
}

const ProbeAttempt probe_files[] = {
  { "read", read_any },
  { "open-for-writing", open_for_writing },
  { "create-in", create_in },
  { "list", list_any },
  { "detours", read_by_detours },
  { "plant-set-id", plant_set_id },
  { "make-device", make_device },
  { "open-devices", open_devices },
  { "fill", fill_places },
  { "map-and-write", map_and_write },
  { "unbounded-memory", find_unbounded_memory },
  { NULL, NULL },
};
