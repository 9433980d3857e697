/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "process-test.h"

#include <errno.h>
#include <glib-unix.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

/* How a child ends, who hears of it, and who survives whom. */

static void
test_status (void)
{
  ShipProcess *exited = spawn (helper_new ("exit", "7"));
  ShipProcess *killed = spawn (helper_new ("die", "15"));
  int          status;

  g_assert_true (ship_process_is_running (exited));
  g_assert_cmpint (ship_process_get_pid (exited), >, 0);
  status = wait_for (exited);
  g_assert_true (WIFEXITED (status));
  g_assert_cmpint (WEXITSTATUS (status), ==, 7);
  g_assert_cmpint (wait_for (exited), ==, status); /* once more, after the end */
  status = wait_for (killed);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, 15);

  ship_process_signal (exited, SIGKILL); /* of no effect: the number may be another's by now */
  g_assert_finalize_object (exited);
  g_assert_finalize_object (killed);
}

static void
test_signal (void)
{
  ShipProcess *process = spawn (helper_new ("block", NULL));
  int          status;

  ship_process_signal (process, SIGTERM);
  status = wait_for (process);
  g_assert_true (WIFSIGNALED (status));
  g_assert_cmpint (WTERMSIG (status), ==, SIGTERM);
  g_assert_finalize_object (process);
}

static void
test_many_waiters (void)
{
  ShipProcess  *process = spawn (helper_new ("block", NULL));
  GAsyncResult *results[5] = { NULL };
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    ship_process_wait_async (process,
                             i == 2 ? cancellable : NULL,
                             ship_test_keep_result,
                             &results[i]);

  /* A wait is cancelled in the middle: the process and the other waits go on. */
  g_cancellable_cancel (cancellable);
  g_assert_false (ship_process_wait_finish (process, ship_test_await (&results[2]), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (ship_process_is_running (process));

  ship_process_signal (process, SIGKILL);
  for (gsize i = 0; i < G_N_ELEMENTS (results); i++)
    {
      int status = -1;

      if (i != 2)
        {
          g_assert_true (
            ship_process_wait_finish (process, ship_test_await (&results[i]), &status, NULL));
          g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
        }
      g_clear_object (&results[i]);
    }
  g_assert_finalize_object (process);
}

static void
test_cancelled_before (void)
{
  ShipProcess *process = spawn (helper_new ("exit", "0"));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  ship_process_wait_async (process, cancellable, ship_test_keep_result, &result);
  g_assert_false (ship_process_wait_finish (process, ship_test_await (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&result);
  wait_for (process);
  g_assert_finalize_object (process);
}

/* Until the number is no child of ours any more: it has ended and was reaped. */
static void
run_until_reaped (pid_t pid)
{
  siginfo_t info;

  while (waitid (P_PID, (id_t) pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (errno, ==, ECHILD);
}

/* The end of a pipe whose other end the child holds: it can be read only when the child is gone. */
static ShipProcess *
spawn_with_pipe (ShipProcessSpec *spec, int *alive)
{
  int ends[2];

  g_assert_true (g_unix_open_pipe (ends, FD_CLOEXEC, NULL));
  ship_process_spec_take_fd (spec, ends[1], 5);
  *alive = ends[0];
  return spawn (spec);
}

static void
test_killed_by_disposal (void)
{
  int          alive;
  ShipProcess *process = spawn_with_pipe (helper_new ("block", NULL), &alive);
  pid_t        pid = ship_process_get_pid (process);
  char         byte;

  g_assert_finalize_object (process);
  g_assert_cmpint (read (alive, &byte, 1), ==, 0);
  run_until_reaped (pid);
  close (alive);
}

static void
test_detached_survives_disposal (void)
{
  ShipProcessSpec *spec = helper_new ("answer", NULL);
  ShipProcess     *process;
  int              in[2], out[2];
  char             byte = 0;
  pid_t            pid;

  g_assert_true (g_unix_open_pipe (in, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_open_pipe (out, FD_CLOEXEC, NULL));
  ship_process_spec_take_fd (spec, in[0], 3);
  ship_process_spec_take_fd (spec, out[1], 4);
  ship_process_spec_set_detached (spec);
  process = spawn (spec);
  pid = ship_process_get_pid (process);
  g_assert_finalize_object (process);

  g_assert_cmpint (write (in[1], "x", 1), ==, 1);
  g_assert_cmpint (read (out[0], &byte, 1), ==, 1);
  g_assert_cmpint (byte, ==, 'x');
  run_until_reaped (pid); /* although nobody holds the object any more */
  close (in[1]);
  close (out[0]);
}

static void
test_detached_leads (void)
{
  ShipProcessSpec *spec = helper_new ("report", NULL);
  g_autofree char *report = NULL;

  ship_process_spec_set_detached (spec);
  report = report_of (spec);
  assert_has_line (report, "leader 1");
  assert_has_line (report, "death 0");
}

/* Our own end: a process in between spawns the child and is then killed, without any chance to
 * clean up. */
static void
test_end_of_parent (gconstpointer detached)
{
  int   alive[2], question[2], answer[2];
  char  byte = 0;
  pid_t parent;

  g_assert_true (g_unix_open_pipe (alive, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_open_pipe (question, FD_CLOEXEC, NULL));
  g_assert_true (g_unix_open_pipe (answer, FD_CLOEXEC, NULL));
  parent = fork ();
  if (parent == 0)
    {
      ShipProcessSpec *spec = helper_new ("answer", NULL);

      ship_process_spec_take_fd (spec, question[0], 3);
      ship_process_spec_take_fd (spec, answer[1], 4);
      ship_process_spec_take_fd (spec, alive[1], 5);
      if (detached != NULL)
        ship_process_spec_set_detached (spec);
      if (ship_process_spawn (spec, NULL) != NULL)
        raise (SIGKILL);
      _exit (1);
    }
  close (alive[1]);
  close (question[0]);
  close (answer[1]);
  g_assert_cmpint (waitpid (parent, NULL, 0), ==, parent);

  if (detached != NULL)
    {
      g_assert_cmpint (write (question[1], "x", 1), ==, 1);
      g_assert_cmpint (read (answer[0], &byte, 1), ==, 1);
      g_assert_cmpint (byte, ==, 'x');
    }
  g_assert_cmpint (read (alive[0], &byte, 1),
                   ==,
                   0); /* at once if tied to us; after its answer if not */
  close (alive[0]);
  close (question[1]);
  close (answer[0]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/process/life/status", test_status);
  g_test_add_func ("/process/life/signal", test_signal);
  g_test_add_func ("/process/life/many-waiters", test_many_waiters);
  g_test_add_func ("/process/life/cancelled-before", test_cancelled_before);
  g_test_add_func ("/process/life/killed-by-disposal", test_killed_by_disposal);
  g_test_add_func ("/process/life/detached-survives-disposal", test_detached_survives_disposal);
  g_test_add_func ("/process/life/detached-leads", test_detached_leads);
  g_test_add_data_func ("/process/life/end-of-parent/tied", NULL, test_end_of_parent);
  g_test_add_data_func ("/process/life/end-of-parent/detached", "yes", test_end_of_parent);
  return g_test_run ();
}
