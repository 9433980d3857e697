/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sandbox-fixture.h"
#include "ship-test.h"

/*
 * A sandbox of the product from its start to its end: what runs in it, what goes in and out, and
 * that nothing is left of it, however it ends.
 */

static void
add_step_cb (GObject *object, GParamSpec *pspec, gpointer user_data)
{
  const char *step = ship_sandbox_get_step (SHIP_SANDBOX (object));

  g_string_append_printf (user_data, "%s ", step != NULL ? step : "-");
}

static void
test_steps (void)
{
  SandboxFixture fixture;
  g_autoptr (GString) steps = g_string_new (NULL);
  g_autofree char *text = NULL;

  sandbox_fixture_set_up (&fixture, FALSE);
  g_signal_connect (fixture.sandbox, "notify::step", G_CALLBACK (add_step_cb), steps);
  sandbox_fixture_start (&fixture);
  g_assert_cmpstr (steps->str, ==, "mounts guest self-check - ");

  text = sandbox_fixture_run (&fixture, "id -u; id -un; pwd; echo $HOME $container; uname -n");
  g_assert_cmpstr (text, ==, "1000\nagent\n/work\n/home/agent ship\nship\n");
  sandbox_fixture_tear_down (&fixture);
}

/* What is written inside belongs, on the host, to the sandbox's user. */
static void
test_owner (void)
{
  SandboxFixture   fixture;
  g_autofree char *path = NULL;
  GStatBuf         status;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  g_free (sandbox_fixture_run (&fixture, "echo a > /work/file && echo b > ~/file && cat ~/file"));

  path = g_build_filename (fixture.work, "file", NULL);
  g_assert_cmpint (g_lstat (path, &status), ==, 0);
  g_assert_cmpuint (status.st_uid, ==, ship_local_sandbox_get_uid ());
  sandbox_fixture_tear_down (&fixture);
}

static void
test_streams (void)
{
  SandboxFixture      fixture;
  ShipSandboxCommand *command = ship_sandbox_command_new ("sh", "-c", NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ShipSandboxRunResult) run = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strnfill (700 * 1000, 'x');
  g_autoptr (GBytes) input = g_bytes_new (text, strlen (text));

  ship_sandbox_command_add_arg (command, "pwd; echo $TERM $MORE; cat; echo bad >&2; exit 3");
  ship_sandbox_command_set_env (command, "TERM", "dumb");
  ship_sandbox_command_set_env (command, "MORE", "first");
  ship_sandbox_command_set_env (command, "MORE", "second");
  command->cwd = g_strdup ("/tmp");

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  ship_sandbox_run_async (fixture.sandbox,
                          command,
                          input,
                          1000 * 1000,
                          NULL,
                          ship_test_keep_result,
                          &result);
  run = ship_sandbox_run_finish (fixture.sandbox, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (run->wait_status));
  g_assert_cmpint (WEXITSTATUS (run->wait_status), ==, 3);
  g_assert_cmpstr (run->error_text, ==, "bad\n");
  g_assert_cmpuint (g_bytes_get_size (run->output),
                    ==,
                    strlen ("/tmp\ndumb second\n") + 700 * 1000);
  g_clear_object (&result);
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

static void
assert_refused (SandboxFixture *fixture, ShipSandboxCommand *command)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_sandbox_spawn_async (fixture->sandbox, command, NULL, ship_test_keep_result, &result);
  g_assert_null (ship_sandbox_spawn_finish (fixture->sandbox, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED);
}

static void
test_refused (void)
{
  SandboxFixture      fixture;
  ShipSandboxCommand *command = ship_sandbox_command_new ("true", NULL);
  g_autofree char    *huge = g_strnfill (200 * 1000, 'x');

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  assert_refused (&fixture, ship_sandbox_command_new ("no-such-program", NULL));
  assert_refused (&fixture, ship_sandbox_command_new ("/etc/passwd", NULL));
  assert_refused (&fixture, ship_sandbox_command_new ("echo", huge, NULL));
  command->cwd = g_strdup ("/no/such/place");
  assert_refused (&fixture, command);

  /* The guest is none the worse for it. */
  g_free (sandbox_fixture_run (&fixture, "true"));
  sandbox_fixture_tear_down (&fixture);
}

static void
test_signal (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandboxProcess) process = NULL;
  g_autofree char *text = NULL;
  int              status;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);

  /* The whole group gets it. */
  process = sandbox_fixture_spawn (&fixture,
                                   ship_sandbox_command_new ("sh", "-c", "sleep 1001; true", NULL));
  ship_sandbox_process_signal (process, SIGTERM);
  status = sandbox_fixture_wait (process);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGTERM);
  g_assert_false (ship_sandbox_process_is_running (process));

  /* Let go, it is killed. */
  g_clear_object (&process);
  process = sandbox_fixture_spawn (&fixture, ship_sandbox_command_new ("sleep", "1001", NULL));
  g_clear_object (&process);
  text = sandbox_fixture_run (
    &fixture,
    "while pgrep -f '[s]leep 1001' > /dev/null; do sleep 0.01; done; echo gone");
  g_assert_cmpstr (text, ==, "gone\n");
  sandbox_fixture_tear_down (&fixture);
}

/* Reads until @wanted appears. */
static void
await_terminal (ShipSandboxProcess *process, const char *wanted)
{
  g_autoptr (GString) text = g_string_new (NULL);
  char    buffer[256];
  ssize_t n;

  while (strstr (text->str, wanted) == NULL)
    {
      n = read (ship_sandbox_process_get_pty_fd (process), buffer, sizeof buffer);
      if (n <= 0)
        g_error ("“%s” never came: %s", wanted, text->str);
      g_string_append_len (text, buffer, n);
    }
}

static void
type (ShipSandboxProcess *process, const char *line)
{
  gsize size = strlen (line);

  g_assert_cmpint (write (ship_sandbox_process_get_pty_fd (process), line, size),
                   ==,
                   (gssize) size);
}

/* A terminal is in the same sandbox as everything else. */
static void
test_terminal (void)
{
  SandboxFixture      fixture;
  ShipSandboxCommand *command = ship_sandbox_command_new ("bash", "--norc", NULL);
  g_autoptr (ShipSandboxProcess) process = NULL;
  g_autoptr (ShipSandboxProcess) sleeper = NULL;
  g_autofree char *namespace = NULL;
  g_autofree char *line = NULL;
  int              status;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  sleeper = sandbox_fixture_spawn (&fixture, ship_sandbox_command_new ("sleep", "1002", NULL));
  namespace = sandbox_fixture_run (&fixture, "readlink /proc/self/ns/pid | tr -d '\\n'");

  ship_sandbox_command_set_pty (command, 31, 97);
  process = sandbox_fixture_spawn (&fixture, command);
  type (process, "tty; stty size; tty < /dev/tty\n");
  await_terminal (process, "/dev/pts/0\r\n31 97\r\n/dev/tty");
  type (process, "readlink /proc/self/ns/pid; pgrep -fc '[s]leep 1002'\n");
  line = g_strconcat (namespace, "\r\n1\r\n", NULL);
  await_terminal (process, line);

  ship_sandbox_process_resize (process, 40, 120);
  type (process, "stty size\n");
  await_terminal (process, "40 120");
  type (process, "exit 7\n");
  status = sandbox_fixture_wait (process);
  g_assert_cmpint (WEXITSTATUS (status), ==, 7);
  sandbox_fixture_tear_down (&fixture);
}

static gboolean
is_done_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

/* Echoes what it gets until its end, from a port inside. */
#define ECHO_SERVER                                                                                \
  "import socket\n"                                                                                \
  "s = socket.create_server(('127.0.0.1', 4096)); print('up', flush=True)\n"                       \
  "while True:\n"                                                                                  \
  "  c, _ = s.accept(); data = b''\n"                                                              \
  "  while True:\n"                                                                                \
  "    part = c.recv(65536)\n"                                                                     \
  "    if not part: break\n"                                                                       \
  "    data += part\n"                                                                             \
  "  c.sendall(data + b' echoed'); c.close()\n"

static GSocketConnection *
connect_path (const char *path)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketAddress) address = g_unix_socket_address_new (path);
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
    g_socket_client_connect (client, G_SOCKET_CONNECTABLE (address), NULL, &error);

  g_assert_no_error (error);
  return connection;
}

/* Sends @data, ends its half, and reads to the end. Returns: (transfer full) */
static GBytes *
exchange (GSocketConnection *connection, GBytes *data)
{
  GIOStream *stream = G_IO_STREAM (connection);
  g_autoptr (GOutputStream) answer = g_memory_output_stream_new_resizable ();
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  gsize         size;
  gconstpointer bytes = g_bytes_get_data (data, &size);

  g_output_stream_splice_async (answer,
                                g_io_stream_get_input_stream (stream),
                                G_OUTPUT_STREAM_SPLICE_CLOSE_TARGET,
                                G_PRIORITY_DEFAULT,
                                NULL,
                                ship_test_keep_result,
                                &result);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (stream),
                                   bytes,
                                   size,
                                   G_PRIORITY_DEFAULT,
                                   NULL,
                                   ship_test_keep_result,
                                   &written);
  ship_test_await (&written);
  g_output_stream_write_all_finish (g_io_stream_get_output_stream (stream), written, NULL, NULL);
  g_socket_shutdown (g_socket_connection_get_socket (connection), FALSE, TRUE, NULL);
  ship_test_await (&result);
  g_output_stream_splice_finish (answer, result, NULL);

  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (answer));
}

static void
test_port (void)
{
  SandboxFixture   fixture;
  g_autofree char *path = NULL;
  g_autofree char *text = g_strnfill (3 * 1000 * 1000, 'y');
  g_autoptr (GBytes) data = g_bytes_new (text, strlen (text));
  g_autoptr (ShipSandboxProcess) server = NULL;
  g_autoptr (GError) error = NULL;
  char up[3];

  sandbox_fixture_set_up (&fixture, FALSE);
  path = g_build_filename (fixture.root, "port", NULL);
  sandbox_fixture_start (&fixture);
  server =
    sandbox_fixture_spawn (&fixture,
                           ship_sandbox_command_new ("/usr/bin/python3", "-c", ECHO_SERVER, NULL));
  g_input_stream_read_all (ship_sandbox_process_get_stdout (server), up, 3, NULL, NULL, &error);
  g_assert_no_error (error);

  {
    g_autoptr (ShipSandboxPortSocket) port =
      ship_sandbox_port_socket_new (fixture.sandbox, 4096, path, &error);

    g_assert_no_error (error);
    for (guint i = 0; i < 3; i++)
      {
        g_autoptr (GSocketConnection) connection = connect_path (path);
        g_autoptr (GBytes) answer = exchange (connection, data);

        g_assert_cmpuint (g_bytes_get_size (answer), ==, strlen (text) + strlen (" echoed"));
      }
  }
  g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));

  /* Nobody listens there: the stream ends. */
  {
    g_autoptr (ShipSandboxPortSocket) port =
      ship_sandbox_port_socket_new (fixture.sandbox, 4097, path, &error);
    g_autoptr (GSocketConnection) connection = connect_path (path);
    g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
    g_autoptr (GBytes) answer = exchange (connection, nothing);

    g_assert_no_error (error);
    g_assert_cmpuint (g_bytes_get_size (answer), ==, 0);
  }

  g_clear_object (&server);
  sandbox_fixture_tear_down (&fixture);
}

static int
receive_connection (int channel)
{
  char         byte;
  struct iovec vector = { &byte, 1 };
  union
  {
    char           bytes[CMSG_SPACE (sizeof (int))];
    struct cmsghdr align;
  } ancillary;
  struct msghdr message = { .msg_iov = &vector,
                            .msg_iovlen = 1,
                            .msg_control = &ancillary,
                            .msg_controllen = sizeof ancillary.bytes };
  int           fd;

  g_assert_cmpint (recvmsg (channel, &message, MSG_CMSG_CLOEXEC), ==, 1);
  g_assert_nonnull (CMSG_FIRSTHDR (&message));
  memcpy (&fd, CMSG_DATA (CMSG_FIRSTHDR (&message)), sizeof fd);

  return fd;
}

/* What connects to the gateway's port inside comes out as the connection itself. */
static void
test_gateway (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandboxProcess) client = NULL;
  char text[64] = "";
  int  fd;

  sandbox_fixture_set_up (&fixture, TRUE);
  sandbox_fixture_start (&fixture);
  client = sandbox_fixture_spawn (
    &fixture,
    ship_sandbox_command_new (
      "bash",
      "-c",
      "exec 5<>/dev/tcp/127.0.0.1/3128; echo hello >&5; read answer <&5; test $answer = welcome",
      NULL));

  fd = receive_connection (fixture.connections);
  g_assert_cmpint (recv (fd, text, 6, MSG_WAITALL), ==, 6);
  g_assert_cmpstr (text, ==, "hello\n");
  g_assert_cmpint (send (fd, "welcome\n", 8, MSG_NOSIGNAL), ==, 8);
  close (fd);
  g_assert_cmpint (sandbox_fixture_wait (client), ==, 0);
  g_clear_object (&client);
  sandbox_fixture_tear_down (&fixture);
}

/* A front door that does not open must not stop the guest, however many knock. */
static void
test_knocking (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandboxProcess) knocking = NULL;
  g_autoptr (GError) error = NULL;
  char up[3];

  sandbox_fixture_set_up (&fixture, TRUE);
  sandbox_fixture_start (&fixture);
  knocking =
    sandbox_fixture_spawn (&fixture,
                           ship_sandbox_command_new ("/usr/bin/python3",
                                                     "-c",
                                                     "import socket, time\n"
                                                     "open_ones = []\n"
                                                     "for i in range(3000):\n"
                                                     "  s = socket.socket(); s.setblocking(False)\n"
                                                     "  s.connect_ex(('127.0.0.1', 3128))\n"
                                                     "  open_ones.append(s)\n"
                                                     "print('up', flush=True); time.sleep(1000)\n",
                                                     NULL));
  g_input_stream_read_all (ship_sandbox_process_get_stdout (knocking), up, 3, NULL, NULL, &error);
  g_assert_no_error (error);
  g_free (sandbox_fixture_run (&fixture, "true"));
  close (receive_connection (fixture.connections));
  g_free (sandbox_fixture_run (&fixture, "true"));
  g_clear_object (&knocking);
  sandbox_fixture_tear_down (&fixture);
}

/* Spawns until there is no more room, which is an error and no end. Returns: how many there are */
static guint
fill_up (SandboxFixture *fixture, GPtrArray *processes)
{
  for (;;)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      ShipSandboxProcess *process;

      ship_sandbox_spawn_async (fixture->sandbox,
                                ship_sandbox_command_new ("sleep", "1000", NULL),
                                NULL,
                                ship_test_keep_result,
                                &result);
      process = ship_sandbox_spawn_finish (fixture->sandbox, ship_test_await (&result), &error);
      if (process == NULL)
        {
          g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_REFUSED);
          return processes->len;
        }
      g_ptr_array_add (processes, process);
      g_assert_cmpuint (processes->len, <, 64);
    }
}

/* Whatever a command does, there is room for a few more; when that is full too, a spawn fails, and
 * the sandbox lives on. */
static void
test_crowded (void)
{
  SandboxFixture fixture;
  g_autoptr (GPtrArray) processes = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (ShipSandboxProcess) crowd = NULL;
  g_autoptr (GError) error = NULL;
  char up[3];

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  crowd =
    sandbox_fixture_spawn (&fixture,
                           ship_sandbox_command_new ("/usr/bin/python3",
                                                     "-c",
                                                     "import os, time\n"
                                                     "try:\n"
                                                     "  while True:\n"
                                                     "    if os.fork() == 0: time.sleep(1000)\n"
                                                     "except OSError: pass\n"
                                                     "print('up', flush=True); time.sleep(1000)\n",
                                                     NULL));
  g_input_stream_read_all (ship_sandbox_process_get_stdout (crowd), up, 3, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (fill_up (&fixture, processes), >, 0);
  g_ptr_array_set_size (processes, 0);
  ship_sandbox_process_signal (crowd, SIGKILL);
  sandbox_fixture_wait (crowd);
  g_clear_object (&crowd);
  sandbox_fixture_tear_down (&fixture);
}

static void
keep_error_cb (ShipSandbox *sandbox, const GError *error, gpointer user_data)
{
  GError **kept = user_data;

  g_assert_null (*kept);
  *kept = g_error_copy (error);
}

static void
test_died (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandboxProcess) process = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) death = NULL;
  g_autoptr (GError) error = NULL;
  pid_t guest;

  sandbox_fixture_set_up (&fixture, FALSE);
  g_signal_connect (fixture.sandbox, "died", G_CALLBACK (keep_error_cb), &death);
  sandbox_fixture_start (&fixture);
  process = sandbox_fixture_spawn (&fixture, ship_sandbox_command_new ("sleep", "1003", NULL));
  ship_sandbox_process_wait_async (process, NULL, ship_test_keep_result, &result);

  guest = sandbox_fixture_find_guest (&fixture);
  g_assert_cmpint (kill (guest, SIGKILL), ==, 0);
  g_assert_false (
    ship_sandbox_process_wait_finish (process, ship_test_await (&result), NULL, &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
  while (death == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (death, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
  g_assert_false (ship_sandbox_is_running (fixture.sandbox));
  g_assert_cmpuint (sandbox_fixture_count_processes (fixture.root), ==, 0);

  g_clear_object (&process);
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

/* What hides from its parents and ignores signals does not outlive its sandbox. */
static void
test_daemon (void)
{
  SandboxFixture fixture;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  g_free (sandbox_fixture_run (&fixture,
                               "(setsid nohup bash -c 'trap \"\" HUP TERM INT; touch /tmp/up; "
                               "sleep 1004' > /dev/null 2>&1 &)\n"
                               "until test -e /tmp/up; do sleep 0.01; done"));
  g_assert_cmpuint (sandbox_fixture_count_processes (fixture.root), >=, 2);
  sandbox_fixture_stop (&fixture);
  g_assert_cmpuint (sandbox_fixture_count_processes (fixture.root), ==, 0);
  sandbox_fixture_tear_down (&fixture);
}

/* At any moment: what is started is gone when the cancelled start returns. */
static void
test_cancel (void)
{
  for (guint i = 0; i < 40; i++)
    {
      SandboxFixture fixture;
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_time = FALSE;

      sandbox_fixture_set_up (&fixture, FALSE);
      ship_sandbox_start_async (fixture.sandbox, cancellable, ship_test_keep_result, &result);
      g_timeout_add (i / 2, is_done_cb, &is_time);
      sandbox_fixture_wait_for (&is_time);
      g_cancellable_cancel (cancellable);

      if (!ship_sandbox_start_finish (fixture.sandbox, ship_test_await (&result), &error))
        {
          g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
          g_assert_cmpuint (sandbox_fixture_count_processes (fixture.root), ==, 0);
        }
      g_clear_object (&result);
      sandbox_fixture_tear_down (&fixture);
    }
}

static void
test_stop_while_starting (void)
{
  for (guint i = 0; i < 10; i++)
    {
      SandboxFixture fixture;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GAsyncResult) again = NULL;
      g_autoptr (GError) error = NULL;
      gboolean is_time = FALSE;

      sandbox_fixture_set_up (&fixture, FALSE);
      ship_sandbox_start_async (fixture.sandbox, NULL, ship_test_keep_result, &result);
      g_timeout_add (2 * i, is_done_cb, &is_time);
      sandbox_fixture_wait_for (&is_time);
      sandbox_fixture_stop (&fixture);
      g_assert_cmpuint (sandbox_fixture_count_processes (fixture.root), ==, 0);

      if (!ship_sandbox_start_finish (fixture.sandbox, ship_test_await (&result), &error))
        g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);

      /* It lives once. */
      g_clear_error (&error);
      ship_sandbox_start_async (fixture.sandbox, NULL, ship_test_keep_result, &again);
      g_assert_false (
        ship_sandbox_start_finish (fixture.sandbox, ship_test_await (&again), &error));
      g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE);
      g_clear_object (&result);
      g_clear_object (&again);
      sandbox_fixture_tear_down (&fixture);
    }
}

/* Nobody waits for it then, so the test has to. */
static void
test_let_go (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandboxProcess) process = NULL;
  ShipSandbox *sandbox;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox_fixture_start (&fixture);
  process = sandbox_fixture_spawn (&fixture, ship_sandbox_command_new ("sleep", "1005", NULL));
  sandbox = fixture.sandbox;
  fixture.sandbox = SHIP_SANDBOX (
    ship_local_sandbox_new (fixture.paths, fixture.work, fixture.home, NULL, NULL, -1));
  g_assert_finalize_object (sandbox);
  while (sandbox_fixture_count_processes (fixture.root) > 0)
    g_main_context_iteration (NULL, FALSE);

  g_clear_object (&process);
  sandbox_fixture_tear_down (&fixture);
}

static void
test_missing_tree (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandbox) sandbox = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox = SHIP_SANDBOX (
    ship_local_sandbox_new (fixture.paths, fixture.work, fixture.home, "/no/such", NULL, -1));
  ship_sandbox_start_async (sandbox, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_sandbox_start_finish (sandbox, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "/no/such"));
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

/* As root the sandbox is another user, and what is root's alone is said to be so. */
static void
test_unreadable_tree (void)
{
  SandboxFixture fixture;
  g_autoptr (ShipSandbox) sandbox = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (geteuid () != 0)
    {
      g_test_skip ("only root has this difference");
      return;
    }
  sandbox_fixture_set_up (&fixture, FALSE);
  sandbox = SHIP_SANDBOX (
    ship_local_sandbox_new (fixture.paths, fixture.work, fixture.home, NULL, fixture.root, -1));
  ship_sandbox_start_async (sandbox, NULL, ship_test_keep_result, &result);
  g_assert_false (ship_sandbox_start_finish (sandbox, ship_test_await (&result), &error));
  g_assert_error (error, SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "chmod -R o+rX"));
  g_clear_object (&result);
  sandbox_fixture_tear_down (&fixture);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/life/steps", test_steps);
  g_test_add_func ("/life/owner", test_owner);
  g_test_add_func ("/life/streams", test_streams);
  g_test_add_func ("/life/refused", test_refused);
  g_test_add_func ("/life/signal", test_signal);
  g_test_add_func ("/life/terminal", test_terminal);
  g_test_add_func ("/life/port", test_port);
  g_test_add_func ("/life/gateway", test_gateway);
  g_test_add_func ("/life/knocking", test_knocking);
  g_test_add_func ("/life/crowded", test_crowded);
  g_test_add_func ("/life/died", test_died);
  g_test_add_func ("/life/daemon", test_daemon);
  g_test_add_func ("/life/cancel", test_cancel);
  g_test_add_func ("/life/stop-while-starting", test_stop_while_starting);
  g_test_add_func ("/life/let-go", test_let_go);
  g_test_add_func ("/life/missing-tree", test_missing_tree);
  g_test_add_func ("/life/unreadable-tree", test_unreadable_tree);

  return g_test_run ();
}
