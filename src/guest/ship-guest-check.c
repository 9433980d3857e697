/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-check.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ship-guest-protocol.h"

/*
 * The guest's look at its own walls before anything else runs inside: bubblewrap or a kernel that
 * did not do what it was asked must end the start, not go unnoticed. Runs once, before the process
 * is undumpable (afterwards it could not read its own /proc files).
 */

static bool
has_capabilities (void)
{
  struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
  struct __user_cap_data_struct   sets[_LINUX_CAPABILITY_U32S_3];

  memset (sets, 0xff, sizeof sets);
  if (syscall (SYS_capget, &header, sets) != 0)
    return true;

  for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
    if (sets[i].effective != 0 || sets[i].permitted != 0 || sets[i].inheritable != 0)
      return true;

  for (unsigned long capability = 0; capability < 64; capability++)
    if (prctl (PR_CAPBSET_READ, capability) == 1)
      return true;

  return false;
}

static bool
is_agent (void)
{
  uid_t uid, euid, suid;
  gid_t gid, egid, sgid;

  return getresuid (&uid, &euid, &suid) == 0 && getresgid (&gid, &egid, &sgid) == 0 &&
         uid == SHIP_GUEST_UID && euid == SHIP_GUEST_UID && suid == SHIP_GUEST_UID &&
         gid == SHIP_GUEST_UID && egid == SHIP_GUEST_UID && sgid == SHIP_GUEST_UID;
}

/* In a child, because succeeding would change this process. */
static bool
can_nest_namespaces (void)
{
  int   status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    _exit (unshare (CLONE_NEWUSER) == 0 ? 1 : 0);

  return pid < 0 || waitpid (pid, &status, 0) != pid || status != 0;
}

static bool
has_network (void)
{
  struct if_nameindex *interfaces = if_nameindex ();
  bool                 found = interfaces == NULL;

  for (int i = 0; interfaces != NULL && interfaces[i].if_name != NULL; i++)
    if (strcmp (interfaces[i].if_name, "lo") != 0)
      found = true;

  if (interfaces != NULL)
    if_freenameindex (interfaces);

  return found;
}

static bool
shows_environment (void)
{
  char    buffer[4096];
  int     fd = open ("/proc/self/environ", O_RDONLY | O_CLOEXEC);
  bool    found = fd < 0;
  ssize_t n;

  while (!found && (n = read (fd, buffer, sizeof buffer)) != 0)
    {
      found = n < 0;
      for (ssize_t i = 0; i < n; i++)
        if (buffer[i] != '\0')
          found = true;
    }
  if (fd >= 0)
    close (fd);

  return found;
}

static bool
can_write_kernel_settings (void)
{
  return access ("/proc/sys/kernel/core_pattern", W_OK) == 0;
}

const char *
ship_guest_check (void)
{
  if (getpid () != 1)
    return "it has no process namespace of its own";
  if (!is_agent ())
    return "it runs as another user than it should";
  if (prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
    return "programs in it could gain privileges";
  if (prctl (PR_GET_SECCOMP, 0, 0, 0, 0) != 2)
    return "its system call filter is not in force";
  if (has_capabilities ())
    return "it kept capabilities";
  if (can_nest_namespaces ())
    return "it could make user namespaces";
  if (has_network ())
    return "it can see a network";
  if (shows_environment ())
    return "it shows an environment";
  if (can_write_kernel_settings ())
    return "it could change settings of the kernel";

  return NULL;
}
