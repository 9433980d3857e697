/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <linux/btrfs.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "probe.h"

#define BAD 1L /* an address at which nothing can be */

#ifndef TIOCLINUX
#define TIOCLINUX 0x541C
#endif

/* Attempts by system calls: kernel interfaces, namespaces, sockets. */

/*
 * Every argument is one with which the call can do nothing, whoever makes it: a bad address, a path
 * that is not there, a descriptor that is not open. For the controls run outside, where there may
 * be no wall at all. Refused means before the kernel looked at them.
 */
static bool
call (const char *name, long number, long a, long b, long c, long d, long e)
{
  long result;

  errno = 0;
  result = syscall (number, a, b, c, d, e, 0L);

  return (result >= 0 || (errno != EPERM && errno != ENOSYS && errno != EACCES)) &&
         probe_worked ("reach %s (%s)", name, result < 0 ? strerror (errno) : "success");
}

static bool
call_listed (char **args)
{
  /* clang-format off */
  static const struct { const char *name; long number, a, b, c, d, e; } calls[] = {
    { "bpf", SYS_bpf, 0, BAD, 8, 0, 0 },
    { "userfaultfd", SYS_userfaultfd, 0x7fffffff, 0, 0, 0, 0 },
    { "perf_event_open", SYS_perf_event_open, BAD, 0, -1, -1, 0 },
    { "add_key", SYS_add_key, BAD, BAD, BAD, 0, 0 },
    { "keyctl", SYS_keyctl, 1 << 20 /* no such command */, 0, 0, 0, 0 },
    { "request_key", SYS_request_key, BAD, BAD, 0, 0, 0 },
    { "io_uring_setup", 425, 1, BAD, 0, 0, 0 },
    { "io_uring_enter", 426, -1, 0, 0, 0, 0 },
    { "io_uring_register", 427, -1, 0, 0, 0, 0 },
    { "kexec_load", SYS_kexec_load, 0, 1 << 20, BAD, 0, 0 },
    { "kexec_file_load", SYS_kexec_file_load, -1, -1, 0, 0, 0 },
    { "init_module", SYS_init_module, BAD, 0, BAD, 0, 0 },
    { "finit_module", SYS_finit_module, -1, 0, 0, 0, 0 },
    { "delete_module", SYS_delete_module, BAD, 0, 0, 0, 0 },
    { "open_by_handle_at", SYS_open_by_handle_at, -1, 0, 0, 0, 0 },
    { "syslog", SYS_syslog, 3, BAD, -1, 0, 0 },
    { "quotactl", SYS_quotactl, -1, BAD, 0, BAD, 0 },
    { "acct", SYS_acct, BAD, 0, 0, 0, 0 },
    { "swapon", SYS_swapon, BAD, 0, 0, 0, 0 },
    { "swapoff", SYS_swapoff, BAD, 0, 0, 0, 0 },
    { "fanotify_init", SYS_fanotify_init, -1, 0, 0, 0, 0 },
    { "move_pages", SYS_move_pages, -1, 0, 0, 0, 0 },
    { "mount", SYS_mount, BAD, BAD, BAD, 0, 0 },
    { "umount2", SYS_umount2, BAD, 0, 0, 0, 0 },
    { "pivot_root", SYS_pivot_root, BAD, BAD, 0, 0, 0 },
    { "chroot", SYS_chroot, BAD, 0, 0, 0, 0 },
    { "open_tree", 428, -1, BAD, 0, 0, 0 },
    { "move_mount", 429, -1, BAD, -1, BAD, 0 },
    { "fsopen", 430, BAD, 0, 0, 0, 0 },
    { "fsconfig", 431, -1, 0, BAD, BAD, 0 },
    { "fsmount", 432, -1, 0, 0, 0, 0 },
    { "fspick", 433, -1, BAD, 0, 0, 0 },
    { "mount_setattr", 442, -1, BAD, 0, BAD, 0 },
    { "setns", SYS_setns, -1, 0, 0, 0, 0 },
    { "unshare", SYS_unshare, 1 /* no such flag */, 0, 0, 0, 0 },
    { "settimeofday", SYS_settimeofday, BAD, BAD, 0, 0, 0 },
    { "clock_settime", SYS_clock_settime, 0, BAD, 0, 0, 0 },
    { "sethostname", SYS_sethostname, BAD, 1, 0, 0, 0 },
    { "reboot", SYS_reboot, 0 /* not its magic number */, 0, 0, 0, 0 },
    { "personality(READ_IMPLIES_EXEC)", SYS_personality, READ_IMPLIES_EXEC, 0, 0, 0, 0 },
    { "personality(PER_LINUX32)", SYS_personality, PER_LINUX32 | ADDR_NO_RANDOMIZE, 0, 0, 0, 0 },
  };
  /* clang-format on */
  bool worked = false;

  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    worked |= call (calls[i].name,
                    calls[i].number,
                    calls[i].a,
                    calls[i].b,
                    calls[i].c,
                    calls[i].d,
                    calls[i].e);
  return worked;
}

static int
do_nothing (void *unused)
{
  return 0;
}

static bool
reap (pid_t pid, const char *way)
{
  if (pid <= 0)
    return false;
  waitpid (pid, NULL, 0);
  return probe_worked ("make a user namespace by %s", way);
}

static bool
make_user_namespace (char **args)
{
  static char stack[64 * 1024] __attribute__ ((aligned (16)));
  const struct
  {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
  } clone3_args = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
  bool worked =
    reap (clone (do_nothing, stack + sizeof stack, CLONE_NEWUSER | SIGCHLD, NULL), "clone");
  long pid = syscall (SYS_clone3, &clone3_args, sizeof clone3_args);

  if (pid == 0)
    _exit (0);
  worked |= reap ((pid_t) pid, "clone3");
  if (unshare (CLONE_NEWUSER) == 0)
    worked = probe_worked ("make a user namespace by unshare");

  return worked;
}

static bool
open_socket_families (char **args)
{
  /* clang-format off */
  static const struct { const char *name; int family, type, protocol; } sockets[] = {
    { "AF_VSOCK", 40, SOCK_STREAM, 0 },         { "AF_ALG", 38, SOCK_SEQPACKET, 0 },
    { "AF_PACKET", 17, SOCK_RAW, 768 },         { "NETLINK_AUDIT", 16, SOCK_RAW, 9 },
    { "NETLINK_KOBJECT_UEVENT", 16, SOCK_RAW, 15 }, { "NETLINK_SOCK_DIAG", 16, SOCK_RAW, 4 },
    { "NETLINK_NETFILTER", 16, SOCK_RAW, 12 },  { "NETLINK_XFRM", 16, SOCK_RAW, 6 },
    { "AF_CAN", 29, SOCK_RAW, 1 },              { "AF_BLUETOOTH", 31, SOCK_SEQPACKET, 0 },
    { "AF_XDP", 44, SOCK_RAW, 0 },              { "AF_RDS", 21, SOCK_SEQPACKET, 0 },
    { "AF_TIPC", 30, SOCK_SEQPACKET, 0 },       { "AF_SMC", 43, SOCK_STREAM, 0 },
    { "AF_KCM", 41, SOCK_DGRAM, 0 },            { "AF_MCTP", 45, SOCK_DGRAM, 0 },
    { "AF_QIPCRTR", 42, SOCK_DGRAM, 0 },        { "raw IPv4", AF_INET, SOCK_RAW, 255 },
    { "raw IPv6", AF_INET6, SOCK_RAW, 255 },
  };
  /* clang-format on */
  bool worked = false;

  for (size_t i = 0; i < sizeof sockets / sizeof *sockets; i++)
    {
      int fd = socket (sockets[i].family, sockets[i].type, sockets[i].protocol);

      if (fd < 0)
        continue;
      close (fd);
      worked = probe_worked ("open a socket of %s", sockets[i].name);
    }
  return worked;
}

/* A foreign ABI would have its own numbers for the calls. Each in a child, which may be killed for
 * it. */
static bool
use_foreign_abi (char **args)
{
  bool worked = false;

#ifdef __x86_64__
  for (int way = 0; way < 2; way++)
    {
      int   status = 0;
      pid_t pid = fork ();

      if (pid == 0)
        {
          long result;

          if (way == 0)
            __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory");
          else
            result = syscall (0x40000000 | SYS_getpid);
          _exit (result > 0 ? 1 : 0);
        }
      waitpid (pid, &status, 0);
      if (WIFEXITED (status) && WEXITSTATUS (status) == 1)
        worked = probe_worked (way == 0 ? "call by int 0x80" : "call by x32");
    }
#endif
  return worked;
}

/* On the controlling terminal. */
static bool
push_terminal_input (char **args)
{
  char character = '#';
  char paste[2] = { 2, 0 };
  bool worked = false;

  probe_only_inside ();
  if (!isatty (0))
    {
      puts ("no terminal to try it on");
      exit (2);
    }
  if (ioctl (0, TIOCSTI, &character) == 0)
    worked = probe_worked ("push a character by TIOCSTI");
  if (syscall (SYS_ioctl, 0, (1UL << 32) | TIOCSTI, &character) == 0)
    worked = probe_worked ("push a character by TIOCSTI with a high bit");
  if (ioctl (0, TIOCLINUX, paste) == 0 || errno != EPERM)
    worked = probe_worked ("reach TIOCLINUX");

  return worked;
}

/* Without an argument no file system does anything; one that has none says so in its own way. */
static bool
reach_subvolumes (char **args)
{
  static const struct
  {
    unsigned long request;
    const char   *name;
  } calls[] = {
    { BTRFS_IOC_SUBVOL_CREATE, "make a subvolume" },
    { BTRFS_IOC_SUBVOL_CREATE_V2, "make a subvolume, second form" },
    { BTRFS_IOC_SNAP_CREATE, "make a snapshot" },
    { BTRFS_IOC_SNAP_CREATE_V2, "make a snapshot, second form" },
    { BTRFS_IOC_SUBVOL_SETFLAGS, "make a subvolume read-only" },
    { (1UL << 32) | BTRFS_IOC_SUBVOL_SETFLAGS, "make one read-only with a high bit" },
  };
  int  fd = open (".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool worked = false;

  for (size_t i = 0; i < sizeof calls / sizeof *calls; i++)
    if (syscall (SYS_ioctl, fd, calls[i].request, NULL) == 0 || errno != EPERM)
      worked = probe_worked ("%s", calls[i].name);
  close (fd);

  return worked;
}

static bool
try_connect (int family, const void *address, socklen_t size, const char *name)
{
  int           fd = socket (family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  struct pollfd poller = { .fd = fd, .events = POLLOUT };
  int           error = 0;
  socklen_t     length = sizeof error;
  bool          worked = fd >= 0 && connect (fd, address, size) == 0;

  if (!worked && fd >= 0 && errno == EINPROGRESS && poll (&poller, 1, 2000) == 1)
    worked = getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == 0;
  if (fd >= 0)
    close (fd);

  return worked && probe_worked ("connect to %s", name);
}

static bool
connect_port (char **args)
{
  uint16_t            port = htons ((uint16_t) strtol (args[0], NULL, 10));
  struct sockaddr_in  four = { .sin_family = AF_INET,
                               .sin_port = port,
                               .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  struct sockaddr_in6 six = { .sin6_family = AF_INET6,
                              .sin6_port = port,
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT };
  bool                worked = try_connect (AF_INET, &four, sizeof four, "127.0.0.1");

  return try_connect (AF_INET6, &six, sizeof six, "::1") || worked;
}

/* Whether anything could leave: documentation addresses, one datagram each, and only where it
 * cannot. */
static bool
reach_network (char **args)
{
  struct sockaddr_in   address = { .sin_family = AF_INET, .sin_port = htons (53) };
  struct if_nameindex *interfaces = if_nameindex ();
  bool                 worked = false;
  int                  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  for (int i = 0; interfaces != NULL && interfaces[i].if_name != NULL; i++)
    if (strcmp (interfaces[i].if_name, "lo") != 0)
      worked = probe_worked ("see the interface %s", interfaces[i].if_name);

  /* connect() of a datagram socket asks for a route, and sends nothing. */
  address.sin_addr.s_addr = htonl (0xc0000235);
  if (connect (fd, (const void *) &address, sizeof address) == 0)
    worked = probe_worked ("find a route to a name server");

  return worked;
}

static bool
connect_abstract (char **args)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX };

  memcpy (address.sun_path + 1, args[0], strlen (args[0]));
  return try_connect (AF_UNIX,
                      &address,
                      (socklen_t) (offsetof (struct sockaddr_un, sun_path) + 1 + strlen (args[0])),
                      args[0]);
}

static bool
connect_unix (char **args)
{
  bool worked = false;

  for (; *args != NULL; args++)
    {
      struct sockaddr_un address = { .sun_family = AF_UNIX };

      memcpy (address.sun_path, *args, strnlen (*args, sizeof address.sun_path - 1));
      worked |= try_connect (AF_UNIX, &address, sizeof address, *args);
    }
  return worked;
}

static bool
find_key (char **args)
{
  static const long rings[] = { -3 /* session */, -4 /* user */, -5 /* user session */ };
  char              text[64 * 1024] = "";
  int               fd = open ("/proc/keys", O_RDONLY | O_CLOEXEC);
  bool              worked = false;
  ssize_t           n = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;

  if (n > 0 && strstr (text, args[0]) != NULL)
    worked = probe_worked ("see a key of the user");
  if (fd >= 0)
    close (fd);
  for (size_t i = 0; i < sizeof rings / sizeof *rings; i++)
    if (syscall (SYS_keyctl, 10L /* search */, rings[i], "user", args[0], 0L) >= 0)
      worked = probe_worked ("find a key of the user");

  return worked;
}

const ProbeAttempt probe_kernel[] = {
  { "syscalls", call_listed },
  { "user-namespace", make_user_namespace },
  { "socket-families", open_socket_families },
  { "foreign-abi", use_foreign_abi },
  { "terminal-input", push_terminal_input },
  { "subvolumes", reach_subvolumes },
  { "connect-port", connect_port },
  { "network", reach_network },
  { "connect-abstract", connect_abstract },
  { "connect-unix", connect_unix },
  { "find-key", find_key },
  { NULL, NULL },
};
