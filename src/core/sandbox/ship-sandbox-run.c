/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>

/*
 * Runs one command to its end and collects what it says. Main thread; a fan-out that the #GTask
 * owns:
 *
 *   run_async -> spawned_cb -> feed_input, read_output, read_errors, wait (all at once) ->
 * part_done -> (return)
 *
 * The first error cancels the other parts, and dropping the process kills it. Cancelled: the same.
 */

#define ERROR_TEXT_MAX (64 * 1024)
#define CHUNK_SIZE     (32 * 1024)

/* One of the two streams that are read. */
typedef struct
{
  GInputStream *stream; /* (unowned) */
  GByteArray   *bytes;  /* (owned) */
  gsize         limit;
  gboolean      is_strict; /* more than the limit is an error; else it is dropped */
} Reader;

typedef struct
{
  GBytes             *input;       /* (owned) (nullable) */
  ShipSandboxProcess *process;     /* (owned) (nullable) */
  GCancellable       *cancellable; /* (owned): ends all parts */
  GCancellable       *outer;       /* (owned) (nullable): the caller's */
  gulong              outer_id;
  Reader              output;
  Reader              errors;
  int                 wait_status;
  guint               n_pending;
  GError             *error; /* (owned) (nullable): the first */
} Run;

static void
run_free (gpointer data)
{
  Run *self = data;

  g_cancellable_disconnect (self->outer, self->outer_id);
  g_clear_object (&self->outer);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->process);
  g_clear_pointer (&self->input, g_bytes_unref);
  g_clear_pointer (&self->output.bytes, g_byte_array_unref);
  g_clear_pointer (&self->errors.bytes, g_byte_array_unref);
  g_clear_error (&self->error);
  g_free (self);
}

static void
outer_cancelled_cb (GCancellable *outer, gpointer user_data)
{
  g_cancellable_cancel (G_CANCELLABLE (user_data));
}

static ShipSandboxRunResult *
take_result (Run *self)
{
  ShipSandboxRunResult *result = g_new0 (ShipSandboxRunResult, 1);
  GByteArray           *text = self->errors.bytes;

  result->wait_status = self->wait_status;
  result->output = g_byte_array_free_to_bytes (g_steal_pointer (&self->output.bytes));
  result->error_text =
    g_utf8_make_valid (text->len > 0 ? (const char *) text->data : "", text->len);

  return result;
}

/* Every part ends here. Takes @error and a reference to @task. */
static void
part_done (GTask *task, GError *error)
{
  g_autoptr (GTask) owned = task;
  Run *self = g_task_get_task_data (task);

  if (error != NULL && self->error == NULL)
    {
      self->error = error;
      g_cancellable_cancel (self->cancellable);
      ship_sandbox_process_signal (self->process, SIGKILL);
    }
  else
    g_clear_error (&error);

  g_assert (self->n_pending > 0);
  if (--self->n_pending > 0)
    return;

  if (self->error != NULL)
    g_task_return_error (task, g_steal_pointer (&self->error));
  else
    g_task_return_pointer (task, take_result (self), (GDestroyNotify) ship_sandbox_run_result_free);
}

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_output_stream_close_finish (G_OUTPUT_STREAM (object), result, NULL);
  part_done (G_TASK (user_data), NULL);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GOutputStream *stream = G_OUTPUT_STREAM (object);
  g_autoptr (GError) error = NULL;

  /* A program need not read all that it is given. */
  if (!g_output_stream_write_all_finish (stream, result, NULL, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE))
    part_done (g_steal_pointer (&task), g_steal_pointer (&error));
  else
    g_output_stream_close_async (stream,
                                 G_PRIORITY_DEFAULT,
                                 NULL,
                                 closed_cb,
                                 g_steal_pointer (&task));
}

static void
feed_input (GTask *task)
{
  Run           *self = g_task_get_task_data (task);
  GOutputStream *stream = ship_sandbox_process_get_stdin (self->process);
  gsize          size = 0;
  gconstpointer  data = self->input != NULL ? g_bytes_get_data (self->input, &size) : NULL;

  self->n_pending++;
  g_output_stream_write_all_async (stream,
                                   size > 0 ? data : "",
                                   size,
                                   G_PRIORITY_DEFAULT,
                                   self->cancellable,
                                   written_cb,
                                   g_object_ref (task));
}

static void read_more (GTask *task, Reader *reader);

static GError *
keep (Reader *self, GBytes *chunk)
{
  gsize size = g_bytes_get_size (chunk);
  gsize room = self->limit - self->bytes->len;

  if (size > room && self->is_strict)
    return g_error_new (SHIP_SANDBOX_ERROR,
                        SHIP_SANDBOX_ERROR_REFUSED,
                        _ ("A program in the sandbox wrote more than the %" G_GSIZE_FORMAT
                           " bytes that are accepted"),
                        self->limit);

  g_byte_array_append (self->bytes, g_bytes_get_data (chunk, NULL), MIN (size, room));
  return NULL;
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Run    *self = g_task_get_task_data (task);
  Reader *reader = G_INPUT_STREAM (object) == self->output.stream ? &self->output : &self->errors;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_input_stream_read_bytes_finish (reader->stream, result, &error);

  if (chunk != NULL && g_bytes_get_size (chunk) > 0)
    error = keep (reader, chunk);

  if (error != NULL || g_bytes_get_size (chunk) == 0)
    part_done (g_steal_pointer (&task), g_steal_pointer (&error));
  else
    read_more (g_steal_pointer (&task), reader);
}

/* Takes @task. */
static void
read_more (GTask *task, Reader *reader)
{
  Run *self = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (reader->stream,
                                   CHUNK_SIZE,
                                   G_PRIORITY_DEFAULT,
                                   self->cancellable,
                                   read_cb,
                                   task);
}

static void
start_reading (GTask *task, Reader *reader, GInputStream *stream)
{
  Run *self = g_task_get_task_data (task);

  reader->stream = stream;
  self->n_pending++;
  read_more (g_object_ref (task), reader);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Run *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  ship_sandbox_process_wait_finish (SHIP_SANDBOX_PROCESS (object),
                                    result,
                                    &self->wait_status,
                                    &error);
  part_done (g_steal_pointer (&task), g_steal_pointer (&error));
}

static void
spawned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Run *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  self->process = ship_sandbox_spawn_finish (SHIP_SANDBOX (object), result, &error);
  if (self->process == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  feed_input (task);
  start_reading (task, &self->output, ship_sandbox_process_get_stdout (self->process));
  start_reading (task, &self->errors, ship_sandbox_process_get_stderr (self->process));
  self->n_pending++;
  ship_sandbox_process_wait_async (self->process,
                                   self->cancellable,
                                   ended_cb,
                                   g_steal_pointer (&task));
}

void
ship_sandbox_run_result_free (ShipSandboxRunResult *self)
{
  g_bytes_unref (self->output);
  g_free (self->error_text);
  g_free (self);
}

void
ship_sandbox_run_async (ShipSandbox        *sandbox,
                        ShipSandboxCommand *command,
                        GBytes             *input,
                        gsize               max_output,
                        GCancellable       *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (sandbox, cancellable, callback, user_data);
  Run *self = g_new0 (Run, 1);

  g_return_if_fail (!command->use_pty);

  g_task_set_source_tag (task, ship_sandbox_run_async);
  g_task_set_task_data (task, self, run_free);
  self->input = input != NULL ? g_bytes_ref (input) : NULL;
  self->output = (Reader){ .bytes = g_byte_array_new (), .limit = max_output, .is_strict = TRUE };
  self->errors = (Reader){ .bytes = g_byte_array_new (), .limit = ERROR_TEXT_MAX };
  self->cancellable = g_cancellable_new ();
  if (cancellable != NULL)
    {
      self->outer = g_object_ref (cancellable);
      self->outer_id = g_cancellable_connect (cancellable,
                                              G_CALLBACK (outer_cancelled_cb),
                                              g_object_ref (self->cancellable),
                                              g_object_unref);
    }

  ship_sandbox_spawn_async (sandbox,
                            command,
                            self->cancellable,
                            spawned_cb,
                            g_steal_pointer (&task));
}

ShipSandboxRunResult *
ship_sandbox_run_finish (ShipSandbox *sandbox, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, sandbox), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_sandbox_run_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
