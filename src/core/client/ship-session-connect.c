/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-connect-private.h"

#include "base/ship-names.h"
#include "client/ship-session-client.h"
#include "process/ship-process.h"

#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <glib/gi18n-lib.h>
#include <unistd.h>

/*
 * From a session's id to a proxy of its process. Main thread.
 *
 *   connect_async -> store_cb -> connect_socket -> connection_cb -> proxy_cb -> (return)
 *   nobody answers: start_process -> said_cb -> "ready" or "busy": connect_socket again
 *                                            -> "error": (return)
 *                                            -> the end: ended_cb -> (return)
 *
 * What ship-session says on its descriptor 3: "ready"; "busy" when another one holds the session
 * (the one that answers, or one that is just ending, so both connecting and starting are tried
 * again); or "error: SENTENCE".
 */

#define OBJECT_PATH     "/dev/ship/Session"
#define READY_FD        3
#define PATIENCE_US     (5 * G_USEC_PER_SEC)
#define PAUSE_MS        50
#define MAX_SAID_BYTES  4096
#define CALL_TIMEOUT_MS (60 * 1000)
#define ERROR_PREFIX    "error: "

typedef struct
{
  /* Input. */
  ShipPaths *paths; /* (owned) */
  char      *id;    /* (owned) */
  gboolean   start;

  /* In progress. */
  gint64           deadline;   /* monotonic; 0 before the first start */
  GInputStream    *word;       /* (owned) (nullable): what the started process says on READY_FD */
  GString         *said;       /* (owned) */
  GDBusConnection *connection; /* (owned) (nullable) */
  ShipProcess     *process;    /* (owned) (nullable): the last one started */
} Attempt;

static void
attempt_free (Attempt *self)
{
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_free (self->id);
  g_clear_object (&self->word);
  g_string_free (self->said, TRUE);
  g_clear_object (&self->connection);
  g_clear_object (&self->process);
  g_free (self);
}

static void connect_socket (GTask *task);

static void
fail (GTask *task, ShipClientError code, const char *sentence)
{
  g_task_return_new_error (task, SHIP_CLIENT_ERROR, code, "%s", sentence);
}

static gboolean
again_cb (gpointer user_data)
{
  GTask *task = user_data;

  connect_socket (g_object_ref (task));
  return G_SOURCE_REMOVE;
}

/* @task: (transfer full) */
static void
try_again_later (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  g_autoptr (GSource) pause = NULL;
  Attempt *self = g_task_get_task_data (task);

  if (g_get_monotonic_time () > self->deadline)
    {
      fail (task,
            SHIP_CLIENT_ERROR_FAILED,
            _ ("Another process holds the session, but does not answer"));
      return;
    }
  pause = g_timeout_source_new (PAUSE_MS);
  g_task_attach_source (task, pause, again_cb);
}

/* What a process that ended without a word wrote on its standard error: its last line says most. */
static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *text = NULL;
  g_autofree char *sentence = NULL;
  const char      *line;

  if (g_task_return_error_if_cancelled (task))
    return;
  bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);
  if (bytes != NULL)
    text = g_utf8_make_valid (
      g_bytes_get_data (bytes, NULL) != NULL ? g_bytes_get_data (bytes, NULL) : "",
      (gssize) g_bytes_get_size (bytes));
  if (text == NULL || *g_strstrip (text) == '\0')
    {
      fail (task, SHIP_CLIENT_ERROR_FAILED, _ ("The session's process ended before it was ready"));
      return;
    }
  line = strrchr (text, '\n');
  sentence = g_strdup_printf (_ ("The session's process ended before it was ready: %s"),
                              line != NULL ? line + 1 : text);
  fail (task, SHIP_CLIENT_ERROR_FAILED, sentence);
}

/* Decides on the first line that was said, or on the end. @task: (transfer full) */
static void
take_word (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Attempt *self = g_task_get_task_data (task);

  g_clear_object (&self->word);
  g_strchomp (self->said->str);
  if (g_str_equal (self->said->str, "ready"))
    {
      connect_socket (g_steal_pointer (&task));
      return;
    }
  if (g_str_equal (self->said->str, "busy"))
    {
      try_again_later (g_steal_pointer (&task));
      return;
    }
  if (g_str_has_prefix (self->said->str, ERROR_PREFIX))
    {
      fail (task, SHIP_CLIENT_ERROR_FAILED, self->said->str + strlen (ERROR_PREFIX));
      return;
    }
  g_input_stream_read_bytes_async (ship_process_get_stderr (self->process),
                                   MAX_SAID_BYTES,
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task),
                                   ended_cb,
                                   g_object_ref (task));
}

static void
said_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *self = g_task_get_task_data (task);
  GError  *error = NULL;
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);
  gsize       length;
  const char *data;

  if (bytes == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  data = g_bytes_get_data (bytes, &length);
  for (gsize i = 0; i < length && self->said->len < MAX_SAID_BYTES; i++)
    if (data[i] != '\0')
      g_string_append_c (self->said, data[i]);
  if (length == 0 || self->said->len >= MAX_SAID_BYTES || strchr (self->said->str, '\n') != NULL)
    {
      take_word (g_steal_pointer (&task));
      return;
    }
  g_input_stream_read_bytes_async (self->word,
                                   MAX_SAID_BYTES,
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task),
                                   said_cb,
                                   g_object_ref (task));
}

static ShipProcess *
spawn (Attempt *self, int ready_fd, GError **error)
{
  g_autofree char *program = ship_paths_dup_program (self->paths, "ship-session");
  g_autoptr (ShipProcessSpec) spec = ship_process_spec_new (program);
  g_auto (GStrv) names = g_listenv ();

  ship_process_spec_add_arg (spec, self->id);
  for (guint i = 0; names[i] != NULL; i++)
    ship_process_spec_inherit_env (spec, names[i]);
  ship_process_spec_take_fd (spec, ready_fd, READY_FD);
  ship_process_spec_set_pipes (spec, FALSE, FALSE, TRUE);
  ship_process_spec_set_detached (spec);
  return ship_process_spawn (g_steal_pointer (&spec), error);
}

/* @task: (transfer full) */
static void
start_process (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Attempt *self = g_task_get_task_data (task);
  GError  *error = NULL;
  int      ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_object (&self->process);
  g_string_truncate (self->said, 0);
  self->word = g_unix_input_stream_new (ends[0], TRUE);
  self->process = spawn (self, ends[1], &error);
  if (self->process == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_input_stream_read_bytes_async (self->word,
                                   MAX_SAID_BYTES,
                                   G_PRIORITY_DEFAULT,
                                   g_task_get_cancellable (task),
                                   said_cb,
                                   g_object_ref (task));
}

/* Nobody is at the socket. @task: (transfer full) */
static void
not_answered (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Attempt *self = g_task_get_task_data (task);

  if (!self->start)
    {
      fail (task, SHIP_CLIENT_ERROR_GONE, _ ("The session is asleep"));
      return;
    }
  if (self->deadline == 0)
    self->deadline = g_get_monotonic_time () + PATIENCE_US;
  else if (g_get_monotonic_time () > self->deadline)
    {
      fail (task,
            SHIP_CLIENT_ERROR_FAILED,
            _ ("The session's process was started, but does not answer"));
      return;
    }
  start_process (g_steal_pointer (&task));
}

static void
proxy_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (ShipDBusSession1) proxy = ship_dbus_session1_proxy_new_finish (result, &error);

  if (proxy == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* Without its properties it is not there: it was just closing its socket. */
  if (ship_dbus_session1_get_version (proxy) == NULL)
    {
      not_answered (g_steal_pointer (&task));
      return;
    }
  g_dbus_proxy_set_default_timeout (G_DBUS_PROXY (proxy), CALL_TIMEOUT_MS);
  g_task_return_pointer (task, g_steal_pointer (&proxy), g_object_unref);
}

static void
connection_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Attempt *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->connection);
  self->connection = g_dbus_connection_new_for_address_finish (result, &error);
  if (self->connection != NULL)
    ship_dbus_session1_proxy_new (self->connection,
                                  G_DBUS_PROXY_FLAGS_NONE,
                                  NULL,
                                  OBJECT_PATH,
                                  g_task_get_cancellable (task),
                                  proxy_cb,
                                  g_object_ref (task));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) ||
           g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    not_answered (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
connect_socket (GTask *task)
{
  Attempt         *self = g_task_get_task_data (task);
  g_autofree char *socket = ship_paths_dup_session_socket (self->paths, self->id);
  g_autofree char *escaped = g_dbus_address_escape_value (socket);
  g_autofree char *address = g_strconcat ("unix:path=", escaped, NULL);

  g_dbus_connection_new_for_address (address,
                                     G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT,
                                     NULL,
                                     g_task_get_cancellable (task),
                                     connection_cb,
                                     task);
}

static void
no_such_session (GTask *task)
{
  Attempt *self = g_task_get_task_data (task);

  g_task_return_new_error (task,
                           SHIP_CLIENT_ERROR,
                           SHIP_CLIENT_ERROR_NOT_FOUND,
                           _ ("There is no session “%s”"),
                           self->id);
}

static void
store_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (object), result, &error);

  if (info != NULL)
    {
      connect_socket (g_steal_pointer (&task));
      return;
    }
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_task_return_error (task, error);
      return;
    }
  g_clear_error (&error);
  no_such_session (task);
}

void
ship_session_connect_async (ShipPaths          *paths,
                            const char         *session_id,
                            gboolean            start,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *store = NULL;
  g_autoptr (GFile) file = NULL;
  Attempt *self = g_new0 (Attempt, 1);

  g_task_set_source_tag (task, ship_session_connect_async);
  g_task_set_task_data (task, self, (GDestroyNotify) attempt_free);
  self->paths = ship_paths_ref (paths);
  self->id = g_strdup (session_id);
  self->start = start;
  self->said = g_string_new (NULL);
  if (!ship_names_is_session_id (session_id))
    {
      no_such_session (task);
      return;
    }
  store = ship_paths_dup_session_store (paths, session_id);
  file = g_file_new_for_path (store);
  g_file_query_info_async (file,
                           G_FILE_ATTRIBUTE_STANDARD_TYPE,
                           G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT,
                           cancellable,
                           store_cb,
                           g_steal_pointer (&task));
}

ShipDBusSession1 *
ship_session_connect_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_connect_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
