/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "faults.h"

#include <signal.h>
#include <string.h>

/*
 * A stop, in every phase of a task and with whatever is in the way hanging: it comes to rest by
 * itself, nothing goes on behind it, and the session can be worked with again. How long each took
 * is printed; the aim is two seconds.
 */

#define DEAF                                                                                       \
  "{\"command\":\"trap '' TERM INT HUP QUIT; echo on > /work/on.txt; while true; do sleep 3000; "  \
  "done\",\"description\":\"Wait\"}"
#define WRITE "{\"filePath\":\"/work/b.txt\",\"content\":\"b\\n\"}"

/* Stops, and waits for @state, by which nothing is under way any more. */
static void
stop (Faults *f, const char *state)
{
  gint64 since = g_get_monotonic_time ();

  faults_call (f, "Stop", NULL);
  e2e_session_await_state (f->session, state);
  g_test_message ("stopped after %.2f s: %s %s",
                  (double) (g_get_monotonic_time () - since) / G_USEC_PER_SEC,
                  state,
                  ship_session_client_get_detail (f->session->client));
}

/* After it the same session works. The prompt that was stopped before it was sent waits still. */
static void
assert_usable (Faults *f, gboolean is_waiting)
{
  gint64 task;

  if (is_waiting)
    fake_llm_add_text (f->e2e->llm, "Done at last.");
  fake_llm_add_text (f->e2e->llm, "And this.");
  task = e2e_session_send (f->session, "Go on");
  e2e_session_await_task (f->session, task, "complete");
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* --- waking --- */

/* What hangs while @step is taken: a process whose command line begins with @program. */
static void
stop_while_waking (Faults *f, const char *step, const char *program, const char *name)
{
  e2e_session_send (f->session, "Work");
  e2e_session_await_detail (f->session, step);
  if (program != NULL)
    {
      e2e_session_await_command (f->session, program);
      e2e_kill_descendants (name, SIGSTOP);
    }
  stop (f, "holding");
  assert_usable (f, TRUE);
}

static void
test_reading (Faults *f, gconstpointer name)
{
  stop_while_waking (f, "Reading the repository", NULL, NULL);
}

static void
test_sandbox (Faults *f, gconstpointer name)
{
  g_autofree char *program = ship_paths_dup_program (f->e2e->paths, "ship-launch");

  e2e_session_send (f->session, "Work");
  e2e_session_await_detail (f->session, "Starting the sandbox");
  while (!e2e_has_descendant (program) && !e2e_has_descendant ("bwrap") &&
         !e2e_has_descendant ("/usr/bin/bwrap"))
    g_main_context_iteration (NULL, FALSE);
  e2e_kill_descendants ("ship-launch", SIGSTOP);
  e2e_kill_descendants ("bwrap", SIGSTOP);
  stop (f, "holding");
  assert_usable (f, TRUE);
}

static void
test_gateway (Faults *f, gconstpointer name)
{
  g_autofree char *program = ship_paths_dup_program (f->e2e->paths, "ship-egress");

  e2e_session_send (f->session, "Work");
  e2e_session_await_command (f->session, program);
  e2e_kill_descendants ("ship-egress", SIGSTOP);
  stop (f, "holding");
  assert_usable (f, TRUE);
}

static void
test_agent_start (Faults *f, gconstpointer name)
{
  e2e_session_send (f->session, "Work");
  e2e_session_await_detail (f->session, "Starting the agent");
  while (!e2e_has_descendant ("/opt") && !e2e_has_descendant ("opencode"))
    g_main_context_iteration (NULL, FALSE);
  e2e_kill_descendants ("opencode", SIGSTOP);
  stop (f, "holding");
  assert_usable (f, TRUE);
}

static void
test_wake_retry (Faults *f, gconstpointer name)
{
  g_autofree char *program = ship_paths_dup_program (f->e2e->paths, "ship-egress");

  e2e_session_send (f->session, "Work");
  e2e_session_await_command (f->session, program);
  e2e_kill_descendants ("ship-egress", SIGKILL);
  e2e_session_await_detail (f->session, "Retry 1 of 3");
  stop (f, "holding");
  assert_usable (f, TRUE);
}

/* --- a turn --- */

static void
prepare (Faults *f)
{
  fake_llm_add_text (f->e2e->llm, "Ready.");
  e2e_session_await_task (f->session, e2e_session_send (f->session, "Get ready"), "complete");
  e2e_session_await_state (f->session, "idle");
}

static void
test_sending (Faults *f, gconstpointer name)
{
  gint64 task;

  prepare (f);
  e2e_kill_descendants ("opencode", SIGSTOP);
  task = e2e_session_send (f->session, "Work");
  e2e_session_await_state (f->session, "running");
  stop (f, "holding");
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_model (Faults *f, gconstpointer name)
{
  guint  n;
  gint64 task;

  prepare (f);
  fake_llm_add_hang (f->e2e->llm);
  n = fake_llm_get_requests (f->e2e->llm)->len;
  task = e2e_session_send (f->session, "Work");
  while (fake_llm_get_requests (f->e2e->llm)->len == n)
    g_main_context_iteration (NULL, TRUE);
  stop (f, "idle");
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_frozen (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_hang (f->e2e->llm);
  task = e2e_session_send (f->session, "Work");
  while (fake_llm_get_n_left (f->e2e->llm) > 0)
    g_main_context_iteration (NULL, TRUE);
  e2e_kill_descendants ("opencode", SIGSTOP);
  stop (f, "holding");
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_deaf_command (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "bash", DEAF);
  task = e2e_session_send (f->session, "Work");
  e2e_session_await_command (f->session, "sleep 3000");
  stop (f, "idle");
  g_assert_false (e2e_has_descendant ("sleep 3000")); /* nor does it end later than the task */
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_permission (Faults *f, gconstpointer name)
{
  gint64 task;

  faults_call (f, "SetRule", g_variant_new ("(sss)", "bash", "*", "ask"));
  fake_llm_add_tool (f->e2e->llm,
                     "bash",
                     "{\"command\":\"echo no > no.txt\",\"description\":\"Write\"}");
  task = e2e_session_send (f->session, "Work");
  e2e_session_await_state (f->session, "waiting");
  stop (f, "idle");
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_model_retry (Faults *f, gconstpointer name)
{
  const char *headers[] = { "retry-after", "600", NULL };
  gint64      task;

  fake_llm_add_error (f->e2e->llm, 429, "Rate limit reached", headers);
  task = e2e_session_send (f->session, "Work");
  e2e_session_await_state (f->session, "retrying");
  g_assert_cmpuint (ship_session_client_get_retry_left (f->session->client), >, 0);
  stop (f, "idle");
  g_assert_cmpint (ship_session_client_get_retry_at (f->session->client), ==, 0);
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_reconnecting (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_hang (f->e2e->llm);
  task = e2e_session_send (f->session, "Work");
  while (fake_llm_get_n_left (f->e2e->llm) > 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (e2e_session_cut_agent (f->session), >, 0);
  e2e_session_await_state (f->session, "retrying");
  faults_call (f, "Stop", NULL);
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
}

static void
test_compaction (Faults *f, gconstpointer name)
{
  guint  n;
  gint64 task;

  prepare (f);
  fake_llm_hang_asides (f->e2e->llm, TRUE);
  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_error (f->e2e->llm, 400, "prompt is too long: 210000 tokens > 200000 maximum", NULL);
  task = e2e_session_send (f->session, "Work");
  while (fake_llm_get_n_left (f->e2e->llm) > 0)
    g_main_context_iteration (NULL, TRUE);
  n = fake_llm_get_requests (f->e2e->llm)->len;
  while (fake_llm_get_requests (f->e2e->llm)->len == n)
    g_main_context_iteration (NULL, TRUE);
  stop (f, "idle");
  fake_llm_hang_asides (f->e2e->llm, FALSE);
  e2e_session_await_task (f->session, task, "cancelled");
}

static void
test_committing (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm,
                     "bash",
                     "{\"command\":\"head -c 80000000 /dev/urandom > big.bin; echo b > b.txt\","
                     "\"description\":\"Write\"}");
  fake_llm_add_text (f->e2e->llm, "Wrote them.");
  task = e2e_session_send (f->session, "Write much");
  e2e_session_await_activity (f->session, "committing");
  e2e_session_await_command (f->session, "git");
  e2e_kill_descendants ("git", SIGSTOP);
  stop (f, "holding");
  e2e_session_await_task (f->session, task, "cancelled");
  assert_usable (f, FALSE);
  faults_assert_committed (f, "b.txt", "b\n");
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/e2e/stop/" name, Faults, name, faults_set_up, func, faults_tear_down)
  ADD ("reading", test_reading);
  ADD ("gateway", test_gateway);
  ADD ("sandbox", test_sandbox);
  ADD ("agent-start", test_agent_start);
  ADD ("wake-retry", test_wake_retry);
  ADD ("sending", test_sending);
  ADD ("model", test_model);
  ADD ("frozen", test_frozen);
  ADD ("deaf-command", test_deaf_command);
  ADD ("permission", test_permission);
  ADD ("model-retry", test_model_retry);
  ADD ("reconnecting", test_reconnecting);
  ADD ("compaction", test_compaction);
  ADD ("committing", test_committing);
  return g_test_run ();
}
