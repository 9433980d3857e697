/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-launch-network.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ship-launch-root.h"

/*
 * The network of a sandbox has only its loopback, whoever makes it. It is made here rather than by
 * bubblewrap for the one setting that only its owner can change. Where that is not to be had
 * (Ubuntu lets bubblewrap have user namespaces, and not us; a container has a read-only /proc/sys),
 * sandboxes are as tight, and programs that know no proxy do not get out.
 */

static bool
write_text (const char *path, const char *text)
{
  int  fd = open (path, O_WRONLY | O_CLOEXEC);
  bool is_written = fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);
  int  error = errno;

  if (fd >= 0)
    close (fd);
  errno = error;
  return is_written;
}

/* Of the host's users only this one is there, under the same number. */
bool
ship_launch_network_enter_namespaces (int flags)
{
  char map[64];
  char group_map[64];

  snprintf (map, sizeof map, "%u %u 1", (unsigned) geteuid (), (unsigned) geteuid ());
  snprintf (group_map, sizeof group_map, "%u %u 1", (unsigned) getegid (), (unsigned) getegid ());

  /* Having given up root made /proc/self root's. */
  return prctl (PR_SET_DUMPABLE, 1) == 0 && unshare (CLONE_NEWUSER | flags) == 0 &&
         write_text ("/proc/self/setgroups", "deny") && write_text ("/proc/self/uid_map", map) &&
         write_text ("/proc/self/gid_map", group_map);
}

/* A user namespace that is made anyway, and then good for nothing, cannot be left again. */
static bool
is_restricted (void)
{
  char value = '0';
  int  fd = open ("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", O_RDONLY | O_CLOEXEC);

  if (fd >= 0)
    {
      if (read (fd, &value, 1) != 1)
        value = '0';
      close (fd);
    }
  return value != '0';
}

bool
ship_launch_network_try_namespaces (int flags)
{
  return !is_restricted () && ship_launch_network_enter_namespaces (flags);
}

static bool
raise_loopback (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING };
  int          fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool         is_up = fd >= 0 && ioctl (fd, SIOCSIFFLAGS, &request) == 0;

  if (fd >= 0)
    close (fd);
  return is_up;
}

bool
ship_launch_network_make (bool is_inside)
{
  if (is_inside ? unshare (CLONE_NEWNET) != 0 : !ship_launch_network_try_namespaces (CLONE_NEWNET))
    return false;
  if (!raise_loopback ())
    ship_launch_fail ("network", "cannot have a loopback", errno);
  (void) write_text ("/proc/sys/net/ipv4/ip_unprivileged_port_start", "0");
  return true;
}
