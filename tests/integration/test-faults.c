/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "ship-test.h"

#include <signal.h>
#include <string.h>

/*
 * What goes wrong with the model's service, the agent and the sandbox, and the state each ends in,
 * with the real OpenCode.
 */

#define MODEL "anthropic/claude-sonnet-4-5"
#define WRITE "{\"filePath\":\"/work/b.txt\",\"content\":\"b\\n\"}"

typedef struct
{
  E2e        *e2e;
  E2eSession *session;
} Fixture;

static void
set_up (Fixture *f, gconstpointer name)
{
  g_autofree char *repository = NULL;

  f->e2e = e2e_new ();
  repository = e2e_make_repository (f->e2e, name, "a.txt", "a\n", NULL);
  f->session = e2e_session_new (f->e2e, repository, MODEL);
}

static void
tear_down (Fixture *f, gconstpointer name)
{
  fake_llm_forget_script (f->e2e->llm);
  e2e_session_free (f->session);
  e2e_free (f->e2e);
}

/* The lines of the journal that tell a state, joined. (transfer full) */
static char *
read_states (Fixture *f)
{
  g_autofree char *store = ship_paths_dup_session_store (f->e2e->paths, f->session->id);

  return e2e_output (
    f->e2e->root,
    "python3",
    "-c",
    "import sqlite3,sys; print('\\n'.join(r[0] for r in sqlite3.connect(sys.argv[1]).execute("
    "\"SELECT text FROM journal WHERE kind = 'state'\")))",
    store,
    NULL);
}

static void
assert_last_task (Fixture *f, const char *state, const char *category)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (f->session);
  const ShipTaskRow *row = g_ptr_array_index (snapshot->tasks, snapshot->tasks->len - 1);

  g_assert_cmpstr (row->state, ==, state);
  g_assert_cmpstr (row->error_category, ==, category);
}

static void
resume (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (f->session->client,
                                  "Resume",
                                  g_variant_new ("(b)", TRUE),
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (f->session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
test_rate_limit (Fixture *f, gconstpointer name)
{
  const char      *headers[] = { "retry-after", "2", NULL };
  g_autofree char *states = NULL;
  gint64           task;

  fake_llm_add_error (f->e2e->llm, 429, "Rate limit reached", headers);
  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_text (f->e2e->llm, "Wrote b.");
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "complete");
  states = read_states (f);
  g_assert_nonnull (strstr (states, "retrying: Retry 1 in"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_overloaded_and_cut (Fixture *f, gconstpointer name)
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

static void
test_wrong_key (Fixture *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_error (f->e2e->llm, 401, "invalid x-api-key " E2E_CANARY, NULL);
  task = e2e_session_send (f->session, "Say something");
  e2e_session_await_task (f->session, task, "failed");
  assert_last_task (f, "failed", "user-action");
  g_assert_cmpstr (ship_session_client_get_state (f->session->client), ==, "failed");
  g_assert_null (strstr (ship_session_client_get_detail (f->session->client), E2E_CANARY));

  fake_llm_add_text (f->e2e->llm, "Now it works.");
  resume (f);
  e2e_session_await_task (f->session, task, "complete");
}

static void
test_malformed_tool_call (Fixture *f, gconstpointer name)
{
  gint64 task;

  fake_llm_add_tool (f->e2e->llm, "bash", "{\"command\": \"echo hi\", \"descr");
  fake_llm_add_tool (f->e2e->llm, "no_such_tool", "{\"x\":1}");
  fake_llm_add_tool (f->e2e->llm, "write", WRITE);
  fake_llm_add_text (f->e2e->llm, "Wrote b after all.");
  task = e2e_session_send (f->session, "Write b");
  e2e_session_await_task (f->session, task, "complete");
  assert_last_task (f, "complete", NULL);
  fake_llm_assert_exhausted (f->e2e->llm);
}

/* In the middle of a command: what it had printed is kept, the tool is marked, going on does not
 * repeat it. */
static void
kill_in_command (Fixture *f, const char *process)
{
  gint64           task;
  g_autofree char *content = NULL;
  g_autofree char *object = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;

  fake_llm_add_tool (
    f->e2e->llm,
    "bash",
    "{\"command\":\"echo once >> /work/count.txt; sleep 30\",\"description\":\"Wait\"}");
  task = e2e_session_send (f->session, "Count once");
  e2e_session_await_command (f->session, "sleep 30");
  e2e_kill_descendants (process, SIGKILL);
  e2e_session_await_task (f->session, task, "failed");
  assert_last_task (f, "failed", "transient");
  e2e_session_await_state (f->session, "failed");

  fake_llm_add_text (f->e2e->llm, "It was counted already.");
  resume (f);
  e2e_session_await_task (f->session, task, "complete");
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "You were interrupted"));
  snapshot = e2e_session_read (f->session);
  object = g_strconcat (snapshot->session->branch, ":count.txt", NULL);
  content = e2e_output (f->session->repository, "git", "show", object, NULL);
  g_assert_cmpstr (content, ==, "once\n");
}

static void
test_agent_killed (Fixture *f, gconstpointer name)
{
  kill_in_command (f, "opencode");
}

static void
test_guest_killed (Fixture *f, gconstpointer name)
{
  kill_in_command (f, "guest");
}

static void
test_gateway_killed (Fixture *f, gconstpointer name)
{
  kill_in_command (f, "ship-egress");
}

static void
test_stop_hung_model (Fixture *f, gconstpointer name)
{
  g_autoptr (GAsyncResult) result = NULL;
  gint64 task;

  fake_llm_add_hang (f->e2e->llm);
  task = e2e_session_send (f->session, "Hang");
  e2e_session_await_state (f->session, "running");
  while (fake_llm_get_n_left (f->e2e->llm) > 0)
    g_main_context_iteration (NULL, TRUE);
  ship_session_client_call_async (f->session->client,
                                  "Stop",
                                  NULL,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  g_assert_true (
    ship_session_client_call_finish (f->session->client, ship_test_await (&result), NULL));
  e2e_session_await_task (f->session, task, "cancelled");
  e2e_session_await_state (f->session, "idle");
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/e2e/faults/" name, Fixture, name, set_up, func, tear_down)
  ADD ("rate-limit", test_rate_limit);
  ADD ("overloaded-and-cut", test_overloaded_and_cut);
  ADD ("wrong-key", test_wrong_key);
  ADD ("malformed-tool-call", test_malformed_tool_call);
  ADD ("agent-killed", test_agent_killed);
  ADD ("guest-killed", test_guest_killed);
  ADD ("gateway-killed", test_gateway_killed);
  ADD ("stop-hung-model", test_stop_hung_model);
  return g_test_run ();
}
