/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "faults.h"

#include <signal.h>
#include <string.h>

/*
 * What goes wrong with the model's service, the agent and the sandbox, and the state each ends in,
 * with the real OpenCode.
 */

#define WRITE "{\"filePath\":\"/work/b.txt\",\"content\":\"b\\n\"}"

static void
test_rate_limit (Faults *f, gconstpointer name)
{
  const char      *headers[] = { "retry-after", "2", NULL };
  g_autofree char *states = NULL;
  gint64           task;

  fake_llm_add_error (f->e2e->llm, 429, "Rate limit reached", headers);
  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_text (f->e2e->llm, "Wrote b.");
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "complete");
  states = faults_read_states (f);
  g_assert_nonnull (strstr (states, "retrying: Retry 1 in"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_overloaded_and_cut (Faults *f, gconstpointer name)
{
  FakeLlmStep *cut;
  gint64       task;

  fake_llm_add_error (f->e2e->llm, 529, "Overloaded", NULL);
  cut = fake_llm_add_step (f->e2e->llm);
  fake_llm_step_set_text (cut, "This answer breaks off in the");
  fake_llm_step_set_cut (cut);
  fake_llm_add_text (f->e2e->llm, "All is well.");
  task = e2e_session_send (f->session, "Say something");
  e2e_session_await_task (f->session, task, "complete");
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* A server that breaks, and a page of HTML from something in between. */
static void
test_server_errors (Faults *f, gconstpointer name)
{
  const char *headers[] = { "retry-after-ms", "50", NULL };
  gint64      task;

  fake_llm_add_error (f->e2e->llm, 500, "Internal server error", headers);
  fake_llm_add_page (f->e2e->llm,
                     502,
                     "text/html",
                     "<html><body><h1>502 Bad Gateway</h1></body></html>");
  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_text (f->e2e->llm, "Wrote b.");
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_committed (f, "b.txt", "b\n");
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* The agent's five retries are all there are: ours do not come on top. */
static void
test_retries_exhausted (Faults *f, gconstpointer name)
{
  const char      *headers[] = { "retry-after-ms", "50", NULL };
  g_autofree char *states = NULL;
  gint64           task;

  for (guint i = 0; i < 6; i++)
    fake_llm_add_error (f->e2e->llm, 429, "Rate limit reached", headers);
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "failed");
  faults_assert_last_task (f, "failed", "transient");
  states = faults_read_states (f);
  g_assert_nonnull (strstr (states, "retrying: Retry 5 in"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* The conversation does not fit any more: the agent sums it up and goes on by itself. */
static void
test_context_overflow (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_error (f->e2e->llm, 400, "prompt is too long: 210000 tokens > 200000 maximum", NULL);
  fake_llm_add_text (f->e2e->llm, "Wrote b.");
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_last_task (f, "complete", NULL);
  faults_assert_committed (f, "b.txt", "b\n");
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* What a failed task left: kept for the next commit, or given up, also when all is asleep. */
static void
test_leftovers (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_error (f->e2e->llm, 403, "Not allowed", NULL);
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "failed");
  e2e_session_await_state (f->session, "failed");
  e2e_session_send (f->session, "Write c"); /* goes on: what is left is committed with it */
  fake_llm_add_tool (f->e2e->llm, "write", "{\"filePath\":\"/work/c.txt\",\"content\":\"c\\n\"}");
  fake_llm_add_text (f->e2e->llm, "Wrote c.");
  e2e_session_await_task (f->session, task + 1, "complete");
  faults_assert_committed (f, "b.txt", "b\n");
  faults_assert_committed (f, "c.txt", "c\n");

  fake_llm_add_tool (f->e2e->llm,
                     "bash",
                     "{\"command\":\"echo no > b.txt; echo no > d.txt; rm a.txt\","
                     "\"description\":\"Spoil\"}");
  fake_llm_add_error (f->e2e->llm, 403, "Not allowed", NULL);
  task = e2e_session_send (f->session, "Spoil");
  e2e_session_await_task (f->session, task, "failed");
  e2e_session_await_state (f->session, "failed");
  e2e_kill_descendants ("opencode", SIGKILL);
  faults_call (f, "Discard", NULL);
  e2e_session_await_state (f->session, "idle");

  fake_llm_add_tool (
    f->e2e->llm,
    "bash",
    "{\"command\":\"cat a.txt b.txt > e.txt; ls >> e.txt; git status -s >> e.txt\","
    "\"description\":\"Look\"}");
  fake_llm_add_text (f->e2e->llm, "Looked.");
  task = e2e_session_send (f->session, "Look");
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_committed (f, "e.txt", "a\nb\na.txt\nb.txt\nc.txt\ne.txt\n?? e.txt\n");
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "The user has discarded all changes"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_wrong_key (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_error (f->e2e->llm, 401, "invalid x-api-key " E2E_CANARY, NULL);
  task = e2e_session_send (f->session, "Say something");
  e2e_session_await_task (f->session, task, "failed");
  faults_assert_last_task (f, "failed", "user-action");
  g_assert_cmpstr (ship_session_client_get_state (f->session->client), ==, "failed");
  g_assert_null (strstr (ship_session_client_get_detail (f->session->client), E2E_CANARY));

  fake_llm_add_text (f->e2e->llm, "Now it works.");
  faults_call (f, "Resume", g_variant_new ("(b)", TRUE));
  e2e_session_await_task (f->session, task, "complete");
}

static void
test_malformed_tool_call (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "bash", "{\"command\": \"echo hi\", \"descr");
  fake_llm_add_tool (f->e2e->llm, "no_such_tool", "{\"x\":1}");
  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_text (f->e2e->llm, "Wrote b after all.");
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "complete");
  faults_assert_last_task (f, "complete", NULL);
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* In the middle of a command: what it had printed is kept, the tool is marked, going on does not
 * repeat it. */
static void
kill_in_command (Faults *f, const char *process)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "bash", FAULTS_COUNT_AND_WAIT);
  task = e2e_session_send (f->session, "Count once");
  e2e_session_await_command (f->session, "sleep 30");
  e2e_kill_descendants (process, SIGKILL);
  e2e_session_await_task (f->session, task, "failed");
  faults_assert_last_task (f, "failed", "transient");
  e2e_session_await_state (f->session, "failed");

  fake_llm_add_text (f->e2e->llm, "It was counted already.");
  faults_call (f, "Resume", g_variant_new ("(b)", TRUE));
  e2e_session_await_task (f->session, task, "complete");
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "You were interrupted"));
  faults_assert_committed (f, "count.txt", "once\n");
}

static void
test_agent_killed (Faults *f, gconstpointer name)
{
  kill_in_command (f, "opencode");
}

static void
test_guest_killed (Faults *f, gconstpointer name)
{
  kill_in_command (f, "guest");
}

static void
test_gateway_killed (Faults *f, gconstpointer name)
{
  kill_in_command (f, "ship-egress");
}

static void
test_stop_hung_model (Faults *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_hang (f->e2e->llm);
  task = e2e_session_send (f->session, "Hang");
  e2e_session_await_state (f->session, "running");
  while (fake_llm_get_n_left (f->e2e->llm) > 0)
    g_main_context_iteration (NULL, TRUE);
  faults_call (f, "Stop", NULL);
  e2e_session_await_task (f->session, task, "cancelled");
  e2e_session_await_state (f->session, "idle");
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func)                                                                            \
  g_test_add ("/e2e/faults/" name, Faults, name, faults_set_up, func, faults_tear_down)
  ADD ("rate-limit", test_rate_limit);
  ADD ("overloaded-and-cut", test_overloaded_and_cut);
  ADD ("server-errors", test_server_errors);
  ADD ("retries-exhausted", test_retries_exhausted);
  ADD ("context-overflow", test_context_overflow);
  ADD ("leftovers", test_leftovers);
  ADD ("wrong-key", test_wrong_key);
  ADD ("malformed-tool-call", test_malformed_tool_call);
  ADD ("agent-killed", test_agent_killed);
  ADD ("guest-killed", test_guest_killed);
  ADD ("gateway-killed", test_gateway_killed);
  ADD ("stop-hung-model", test_stop_hung_model);
  return g_test_run ();
}
