/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <gio/gio.h>
#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <gio/gunixsocketaddress.h>
#include <glib-unix.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox/ship-sandbox-private.h"
#include "sandbox/ship-sandbox-process-private.h"
#include "sandbox/ship-sandbox-run.h"
#include "ship-test.h"

/* Running a command to its end, and sockets for ports, over a sandbox that this test plays. */

/* A process of which the test holds the other ends. */
#define FAKE_TYPE_PROCESS (fake_process_get_type ())
G_DECLARE_FINAL_TYPE (FakeProcess, fake_process, FAKE, PROCESS, ShipSandboxProcess)

struct _FakeProcess
{
  ShipSandboxProcess parent_instance;

  int ends[3]; /* (owned): its ends: standard input, output, errors */
  int last_signal;
};

G_DEFINE_FINAL_TYPE (FakeProcess, fake_process, SHIP_TYPE_SANDBOX_PROCESS)

static void
fake_process_signal (ShipSandboxProcess *process, int signal)
{
  FAKE_PROCESS (process)->last_signal = signal;
}

static void
close_end (FakeProcess *self, guint i)
{
  if (self->ends[i] >= 0)
    close (self->ends[i]);
  self->ends[i] = -1;
}

static void
fake_process_finalize (GObject *object)
{
  for (guint i = 0; i < 3; i++)
    close_end (FAKE_PROCESS (object), i);

  G_OBJECT_CLASS (fake_process_parent_class)->finalize (object);
}

static void
fake_process_class_init (FakeProcessClass *klass)
{
  SHIP_SANDBOX_PROCESS_CLASS (klass)->signal = fake_process_signal;
  G_OBJECT_CLASS (klass)->finalize = fake_process_finalize;
}

static void
fake_process_init (FakeProcess *self)
{
  int ours[3];

  for (guint i = 0; i < 3; i++)
    {
      int ends[2];

      g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
      ours[i] = ends[i == 0 ? 1 : 0];
      self->ends[i] = ends[i == 0 ? 0 : 1];
      g_unix_set_fd_nonblocking (ours[i], TRUE, NULL);
    }
  ship_sandbox_process_take_streams (SHIP_SANDBOX_PROCESS (self),
                                     g_unix_output_stream_new (ours[0], TRUE),
                                     g_unix_input_stream_new (ours[1], TRUE),
                                     g_unix_input_stream_new (ours[2], TRUE));
}

/* A sandbox that makes one, or refuses. */
#define FAKE_TYPE_SANDBOX (fake_sandbox_get_type ())
G_DECLARE_FINAL_TYPE (FakeSandbox, fake_sandbox, FAKE, SANDBOX, ShipSandbox)

struct _FakeSandbox
{
  ShipSandbox parent_instance;

  FakeProcess *process; /* (owned) (nullable) */
  guint16      port;
  int          fd; /* (owned): the last attached, or -1 */
  gboolean     refuses;
};

G_DEFINE_FINAL_TYPE (FakeSandbox, fake_sandbox, SHIP_TYPE_SANDBOX)

static void
fake_sandbox_spawn_async (ShipSandbox        *sandbox,
                          ShipSandboxCommand *command,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  FakeSandbox *self = FAKE_SANDBOX (sandbox);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  ship_sandbox_command_free (command);
  if (self->refuses)
    {
      g_task_return_new_error (task, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED, "no");
      return;
    }
  self->process = g_object_new (FAKE_TYPE_PROCESS, NULL);
  g_task_return_pointer (task, g_object_ref (self->process), g_object_unref);
}

static ShipSandboxProcess *
fake_sandbox_spawn_finish (ShipSandbox *sandbox, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
fake_sandbox_attach_port (ShipSandbox *sandbox, guint16 port, int fd, GError **error)
{
  FakeSandbox *self = FAKE_SANDBOX (sandbox);

  if (self->refuses)
    {
      close (fd);
      g_set_error_literal (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE, "gone");
      return FALSE;
    }
  self->port = port;
  self->fd = fd;
  return TRUE;
}

static void
fake_sandbox_finalize (GObject *object)
{
  FakeSandbox *self = FAKE_SANDBOX (object);

  g_clear_object (&self->process);
  if (self->fd >= 0)
    close (self->fd);

  G_OBJECT_CLASS (fake_sandbox_parent_class)->finalize (object);
}

static void
fake_sandbox_class_init (FakeSandboxClass *klass)
{
  ShipSandboxClass *sandbox_class = SHIP_SANDBOX_CLASS (klass);

  sandbox_class->spawn_async = fake_sandbox_spawn_async;
  sandbox_class->spawn_finish = fake_sandbox_spawn_finish;
  sandbox_class->attach_port = fake_sandbox_attach_port;
  G_OBJECT_CLASS (klass)->finalize = fake_sandbox_finalize;
}

static void
fake_sandbox_init (FakeSandbox *self)
{
  self->fd = -1;
}

typedef struct
{
  FakeSandbox  *sandbox;
  GCancellable *cancellable;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->sandbox = g_object_new (FAKE_TYPE_SANDBOX, NULL);
  fixture->cancellable = g_cancellable_new ();
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    continue;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->result);
  settle ();
  /* Nobody is left who holds the process. */
  if (fixture->sandbox->process != NULL)
    g_assert_finalize_object (g_steal_pointer (&fixture->sandbox->process));
  g_assert_finalize_object (fixture->sandbox);
  g_assert_finalize_object (fixture->cancellable);
}

static void
start (Fixture *fixture, const char *input, gsize max_output)
{
  g_autoptr (GBytes) bytes = input != NULL ? g_bytes_new (input, strlen (input)) : NULL;

  ship_sandbox_run_async (SHIP_SANDBOX (fixture->sandbox),
                          ship_sandbox_command_new ("program", NULL),
                          bytes,
                          max_output,
                          fixture->cancellable,
                          ship_test_keep_result,
                          &fixture->result);
  settle ();
}

static void
put (Fixture *fixture, guint stream, const char *text, gsize size)
{
  g_assert_cmpint (write (fixture->sandbox->process->ends[stream], text, size), ==, (gssize) size);
  settle ();
}

static void
end (Fixture *fixture, int status, const GError *error)
{
  for (guint i = 0; i < 3; i++)
    close_end (fixture->sandbox->process, i);
  ship_sandbox_process_report_end (SHIP_SANDBOX_PROCESS (fixture->sandbox->process), status, error);
}

static ShipSandboxRunResult *
finish (Fixture *fixture, GError **error)
{
  return ship_sandbox_run_finish (SHIP_SANDBOX (fixture->sandbox),
                                  ship_test_await (&fixture->result),
                                  error);
}

static void
test_result (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxRunResult) run = NULL;
  g_autoptr (GError) error = NULL;
  char input[8] = "";

  start (fixture, "input", 100);
  g_assert_cmpint (read (fixture->sandbox->process->ends[0], input, 6), ==, 5);
  g_assert_cmpstr (input, ==, "input");
  g_assert_cmpint (read (fixture->sandbox->process->ends[0], input, 1), ==, 0);
  put (fixture, 1, "one", 3);
  put (fixture, 2, "bad \xff", 5);
  put (fixture, 1, "two", 3);
  end (fixture, 2 << 8, NULL);
  run = finish (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpint (WEXITSTATUS (run->wait_status), ==, 2);
  g_assert_cmpmem (g_bytes_get_data (run->output, NULL),
                   g_bytes_get_size (run->output),
                   "onetwo",
                   6);
  g_assert_cmpstr (run->error_text, ==, "bad \357\277\275");
}

static void
test_silent (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxRunResult) run = NULL;
  g_autoptr (GError) error = NULL;

  start (fixture, NULL, 0);
  end (fixture, 0, NULL);
  run = finish (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (run->output), ==, 0);
  g_assert_cmpstr (run->error_text, ==, "");
}

static void
test_too_much (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start (fixture, NULL, 5);
  put (fixture, 1, "12345", 5);
  g_assert_null (fixture->result);
  put (fixture, 1, "6", 1);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED);
  g_assert_cmpint (fixture->sandbox->process->last_signal, ==, SIGKILL);
}

/* Of the errors only the beginning is kept, and the program may go on writing them. */
static void
test_long_errors (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxRunResult) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (10000, 'e');

  start (fixture, NULL, 5);
  for (guint i = 0; i < 20; i++)
    put (fixture, 2, text, 10000);
  end (fixture, 0, NULL);
  run = finish (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (strlen (run->error_text), ==, 64 * 1024);
}

static void
test_unread_input (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShipSandboxRunResult) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (1000 * 1000, 'i');

  start (fixture, text, 5);
  end (fixture, 0, NULL);
  run = finish (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpint (run->wait_status, ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->sandbox->refuses = TRUE;
  start (fixture, "input", 5);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED);
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) gone =
    g_error_new_literal (SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE, "gone");
  g_autoptr (GError) error = NULL;

  start (fixture, NULL, 5);
  end (fixture, 0, gone);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start (fixture, NULL, 100);
  put (fixture, 1, "half", 4);
  g_cancellable_cancel (fixture->cancellable);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (fixture->sandbox->process->last_signal, ==, SIGKILL);
}

static void
test_cancel_before (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (fixture->cancellable);
  start (fixture, NULL, 100);
  g_assert_null (finish (fixture, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static GSocketConnection *
connect_path (const char *path)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
    g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  g_assert_no_error (error);
  settle ();
  return connection;
}

static void
test_port_socket (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *directory = g_dir_make_tmp ("ship-port-XXXXXX", &error);
  g_autofree char *path = g_build_filename (directory, "port", NULL);
  g_autofree char *long_name = g_strnfill (120, 'x');
  g_autofree char *long_path = g_build_filename (directory, long_name, NULL);
  GStatBuf         status;

  /* What somebody left is replaced. */
  g_file_set_contents (path, "", 0, &error);
  g_assert_no_error (error);
  {
    g_autoptr (ShipSandboxPortSocket) port =
      ship_sandbox_port_socket_new (SHIP_SANDBOX (fixture->sandbox), 4096, path, &error);
    g_autoptr (GSocketConnection) connection = NULL;
    g_autoptr (GSocketConnection) refused = NULL;
    char byte = 0;

    g_assert_no_error (error);
    g_assert_cmpint (g_stat (path, &status), ==, 0);
    g_assert_cmpuint (status.st_mode & 0777, ==, 0600);
    connection = connect_path (path);
    g_assert_cmpuint (fixture->sandbox->port, ==, 4096);
    g_assert_cmpint (send (fixture->sandbox->fd, "b", 1, 0), ==, 1);
    g_assert_cmpint (
      recv (g_socket_get_fd (g_socket_connection_get_socket (connection)), &byte, 1, 0),
      ==,
      1);
    g_assert_cmpint (byte, ==, 'b');

    fixture->sandbox->refuses = TRUE;
    refused = connect_path (path);
    g_assert_cmpint (recv (g_socket_get_fd (g_socket_connection_get_socket (refused)), &byte, 1, 0),
                     ==,
                     0);
  }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  g_assert_null (
    ship_sandbox_port_socket_new (SHIP_SANDBOX (fixture->sandbox), 4096, long_path, &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_FAILED);
  g_assert_cmpint (g_rmdir (directory), ==, 0);
}

int
main (int argc, char **argv)
{
#define ADD(name, test) g_test_add ("/run/" name, Fixture, NULL, set_up, test, tear_down)
  g_test_init (&argc, &argv, NULL);
  ADD ("result", test_result);
  ADD ("silent", test_silent);
  ADD ("too-much", test_too_much);
  ADD ("long-errors", test_long_errors);
  ADD ("unread-input", test_unread_input);
  ADD ("refused", test_refused);
  ADD ("gone", test_gone);
  ADD ("cancel", test_cancel);
  ADD ("cancel-before", test_cancel_before);
  ADD ("port-socket", test_port_socket);

  return g_test_run ();
}
