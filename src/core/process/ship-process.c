/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "process/ship-process-private.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

/*
 * A child process with exactly the environment and the descriptors that were asked for. Owned by
 * whoever spawned it; main thread. GSubprocess is not used: it cannot tie the child to our life nor
 * give it a terminal.
 *
 * The end is watched by a descriptor of the process (pidfd) on the main context, so that no signal
 * handler is needed and no signal can reach a stranger that was given the same number. The watch
 * outlives the object: a process that is killed by the disposal, or detached, is still reaped.
 */

/* The watch and what it knows; freed when the process has ended. */
typedef struct
{
  ShipProcess *owner; /* (unowned) (nullable): NULL after its disposal */
  pid_t        pid;
  int          pidfd; /* (owned) */
} Watch;

typedef struct
{
  ShipProcess *self;      /* (unowned): the task holds it */
  GTask       *task;      /* (owned) */
  GSource     *cancelled; /* (owned) (nullable) */
} Waiter;

struct _ShipProcess
{
  GObject        parent_instance;
  Watch         *watch; /* (unowned) (nullable): the source's; NULL after the end */
  pid_t          pid;
  GOutputStream *in;      /* (owned) (nullable) */
  GInputStream  *out;     /* (owned) (nullable) */
  GInputStream  *err;     /* (owned) (nullable) */
  int            pty;     /* (owned): -1 if none */
  GPtrArray     *waiters; /* (owned) (element-type Waiter) */
  int            wait_status;
  guint          detached : 1;
};

/* The descriptors on the way from the specification to the child and to us. -1: none. */
typedef struct
{
  int child[3];    /* (owned): the child's standard streams */
  int ours[3];     /* (owned): our ends of its pipes */
  int pty;         /* (owned): the master */
  int error_read;  /* (owned) */
  int error_write; /* (owned) */
} Plumbing;

G_DEFINE_QUARK (ship_process_error, ship_process_error)
G_DEFINE_FINAL_TYPE (ShipProcess, ship_process, G_TYPE_OBJECT)

static void
clear_fd (int *fd)
{
  if (*fd >= 0)
    close (*fd);
  *fd = -1;
}

static void
plumbing_clear (Plumbing *plumbing)
{
  for (gsize i = 0; i < G_N_ELEMENTS (plumbing->child); i++)
    {
      clear_fd (&plumbing->child[i]);
      clear_fd (&plumbing->ours[i]);
    }
  clear_fd (&plumbing->pty);
  clear_fd (&plumbing->error_read);
  clear_fd (&plumbing->error_write);
}

static gboolean
set_spawn_error (const char *program, ShipProcessError code, int error_number, GError **error)
{
  g_set_error (error,
               SHIP_PROCESS_ERROR,
               code,
               _ ("“%s” could not be started: %s"),
               program,
               g_strerror (error_number));
  return FALSE;
}

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  if (waiter->cancelled != NULL)
    g_source_destroy (waiter->cancelled);
  g_clear_pointer (&waiter->cancelled, g_source_unref);
  g_clear_object (&waiter->task);
  g_free (waiter);
}

static gboolean
waiter_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Waiter *waiter = user_data;
  g_autoptr (GTask) task = g_object_ref (waiter->task);

  g_ptr_array_remove (waiter->self->waiters, waiter);
  g_task_return_error_if_cancelled (task);
  return G_SOURCE_REMOVE;
}

static void
take_end (ShipProcess *self, int wait_status)
{
  g_autoptr (GPtrArray) waiters = g_steal_pointer (&self->waiters);

  self->watch = NULL;
  self->wait_status = wait_status;
  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
  for (guint i = 0; i < waiters->len; i++)
    g_task_return_boolean (((Waiter *) g_ptr_array_index (waiters, i))->task, TRUE);
}

static gboolean
ended_cb (int fd, GIOCondition condition, gpointer user_data)
{
  Watch *watch = user_data;
  int    wait_status = W_EXITCODE (EXIT_FAILURE, 0); /* if somebody else has reaped it */
  pid_t  pid;

  do
    pid = waitpid (watch->pid, &wait_status, WNOHANG);
  while (pid < 0 && errno == EINTR);
  if (pid == 0)
    return G_SOURCE_CONTINUE;

  if (watch->owner != NULL)
    {
      g_autoptr (ShipProcess) owner = g_object_ref (watch->owner);
      watch->owner = NULL;
      take_end (owner, wait_status);
    }
  return G_SOURCE_REMOVE;
}

static void
watch_free (gpointer data)
{
  Watch *watch = data;

  close (watch->pidfd);
  g_free (watch);
}

static void
ship_process_dispose (GObject *object)
{
  ShipProcess *self = SHIP_PROCESS (object);

  if (self->watch != NULL && !self->detached)
    ship_process_signal (self, SIGKILL);
  if (self->watch != NULL)
    self->watch->owner = NULL;
  self->watch = NULL;

  G_OBJECT_CLASS (ship_process_parent_class)->dispose (object);
}

static void
ship_process_finalize (GObject *object)
{
  ShipProcess *self = SHIP_PROCESS (object);

  g_assert (self->waiters->len == 0); /* each holds a reference */
  g_clear_pointer (&self->waiters, g_ptr_array_unref);
  g_clear_object (&self->in);
  g_clear_object (&self->out);
  g_clear_object (&self->err);
  clear_fd (&self->pty);

  G_OBJECT_CLASS (ship_process_parent_class)->finalize (object);
}

static void
ship_process_class_init (ShipProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ship_process_dispose;
  object_class->finalize = ship_process_finalize;

  /* Writing to a child that has ended is an error to be handled, as GSocket has it, and not our own
   * end. */
  signal (SIGPIPE, SIG_IGN);
}

static void
ship_process_init (ShipProcess *self)
{
  self->pty = -1;
  self->waiters = g_ptr_array_new_with_free_func (waiter_free);
}

static gboolean
open_pty (ShipProcessSpec *spec, Plumbing *plumbing)
{
  struct winsize size = { .ws_row = (unsigned short) spec->rows,
                          .ws_col = (unsigned short) spec->columns };
  char           name[64];

  plumbing->pty = posix_openpt (O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (plumbing->pty < 0 || grantpt (plumbing->pty) != 0 || unlockpt (plumbing->pty) != 0 ||
      ptsname_r (plumbing->pty, name, sizeof name) != 0 ||
      ioctl (plumbing->pty, TIOCSWINSZ, &size) != 0)
    return FALSE;

  plumbing->child[0] = open (name, O_RDWR | O_NOCTTY | O_CLOEXEC);
  if (plumbing->child[0] < 0)
    return FALSE;
  for (gsize i = 1; i < G_N_ELEMENTS (plumbing->child); i++)
    {
      plumbing->child[i] = fcntl (plumbing->child[0], F_DUPFD_CLOEXEC, 0);
      if (plumbing->child[i] < 0)
        return FALSE;
    }

  return TRUE;
}

/* Standard stream @i: a pipe whose other end is ours and does not block, or /dev/null. */
static gboolean
open_stream (Plumbing *plumbing, gsize i, gboolean piped)
{
  int ends[2];

  if (!piped)
    {
      plumbing->child[i] = open ("/dev/null", (i == 0 ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
      return plumbing->child[i] >= 0;
    }
  if (pipe2 (ends, O_CLOEXEC) != 0)
    return FALSE;

  plumbing->child[i] = i == 0 ? ends[0] : ends[1];
  plumbing->ours[i] = i == 0 ? ends[1] : ends[0];
  return g_unix_set_fd_nonblocking (plumbing->ours[i], TRUE, NULL);
}

static gboolean
open_streams (ShipProcessSpec *spec, Plumbing *plumbing)
{
  if (spec->pty)
    return open_pty (spec, plumbing);
  return open_stream (plumbing, 0, spec->pipe_in) && open_stream (plumbing, 1, spec->pipe_out) &&
         open_stream (plumbing, 2, spec->pipe_err);
}

/* A descriptor is moved above all numbers the child uses, so that placing one never overwrites
 * another. */
static gboolean
move_above (int *fd, int lowest)
{
  int moved = fcntl (*fd, F_DUPFD_CLOEXEC, lowest);

  if (moved < 0)
    return FALSE;
  close (*fd);
  *fd = moved;
  return TRUE;
}

static gboolean
move_all (ShipProcessSpec *spec, Plumbing *plumbing)
{
  int lowest = STDERR_FILENO + 1;

  for (guint i = 0; i < spec->fds->len; i++)
    lowest = MAX (lowest, g_array_index (spec->fds, ShipProcessFd, i).child_fd + 1);
  for (gsize i = 0; i < G_N_ELEMENTS (plumbing->child); i++)
    {
      if (!move_above (&plumbing->child[i], lowest))
        return FALSE;
    }
  for (guint i = 0; i < spec->fds->len; i++)
    {
      if (!move_above (&g_array_index (spec->fds, ShipProcessFd, i).fd, lowest))
        return FALSE;
    }

  return move_above (&plumbing->error_write, lowest);
}

static gboolean
open_all (ShipProcessSpec *spec, Plumbing *plumbing)
{
  int ends[2];

  if (!open_streams (spec, plumbing) || pipe2 (ends, O_CLOEXEC) != 0)
    return FALSE;

  plumbing->error_read = ends[0];
  plumbing->error_write = ends[1];
  return move_all (spec, plumbing);
}

/* Waits until the child has become the program or has failed to: milliseconds at most. */
static gboolean
read_failure (Plumbing *plumbing, ShipProcessFailure *failure)
{
  ssize_t n_bytes;

  clear_fd (&plumbing->error_write);
  do
    n_bytes = read (plumbing->error_read, failure, sizeof *failure);
  while (n_bytes < 0 && errno == EINTR);

  return n_bytes == sizeof *failure;
}

static pid_t
fork_child (ShipProcessSpec *spec, const char *path, Plumbing *plumbing)
{
  g_autoptr (GArray) fds = g_array_new (FALSE, FALSE, sizeof (ShipProcessFd));
  ShipProcessChild child = { .path = path,
                             .argv = (char **) spec->argv->pdata,
                             .envp = spec->envp,
                             .cwd = spec->cwd,
                             .error_fd = plumbing->error_write,
                             .parent = getpid (),
                             .new_session = spec->detached || spec->pty,
                             .controlling_tty = spec->pty,
                             .die_with_parent = !spec->detached };
  sigset_t         all, before;
  pid_t            pid;

  for (int i = 0; i < 3; i++)
    {
      ShipProcessFd entry = { .fd = plumbing->child[i], .child_fd = i };
      g_array_append_val (fds, entry);
    }
  g_array_append_vals (fds, spec->fds->data, spec->fds->len);
  child.fds = (const ShipProcessFd *) (gpointer) fds->data;
  child.n_fds = fds->len;

  /* No handler of ours may run in the child. */
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  pid = fork ();
  if (pid == 0)
    ship_process_child_run (&child);
  pthread_sigmask (SIG_SETMASK, &before, NULL);

  return pid;
}

static gboolean
start_child (ShipProcessSpec *spec,
             const char      *path,
             Plumbing        *plumbing,
             pid_t           *pid,
             GError         **error)
{
  const char        *program = g_ptr_array_index (spec->argv, 0);
  ShipProcessFailure failure;

  if (!open_all (spec, plumbing))
    return set_spawn_error (program, SHIP_PROCESS_ERROR_FAILED, errno, error);
  g_ptr_array_add (spec->argv, NULL);
  *pid = fork_child (spec, path, plumbing);
  if (*pid < 0)
    return set_spawn_error (program, SHIP_PROCESS_ERROR_FAILED, errno, error);
  if (!read_failure (plumbing, &failure))
    return TRUE;

  while (waitpid (*pid, NULL, 0) < 0 && errno == EINTR)
    continue;
  return set_spawn_error (program,
                          failure.in_exec && failure.error_number == ENOENT
                            ? SHIP_PROCESS_ERROR_NOT_FOUND
                            : SHIP_PROCESS_ERROR_FAILED,
                          failure.error_number,
                          error);
}

static gboolean
watch_child (ShipProcess *self, GError **error)
{
  g_autoptr (GSource) source = NULL;
  int pidfd = pidfd_open (self->pid, 0);

  if (pidfd < 0)
    {
      /* Not reaped yet, so the number is still its own. */
      set_spawn_error ("pidfd_open", SHIP_PROCESS_ERROR_FAILED, errno, error);
      kill (self->pid, SIGKILL);
      while (waitpid (self->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
      return FALSE;
    }

  self->watch = g_new0 (Watch, 1);
  self->watch->owner = self;
  self->watch->pid = self->pid;
  self->watch->pidfd = pidfd;

  source = g_unix_fd_source_new (pidfd, G_IO_IN);
  g_source_set_static_name (source, "[ship] process");
  g_source_set_callback (source, G_SOURCE_FUNC (ended_cb), self->watch, watch_free);
  g_source_attach (source, g_main_context_get_thread_default ());

  return TRUE;
}

static void
take_streams (ShipProcess *self, Plumbing *plumbing)
{
  if (plumbing->ours[0] >= 0)
    self->in = g_unix_output_stream_new (g_steal_fd (&plumbing->ours[0]), TRUE);
  if (plumbing->ours[1] >= 0)
    self->out = g_unix_input_stream_new (g_steal_fd (&plumbing->ours[1]), TRUE);
  if (plumbing->ours[2] >= 0)
    self->err = g_unix_input_stream_new (g_steal_fd (&plumbing->ours[2]), TRUE);
  self->pty = g_steal_fd (&plumbing->pty);
}

ShipProcess *
ship_process_spawn (ShipProcessSpec *spec, GError **error)
{
  g_autoptr (ShipProcessSpec) owned_spec = spec;
  g_autoptr (ShipProcess) self = NULL;
  g_autofree char *path = NULL;
  Plumbing         plumbing = { { -1, -1, -1 }, { -1, -1, -1 }, -1, -1, -1 };
  gboolean         ok;

  g_return_val_if_fail (spec != NULL, NULL);

  /* By our own PATH; the child's may be empty. */
  path = g_find_program_in_path (g_ptr_array_index (spec->argv, 0));
  if (path == NULL)
    {
      set_spawn_error (g_ptr_array_index (spec->argv, 0),
                       SHIP_PROCESS_ERROR_NOT_FOUND,
                       ENOENT,
                       error);
      return NULL;
    }

  self = g_object_new (SHIP_TYPE_PROCESS, NULL);
  self->detached = spec->detached;
  ok = start_child (spec, path, &plumbing, &self->pid, error) && watch_child (self, error);
  if (ok)
    take_streams (self, &plumbing);
  plumbing_clear (&plumbing);

  return ok ? g_steal_pointer (&self) : NULL;
}

pid_t
ship_process_get_pid (ShipProcess *self)
{
  g_return_val_if_fail (SHIP_IS_PROCESS (self), -1);

  return self->pid;
}

GOutputStream *
ship_process_get_stdin (ShipProcess *self)
{
  g_return_val_if_fail (SHIP_IS_PROCESS (self), NULL);

  return self->in;
}

GInputStream *
ship_process_get_stdout (ShipProcess *self)
{
  g_return_val_if_fail (SHIP_IS_PROCESS (self), NULL);

  return self->out;
}

GInputStream *
ship_process_get_stderr (ShipProcess *self)
{
  g_return_val_if_fail (SHIP_IS_PROCESS (self), NULL);

  return self->err;
}

int
ship_process_get_pty_fd (ShipProcess *self)
{
  g_return_val_if_fail (SHIP_IS_PROCESS (self), -1);

  return self->pty;
}

gboolean
ship_process_is_running (ShipProcess *self)
{
  g_return_val_if_fail (SHIP_IS_PROCESS (self), FALSE);

  return self->watch != NULL;
}

void
ship_process_signal (ShipProcess *self, int signal_number)
{
  g_return_if_fail (SHIP_IS_PROCESS (self));

  if (self->watch != NULL)
    pidfd_send_signal (self->watch->pidfd, signal_number, NULL, 0);
}

void
ship_process_wait_async (ShipProcess        *self,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Waiter *waiter;

  g_return_if_fail (SHIP_IS_PROCESS (self));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_process_wait_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->watch == NULL)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  waiter = g_new0 (Waiter, 1);
  waiter->self = self;
  waiter->task = g_steal_pointer (&task);
  g_ptr_array_add (self->waiters, waiter);
  if (cancellable == NULL)
    return;

  waiter->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_static_name (waiter->cancelled, "[ship] process wait cancelled");
  g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (waiter_cancelled_cb), waiter, NULL);
  g_source_attach (waiter->cancelled, g_main_context_get_thread_default ());
}

gboolean
ship_process_wait_finish (ShipProcess *self, GAsyncResult *result, int *wait_status, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_process_wait_async), FALSE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (wait_status != NULL)
    *wait_status = self->wait_status;
  return TRUE;
}
