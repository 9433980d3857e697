/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-check.h"

#include <asm/ioctls.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ship-guest-mounts.h"

#define BAD 1L /* an address at which nothing can be */

/* bubblewrap sets where it is. */
const char *
ship_guest_check_environment (char **environment)
{
  for (char **entry = environment; *entry != NULL; entry++)
    if (strncmp (*entry, "PWD=", 4) != 0)
      return "it was given an environment";

  return NULL;
}

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
is_another_user (void)
{
  uid_t uid, euid, suid;
  gid_t gid, egid, sgid;

  return getresuid (&uid, &euid, &suid) != 0 || getresgid (&gid, &egid, &sgid) != 0 ||
         uid != SHIP_GUEST_UID || euid != SHIP_GUEST_UID || suid != SHIP_GUEST_UID ||
         gid != SHIP_GUEST_UID || egid != SHIP_GUEST_UID || sgid != SHIP_GUEST_UID;
}

static bool
is_not_first (void)
{
  return getpid () != 1 || getppid () != 0;
}

/* It is the only process yet, and /proc must be the one of its own namespace. */
static bool
sees_processes (void)
{
  DIR           *dir = opendir ("/proc");
  struct dirent *entry;
  int            n = 0;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
      n += strcmp (entry->d_name, "1") == 0 ? 1 : 2;
  if (dir != NULL)
    closedir (dir);

  return n != 1;
}

static bool
can_gain_privileges (void)
{
  return prctl (PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1;
}

static bool
has_no_filter (void)
{
  return prctl (PR_GET_SECCOMP, 0, 0, 0, 0) != SECCOMP_MODE_FILTER;
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

/* Whether there is more in a table of the kernel's than its heading. */
static bool
has_rows (const char *path)
{
  char        buffer[512];
  int         fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t     n = fd >= 0 ? read (fd, buffer, sizeof buffer) : 0;
  const char *end = n > 0 ? memchr (buffer, '\n', (size_t) n) : NULL;

  if (fd >= 0)
    close (fd);
  return n < 0 || (n > 0 && end != buffer + n - 1);
}

/* Nothing runs in the namespace yet that could have made one. */
static bool
sees_sockets (void)
{
  return has_rows ("/proc/self/net/unix");
}

static bool
shares_memory (void)
{
  return has_rows ("/proc/sysvipc/shm") || has_rows ("/proc/sysvipc/sem") ||
         has_rows ("/proc/sysvipc/msg");
}

static bool
has_name_of_host (void)
{
  char name[65] = "";

  return gethostname (name, sizeof name - 1) != 0 || strcmp (name, "ship") != 0;
}

static bool
has_terminal (void)
{
  int fd = open ("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
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

/* What the whole machine shares is covered with the null device. */
static bool
shows_kernel (void)
{
  static const char *const paths[] = { "/proc/keys",     "/proc/key-users", "/proc/timer_list",
                                       "/proc/kallsyms", "/proc/slabinfo",  "/proc/vmallocinfo",
                                       "/proc/kcore" };
  struct stat              status;

  for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
    if (stat (paths[i], &status) == 0 && !S_ISCHR (status.st_mode))
      return true;
  return false;
}

/* Calls of which the filter must be seen to say no: each with arguments that the kernel itself
 * would refuse in another way. */
static const char *
check_filter (void)
{
  /* clang-format off */
  static const struct
  {
    long        number, arguments[3];
    int         error;
    const char *sentence;
  } refused[] = {
    { SYS_keyctl, { 1 << 20 /* no such command */ }, EPERM, "it could reach the user's keys" },
    { SYS_ioctl, { -1, TIOCSTI, BAD }, EPERM, "it could type into terminals" },
    { 425 /* io_uring_setup */, { 1, BAD }, ENOSYS, "it could make calls that its filter does not see" },
    { SYS_clone3, { BAD, 0 }, ENOSYS, "it could make namespaces that its filter does not see" },
    { SYS_fchmodat, { -1, BAD, 04755 }, EPERM, "it could leave programs that run as their owner" },
    { SYS_socket, { 40 /* AF_VSOCK */, SOCK_STREAM }, EAFNOSUPPORT, "it could reach the machine that this one runs on" },
  };
  /* clang-format on */

  for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
    {
      const long *a = refused[i].arguments;

      if (syscall (refused[i].number, a[0], a[1], a[2]) != -1 || errno != refused[i].error)
        return refused[i].sentence;
    }
  return NULL;
}

static const char *
check_mounts (const char *const *extra, char *text, size_t size, char *sentence)
{
  int     fd = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  size_t  used = 0;
  ssize_t n = -1;

  while (fd >= 0 && used < size - 1 && (n = read (fd, text + used, size - 1 - used)) > 0)
    used += (size_t) n;
  if (fd >= 0)
    close (fd);
  if (n != 0)
    return "it cannot see what is mounted in it";

  text[used] = '\0';
  return ship_guest_mounts_check (text, extra, sentence) ? NULL : sentence;
}

const char *
ship_guest_check_walls (const char *const *extra,
                        char              *text,
                        size_t             size,
                        char               sentence[SHIP_GUEST_SENTENCE_MAX])
{
  static const struct
  {
    bool (*is_open) (void);
    const char *sentence;
  } walls[] = {
    { is_not_first, "it has no process namespace of its own" },
    { is_another_user, "it runs as another user than it should" },
    { can_gain_privileges, "programs in it could gain privileges" },
    { has_no_filter, "its system call filter is not in force" },
    { has_capabilities, "it kept capabilities" },
    { sees_processes, "it can see processes of the machine" },
    { has_network, "it can see a network" },
    { sees_sockets, "it can see sockets of the machine" },
    { shares_memory, "it can see shared memory of the machine" },
    { has_name_of_host, "it has the name of the machine" },
    { has_terminal, "it has the terminal that Ship was started from" },
    { shows_environment, "it shows an environment" },
    { shows_kernel, "it can see what belongs to the kernel" },
  };
  const char *failed;

  for (size_t i = 0; i < sizeof walls / sizeof *walls; i++)
    if (walls[i].is_open ())
      return walls[i].sentence;

  failed = check_filter ();
  return failed != NULL ? failed : check_mounts (extra, text, size, sentence);
}

const char *
ship_guest_check_descriptors (const int *fds, int n_fds)
{
  DIR           *dir = opendir ("/proc/self/fd");
  struct dirent *entry;
  bool           is_clean = dir != NULL;

  while (dir != NULL && (entry = readdir (dir)) != NULL)
    {
      int  fd = (int) strtol (entry->d_name, NULL, 10);
      bool is_known = entry->d_name[0] == '.' || fd <= 2 || fd == dirfd (dir);

      for (int i = 0; i < n_fds; i++)
        is_known = is_known || fd == fds[i];
      is_clean = is_clean && is_known;
    }
  if (dir != NULL)
    closedir (dir);

  return is_clean ? NULL : "it inherited descriptors";
}

static bool
is_limited (int resource, rlim_t most)
{
  struct rlimit limits = { RLIM_INFINITY, RLIM_INFINITY };

  return getrlimit (resource, &limits) == 0 && limits.rlim_max <= most &&
         limits.rlim_cur <= limits.rlim_max;
}

/* What the programs to come could do to this one. */
enum
{
  OPEN_NAMESPACES = 1,
  OPEN_FIRST_PROCESS,
};

static int
try_as_child (int control)
{
  static const char *const files[] = { "/proc/1/mem", "/proc/1/environ", "/proc/1/fd/3" };
  int                      first;
  long                     nested;

  if (unshare (CLONE_NEWUSER) == 0)
    return OPEN_NAMESPACES;
  nested = syscall (SYS_clone, CLONE_NEWUSER | SIGCHLD, 0L, 0L, 0L, 0L);
  if (nested == 0)
    _exit (0);
  if (nested > 0)
    return OPEN_NAMESPACES;

  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    if (open (files[i], O_RDONLY | O_CLOEXEC) >= 0)
      return OPEN_FIRST_PROCESS;
  first = (int) syscall (SYS_pidfd_open, 1, 0);
  if (first >= 0 && syscall (SYS_pidfd_getfd, first, control, 0) >= 0)
    return OPEN_FIRST_PROCESS;
  return ptrace (PTRACE_SEIZE, 1, 0, 0) == 0 ? OPEN_FIRST_PROCESS : 0;
}

/* In a child, because succeeding would change this process. */
static const char *
check_as_child (int control)
{
  int   status = -1;
  pid_t pid = fork ();

  if (pid == 0)
    _exit (try_as_child (control));
  if (pid < 0 || waitpid (pid, &status, 0) != pid || !WIFEXITED (status))
    return "its walls could not be tried";

  switch (WEXITSTATUS (status))
    {
    case 0:
      return NULL;
    case OPEN_NAMESPACES:
      return "it could make user namespaces";
    default:
      return "its first process could be inspected";
    }
}

const char *
ship_guest_check_itself (const ShipGuestLimits *limits, int control)
{
  rlim_t descriptors = limits->descriptors;

  if (descriptors < SHIP_GUEST_DESCRIPTORS)
    descriptors = SHIP_GUEST_DESCRIPTORS;
  if (!is_limited (RLIMIT_NPROC, limits->processes + SHIP_GUEST_RESERVED) ||
      !is_limited (RLIMIT_NOFILE, descriptors) || !is_limited (RLIMIT_FSIZE, limits->file_size) ||
      !is_limited (RLIMIT_DATA, limits->data) || !is_limited (RLIMIT_CORE, 0))
    return "its limits are not in force";
  if (prctl (PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
    return "its first process could be inspected";

  return check_as_child (control);
}
