/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-guest-channel.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "sandbox/local/ship-guest-process.h"
#include "sandbox/local/ship-guest-socket.h"
#include "sandbox/ship-sandbox-error.h"
#include "sandbox/ship-sandbox-process-private.h"

/*
 * The host's end of the control socket. Owned by a ShipLocalSandbox; main thread.
 *
 * The guest shares its user with whatever runs in the sandbox, so it may have become anything: each
 * packet must come from the process that said READY, be to the letter of the protocol, and name an
 * id that is ours and in the state that fits. The first that is not breaks the channel for good.
 */

#define PACKETS_AT_ONCE 64
#define QUEUE_MAX       1024

typedef enum
{
  STATE_NEW,    /* READY has not come */
  STATE_OPEN,   /* commands go in */
  STATE_CLOSED, /* what comes is dropped, until the end */
} State;

/* One process, from the request to its EXITED. Owned by the table. */
typedef struct
{
  guint32           id;
  gboolean          uses_pty;
  gboolean          is_spawned;
  int               pipes[3]; /* (owned): our ends, until the process has them; or -1 */
  GTask            *task;     /* (owned) (nullable): who waits for it to start */
  GSource          *source;   /* (owned) (nullable): of that one's cancellable */
  ShipGuestProcess *process;  /* (unowned) (nullable): takes itself out in its dispose */
} Entry;

/* A message that found no room. Owned by the queue. */
typedef struct
{
  GBytes *bytes;                   /* (owned) */
  int     fds[SHIP_GUEST_FDS_MAX]; /* (owned) */
  guint   n_fds;
} Outgoing;

struct _ShipGuestChannel
{
  GObject parent_instance;

  int                fd;          /* (owned) */
  const char *const *environment; /* (unowned) */
  State              state;
  gboolean           has_ended;
  pid_t              pid;
  guint32            last_id;
  GHashTable        *entries; /* (owned) (element-type guint32 Entry) */
  GError            *error;   /* (owned) (nullable): why it is closed */
  GQueue             queue;   /* (owned) (element-type Outgoing) */
  GSource           *input;   /* (owned) (nullable) */
  GSource           *output;  /* (owned) (nullable): while something is queued */
};

typedef enum
{
  SIGNAL_READY,
  SIGNAL_BROKEN,
  SIGNAL_CLOSED,
  N_SIGNALS,
} ShipGuestChannelSignal;

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipGuestChannel, ship_guest_channel, G_TYPE_OBJECT)

static void
clear_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
close_fds (int *fds, guint n_fds)
{
  for (guint i = 0; i < n_fds; i++)
    {
      if (fds[i] >= 0)
        close (fds[i]);
      fds[i] = -1;
    }
}

static void
entry_free (gpointer data)
{
  Entry *self = data;

  close_fds (self->pipes, G_N_ELEMENTS (self->pipes));
  clear_source (&self->source);
  g_clear_object (&self->task);
  g_free (self);
}

static void
outgoing_free (gpointer data)
{
  Outgoing *self = data;

  close_fds (self->fds, self->n_fds);
  g_bytes_unref (self->bytes);
  g_free (self);
}

static GError *
new_gone_error (void)
{
  return g_error_new_literal (SHIP_SANDBOX_ERROR,
                              SHIP_SANDBOX_ERROR_GONE,
                              _ ("The sandbox has ended"));
}

/* What waits ends with why. Whoever is told may drop any of the processes. */
static void
fail_entries (ShipGuestChannel *self)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func (entry_free);
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Entry *entry = value;

      g_hash_table_iter_steal (&iter);
      g_ptr_array_add (entries, entry);
      if (entry->process != NULL)
        g_object_ref (entry->process);
    }
  for (guint i = 0; i < entries->len; i++)
    {
      Entry *entry = g_ptr_array_index (entries, i);
      g_autoptr (ShipGuestProcess) process = g_steal_pointer (&entry->process);
      g_autoptr (GTask) task = g_steal_pointer (&entry->task);

      clear_source (&entry->source);
      if (task != NULL)
        g_task_return_error (task, g_error_copy (self->error));
      if (process != NULL)
        ship_sandbox_process_report_end (SHIP_SANDBOX_PROCESS (process), 0, self->error);
    }
}

/* The one way to STATE_CLOSED. The reading half stays, to see the end. */
static void
shut (ShipGuestChannel *self, const GError *error)
{
  if (self->state == STATE_CLOSED)
    return;

  self->state = STATE_CLOSED;
  self->error = g_error_copy (error);
  clear_source (&self->output);
  g_queue_clear_full (&self->queue, outgoing_free);
  shutdown (self->fd, SHUT_WR);
  fail_entries (self);
}

static void
break_off (ShipGuestChannel *self, const char *what)
{
  g_autoptr (GError) error = g_error_new (SHIP_SANDBOX_ERROR,
                                          SHIP_SANDBOX_ERROR_PROTOCOL,
                                          _ ("The sandbox was stopped: it sent %s"),
                                          what);

  shut (self, error);
  g_signal_emit (self, signals[SIGNAL_BROKEN], 0, error);
}

static void
end (ShipGuestChannel *self)
{
  g_autoptr (GError) error = new_gone_error ();

  self->has_ended = TRUE;
  clear_source (&self->input);
  shut (self, error);
  g_signal_emit (self, signals[SIGNAL_CLOSED], 0);
}

static void
flush (ShipGuestChannel *self)
{
  Outgoing *next;

  while ((next = g_queue_peek_head (&self->queue)) != NULL)
    {
      /* When the other end is gone, the reading half says so. */
      if (ship_guest_socket_send (self->fd, next->bytes, next->fds, next->n_fds) < 0)
        return;
      outgoing_free (g_queue_pop_head (&self->queue));
    }

  clear_source (&self->output);
}

static gboolean
writable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  flush (SHIP_GUEST_CHANNEL (user_data));
  return G_SOURCE_CONTINUE;
}

static GSource *
watch (ShipGuestChannel *self, GIOCondition condition, GUnixFDSourceFunc callback)
{
  GSource *source = g_unix_fd_source_new (self->fd, condition);

  g_source_set_callback (source, G_SOURCE_FUNC (callback), self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

/* Takes @bytes and @fds. */
static void
send_message (ShipGuestChannel *self, GBytes *bytes, const int *fds, guint n_fds)
{
  Outgoing *outgoing = g_new0 (Outgoing, 1);

  outgoing->bytes = bytes;
  outgoing->n_fds = n_fds;
  for (guint i = 0; i < n_fds; i++)
    outgoing->fds[i] = fds[i];
  g_queue_push_tail (&self->queue, outgoing);

  flush (self);
  if (!g_queue_is_empty (&self->queue) && self->output == NULL)
    self->output = watch (self, G_IO_OUT, writable_cb);
  if (g_queue_get_length (&self->queue) > QUEUE_MAX)
    break_off (self, "no answer for too long");
}

static ShipGuestProcess *
new_process (ShipGuestChannel *self, Entry *entry, int pty)
{
  ShipGuestProcess   *process = ship_guest_process_new (self, entry->id);
  ShipSandboxProcess *base = SHIP_SANDBOX_PROCESS (process);

  if (entry->uses_pty)
    ship_sandbox_process_take_pty (base, pty);
  else
    ship_sandbox_process_take_streams (
      base,
      g_unix_output_stream_new (g_steal_fd (&entry->pipes[0]), TRUE),
      g_unix_input_stream_new (g_steal_fd (&entry->pipes[1]), TRUE),
      g_unix_input_stream_new (g_steal_fd (&entry->pipes[2]), TRUE));

  return process;
}

static const char *
handle_spawned (ShipGuestChannel *self, Entry *entry, ShipGuestPacket *packet)
{
  g_autoptr (GTask) task = NULL;

  if (entry->is_spawned || packet->n_fds != (entry->uses_pty ? 1 : 0))
    return "a SPAWNED that does not fit";
  if (entry->uses_pty && !ship_guest_socket_is_terminal_master (packet->fds[0]))
    return "a descriptor that is no terminal";

  entry->is_spawned = TRUE;
  clear_source (&entry->source);
  task = g_steal_pointer (&entry->task);
  if (task == NULL)
    {
      /* Cancelled meanwhile. */
      close_fds (entry->pipes, G_N_ELEMENTS (entry->pipes));
      ship_guest_channel_signal (self, entry->id, SIGKILL);
      return NULL;
    }

  entry->process = new_process (self, entry, entry->uses_pty ? packet->fds[0] : -1);
  packet->n_fds = 0;
  g_task_return_pointer (task, entry->process, g_object_unref);

  return NULL;
}

static GError *
new_refused_error (const ShipGuestMessage *message)
{
  const GQuark domain = SHIP_SANDBOX_ERROR;
  const int    code = SHIP_SANDBOX_ERROR_REFUSED;
  const char  *reason = g_strerror (message->value);

  switch (message->detail)
    {
    case SHIP_GUEST_STAGE_TERMINAL:
      return g_error_new (domain, code, _ ("The sandbox could not open a terminal: %s"), reason);
    case SHIP_GUEST_STAGE_DIRECTORY:
      return g_error_new (domain,
                          code,
                          _ ("The working directory cannot be entered in the sandbox: %s"),
                          reason);
    case SHIP_GUEST_STAGE_PROGRAM:
      return g_error_new (domain, code, _ ("The program cannot be run in the sandbox: %s"), reason);
    default:
      return g_error_new (domain,
                          code,
                          _ ("The sandbox could not start another process: %s"),
                          reason);
    }
}

static const char *
handle_failed (ShipGuestChannel *self, Entry *entry, const ShipGuestMessage *message)
{
  g_autoptr (GTask) task = NULL;

  if (entry->is_spawned)
    return "a FAILED for what has started";

  task = g_steal_pointer (&entry->task);
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (message->id));
  if (task != NULL)
    g_task_return_error (task, new_refused_error (message));

  return NULL;
}

static const char *
handle_exited (ShipGuestChannel *self, Entry *entry, const ShipGuestMessage *message)
{
  ShipGuestProcess *process;

  if (!entry->is_spawned)
    return "an EXITED for what has not started";

  process = g_steal_pointer (&entry->process);
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (message->id));
  if (process != NULL)
    ship_sandbox_process_report_end (SHIP_SANDBOX_PROCESS (process), message->value, NULL);

  return NULL;
}

static const char *
handle_ready (ShipGuestChannel *self, const ShipGuestMessage *message, pid_t pid)
{
  gboolean stands = message->sentence[0] == '\0';

  if (self->state != STATE_NEW)
    return "a second READY";
  if (pid <= 0)
    return "a READY from nowhere";

  self->pid = pid;
  self->state = STATE_OPEN;
  g_signal_emit (self, signals[SIGNAL_READY], 0, stands ? NULL : message->sentence);

  return NULL;
}

/* Returns: what is wrong with it, or NULL */
static const char *
handle_packet (ShipGuestChannel *self, ShipGuestPacket *packet)
{
  ShipGuestMessage message;
  const char      *wrong;
  Entry           *entry;

  if (packet->is_truncated)
    return "more than fits a message";
  if (self->state == STATE_OPEN && packet->pid != self->pid)
    return "a message from another process";
  wrong = ship_guest_message_parse (&message, packet->data, packet->size, packet->n_fds);
  if (wrong != NULL)
    return wrong;

  if (message.type == SHIP_GUEST_READY)
    return handle_ready (self, &message, packet->pid);
  if (self->state != STATE_OPEN)
    return "something before its READY";
  entry = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (message.id));
  if (entry == NULL)
    return "an id that is not ours";

  if (message.type == SHIP_GUEST_SPAWNED)
    return handle_spawned (self, entry, packet);
  if (message.type == SHIP_GUEST_FAILED)
    return handle_failed (self, entry, &message);
  return handle_exited (self, entry, &message);
}

static gboolean
readable_cb (int fd, GIOCondition condition, gpointer user_data)
{
  g_autoptr (ShipGuestChannel) self = g_object_ref (SHIP_GUEST_CHANNEL (user_data));
  ShipGuestPacket packet;
  int             received = 1;

  /* A flood is taken in portions. */
  for (guint i = 0; i < PACKETS_AT_ONCE && !self->has_ended; i++)
    {
      const char *wrong = NULL;

      received = ship_guest_socket_receive (fd, &packet);
      if (received <= 0)
        break;
      if (self->state != STATE_CLOSED)
        wrong = handle_packet (self, &packet);
      ship_guest_packet_clear (&packet);
      if (wrong != NULL)
        break_off (self, wrong);
    }

  if (received == 0)
    end (self);

  return G_SOURCE_CONTINUE;
}

static void
ship_guest_channel_dispose (GObject *object)
{
  ShipGuestChannel *self = SHIP_GUEST_CHANNEL (object);

  clear_source (&self->input);
  clear_source (&self->output);
  if (self->fd >= 0)
    {
      g_autoptr (GError) error = new_gone_error ();

      shut (self, error);
      close (g_steal_fd (&self->fd));
    }

  G_OBJECT_CLASS (ship_guest_channel_parent_class)->dispose (object);
}

static void
ship_guest_channel_finalize (GObject *object)
{
  ShipGuestChannel *self = SHIP_GUEST_CHANNEL (object);

  g_hash_table_unref (self->entries);
  g_clear_error (&self->error);

  G_OBJECT_CLASS (ship_guest_channel_parent_class)->finalize (object);
}

static guint
new_signal (const char *name, guint n_params, GType type)
{
  return g_signal_new (name,
                       SHIP_TYPE_GUEST_CHANNEL,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       n_params,
                       type);
}

static void
ship_guest_channel_class_init (ShipGuestChannelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ship_guest_channel_dispose;
  object_class->finalize = ship_guest_channel_finalize;

  signals[SIGNAL_READY] = new_signal ("ready", 1, G_TYPE_STRING);
  signals[SIGNAL_BROKEN] = new_signal ("broken", 1, G_TYPE_ERROR);
  signals[SIGNAL_CLOSED] = new_signal ("closed", 0, G_TYPE_NONE);
}

static void
ship_guest_channel_init (ShipGuestChannel *self)
{
  self->fd = -1;
  self->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
}

ShipGuestChannel *
ship_guest_channel_new (int fd, const char *const *environment, GError **error)
{
  g_autoptr (ShipGuestChannel) self = g_object_new (SHIP_TYPE_GUEST_CHANNEL, NULL);

  self->fd = fd;
  self->environment = environment;
  if (!ship_guest_socket_set_up (fd, error))
    return NULL;
  self->input = watch (self, G_IO_IN | G_IO_HUP | G_IO_ERR, readable_cb);

  return g_steal_pointer (&self);
}

pid_t
ship_guest_channel_get_pid (ShipGuestChannel *self)
{
  return self->pid;
}

void
ship_guest_channel_close (ShipGuestChannel *self, const GError *error)
{
  g_return_if_fail (SHIP_IS_GUEST_CHANNEL (self));

  shut (self, error);
}

/* Our ends do not wait, so that no reader blocks the main thread; theirs do, as programs expect. */
static gboolean
open_pipes (int ours[3], int theirs[3], GError **error)
{
  for (guint i = 0; i < 3; i++)
    {
      gboolean is_input = i == 0;
      int      ends[2];

      if (!g_unix_open_pipe (ends, FD_CLOEXEC, error))
        return FALSE;
      ours[i] = ends[is_input ? 1 : 0];
      theirs[i] = ends[is_input ? 0 : 1];
      if (!g_unix_set_fd_nonblocking (ours[i], TRUE, error))
        return FALSE;
    }

  return TRUE;
}

/* The answer will find nobody, and what it started is killed then. */
static gboolean
spawn_cancelled_cb (GCancellable *cancellable, gpointer user_data)
{
  Entry *entry = user_data;
  g_autoptr (GTask) task = g_steal_pointer (&entry->task);

  clear_source (&entry->source);
  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

/* Takes @task. */
static void
add_entry (ShipGuestChannel *self, guint32 id, gboolean uses_pty, const int pipes[3], GTask *task)
{
  Entry        *entry = g_new0 (Entry, 1);
  GCancellable *cancellable = g_task_get_cancellable (task);

  entry->id = id;
  entry->uses_pty = uses_pty;
  entry->task = task;
  for (guint i = 0; i < 3; i++)
    entry->pipes[i] = pipes[i];
  if (cancellable != NULL)
    {
      entry->source = g_cancellable_source_new (cancellable);
      g_source_set_callback (entry->source, G_SOURCE_FUNC (spawn_cancelled_cb), entry, NULL);
      g_source_attach (entry->source, g_main_context_get_thread_default ());
    }
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (id), entry);
}

void
ship_guest_channel_spawn_async (ShipGuestChannel   *self,
                                ShipSandboxCommand *command,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (ShipSandboxCommand) owned = command;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  GError *error = NULL;
  GBytes *message;
  guint32 id;
  int     ours[3] = { -1, -1, -1 };
  int     theirs[3] = { -1, -1, -1 };

  g_task_set_source_tag (task, ship_guest_channel_spawn_async);
  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->state != STATE_OPEN)
    {
      g_task_return_error (task,
                           self->error != NULL ? g_error_copy (self->error) : new_gone_error ());
      return;
    }

  id = ++self->last_id;
  message = ship_guest_message_new_spawn (id, command, self->environment, &error);
  if (message == NULL || (!command->use_pty && !open_pipes (ours, theirs, &error)))
    {
      close_fds (ours, 3);
      close_fds (theirs, 3);
      g_clear_pointer (&message, g_bytes_unref);
      g_task_return_error (task, error);
      return;
    }

  add_entry (self, id, command->use_pty, ours, g_steal_pointer (&task));
  send_message (self, message, theirs, command->use_pty ? 0 : 3);
}

ShipSandboxProcess *
ship_guest_channel_spawn_finish (ShipGuestChannel *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_guest_channel_spawn_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
ship_guest_channel_connect_port (ShipGuestChannel *self, guint16 port, int fd, GError **error)
{
  if (self->state != STATE_OPEN)
    {
      g_propagate_error (error,
                         self->error != NULL ? g_error_copy (self->error) : new_gone_error ());
      close (fd);
      return FALSE;
    }

  send_message (self, ship_guest_message_new_connect (port), &fd, 1);
  return TRUE;
}

void
ship_guest_channel_signal (ShipGuestChannel *self, guint32 id, int signal)
{
  if (self->state == STATE_OPEN)
    send_message (self, ship_guest_message_new_signal (id, signal), NULL, 0);
}

void
ship_guest_channel_abandon (ShipGuestChannel *self, guint32 id)
{
  Entry *entry = g_hash_table_lookup (self->entries, GUINT_TO_POINTER (id));

  if (entry == NULL)
    return;

  entry->process = NULL;
  ship_guest_channel_signal (self, id, SIGKILL);
}
