/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "faults.h"

#include <signal.h>
#include <string.h>

/*
 * The agent is not reached, does not answer, says nothing new, or is gone at a bad moment: what a
 * session shows meanwhile, that it goes on where it can, and that nothing is done twice.
 */

#define WAIT_FOR_GO                                                                                \
  "{\"command\":\"echo once >> /work/count.txt; until test -e /work/go; do sleep 0.1; done; "      \
  "rm /work/go\",\"description\":\"Wait\"}"

static char *
dup_work_path (Faults *f, const char *name)
{
  g_autofree char *directory = ship_paths_dup_session_dir (f->e2e->paths, f->session->id);

  return g_build_filename (directory, "work", name, NULL);
}

static void
await_file (Faults *f, const char *name)
{
  g_autofree char *path = dup_work_path (f, name);

  while (!g_file_test (path, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, FALSE);
}

static void
make_file (Faults *f, const char *name)
{
  g_autofree char *path = dup_work_path (f, name);

  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

static void
test_cut_while_running (Faults *f, gconstpointer name)
{
  g_autofree char *states = NULL;
  gint64           task;

  fake_llm_add_tool (f->e2e->llm, "bash", WAIT_FOR_GO);
  fake_llm_add_text (f->e2e->llm, "Counted.");
  task = e2e_session_send (f->session, "Count once");
  await_file (f, "count.txt");
  g_assert_cmpuint (e2e_session_cut_agent (f->session), >, 0);
  e2e_session_await_state (f->session, "retrying");
  e2e_session_await_detail (f->session, "Connection to the agent lost");
  e2e_session_await_state (f->session, "running");

  g_assert_cmpuint (e2e_session_cut_agent (f->session), >, 0); /* and once more */
  e2e_session_await_state (f->session, "retrying");
  make_file (f, "go"); /* the turn ends while nobody listens */
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_committed (f, "count.txt", "once\n");
  states = faults_read_states (f);
  g_assert_null (strstr (states, "failed"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* What a sub-agent does, from its first word to its last, while nobody listens. */
static void
test_sub_agent_unseen (Faults *f, gconstpointer name)
{
  g_autofree char *store = ship_paths_dup_session_store (f->e2e->paths, f->session->id);
  g_autofree char *told = NULL;
  gint64           task;

  fake_llm_add_tool (f->e2e->llm, "bash", WAIT_FOR_GO);
  fake_llm_add_tool (
    f->e2e->llm,
    "task",
    "{\"description\":\"Write b\",\"prompt\":\"Write b\",\"subagent_type\":\"general\"}");
  fake_llm_add_tool (f->e2e->llm, "write", "{\"filePath\":\"/work/b.txt\",\"content\":\"b\\n\"}");
  fake_llm_add_text (f->e2e->llm, "The sub-agent wrote it.");
  fake_llm_add_text (f->e2e->llm, "It is written.");
  task = e2e_session_send (f->session, "Have b written");
  await_file (f, "count.txt");
  g_assert_cmpuint (e2e_session_cut_agent (f->session), >, 0);
  make_file (f, "go");
  while (fake_llm_get_n_left (f->e2e->llm) > 0)
    {
      e2e_session_cut_agent (f->session); /* as often as it is back */
      g_main_context_iteration (NULL, FALSE);
    }
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_committed (f, "b.txt", "b\n");
  told = e2e_output (
    f->e2e->root,
    "python3",
    "-c",
    "import sqlite3,sys; print(' '.join(sorted(f'{r[0]}:{r[1]}:{r[2]}' for r in "
    "sqlite3.connect(sys.argv[1]).execute(\"SELECT IFNULL (part.tool, part.kind), "
    "IFNULL (part.status, ''), part.text FROM part JOIN message ON message.id = part.message "
    "WHERE message.role = 'assistant' AND message.agent_session <> "
    "(SELECT agent_session FROM session) AND (tool IS NOT NULL OR kind = 'text')\"))))",
    store,
    NULL);
  g_assert_cmpstr (g_strstrip (told), ==, "text::The sub-agent wrote it. write:completed:");
}

static void
test_frozen_agent (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "bash", FAULTS_COUNT_AND_WAIT);
  task = e2e_session_send (f->session, "Count once");
  e2e_session_await_command (f->session, "sleep 30");
  e2e_kill_descendants ("opencode", SIGSTOP);
  e2e_session_await_detail (f->session, "no sign of life");
  g_assert_cmpstr (ship_session_client_get_state (f->session->client), ==, "retrying");
  e2e_session_await_task (f->session, task, "failed");
  faults_assert_last_task (f, "failed", "transient");
  e2e_session_await_state (f->session, "failed");
  g_assert_nonnull (
    strstr (ship_session_client_get_detail (f->session->client), "stopped responding"));

  fake_llm_add_text (f->e2e->llm, "It was counted already.");
  faults_call (f, "Resume", g_variant_new ("(b)", TRUE));
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_committed (f, "count.txt", "once\n");
}

static void
test_stuck (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_hang (f->e2e->llm);
  task = e2e_session_send (f->session, "Hang");
  e2e_session_await_activity (f->session, "stuck");
  g_assert_cmpstr (ship_session_client_get_state (f->session->client), ==, "running");
  e2e_session_await_detail (f->session, "Nothing new from the agent");
  faults_call (f, "Stop", NULL);
  e2e_session_await_task (f->session, task, "cancelled");
}

/* The work is done, only the commit is not: the agent is not needed for that, and the next task
 * gets a new one. */
static void
test_agent_killed_in_commit (Faults *f, gconstpointer name)
{
  gint64 first;
  gint64 second;

  fake_llm_add_tool (f->e2e->llm,
                     "bash",
                     "{\"command\":\"head -c 50000000 /dev/urandom > big.bin; echo b > b.txt\","
                     "\"description\":\"Write\"}");
  fake_llm_add_text (f->e2e->llm, "Wrote them.");
  first = e2e_session_send (f->session, "Write much");
  second = e2e_session_send (f->session, "Say more");
  e2e_session_await_activity (f->session, "committing");
  e2e_kill_descendants ("opencode", SIGKILL);
  fake_llm_add_text (f->e2e->llm, "More.");
  e2e_session_await_task (f->session, first, "complete");
  faults_assert_committed (f, "b.txt", "b\n");
  e2e_session_await_task (f->session, second, "complete");
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* What is needed to wake goes away while it wakes: noticed at once, and tried again. */
static void
test_gateway_killed_while_waking (Faults *f, gconstpointer name)
{
  g_autofree char *program = ship_paths_dup_program (f->e2e->paths, "ship-egress");
  g_autofree char *states = NULL;
  gint64           task;

  fake_llm_add_text (f->e2e->llm, "Here.");
  task = e2e_session_send (f->session, "Say something");
  e2e_session_await_command (f->session, program);
  e2e_kill_descendants ("ship-egress", SIGKILL);
  e2e_session_await_task (f->session, task, "complete");
  states = faults_read_states (f);
  g_assert_nonnull (strstr (states, "Retry 1 of 3 in"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* The user logs out, and in again. */
static void
test_log_out (Faults *f, gconstpointer name)
{
  gint64 first;
  gint64 second;

  fake_llm_add_tool (f->e2e->llm, "bash", FAULTS_COUNT_AND_WAIT);
  first = e2e_session_send (f->session, "Count once");
  second = e2e_session_send (f->session, "Say more");
  e2e_session_await_command (f->session, "sleep 30");
  g_assert_true (e2e_session_signal (f->session, SIGTERM));
  while (ship_session_client_is_connected (f->session->client))
    g_main_context_iteration (NULL, TRUE);
  e2e_await_no_descendants ();

  fake_llm_add_text (f->e2e->llm, "It was counted already.");
  fake_llm_add_text (f->e2e->llm, "More.");
  e2e_session_connect (f->session);
  e2e_session_await_task (f->session, first, "complete");
  e2e_session_await_task (f->session, second, "complete");
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "You were interrupted"));
  faults_assert_committed (f, "count.txt", "once\n");
  fake_llm_assert_exhausted (f->e2e->llm);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  /* As short as a user may set them. */
  g_setenv ("SHIP_SILENCE_SECONDS", "12", TRUE);
  g_setenv ("SHIP_STUCK_SECONDS", "4", TRUE);
#define ADD(name, func)                                                                            \
  g_test_add ("/e2e/lost/" name, Faults, name, faults_set_up, func, faults_tear_down)
  ADD ("cut-while-running", test_cut_while_running);
  ADD ("sub-agent-unseen", test_sub_agent_unseen);
  ADD ("frozen-agent", test_frozen_agent);
  ADD ("stuck", test_stuck);
  ADD ("agent-killed-in-commit", test_agent_killed_in_commit);
  ADD ("gateway-killed-while-waking", test_gateway_killed_while_waking);
  ADD ("log-out", test_log_out);
  return g_test_run ();
}
