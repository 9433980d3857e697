/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process-test.h"

#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

/* What a child finds itself with: exactly what was asked for. */

static guint
count_lines (const char *report, const char *prefix)
{
  g_auto (GStrv) lines = g_strsplit (report, "\n", -1);
  guint n = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    n += g_str_has_prefix (lines[i], prefix);
  return n;
}

static void
test_nothing_inherited (void)
{
  int leaked = open ("/dev/null", O_RDONLY); /* without close-on-exec, as another library may do */
  g_autofree char *report = NULL;

  g_setenv ("SHIP_TEST_SECRET", "hunter22", TRUE);
  signal (SIGUSR1, SIG_IGN);
  report = report_of (helper_new ("report", NULL));
  g_assert_cmpuint (count_lines (report, "env "), ==, 0);
  g_assert_cmpuint (count_lines (report, "fd "), ==, 3);
  g_assert_cmpuint (count_lines (report, "arg "), ==, 2);
  assert_has_line (report, "arg report");
  assert_has_line (report, "leader 0");
  assert_has_line (report, "death 9");
  assert_has_line (report, "SigBlk:\t0000000000000000");
  assert_has_line (report, "SigIgn:\t0000000000000000"); /* ours ignores SIGPIPE and SIGUSR1 */
  signal (SIGUSR1, SIG_DFL);
  close (leaked);
}

static void
test_arguments_and_environment (void)
{
  ShipProcessSpec *spec = helper_new ("report", "a b\"c'\\$x");
  g_autofree char *report = NULL;

  g_setenv ("SHIP_TEST_GIVEN", "given", TRUE);
  g_unsetenv ("SHIP_TEST_UNSET");
  ship_process_spec_add_arg (spec, "");
  ship_process_spec_set_env (spec, "A", "old");
  ship_process_spec_set_env (spec, "A", "new=2");
  ship_process_spec_set_env (spec, "EMPTY", "");
  ship_process_spec_inherit_env (spec, "SHIP_TEST_GIVEN");
  ship_process_spec_inherit_env (spec, "SHIP_TEST_UNSET");
  ship_process_spec_set_cwd (spec, "/proc");
  report = report_of (spec);
  assert_has_line (report, "arg a b\"c'\\$x");
  assert_has_line (report, "arg ");
  assert_has_line (report, "env A=new=2");
  assert_has_line (report, "env EMPTY=");
  assert_has_line (report, "env SHIP_TEST_GIVEN=given");
  g_assert_cmpuint (count_lines (report, "env "), ==, 3);
  assert_has_line (report, "cwd /proc");
}

/* The numbers asked for may be those of other descriptors here, crosswise, or our own pipes'. */
static void
test_descriptors (void)
{
  for (guint round = 0; round < 20; round++)
    {
      ShipProcessSpec *spec = helper_new ("answer", NULL);
      g_autoptr (GError) error = NULL;
      ShipProcess *process;
      int          in[2], out[2];
      char         byte = 0;

      g_assert_true (g_unix_open_pipe (in, FD_CLOEXEC, &error));
      g_assert_true (g_unix_open_pipe (out, FD_CLOEXEC, &error));
      ship_process_spec_take_fd (spec, round % 2 ? in[0] : dup (in[0]), 3);
      if (round % 2 == 0)
        close (in[0]);
      ship_process_spec_take_fd (spec, out[1], 4);
      if (round % 3 == 0)
        ship_process_spec_set_pipes (spec, TRUE, TRUE, TRUE);
      process = spawn (spec);

      g_assert_cmpint (write (in[1], "x", 1), ==, 1);
      g_assert_cmpint (read (out[0], &byte, 1), ==, 1);
      g_assert_cmpint (byte, ==, 'x');
      g_assert_cmpint (wait_for (process), ==, 0);
      g_assert_cmpint (read (out[0], &byte, 1), ==, 0); /* no copy of the other end was left here */
      close (in[1]);
      close (out[0]);
      g_assert_finalize_object (process);
    }
}

static void
test_swapped_descriptors (void)
{
  ShipProcessSpec *spec = helper_new ("answer", NULL);
  g_autoptr (GError) error = NULL;
  ShipProcess *process;
  int          in[2], out[2], low_out, low_in;
  char         byte = 0;

  g_assert_true (g_unix_open_pipe (in, FD_CLOEXEC, &error));
  g_assert_true (g_unix_open_pipe (out, FD_CLOEXEC, &error));
  /* Whatever is lowest here, the child's 3 is the one we know by a higher number than its 4. */
  low_out = fcntl (out[1], F_DUPFD_CLOEXEC, 3);
  low_in = fcntl (in[0], F_DUPFD_CLOEXEC, low_out);
  close (out[1]);
  close (in[0]);
  ship_process_spec_take_fd (spec, low_in, 3);
  ship_process_spec_take_fd (spec, low_out, 4);
  process = spawn (spec);
  g_assert_cmpint (write (in[1], "y", 1), ==, 1);
  g_assert_cmpint (read (out[0], &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'y');
  g_assert_cmpint (wait_for (process), ==, 0);
  close (in[1]);
  close (out[0]);
  g_assert_finalize_object (process);
}

static void
test_listed_descriptors (void)
{
  ShipProcessSpec *spec = helper_new ("report", NULL);
  g_autofree char *report = NULL;

  ship_process_spec_take_fd (spec, open ("/dev/null", O_RDONLY | O_CLOEXEC), 9);
  ship_process_spec_take_fd (spec, open ("/dev/null", O_RDONLY | O_CLOEXEC), 200);
  report = report_of (spec);
  assert_has_line (report, "fd 9");
  assert_has_line (report, "fd 200");
  g_assert_cmpuint (count_lines (report, "fd "), ==, 5);
}

static void
test_pipes (void)
{
  ShipProcessSpec *spec = helper_new ("copy", NULL);
  ShipProcess     *process;
  g_autofree char *text = g_strnfill (300000, 'x'); /* more than a pipe holds */
  g_autofree char *got = NULL;
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;

  ship_process_spec_set_pipes (spec, TRUE, TRUE, FALSE);
  process = spawn (spec);
  g_assert_null (ship_process_get_stderr (process));
  g_assert_cmpint (ship_process_get_pty_fd (process), ==, -1);
  g_output_stream_write_all_async (ship_process_get_stdin (process),
                                   text,
                                   strlen (text),
                                   0,
                                   NULL,
                                   ship_test_keep_result,
                                   &written);
  {
    g_autoptr (GString) all = g_string_new (NULL);

    while (all->len < strlen (text))
      {
        g_autoptr (GAsyncResult) result = NULL;
        g_autoptr (GBytes) bytes = NULL;

        g_input_stream_read_bytes_async (ship_process_get_stdout (process),
                                         65536,
                                         0,
                                         NULL,
                                         ship_test_keep_result,
                                         &result);
        bytes = g_input_stream_read_bytes_finish (ship_process_get_stdout (process),
                                                  ship_test_await (&result),
                                                  &error);
        g_assert_no_error (error);
        g_assert_cmpuint (g_bytes_get_size (bytes), >, 0);
        g_string_append_len (all, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      }
    g_assert_cmpstr (all->str, ==, text);
  }
  g_assert_true (g_output_stream_write_all_finish (ship_process_get_stdin (process),
                                                   ship_test_await (&written),
                                                   NULL,
                                                   &error));
  g_output_stream_close_async (ship_process_get_stdin (process),
                               0,
                               NULL,
                               ship_test_keep_result,
                               &closed);
  g_assert_true (g_output_stream_close_finish (ship_process_get_stdin (process),
                                               ship_test_await (&closed),
                                               &error));
  got = read_all (ship_process_get_stdout (process));
  g_assert_cmpstr (got, ==, "");
  g_assert_cmpint (wait_for (process), ==, 0);
  g_assert_finalize_object (process);
}

static void
test_out_and_err (void)
{
  ShipProcessSpec *spec = helper_new ("both", NULL);
  ShipProcess     *process;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  ship_process_spec_set_pipes (spec, FALSE, TRUE, TRUE);
  process = spawn (spec);
  g_assert_null (ship_process_get_stdin (process));
  out = read_all (ship_process_get_stdout (process));
  err = read_all (ship_process_get_stderr (process));
  g_assert_cmpstr (out, ==, "out");
  g_assert_cmpstr (err, ==, "err");
  g_assert_cmpint (wait_for (process), ==, 0);
  g_assert_finalize_object (process);
}

/* Writing to one that has ended is an error, not our end. */
static void
test_broken_pipe (void)
{
  ShipProcessSpec *spec = helper_new ("exit", "0");
  ShipProcess     *process;
  g_autoptr (GAsyncResult) written = NULL;
  g_autoptr (GError) error = NULL;

  ship_process_spec_set_pipes (spec, TRUE, FALSE, FALSE);
  process = spawn (spec);
  wait_for (process);
  g_output_stream_write_async (ship_process_get_stdin (process),
                               "x",
                               1,
                               0,
                               NULL,
                               ship_test_keep_result,
                               &written);
  g_assert_cmpint (g_output_stream_write_finish (ship_process_get_stdin (process),
                                                 ship_test_await (&written),
                                                 &error),
                   ==,
                   -1);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_BROKEN_PIPE);
  g_clear_object (&written);
  g_assert_finalize_object (process);
}

/* What is written to a terminal until the child ends; then the master gives EIO. */
static char *
read_terminal (int fd)
{
  g_autoptr (GString) all = g_string_new (NULL);
  char    buffer[4096];
  ssize_t n_bytes;

  while ((n_bytes = read (fd, buffer, sizeof buffer)) > 0)
    {
      for (ssize_t i = 0; i < n_bytes; i++)
        {
          if (buffer[i] != '\r')
            g_string_append_c (all, buffer[i]);
        }
    }
  return g_strdup (all->str);
}

static void
test_terminal (void)
{
  ShipProcessSpec *spec = helper_new ("report", NULL);
  ShipProcess     *process;
  g_autofree char *report = NULL;

  ship_process_spec_set_pty (spec, 33, 77);
  process = spawn (spec);
  g_assert_null (ship_process_get_stdin (process));
  g_assert_null (ship_process_get_stdout (process));
  g_assert_cmpint (ship_process_get_pty_fd (process), >=, 0);
  g_assert_cmpint (fcntl (ship_process_get_pty_fd (process), F_GETFD) & FD_CLOEXEC, !=, 0);
  report = read_terminal (ship_process_get_pty_fd (process));
  assert_has_line (report, "tty 1 1 1");
  assert_has_line (report, "size 33 77");
  assert_has_line (report, "controlling 1");
  assert_has_line (report, "foreground 1");
  assert_has_line (report, "leader 1");
  assert_has_line (report, "death 9");
  g_assert_cmpuint (count_lines (report, "fd "), ==, 3);
  g_assert_cmpint (wait_for (process), ==, 0);
  g_assert_finalize_object (process);
}

/* Control-C reaches the child: the terminal is really its own. */
static void
test_terminal_interrupt (void)
{
  ShipProcessSpec *spec = helper_new ("copy", NULL);
  ShipProcess     *process;
  char             echo[8] = "";
  int              status;

  ship_process_spec_set_pty (spec, 24, 80);
  process = spawn (spec);
  g_assert_cmpint (write (ship_process_get_pty_fd (process), "\003", 1), ==, 1);
  g_assert_cmpint (read (ship_process_get_pty_fd (process), echo, 2), >, 0);
  status = wait_for (process);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGINT);
  g_assert_finalize_object (process);
}

static int
count_open_fds (void)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc/self/fd", 0, NULL);
  int n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
assert_not_started (ShipProcessSpec *spec, int code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (ship_process_spawn (spec, &error));
  g_assert_error (error, SHIP_PROCESS_ERROR, code);
}

static void
test_errors (void)
{
  ShipProcessSpec *spec;
  int              before;

  ship_process_spec_free (helper_new ("exit", "0"));
  before = count_open_fds ();

  assert_not_started (ship_process_spec_new ("/nonexistent/program"), SHIP_PROCESS_ERROR_NOT_FOUND);
  assert_not_started (ship_process_spec_new ("ship-no-such-program"), SHIP_PROCESS_ERROR_NOT_FOUND);
  assert_not_started (ship_process_spec_new ("/"), SHIP_PROCESS_ERROR_NOT_FOUND);
  spec = helper_new ("exit", "0");
  ship_process_spec_set_cwd (spec, "/nonexistent");
  ship_process_spec_set_pipes (spec, TRUE, TRUE, TRUE);
  ship_process_spec_take_fd (spec, open ("/dev/null", O_RDONLY | O_CLOEXEC), 7);
  assert_not_started (spec, SHIP_PROCESS_ERROR_FAILED);
  spec = helper_new ("exit", "0");
  ship_process_spec_set_pty (spec, 24, 80);
  ship_process_spec_set_cwd (spec, "/nonexistent");
  assert_not_started (spec, SHIP_PROCESS_ERROR_FAILED);
  spec = helper_new ("exit", "0");
  ship_process_spec_take_fd (spec, open ("/dev/null", O_RDONLY | O_CLOEXEC), 1 << 30);
  assert_not_started (spec, SHIP_PROCESS_ERROR_FAILED);

  g_assert_cmpint (count_open_fds (), ==, before); /* nothing was left open, whatever failed */
}

/* A file that may be executed but is no program. */
static void
test_not_a_program (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int              fd = g_file_open_tmp ("ship-process-XXXXXX", &path, &error);

  g_assert_no_error (error);
  g_assert_cmpint (write (fd, "nonsense", 8), ==, 8);
  fchmod (fd, 0700);
  close (fd);
  assert_not_started (ship_process_spec_new (path), SHIP_PROCESS_ERROR_FAILED);
  unlink (path);
}

static void
test_program_in_path (void)
{
  ShipProcessSpec *spec = ship_process_spec_new ("cat");
  ShipProcess     *process;

  ship_process_spec_add_arg (spec, "/dev/null");
  process = spawn (spec);
  g_assert_cmpint (wait_for (process), ==, 0);
  g_assert_finalize_object (process);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/nothing-inherited", test_nothing_inherited);
  g_test_add_func ("/process/arguments-and-environment", test_arguments_and_environment);
  g_test_add_func ("/process/descriptors", test_descriptors);
  g_test_add_func ("/process/swapped-descriptors", test_swapped_descriptors);
  g_test_add_func ("/process/listed-descriptors", test_listed_descriptors);
  g_test_add_func ("/process/pipes", test_pipes);
  g_test_add_func ("/process/out-and-err", test_out_and_err);
  g_test_add_func ("/process/broken-pipe", test_broken_pipe);
  g_test_add_func ("/process/terminal", test_terminal);
  g_test_add_func ("/process/terminal-interrupt", test_terminal_interrupt);
  g_test_add_func ("/process/errors", test_errors);
  g_test_add_func ("/process/not-a-program", test_not_a_program);
  g_test_add_func ("/process/program-in-path", test_program_in_path);
  return g_test_run ();
}
