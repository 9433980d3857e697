/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process/ship-process-private.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/*
 * The child between fork and exec. Other threads of the parent may have held any lock when it was
 * copied, so only async-signal-safe calls are allowed here: no memory, no GLib, no stdio.
 */

#define EXIT_NOT_RUN 127

/* Where close_range() is missing or refused: how many descriptors are tried one by one. */
#define MAX_CLOSED_BY_HAND 65536

static G_NORETURN void
fail (const ShipProcessChild *child, gboolean in_exec)
{
  ShipProcessFailure failure = { .error_number = errno, .in_exec = in_exec };
  ssize_t            written;

  do
    written = write (child->error_fd, &failure, sizeof failure);
  while (written < 0 && errno == EINTR);
  _exit (EXIT_NOT_RUN);
}

/* Everything above the standard streams is closed by exec, the listed ones excepted: those are
 * copied after this. */
static void
close_others_on_exec (void)
{
  struct rlimit limit;

  if (close_range (STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC) == 0)
    return;
  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur > MAX_CLOSED_BY_HAND)
    limit.rlim_cur = MAX_CLOSED_BY_HAND;
  for (int fd = STDERR_FILENO + 1; fd < (int) limit.rlim_cur; fd++)
    fcntl (fd, F_SETFD, FD_CLOEXEC);
}

/* Ignored signals stay ignored over exec; a program is not to inherit our handling of SIGPIPE. */
static void
reset_signals (void)
{
  struct sigaction action = { .sa_handler = SIG_DFL };
  sigset_t         none;

  for (int signal = 1; signal < NSIG; signal++)
    sigaction (signal, &action, NULL);
  sigemptyset (&none);
  sigprocmask (SIG_SETMASK, &none, NULL);
}

void
ship_process_child_run (const ShipProcessChild *child)
{
  /* The parent may be gone before the request: then nobody would ever kill us. */
  if (child->die_with_parent &&
      (prctl (PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0 || getppid () != child->parent))
    fail (child, FALSE);
  if (child->new_session && setsid () < 0)
    fail (child, FALSE);

  close_others_on_exec ();
  for (gsize i = 0; i < child->n_fds; i++)
    {
      if (dup2 (child->fds[i].fd, child->fds[i].child_fd) < 0)
        fail (child, FALSE);
    }

  if (child->controlling_tty && ioctl (STDIN_FILENO, TIOCSCTTY, 0) != 0)
    fail (child, FALSE);
  if (child->cwd != NULL && chdir (child->cwd) != 0)
    fail (child, FALSE);

  reset_signals ();
  execve (child->path, child->argv, child->envp);
  fail (child, TRUE);
}
