/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-local-sandbox.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <sys/pidfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/local/ship-guest-channel.h"
#include "sandbox/local/ship-local-failure.h"
#include "sandbox/local/ship-local-kin.h"
#include "sandbox/local/ship-local-launch.h"
#include "sandbox/local/ship-resource-keeper.h"

/*
 * A sandbox of bubblewrap on this machine. Owned by a session; main thread; lives once.
 *
 *   start_async -> prepare_thread -> prepared_cb: ship-launch runs -> channel "ready" -> kept_cb:
 * running
 *   stop_async, a cancelled start, a broken channel, a dead guest, a limit: begin_end
 *   begin_end -> the launcher's end (ended_cb), its last words (words_cb), the channel's end ->
 * (explained_cb) -> finish_end
 *
 * An end is over only when all three were seen: then nothing inside lives, for bubblewrap waits for
 * process 1, and the kernel ends a process namespace with its process 1. Process 1 is killed by a
 * descriptor of it; before it has said READY, by the end of file on its socket, which it meets as
 * soon as it runs. Killing bubblewrap itself, while it makes the sandbox, would orphan what it is
 * making; that is only done when the rest has had its time.
 */

#define START_SECONDS 30
#define GRACE_MS      1000
#define WORDS_MAX     (8 * 1024)

typedef enum
{
  STATE_NEW,
  STATE_PREPARING, /* nothing runs */
  STATE_STARTING,  /* the launcher runs */
  STATE_RUNNING,
  STATE_ENDING,
  STATE_ENDED,
} State;

struct _ShipLocalSandbox
{
  ShipSandbox parent_instance;

  /* Input. */
  ShipLocalLaunch *launch;      /* (owned): also the worker's, while it prepares */
  int              connections; /* (owned): or -1 */

  ShipSandboxLimits *limits; /* (owned) (nullable): of processes only, as preset */
  char **environment;        /* (owned) (nullable): of everything inside; once it was prepared */

  /* While it lives. */
  State             state;
  ShipProcess      *launcher;  /* (owned) (nullable): ship-launch, then bubblewrap */
  ShipGuestChannel *channel;   /* (owned) (nullable) */
  int               guest;     /* (owned): a descriptor of process 1, or -1 */
  GString          *words;     /* (owned): what the launcher wrote to its standard error */
  GCancellable     *listening; /* (owned): of the reading of those */
  GTask            *start;     /* (owned) (nullable): until it is answered */
  GSource          *cancelled; /* (owned) (nullable): of the start's cancellable */
  guint             timer;     /* of the start, then of the end; or 0 */

  ShipResourceKeeper *keeper; /* (owned) (nullable) */

  /* While it ends. */
  GPtrArray *stops;     /* (owned) (element-type GTask) */
  GError    *end_error; /* (owned) (nullable): why, if it was not asked for */
  gboolean   was_asked; /* by stop_async */
  gboolean   was_running;
  gboolean   has_launcher_ended;
  gboolean   has_channel_ended;
  gboolean   has_said_all;
  gboolean   is_explaining;
};

G_DEFINE_FINAL_TYPE (ShipLocalSandbox, ship_local_sandbox, SHIP_TYPE_SANDBOX)

static void finish_end (ShipLocalSandbox *self);

/* What waits must not keep a sandbox alive that its owner let go. */
static gpointer
new_weak (ShipLocalSandbox *self)
{
  GWeakRef *ref = g_new0 (GWeakRef, 1);

  g_weak_ref_init (ref, self);
  return ref;
}

/* Returns: (transfer full) (nullable) */
static ShipLocalSandbox *
take_weak (gpointer user_data)
{
  GWeakRef         *ref = user_data;
  ShipLocalSandbox *self = g_weak_ref_get (ref);

  g_weak_ref_clear (ref);
  g_free (ref);
  return self;
}

static void
clear_cancelled (ShipLocalSandbox *self)
{
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
}

static void
kill_guest (ShipLocalSandbox *self)
{
  if (self->guest >= 0 && pidfd_send_signal (self->guest, SIGKILL, NULL, 0) != 0 && errno != ESRCH)
    g_debug ("Process 1 of a sandbox could not be killed: %m");
}

static gboolean
grace_over_cb (gpointer user_data)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (user_data);

  self->timer = 0;
  if (self->launcher != NULL && !self->has_launcher_ended)
    ship_local_kin_kill (self->launcher);

  return G_SOURCE_REMOVE;
}

/* Takes @error: why it ends, or NULL if that was asked for or will be told by the launcher's last
 * words. */
static void
begin_end (ShipLocalSandbox *self, GError *error)
{
  g_autoptr (GError) gone =
    g_error_new_literal (SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE, _ ("The sandbox has ended"));

  if (self->state >= STATE_ENDING || self->state == STATE_NEW)
    {
      g_clear_error (&error);
      return;
    }

  self->was_running = self->state == STATE_RUNNING;
  self->end_error = error;
  self->state = STATE_ENDING;
  clear_cancelled (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  ship_sandbox_set_running (SHIP_SANDBOX (self), FALSE);

  if (self->launcher == NULL)
    return; /* prepared_cb finds the state and finishes */

  kill_guest (self);
  self->timer = g_timeout_add (GRACE_MS, grace_over_cb, self);
  ship_guest_channel_close (self->channel, error != NULL ? error : gone);
}

/* What the kernel killed it for is more than that it is gone. */
static void
explained_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = SHIP_LOCAL_SANDBOX (user_data);
  GError *error = ship_resource_keeper_end_finish (SHIP_RESOURCE_KEEPER (object), result);

  if (error != NULL)
    {
      g_clear_error (&self->end_error);
      self->end_error = error;
    }
  finish_end (self);
}

static void
maybe_finish_end (ShipLocalSandbox *self)
{
  if (self->state != STATE_ENDING || !self->has_launcher_ended || !self->has_channel_ended ||
      !self->has_said_all || self->is_explaining)
    return;

  self->is_explaining = self->keeper != NULL;
  if (self->is_explaining)
    ship_resource_keeper_end_async (self->keeper, explained_cb, g_object_ref (self));
  else
    finish_end (self);
}

static GError *
new_end_error (ShipLocalSandbox *self)
{
  if (self->end_error != NULL)
    return g_error_copy (self->end_error);
  if (!self->was_running && !self->was_asked)
    return ship_local_failure_new (self->words->str, "/proc/sys");

  return g_error_new_literal (SHIP_SANDBOX_ERROR,
                              SHIP_SANDBOX_ERROR_GONE,
                              self->was_asked ? _ ("The sandbox was stopped")
                                              : _ ("The sandbox ended unexpectedly"));
}

/* The one way to STATE_ENDED. */
static void
finish_end (ShipLocalSandbox *self)
{
  g_autoptr (ShipLocalSandbox) keep = g_object_ref (self);
  g_autoptr (GError) error = new_end_error (self);
  g_autoptr (GTask) start = g_steal_pointer (&self->start);
  g_autoptr (GPtrArray) stops = g_steal_pointer (&self->stops);

  self->state = STATE_ENDED;
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_object (&self->keeper);
  ship_sandbox_set_step (SHIP_SANDBOX (self), NULL);

  if (start != NULL)
    g_task_return_error (start, g_error_copy (error));
  if (self->was_running && !self->was_asked)
    ship_sandbox_report_death (SHIP_SANDBOX (self), error);
  for (guint i = 0; i < stops->len; i++)
    g_task_return_boolean (g_ptr_array_index (stops, i), TRUE);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = take_weak (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_process_wait_finish (SHIP_PROCESS (object), result, NULL, &error))
    g_debug ("The end of a launcher was not seen: %s", error->message);
  if (self == NULL)
    return;

  self->has_launcher_ended = TRUE;
  begin_end (self, NULL);
  maybe_finish_end (self);
}

static void read_words (ShipLocalSandbox *self);

static void
words_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = take_weak (user_data);
  g_autoptr (GBytes) words =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);
  gsize       size = 0;
  const char *text = words != NULL ? g_bytes_get_data (words, &size) : NULL;

  if (self == NULL)
    return;

  if (size > 0)
    {
      g_string_append_len (self->words, text, (gssize) MIN (size, WORDS_MAX - self->words->len));
      read_words (self);
      return;
    }
  self->has_said_all = TRUE;
  maybe_finish_end (self);
}

static void
read_words (ShipLocalSandbox *self)
{
  g_input_stream_read_bytes_async (ship_process_get_stderr (self->launcher),
                                   1024,
                                   G_PRIORITY_DEFAULT,
                                   self->listening,
                                   words_cb,
                                   new_weak (self));
}

static GError *
take_guest (ShipLocalSandbox *self)
{
  pid_t pid = ship_guest_channel_get_pid (self->channel);

  self->guest = pidfd_open (pid, 0);
  if (self->guest >= 0 && ship_local_kin_is_child (self->launcher, pid))
    return NULL;

  return g_error_new_literal (SHIP_SANDBOX_ERROR,
                              SHIP_SANDBOX_ERROR_FAILED,
                              _ ("The first process of the sandbox could not be found"));
}

static void
begin_running (ShipLocalSandbox *self)
{
  g_autoptr (GTask) start = g_steal_pointer (&self->start);

  self->state = STATE_RUNNING;
  clear_cancelled (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  ship_sandbox_set_step (SHIP_SANDBOX (self), NULL);
  ship_sandbox_set_running (SHIP_SANDBOX (self), TRUE);
  g_task_return_boolean (start, TRUE);
}

static void
exceeded_cb (ShipResourceKeeper *keeper, const GError *error, gpointer user_data)
{
  begin_end (SHIP_LOCAL_SANDBOX (user_data), g_error_copy (error));
}

static void
kept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = SHIP_LOCAL_SANDBOX (user_data);
  g_autoptr (GError) error = NULL;

  ship_resource_keeper_start_finish (SHIP_RESOURCE_KEEPER (object), result, &error);
  if (self->state != STATE_STARTING)
    return;
  if (error == NULL)
    begin_running (self);
  else
    begin_end (self, g_steal_pointer (&error));
}

/* Nothing but process 1 runs inside yet. */
static void
keep_limits (ShipLocalSandbox *self)
{
  g_autoptr (GPtrArray) ways = ship_resource_keeper_list_ways ();
  const char *directories[] = { ship_local_launch_get_written (self->launch),
                                ship_local_launch_get_home (self->launch),
                                NULL };
  const pid_t pids[2] = { ship_process_get_pid (self->launcher),
                          ship_guest_channel_get_pid (self->channel) };

  self->keeper = ship_resource_keeper_new (ways, directories);
  g_signal_connect_object (self->keeper, "exceeded", G_CALLBACK (exceeded_cb), self, 0);
  ship_resource_keeper_start_async (self->keeper,
                                    self->limits,
                                    pids,
                                    self->listening,
                                    kept_cb,
                                    g_object_ref (self));
}

static void
ready_cb (ShipGuestChannel *channel, const char *failed, gpointer user_data)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (user_data);
  GError           *error = NULL;

  if (self->state != STATE_STARTING || self->keeper != NULL)
    return;

  ship_sandbox_set_step (SHIP_SANDBOX (self), "self-check");
  if (failed != NULL)
    error = g_error_new (SHIP_SANDBOX_ERROR,
                         SHIP_SANDBOX_ERROR_FAILED,
                         _ ("The sandbox is not safe and was ended: %s"),
                         failed);
  else
    error = take_guest (self);

  if (error != NULL)
    begin_end (self, error);
  else if (self->limits != NULL)
    keep_limits (self);
  else
    begin_running (self);
}

static void
broken_cb (ShipGuestChannel *channel, const GError *error, gpointer user_data)
{
  begin_end (SHIP_LOCAL_SANDBOX (user_data), g_error_copy (error));
}

static void
closed_cb (ShipGuestChannel *channel, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = g_object_ref (SHIP_LOCAL_SANDBOX (user_data));

  self->has_channel_ended = TRUE;
  begin_end (self, NULL);
  maybe_finish_end (self);
}

static gboolean
start_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = g_object_ref (SHIP_LOCAL_SANDBOX (user_data));
  GError *error = NULL;

  g_cancellable_set_error_if_cancelled (cancellable, &error);
  begin_end (self, error);

  return G_SOURCE_REMOVE;
}

static gboolean
start_timeout_cb (gpointer user_data)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (user_data);

  self->timer = 0;
  begin_end (self,
             g_error_new (SHIP_SANDBOX_ERROR,
                          SHIP_SANDBOX_ERROR_FAILED,
                          _ ("The sandbox was not ready after %d seconds"),
                          START_SECONDS));

  return G_SOURCE_REMOVE;
}

static void
watch_start (ShipLocalSandbox *self, GCancellable *cancellable)
{
  self->timer = g_timeout_add_seconds (START_SECONDS, start_timeout_cb, self);
  if (cancellable == NULL)
    return;

  self->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (self->cancelled, G_SOURCE_FUNC (start_cancelled_cb), self, NULL);
  g_source_attach (self->cancelled, g_main_context_get_thread_default ());
}

static gboolean
launch (ShipLocalSandbox *self, GError **error)
{
  int ends[2];

  if (socketpair (AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    {
      g_set_error (error,
                   SHIP_SANDBOX_ERROR,
                   SHIP_SANDBOX_ERROR_FAILED,
                   _ ("The sandbox's control socket could not be made: %s"),
                   g_strerror (errno));
      return FALSE;
    }

  self->environment = ship_local_launch_dup_environment (self->launch);
  self->channel = ship_guest_channel_new (ends[0], (const char *const *) self->environment, error);
  if (self->channel == NULL)
    {
      close (ends[1]);
      return FALSE;
    }
  g_signal_connect_object (self->channel, "ready", G_CALLBACK (ready_cb), self, 0);
  g_signal_connect_object (self->channel, "broken", G_CALLBACK (broken_cb), self, 0);
  g_signal_connect_object (self->channel, "closed", G_CALLBACK (closed_cb), self, 0);

  self->launcher =
    ship_local_launch_spawn (self->launch, ends[1], g_steal_fd (&self->connections), error);
  if (self->launcher == NULL)
    return FALSE;

  read_words (self);
  ship_process_wait_async (self->launcher, NULL, ended_cb, new_weak (self));
  return TRUE;
}

static void
prepare_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (ship_local_launch_prepare (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalSandbox) self = SHIP_LOCAL_SANDBOX (user_data);
  g_autoptr (GError) error = NULL;
  gboolean prepared = g_task_propagate_boolean (G_TASK (result), &error);

  /* It was cancelled or stopped meanwhile, and nothing runs. */
  if (self->state == STATE_ENDING)
    {
      finish_end (self);
      return;
    }

  if (prepared && launch (self, &error))
    {
      self->state = STATE_STARTING;
      ship_sandbox_set_step (SHIP_SANDBOX (self), "guest");
      return;
    }

  begin_end (self, g_steal_pointer (&error));
  finish_end (self);
}

static void
ship_local_sandbox_start_async (ShipSandbox        *sandbox,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (sandbox);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GTask) prepare = NULL;

  g_task_set_source_tag (task, ship_local_sandbox_start_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != STATE_NEW)
    {
      g_task_return_new_error (task,
                               SHIP_SANDBOX_ERROR,
                               SHIP_SANDBOX_ERROR_GONE,
                               _ ("This sandbox has been started before"));
      return;
    }

  /* What a start was cancelled for is told by us, once nothing is left running. */
  g_task_set_check_cancellable (task, FALSE);
  self->start = g_steal_pointer (&task);
  self->state = STATE_PREPARING;
  ship_sandbox_set_step (sandbox, "mounts");
  watch_start (self, cancellable);

  /* Not its source: the thread may drop its task after everything else has let us go. */
  prepare = g_task_new (NULL, NULL, prepared_cb, g_object_ref (self));
  g_task_set_source_tag (prepare, prepare_thread);
  if (self->limits != NULL)
    ship_local_launch_set_limits (self->launch, self->limits);
  g_task_set_task_data (prepare, self->launch, NULL);
  g_task_run_in_thread (prepare, prepare_thread);
}

static gboolean
ship_local_sandbox_start_finish (ShipSandbox *sandbox, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, sandbox), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_sandbox_start_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
ship_local_sandbox_stop_async (ShipSandbox        *sandbox,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (sandbox);
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_local_sandbox_stop_async);
  if (self->state == STATE_NEW)
    self->state = STATE_ENDED;
  if (self->state == STATE_ENDED)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  g_ptr_array_add (self->stops, g_steal_pointer (&task));
  self->was_asked = self->was_asked || self->state != STATE_ENDING;
  begin_end (self, NULL);
}

static gboolean
ship_local_sandbox_stop_finish (ShipSandbox *sandbox, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, sandbox), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_sandbox_stop_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
spawned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError             *error = NULL;
  ShipSandboxProcess *process =
    ship_guest_channel_spawn_finish (SHIP_GUEST_CHANNEL (object), result, &error);

  if (process != NULL)
    g_task_return_pointer (task, process, g_object_unref);
  else
    g_task_return_error (task, error);
}

static GError *
new_not_running_error (void)
{
  return g_error_new_literal (SHIP_SANDBOX_ERROR,
                              SHIP_SANDBOX_ERROR_GONE,
                              _ ("The sandbox does not run"));
}

static void
ship_local_sandbox_spawn_async (ShipSandbox        *sandbox,
                                ShipSandboxCommand *command,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (sandbox);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_local_sandbox_spawn_async);
  if (self->state != STATE_RUNNING)
    {
      ship_sandbox_command_free (command);
      g_task_return_error (task, new_not_running_error ());
      return;
    }

  ship_guest_channel_spawn_async (self->channel,
                                  command,
                                  cancellable,
                                  spawned_cb,
                                  g_steal_pointer (&task));
}

static ShipSandboxProcess *
ship_local_sandbox_spawn_finish (ShipSandbox *sandbox, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, sandbox), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_sandbox_spawn_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
ship_local_sandbox_attach_port (ShipSandbox *sandbox, guint16 port, int fd, GError **error)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (sandbox);

  if (self->state == STATE_RUNNING)
    return ship_guest_channel_connect_port (self->channel, port, fd, error);

  close (fd);
  g_propagate_error (error, new_not_running_error ());
  return FALSE;
}

/* Let go while it runs, it is killed; nobody waits for it then. */
static void
ship_local_sandbox_dispose (GObject *object)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (object);

  kill_guest (self);
  clear_cancelled (self);
  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->listening);
  g_clear_object (&self->keeper);
  g_clear_object (&self->channel);
  g_clear_object (&self->launcher);

  G_OBJECT_CLASS (ship_local_sandbox_parent_class)->dispose (object);
}

static void
ship_local_sandbox_finalize (GObject *object)
{
  ShipLocalSandbox *self = SHIP_LOCAL_SANDBOX (object);

  ship_local_launch_free (self->launch);
  g_free (self->limits);
  g_strfreev (self->environment);
  if (self->connections >= 0)
    close (self->connections);
  if (self->guest >= 0)
    close (self->guest);
  g_string_free (self->words, TRUE);
  g_object_unref (self->listening);
  g_ptr_array_unref (self->stops);
  g_clear_error (&self->end_error);

  G_OBJECT_CLASS (ship_local_sandbox_parent_class)->finalize (object);
}

static void
ship_local_sandbox_class_init (ShipLocalSandboxClass *klass)
{
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);
  ShipSandboxClass *sandbox_class = SHIP_SANDBOX_CLASS (klass);

  object_class->dispose = ship_local_sandbox_dispose;
  object_class->finalize = ship_local_sandbox_finalize;
  sandbox_class->start_async = ship_local_sandbox_start_async;
  sandbox_class->start_finish = ship_local_sandbox_start_finish;
  sandbox_class->stop_async = ship_local_sandbox_stop_async;
  sandbox_class->stop_finish = ship_local_sandbox_stop_finish;
  sandbox_class->spawn_async = ship_local_sandbox_spawn_async;
  sandbox_class->spawn_finish = ship_local_sandbox_spawn_finish;
  sandbox_class->attach_port = ship_local_sandbox_attach_port;
}

static void
ship_local_sandbox_init (ShipLocalSandbox *self)
{
  self->connections = -1;
  self->guest = -1;
  self->words = g_string_new (NULL);
  self->listening = g_cancellable_new ();
  self->stops = g_ptr_array_new_with_free_func (g_object_unref);
}

ShipLocalSandbox *
ship_local_sandbox_new (ShipPaths  *paths,
                        const char *work_dir,
                        const char *home_dir,
                        const char *objects_dir,
                        const char *agent_dir,
                        int         connection_channel)
{
  ShipLocalSandbox *self = g_object_new (SHIP_TYPE_LOCAL_SANDBOX, NULL);
  const char *const trees[SHIP_LOCAL_N_TREES] = { [SHIP_LOCAL_TREE_WORK] = work_dir,
                                                  [SHIP_LOCAL_TREE_HOME] = home_dir,
                                                  [SHIP_LOCAL_TREE_OBJECTS] = objects_dir,
                                                  [SHIP_LOCAL_TREE_AGENT] = agent_dir };

  self->launch = ship_local_launch_new (paths, trees);
  self->connections = connection_channel;

  return self;
}

void
ship_local_sandbox_set_read_only (ShipLocalSandbox *self)
{
  g_return_if_fail (SHIP_IS_LOCAL_SANDBOX (self));
  g_return_if_fail (self->state == STATE_NEW);

  ship_local_launch_set_read_only (self->launch);
}

void
ship_local_sandbox_set_overlay (ShipLocalSandbox  *self,
                                const char        *state_dir,
                                const char *const *layers,
                                const char        *index_file)
{
  g_return_if_fail (SHIP_IS_LOCAL_SANDBOX (self));
  g_return_if_fail (self->state == STATE_NEW);

  ship_local_launch_set_overlay (self->launch, state_dir, layers, index_file);
}

void
ship_local_sandbox_set_index (ShipLocalSandbox *self, const char *index_file)
{
  g_return_if_fail (SHIP_IS_LOCAL_SANDBOX (self) && self->state == STATE_NEW);

  ship_local_launch_set_index (self->launch, index_file);
}

void
ship_local_sandbox_set_toolchains (ShipLocalSandbox *self, const char *const *entries)
{
  g_return_if_fail (SHIP_IS_LOCAL_SANDBOX (self));
  g_return_if_fail (self->state == STATE_NEW);

  ship_local_launch_set_toolchains (self->launch, entries);
}

GPtrArray *
ship_local_sandbox_get_complaints (ShipLocalSandbox *self)
{
  g_return_val_if_fail (SHIP_IS_LOCAL_SANDBOX (self), NULL);

  return ship_local_launch_get_complaints (self->launch);
}

void
ship_local_sandbox_set_limits (ShipLocalSandbox *self, const ShipSandboxLimits *limits)
{
  g_return_if_fail (SHIP_IS_LOCAL_SANDBOX (self));
  g_return_if_fail (self->state == STATE_NEW || self->limits != NULL);

  g_free (self->limits);
  self->limits = g_memdup2 (limits, sizeof *limits);
  if (self->keeper != NULL)
    ship_resource_keeper_update (self->keeper, limits);
}

const char *
ship_local_sandbox_get_way (ShipLocalSandbox *self)
{
  g_return_val_if_fail (SHIP_IS_LOCAL_SANDBOX (self), NULL);

  return self->keeper != NULL ? ship_resource_keeper_get_way (self->keeper) : NULL;
}
