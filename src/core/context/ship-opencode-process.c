/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-opencode-process.h"

#include "agent/opencode/ship-opencode-launch.h"
#include "agent/ship-agent-error.h"

#include <glib/gi18n-lib.h>
#include <signal.h>

/*
 *   start_async -> spawned_cb -> (lines: read_cb, again and again) -> ready line -> (return)
 *
 * Both streams are read to their end for as long as it lives, so that it never waits for us; the
 * last lines are kept for the sentence when it ends early. What it prints is from inside the
 * sandbox and goes no further.
 */

/* On a busy machine a minute was not enough. Whoever waits is told that it takes long. */
#define START_TIMEOUT_S 180
#define MAX_LINE        2000
#define CHUNK_SIZE      4096
#define N_LAST_LINES    8

struct _ShipOpencodeProcess
{
  GObject             parent_instance;
  ShipSandbox        *sandbox;     /* (owned) */
  ShipSandboxProcess *process;     /* (owned) (nullable) */
  GTask              *starting;    /* (owned) (nullable) */
  GCancellable       *cancellable; /* (owned): ends the reading */
  GQueue              last_lines;  /* (element-type utf8) (owned) */
  guint               timeout;
  gulong              cancel_handler;
  gboolean            is_ready;
};

enum
{
  ENDED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipOpencodeProcess, ship_opencode_process, G_TYPE_OBJECT)

static void
ship_opencode_process_dispose (GObject *object)
{
  ShipOpencodeProcess *self = SHIP_OPENCODE_PROCESS (object);

  g_assert (self->starting == NULL);
  ship_opencode_process_stop (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->sandbox);
  g_queue_clear_full (&self->last_lines, g_free);

  G_OBJECT_CLASS (ship_opencode_process_parent_class)->dispose (object);
}

static void
ship_opencode_process_class_init (ShipOpencodeProcessClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_opencode_process_dispose;

  signals[ENDED] = g_signal_new ("ended",
                                 SHIP_TYPE_OPENCODE_PROCESS,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 1,
                                 G_TYPE_STRING);
}

static void
ship_opencode_process_init (ShipOpencodeProcess *self)
{
  self->cancellable = g_cancellable_new ();
}

ShipOpencodeProcess *
ship_opencode_process_new (ShipSandbox *sandbox)
{
  ShipOpencodeProcess *self = g_object_new (SHIP_TYPE_OPENCODE_PROCESS, NULL);

  self->sandbox = g_object_ref (sandbox);

  return self;
}

/* The one place that returns from the start. Takes @error (nullable). */
static void
finish_start (ShipOpencodeProcess *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->starting);

  if (task == NULL)
    {
      g_clear_error (&error);
      return;
    }

  g_clear_handle_id (&self->timeout, g_source_remove);
  if (self->cancel_handler != 0)
    g_clear_signal_handler (&self->cancel_handler, g_task_get_cancellable (task));
  if (error == NULL)
    {
      self->is_ready = TRUE;
      g_task_return_boolean (task, TRUE);
      return;
    }

  ship_opencode_process_stop (self);
  g_task_return_error (task, error);
}

static char *
join_last_lines (ShipOpencodeProcess *self)
{
  GString *text = g_string_new (NULL);

  for (GList *link = self->last_lines.head; link != NULL; link = link->next)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", (const char *) link->data);

  return g_string_free (text, FALSE);
}

static void
keep_line (ShipOpencodeProcess *self, const char *line)
{
  g_autofree char *cut = g_strndup (line, MAX_LINE);

  g_queue_push_tail (&self->last_lines, g_utf8_make_valid (cut, -1));
  if (self->last_lines.length > N_LAST_LINES)
    g_free (g_queue_pop_head (&self->last_lines));
}

/* One of the two streams on its way to its end. */
typedef struct
{
  ShipOpencodeProcess *self;   /* (owned) */
  GInputStream        *stream; /* (owned) */
  GString             *line;   /* (owned): the one that is not ended yet, cut at MAX_LINE */
} Reader;

static void
reader_free (Reader *reader)
{
  g_clear_object (&reader->self);
  g_clear_object (&reader->stream);
  g_string_free (reader->line, TRUE);
  g_free (reader);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Reader, reader_free)

static void
take_line (ShipOpencodeProcess *self, const char *line)
{
  if (self->starting != NULL && ship_opencode_launch_is_ready_line (line))
    finish_start (self, NULL);
  else if (!self->is_ready)
    keep_line (self, line);
}

/* Everything inside can write there, and need never end a line: no more than MAX_LINE is kept. */
static void
take_bytes (Reader *reader, const char *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    {
      if (bytes[i] == '\n')
        {
          take_line (reader->self, reader->line->str);
          g_string_truncate (reader->line, 0);
        }
      else if (reader->line->len < MAX_LINE && bytes[i] != '\0')
        g_string_append_c (reader->line, bytes[i]);
    }
}

static void read_more (Reader *reader);

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Reader) reader = user_data;
  g_autoptr (GBytes) chunk =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);

  if (chunk == NULL || g_bytes_get_size (chunk) == 0)
    {
      if (reader->line->len > 0)
        take_line (reader->self, reader->line->str);
      return;
    }

  take_bytes (reader, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
  if (!g_cancellable_is_cancelled (reader->self->cancellable))
    read_more (g_steal_pointer (&reader));
}

/* Takes @reader. */
static void
read_more (Reader *reader)
{
  g_input_stream_read_bytes_async (reader->stream,
                                   CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT,
                                   reader->self->cancellable,
                                   read_cb,
                                   reader);
}

static void
start_reading (ShipOpencodeProcess *self, GInputStream *input)
{
  Reader *reader = g_new0 (Reader, 1);

  reader->self = g_object_ref (self);
  reader->stream = g_object_ref (input);
  reader->line = g_string_new (NULL);
  read_more (reader);
}

static void
exited_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipOpencodeProcess) self = SHIP_OPENCODE_PROCESS (user_data);
  g_autofree char *words = join_last_lines (self);
  int              status = 0;

  ship_sandbox_process_wait_finish (SHIP_SANDBOX_PROCESS (object), result, &status, NULL);
  if (self->starting != NULL)
    finish_start (self,
                  g_error_new (SHIP_AGENT_ERROR,
                               SHIP_AGENT_ERROR_NOT_READY,
                               _ ("OpenCode ended while it was starting: %s"),
                               words[0] != '\0' ? words : _ ("it said nothing")));
  else if (self->process != NULL)
    {
      g_clear_object (&self->process);
      g_signal_emit (self, signals[ENDED], 0, words);
    }
}

static gboolean
timeout_cb (gpointer user_data)
{
  ShipOpencodeProcess *self = user_data;

  self->timeout = 0;
  finish_start (self,
                g_error_new (SHIP_AGENT_ERROR,
                             SHIP_AGENT_ERROR_NOT_READY,
                             _ ("OpenCode did not start within %d seconds"),
                             START_TIMEOUT_S));

  return G_SOURCE_REMOVE;
}

static void
cancelled_cb (GCancellable *cancellable, ShipOpencodeProcess *self)
{
  /* From the cancelling caller: finish when the stack has unwound. */
  if (self->timeout != 0)
    g_source_remove (self->timeout);
  self->timeout = g_timeout_add (0, timeout_cb, self);
}

static void
spawned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipOpencodeProcess) self = SHIP_OPENCODE_PROCESS (user_data);
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = g_task_get_cancellable (self->starting);

  self->process = ship_sandbox_spawn_finish (SHIP_SANDBOX (object), result, &error);
  if (self->process == NULL)
    {
      finish_start (self, g_steal_pointer (&error));
      return;
    }

  start_reading (self, ship_sandbox_process_get_stdout (self->process));
  start_reading (self, ship_sandbox_process_get_stderr (self->process));
  ship_sandbox_process_wait_async (self->process, NULL, exited_cb, g_object_ref (self));
  self->timeout = g_timeout_add_seconds (START_TIMEOUT_S, timeout_cb, self);
  if (cancellable != NULL)
    self->cancel_handler =
      g_signal_connect (cancellable, "cancelled", G_CALLBACK (cancelled_cb), self);
  if (g_cancellable_is_cancelled (cancellable)) /* between the spawning and this */
    cancelled_cb (cancellable, self);
}

void
ship_opencode_process_start_async (ShipOpencodeProcess *self,
                                   const char *const   *argv,
                                   const char *const   *env,
                                   GCancellable        *cancellable,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  ShipSandboxCommand *command;

  g_return_if_fail (SHIP_IS_OPENCODE_PROCESS (self));
  g_return_if_fail (self->starting == NULL && self->process == NULL);

  self->starting = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->starting, ship_opencode_process_start_async);

  command = ship_sandbox_command_new (argv[0], NULL);
  for (guint i = 1; argv[i] != NULL; i++)
    ship_sandbox_command_add_arg (command, argv[i]);
  for (guint i = 0; env[i] != NULL; i++)
    {
      const char      *equals = strchr (env[i], '=');
      g_autofree char *name = g_strndup (env[i], equals - env[i]);

      ship_sandbox_command_set_env (command, name, equals + 1);
    }
  ship_sandbox_spawn_async (self->sandbox, command, cancellable, spawned_cb, g_object_ref (self));
}

gboolean
ship_opencode_process_start_finish (ShipOpencodeProcess *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_opencode_process_start_async),
                        FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_opencode_process_stop (ShipOpencodeProcess *self)
{
  g_autoptr (ShipSandboxProcess) process = NULL;

  g_return_if_fail (SHIP_IS_OPENCODE_PROCESS (self));

  g_cancellable_cancel (self->cancellable);
  process = g_steal_pointer (&self->process);
  if (process != NULL && ship_sandbox_process_is_running (process))
    ship_sandbox_process_signal (process, SIGKILL);
}
