/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ship-guest-children.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * The processes that the host asked for. Each leads a session of its own, has its three streams and
 * no other descriptor, no signal ignored or blocked, and the environment the host gave.
 */

typedef struct
{
  const char *cwd;
  char       *args[SHIP_GUEST_ARGS_MAX + 1];
  char       *env[SHIP_GUEST_ENV_MAX + 1];
  int         streams[3];

  const ShipGuestLimits *limits;
  int                    master; /* -1 without a terminal */
} Request;

typedef struct
{
  int stage;
  int error;
} Failure;

bool
ship_guest_send (int control, const ShipGuestHeader *header, const char *payload, int fd)
{
  struct iovec vectors[2] = { { (void *) header, sizeof *header },
                              { (void *) payload, header->size } };
  union
  {
    char           bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } ancillary = { 0 };
  struct msghdr message = { .msg_iov = vectors, .msg_iovlen = header->size > 0 ? 2 : 1 };
  ssize_t       n;

  if (fd >= 0)
    {
      struct cmsghdr *rights = &ancillary.align;

      message.msg_control = &ancillary;
      message.msg_controllen = sizeof ancillary.bytes;
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN (sizeof (int));
      memcpy (CMSG_DATA (rights), &fd, sizeof fd);
    }

  do
    n = sendmsg (control, &message, MSG_NOSIGNAL);
  while (n < 0 && errno == EINTR);

  return n == (ssize_t) (sizeof *header + header->size);
}

/* Takes the next string off the payload, or NULL. */
static char *
next_string (char **at, char *end)
{
  char *start = *at;
  char *nul = start < end ? memchr (start, '\0', (size_t) (end - start)) : NULL;

  if (nul == NULL)
    return NULL;

  *at = nul + 1;
  return start;
}

static bool
parse_strings (Request *request, char *payload, size_t size)
{
  ShipGuestSpawn counts;
  char          *end = payload + size;
  char          *at = payload + sizeof counts;

  if (size < sizeof counts)
    return false;
  memcpy (&counts, payload, sizeof counts);
  if (counts.n_args < 1 || counts.n_args > SHIP_GUEST_ARGS_MAX || counts.n_env > SHIP_GUEST_ENV_MAX)
    return false;

  request->cwd = next_string (&at, end);
  if (request->cwd == NULL)
    return false;
  for (int i = 0; i < counts.n_args; i++)
    if ((request->args[i] = next_string (&at, end)) == NULL)
      return false;
  for (int i = 0; i < counts.n_env; i++)
    if ((request->env[i] = next_string (&at, end)) == NULL)
      return false;

  request->args[counts.n_args] = NULL;
  request->env[counts.n_env] = NULL;
  return at == end;
}

/* The terminal belongs to the sandbox's own devpts, so that ttyname() works inside. */
static bool
open_terminal (Request *request, int32_t size)
{
  struct winsize window = { .ws_row = (unsigned short) ((uint32_t) size >> 16),
                            .ws_col = (unsigned short) (size & 0xffff) };
  int            slave;

  request->master = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (request->master < 0)
    return false;
  if (grantpt (request->master) != 0 || unlockpt (request->master) != 0 ||
      ioctl (request->master, TIOCSWINSZ, &window) != 0)
    return false;

  slave = ioctl (request->master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (slave < 0)
    return false;
  for (int i = 0; i < 3; i++)
    request->streams[i] = slave;

  return true;
}

static void
fail_child (int report, int stage)
{
  Failure failure = { stage, errno };

  if (write (report, &failure, sizeof failure) != sizeof failure)
    _exit (126);
  _exit (127);
}

/* Process 1 keeps a few more for itself, so that it can still start what helps. */
static bool
lower (int resource, rlim_t value)
{
  struct rlimit limits;

  if (getrlimit (resource, &limits) != 0)
    return false;
  if (limits.rlim_max > value)
    limits.rlim_max = value;
  limits.rlim_cur = limits.rlim_max;

  return setrlimit (resource, &limits) == 0;
}

/* Between fork() and exec. Descriptors of ours above the streams all close on exec; the explicit
 * close is for what the host passed. */
static void
run_child (Request *request, int report)
{
  sigset_t none;
  int      moved[3];

  for (int signal_number = 1; signal_number < NSIG; signal_number++)
    signal (signal_number, SIG_DFL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
  setsid ();

  for (int i = 0; i < 3; i++)
    if ((moved[i] = fcntl (request->streams[i], F_DUPFD_CLOEXEC, 3)) < 0)
      fail_child (report, SHIP_GUEST_STAGE_PROCESS);
  for (int i = 0; i < 3; i++)
    if (dup2 (moved[i], i) < 0)
      fail_child (report, SHIP_GUEST_STAGE_PROCESS);
  if (syscall (SYS_close_range, 3U, ~0U, 4U /* CLOSE_RANGE_CLOEXEC */) != 0)
    fail_child (report, SHIP_GUEST_STAGE_PROCESS);

  if (!lower (RLIMIT_NPROC, request->limits->processes) ||
      !lower (RLIMIT_NOFILE, request->limits->descriptors))
    fail_child (report, SHIP_GUEST_STAGE_PROCESS);
  if (request->master >= 0 && ioctl (0, TIOCSCTTY, 0) != 0)
    fail_child (report, SHIP_GUEST_STAGE_TERMINAL);
  if (chdir (request->cwd) != 0)
    fail_child (report, SHIP_GUEST_STAGE_DIRECTORY);

  environ = request->env;
  execvp (request->args[0], request->args);
  fail_child (report, SHIP_GUEST_STAGE_PROGRAM);
}

/* Returns: false if the program has begun. Waits for that, but not longer than there is a host. */
static bool
read_failure (int report, int control, Failure *failure)
{
  struct pollfd polls[2] = { { .fd = report, .events = POLLIN }, { .fd = control } };
  ssize_t       n;

  while (poll (polls, 2, -1) < 0 && errno == EINTR)
    continue;
  if (polls[0].revents == 0)
    return true;

  do
    n = read (report, failure, sizeof *failure);
  while (n < 0 && errno == EINTR);

  return n != 0;
}

/* Returns the process, or -1 with @failure filled in. */
static pid_t
start_child (Request *request, int control, Failure *failure)
{
  int   report[2];
  pid_t pid;

  *failure = (Failure){ SHIP_GUEST_STAGE_PROCESS, 0 };
  if (pipe2 (report, O_CLOEXEC) != 0)
    {
      failure->error = errno;
      return -1;
    }

  pid = fork ();
  if (pid == 0)
    run_child (request, report[1]);
  failure->error = errno;
  close (report[1]);

  if (pid > 0 && read_failure (report[0], control, failure))
    pid = -1; /* it is reaped like any orphan */
  close (report[0]);

  return pid;
}

static int
find_slot (const ShipGuestChildren *self, uint32_t id)
{
  for (int i = 0; i < SHIP_GUEST_CHILDREN_MAX; i++)
    if (self->slots[i].pid != 0 && self->slots[i].id == id)
      return i;
  return -1;
}

static int
find_free_slot (const ShipGuestChildren *self)
{
  for (int i = 0; i < SHIP_GUEST_CHILDREN_MAX; i++)
    if (self->slots[i].pid == 0)
      return i;
  return -1;
}

bool
ship_guest_children_spawn (ShipGuestChildren     *self,
                           int                    control,
                           const ShipGuestHeader *header,
                           char                  *payload,
                           const int             *fds,
                           int                    n_fds)
{
  bool            wants_pty = (header->detail & SHIP_GUEST_SPAWN_PTY) != 0;
  Request         request = { .master = -1, .streams = { -1, -1, -1 }, .limits = &self->limits };
  Failure         failure = { SHIP_GUEST_STAGE_PROCESS, EAGAIN };
  ShipGuestHeader reply = { .id = header->id };
  int             slot = find_free_slot (self);
  pid_t           pid = -1;
  bool            sent;

  if (n_fds != (wants_pty ? 0 : 3) || (header->detail & ~SHIP_GUEST_SPAWN_PTY) != 0 ||
      find_slot (self, header->id) >= 0 || !parse_strings (&request, payload, header->size))
    return false;

  if (!wants_pty)
    memcpy (request.streams, fds, sizeof request.streams);
  else if (!open_terminal (&request, header->value))
    {
      failure = (Failure){ SHIP_GUEST_STAGE_TERMINAL, errno };
      slot = -1;
    }
  if (slot >= 0)
    pid = start_child (&request, control, &failure);

  if (pid > 0)
    {
      self->slots[slot].pid = pid;
      self->slots[slot].id = header->id;
      reply.type = SHIP_GUEST_SPAWNED;
    }
  else
    {
      reply.type = SHIP_GUEST_FAILED;
      reply.detail = (uint16_t) failure.stage;
      reply.value = failure.error;
    }
  sent = ship_guest_send (control, &reply, NULL, pid > 0 ? request.master : -1);

  /* The host has the only master now: the terminal hangs up when it lets go. */
  if (request.master >= 0)
    close (request.master);
  if (wants_pty && request.streams[0] >= 0)
    close (request.streams[0]);

  return sent;
}

bool
ship_guest_children_signal (ShipGuestChildren *self, const ShipGuestHeader *header)
{
  int slot = find_slot (self, header->id);

  if (header->value < 1 || header->value >= NSIG)
    return false;

  /* It may have ended while the message was under way; an unreaped leader keeps its number. */
  if (slot >= 0)
    kill (-self->slots[slot].pid, header->value);

  return true;
}

bool
ship_guest_children_reap (ShipGuestChildren *self, int control)
{
  pid_t pid;
  int   status;

  while ((pid = waitpid (-1, &status, WNOHANG)) > 0)
    {
      for (int i = 0; i < SHIP_GUEST_CHILDREN_MAX; i++)
        {
          ShipGuestHeader exited = { .type = SHIP_GUEST_EXITED,
                                     .id = self->slots[i].id,
                                     .value = status };

          if (self->slots[i].pid != pid)
            continue;
          self->slots[i].pid = 0;
          if (!ship_guest_send (control, &exited, NULL, -1))
            return false;
        }
    }

  return true;
}
