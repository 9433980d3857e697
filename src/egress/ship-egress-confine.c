/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-egress-confine.h"

#include <errno.h>
#include <grp.h>
#include <seccomp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ship-egress-protocol.h"

/*
 * After this the process can read, write and close the sockets it has, receive more of them from
 * its two channels, and nothing else: there is no system call left in its filter that names a file,
 * makes a socket, gives a descriptor away, maps memory or starts a program. It needs none: all its
 * memory was taken before.
 */

static bool
fail (const char *what)
{
  fprintf (stderr, "ship-egress: %s: %s\n", what, strerror (errno));
  return false;
}

/* Not the uid of the sandbox: its processes must not be able to signal or trace this one. */
static bool
drop_root (void)
{
  const unsigned id = SHIP_SANDBOX_UID + 1;

  if (geteuid () != 0 && getuid () != 0)
    return true;
  if (setgroups (0, NULL) != 0 || setresgid (id, id, id) != 0 || setresuid (id, id, id) != 0)
    return fail ("cannot give up root");
  if (setuid (0) == 0 || geteuid () != id)
    return fail ("root was given up and is still there");
  return true;
}

static bool
limit (void)
{
  /* Every connection has two sockets; a descriptor that is over the limit is dropped by the kernel.
   */
  const struct rlimit nofile = { 4 * SHIP_EGRESS_MAX_CONNECTIONS, 4 * SHIP_EGRESS_MAX_CONNECTIONS };
  const struct rlimit none = { 0, 0 };

  return setrlimit (RLIMIT_NOFILE, &nofile) == 0 && setrlimit (RLIMIT_CORE, &none) == 0 &&
         setrlimit (RLIMIT_FSIZE, &none) == 0 && setrlimit (RLIMIT_NPROC, &none) == 0;
}

static bool
allow_calls (scmp_filter_ctx filter)
{
  static const int calls[] = {
    SCMP_SYS (epoll_ctl),
    SCMP_SYS (epoll_wait),
    SCMP_SYS (epoll_pwait),
    SCMP_SYS (close),
    SCMP_SYS (shutdown),
    SCMP_SYS (exit_group),
    SCMP_SYS (clock_gettime),
    SCMP_SYS (rt_sigreturn),
    SCMP_SYS (recvmsg),
    SCMP_SYS (recvfrom),
    SCMP_SYS (restart_syscall),
#if defined(__SANITIZE_ADDRESS__)
    /* The sanitizer's own run time. */
    SCMP_SYS (sigaltstack),
    SCMP_SYS (write),
    SCMP_SYS (getpid),
    SCMP_SYS (gettid),
#endif
  };

  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (seccomp_rule_add (filter, SCMP_ACT_ALLOW, calls[i], 0) != 0)
      return false;

  /* send(), but to nowhere else than where the socket is connected to. */
  return seccomp_rule_add (filter,
                           SCMP_ACT_ALLOW,
                           SCMP_SYS (sendto),
                           1,
                           SCMP_A4_64 (SCMP_CMP_EQ, 0)) == 0 &&
         seccomp_rule_add (filter,
                           SCMP_ACT_ALLOW,
                           SCMP_SYS (getsockopt),
                           1,
                           SCMP_A1_32 (SCMP_CMP_EQ, SOL_SOCKET)) == 0 &&
         seccomp_rule_add (filter,
                           SCMP_ACT_ALLOW,
                           SCMP_SYS (setsockopt),
                           2,
                           SCMP_A1_32 (SCMP_CMP_EQ, SOL_SOCKET),
                           SCMP_A2_32 (SCMP_CMP_EQ, SO_LINGER)) == 0;
}

static bool
filter_calls (void)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_KILL_PROCESS);
  bool            is_loaded;

  errno = ENOMEM;
  if (filter == NULL)
    return fail ("cannot make a system call filter");
  is_loaded = allow_calls (filter) && seccomp_load (filter) == 0;
  seccomp_release (filter);
  return is_loaded || fail ("cannot load the system call filter");
}

bool
ship_egress_confine (void)
{
  if (!drop_root ())
    return false;
  if (!limit ())
    return fail ("cannot limit resources");
  /* Changing the uid has cleared the first and reset the second of these. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) != 0 || prctl (PR_SET_DUMPABLE, 0) != 0 ||
      prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
    return fail ("cannot confine the process");
  return filter_calls ();
}
