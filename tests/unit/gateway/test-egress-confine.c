/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What ship-egress can still do once it is confined: each action runs in a child of its own, which
 * lives or is killed by the filter.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "egress/ship-egress-confine.h"

/* A connected pair and a watch, made before. */
typedef struct
{
  int pair[2];
  int epoll_fd;
} World;

typedef struct
{
  const char *name;
  gboolean    is_allowed;
  void (*act) (World *world);
} Action;

static void
use_sockets (World *world)
{
  struct epoll_event event = { .events = EPOLLIN };
  struct linger      linger = { 0, 0 };
  int                type = 0;
  socklen_t          length = sizeof type;
  char               byte = 'x';

  if (epoll_ctl (world->epoll_fd, EPOLL_CTL_ADD, world->pair[1], &event) != 0 ||
      send (world->pair[0], &byte, 1, MSG_DONTWAIT) != 1 ||
      epoll_wait (world->epoll_fd, &event, 1, 1000) != 1 ||
      recv (world->pair[1], &byte, 1, MSG_DONTWAIT) != 1 ||
      getsockopt (world->pair[0], SOL_SOCKET, SO_TYPE, &type, &length) != 0 ||
      setsockopt (world->pair[0], SOL_SOCKET, SO_LINGER, &linger, sizeof linger) != 0 ||
      shutdown (world->pair[0], SHUT_RDWR) != 0 || close (world->pair[0]) != 0)
    _exit (1);
}

static void
open_file (World *world)
{
  syscall (SYS_openat, AT_FDCWD, "/etc/passwd", O_RDONLY, 0);
}

static void
stat_file (World *world)
{
  struct stat buffer;

  syscall (SYS_newfstatat, AT_FDCWD, "/etc/passwd", &buffer, 0);
}

static void
make_socket (World *world)
{
  syscall (SYS_socket, AF_INET, SOCK_STREAM, 0);
}

static void
connect_socket (World *world)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/run/x" };

  syscall (SYS_connect, world->pair[0], &address, sizeof address);
}

static void
send_elsewhere (World *world)
{
  struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "/run/x" };

  syscall (SYS_sendto, world->pair[0], "x", 1, MSG_DONTWAIT, &address, sizeof address);
}

static void
give_descriptor_away (World *world)
{
  struct msghdr message = { 0 };

  syscall (SYS_sendmsg, world->pair[0], &message, MSG_DONTWAIT);
}

static void
set_option (World *world)
{
  int value = 1;

  syscall (SYS_setsockopt, world->pair[0], SOL_SOCKET, SO_PASSCRED, &value, sizeof value);
}

static void
start_process (World *world)
{
  syscall (SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void
run_program (World *world)
{
  char *arguments[] = { NULL };

  syscall (SYS_execve, "/bin/true", arguments, arguments);
}

static void
map_memory (World *world)
{
  syscall (SYS_mmap, NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
trace_parent (World *world)
{
  syscall (SYS_ptrace, PTRACE_ATTACH, 1, 0, 0);
}

static void
signal_others (World *world)
{
  syscall (SYS_kill, 1, 0);
}

static void
duplicate (World *world)
{
  syscall (SYS_fcntl, world->pair[0], F_DUPFD, 0);
}

static void
become_root (World *world)
{
  syscall (SYS_setuid, 0);
}

static void
use_io_uring (World *world)
{
  syscall (SYS_io_uring_setup, 1, NULL);
}

static const Action actions[] = {
  { "use-sockets", TRUE, use_sockets },
  { "open-file", FALSE, open_file },
  { "stat-file", FALSE, stat_file },
  { "make-socket", FALSE, make_socket },
  { "connect-socket", FALSE, connect_socket },
  { "send-elsewhere", FALSE, send_elsewhere },
  { "give-descriptor-away", FALSE, give_descriptor_away },
  { "set-option", FALSE, set_option },
  { "start-process", FALSE, start_process },
  { "run-program", FALSE, run_program },
  { "map-memory", FALSE, map_memory },
  { "trace-parent", FALSE, trace_parent },
  { "signal-others", FALSE, signal_others },
  { "duplicate", FALSE, duplicate },
  { "become-root", FALSE, become_root },
  { "use-io-uring", FALSE, use_io_uring },
};

static void
test_action (gconstpointer data)
{
  const Action *action = data;
  World         world;
  int           status;
  pid_t         pid;

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM, 0, world.pair), ==, 0);
  world.epoll_fd = epoll_create1 (0);
  pid = fork ();
  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      if (!ship_egress_confine ())
        _exit (2);
      action->act (&world);
      _exit (0);
    }
  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  if (action->is_allowed)
    g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  else
    g_assert_true (WIFSIGNALED (status) && WTERMSIG (status) == SIGSYS);
  close (world.pair[0]);
  close (world.pair[1]);
  close (world.epoll_fd);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autofree char *path = g_strdup_printf ("/egress-confine/%s", actions[i].name);

      g_test_add_data_func (path, &actions[i], test_action);
    }
  return g_test_run ();
}
