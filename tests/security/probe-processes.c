/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "probe.h"

/* Attempts on other processes, on what was inherited, and on the limits. */

static bool
reach_process (char **args)
{
  pid_t pid = (pid_t) strtol (args[0], NULL, 10);
  int   fd;
  bool  worked = false;

  if (kill (pid, 0) == 0)
    worked = probe_worked ("signal process %d", pid);
  fd = (int) syscall (SYS_pidfd_open, pid, 0);
  if (fd >= 0 && syscall (SYS_pidfd_getfd, fd, 0, 0) >= 0)
    worked = probe_worked ("take a descriptor of process %d", pid);
  if (ptrace (PTRACE_SEIZE, pid, 0, 0) == 0)
    worked = probe_worked ("trace process %d", pid);

  return worked;
}

/* The first process of the sandbox holds the way to the host. */
static bool
inspect_first_process (char **args)
{
  static const char *const files[] = { "environ", "maps", "mem", "auxv", "syscall", "stack", "io" };
  static const char *const links[] = { "exe", "cwd", "root", "ns/mnt", "fd/0", "fd/3", "fd/4" };
  char                     path[64];
  char                     target[256];
  int                      fd;
  bool                     worked = false;

  probe_only_inside ();
  fd = (int) syscall (SYS_pidfd_open, 1, 0);

  for (size_t i = 0; i < sizeof files / sizeof *files; i++)
    {
      snprintf (path, sizeof path, "/proc/1/%s", files[i]);
      worked |= probe_can_read (path);
    }
  for (size_t i = 0; i < sizeof links / sizeof *links; i++)
    {
      snprintf (path, sizeof path, "/proc/1/%s", links[i]);
      if (readlink (path, target, sizeof target) > 0)
        worked = probe_worked ("follow %s", path);
    }
  for (int number = 0; fd >= 0 && number < 8; number++)
    if (syscall (SYS_pidfd_getfd, fd, number, 0) >= 0)
      worked = probe_worked ("take descriptor %d of process 1", number);
  if (ptrace (PTRACE_SEIZE, 1, 0, 0) == 0)
    worked = probe_worked ("trace process 1");

  return worked;
}

/* It survives a signal that would kill it, as only what is meant to be process 1 can. */
static bool
kill_first_process (char **args)
{
  probe_only_inside ();
  kill (1, SIGKILL);
  kill (1, SIGTERM);
  kill (1, SIGSTOP);
  usleep (50 * 1000);
  return kill (1, 0) != 0 && errno == ESRCH && probe_worked ("kill process 1");
}

static bool
inherit_descriptors (char **args)
{
  bool worked = false;

  for (int fd = 3; fd < 1024; fd++)
    if (fcntl (fd, F_GETFD) >= 0)
      worked = probe_worked ("inherit descriptor %d", fd);
  return worked;
}

static bool
mentions (const char *path, const char *canary)
{
  static char text[256 * 1024];
  int         fd = open (path, O_RDONLY | O_CLOEXEC);
  ssize_t     n = fd >= 0 ? read (fd, text, sizeof text) : -1;

  if (fd >= 0)
    close (fd);
  return n > 0 && memmem (text, (size_t) n, canary, strlen (canary)) != NULL &&
         probe_worked ("find the canary in %s", path);
}

/* In every environment, command line and mount table. The canary is cut in two, so as not to find
 * our own. */
static bool
find_canary (char **args)
{
  static const char *const files[] = { "environ", "cmdline" };
  char                     canary[256];
  DIR                     *dir = opendir ("/proc");
  struct dirent           *entry;
  bool                     worked = false;

  snprintf (canary, sizeof canary, "%s%s", args[0], args[1]);
  while (dir != NULL && (entry = readdir (dir)) != NULL)
    for (int i = 0; i < 2 && entry->d_name[0] >= '0' && entry->d_name[0] <= '9'; i++)
      {
        char path[320];

        snprintf (path, sizeof path, "/proc/%s/%s", entry->d_name, files[i]);
        worked |= mentions (path, canary);
      }

  return worked;
}

static bool
share_memory (char **args)
{
  int id = shmget ((key_t) strtol (args[0], NULL, 0), 0, 0);

  return id >= 0 && probe_worked ("find a shared memory segment of the host");
}

/* Runs one that says who it is. */
static bool
run_set_id (char **args)
{
  int   status = 0;
  pid_t pid = fork ();

  if (pid == 0)
    {
      execl (args[0], args[0], "whoami", (char *) NULL);
      _exit (0);
    }
  waitpid (pid, &status, 0);

  return WIFEXITED (status) && WEXITSTATUS (status) == 1;
}

/* What a set-id copy of this program does: whether it runs as another user than started it. */
static bool
say_who (char **args)
{
  return geteuid () != getuid () && probe_worked ("become user %d", (int) geteuid ());
}

static bool
fork_many (char **args)
{
  long wanted = strtol (args[0], NULL, 10);
  int  n = 0;

  probe_only_inside ();

  while (n < wanted)
    {
      pid_t pid = fork ();

      if (pid < 0)
        break;
      if (pid == 0)
        {
          prctl (PR_SET_PDEATHSIG, SIGKILL);
          pause ();
          _exit (0);
        }
      n++;
    }

  signal (SIGTERM, SIG_IGN);
  kill (0, SIGTERM);
  while (waitpid (-1, NULL, 0) > 0)
    continue;

  return n >= wanted && probe_worked ("have %d processes", n);
}

/* Whether a limit is looser than the profile says, or can be raised. */
static bool
raise_limits (char **args)
{
  static const struct
  {
    const char *name;
    int         resource;
    rlim_t      most;
  } limits[] = {
    { "NPROC", RLIMIT_NPROC, 512 },
    { "NOFILE", RLIMIT_NOFILE, 4096 },
    { "FSIZE", RLIMIT_FSIZE, (rlim_t) 2 << 30 },
    { "DATA", RLIMIT_DATA, (rlim_t) 8 << 30 },
    { "CORE", RLIMIT_CORE, 0 },
  };
  struct rlimit limit;
  bool          worked = false;

  for (size_t i = 0; i < sizeof limits / sizeof *limits; i++)
    {
      if (getrlimit (limits[i].resource, &limit) == 0 && limit.rlim_max > limits[i].most)
        worked = probe_worked ("find a loose limit of %s", limits[i].name);
      limit.rlim_max = limits[i].most + 1;
      if (setrlimit (limits[i].resource, &limit) == 0)
        worked = probe_worked ("raise the limit of %s", limits[i].name);
    }
  return worked;
}

/* To have the host's own processes ended first (by an oom_score_adj), or served last. */
static bool
gain_priority (char **args)
{
  struct sched_param realtime = { .sched_priority = 10 };
  int                fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  bool               worked = false;

  if (fd >= 0 && write (fd, args[0], strlen (args[0])) > 0)
    worked = probe_worked ("be spared when memory is short");
  if (fd >= 0)
    close (fd);
  errno = 0;
  if (nice (-5) != -1 || errno == 0)
    worked = probe_worked ("gain priority");
  if (sched_setscheduler (0, SCHED_FIFO, &realtime) == 0)
    worked = probe_worked ("run in real time");

  return worked;
}

const ProbeAttempt probe_processes[] = {
  { "reach-process", reach_process },   { "inspect-first", inspect_first_process },
  { "kill-first", kill_first_process }, { "inherited", inherit_descriptors },
  { "find-canary", find_canary },       { "share-memory", share_memory },
  { "run-set-id", run_set_id },         { "whoami", say_who },
  { "fork-many", fork_many },           { "limits", raise_limits },
  { "priority", gain_priority },        { NULL, NULL },
};
