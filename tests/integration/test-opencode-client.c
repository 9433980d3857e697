/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ship-paths.h"
#include "opencode-rig.h"
#include "ship-test.h"

/* The client of OpenCode against the real one, with a scripted model. */

/* The tests. */

static void
test_anthropic (gconstpointer data)
{
  OpencodeRig          *rig = (OpencodeRig *) data;
  const ShipModel      *model;
  const FakeLlmRequest *request;
  FakeLlmStep          *step;
  ShipAgentPart        *part;
  double                expected;

  opencode_rig_set_up (rig);
  g_assert_cmpstr (ship_agent_get_version (rig->agent), ==, "1.18.33");

  step = fake_llm_add_step (rig->llm);
  fake_llm_step_set_reasoning (step, "I should write first.");
  fake_llm_step_set_text (step, "Writing now.");
  fake_llm_step_add_tool (step, "write", "{\"filePath\":\"new.txt\",\"content\":\"brand new\\n\"}");
  fake_llm_step_set_usage (step, 1000, 50, 0, 200, 30);
  fake_llm_add_tool (rig->llm,
                     "bash",
                     "{\"command\":\"cat new.txt; exit 3\",\"description\":\"Shows it\"}");
  fake_llm_add_text (rig->llm, "All done.");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Make new.txt");
  opencode_rig_wait_for_end (rig);

  opencode_rig_assert_file (rig, "new.txt", "brand new\n");
  opencode_rig_assert_all_known (rig);
  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "All done.");
  part = opencode_rig_find_tool (rig, "write");
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_COMPLETED);
  part = opencode_rig_find_tool (rig, "bash");
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_COMPLETED);
  g_assert_cmpint (part->exit_code, ==, 3);
  g_assert_cmpstr (part->output, ==, "brand new\n");
  g_assert_true (opencode_rig_has_kind (rig, SHIP_AGENT_EVENT_PART_DELTA));

  model = ship_model_catalog_get_model (rig->catalog, "anthropic", "claude-sonnet-5");
  expected = (1200 * model->price.input + 70 * model->price.output + 200 * model->price.cache_read +
              30 * model->price.cache_write) /
             1e6;
  g_assert_cmpfloat_with_epsilon (opencode_rig_sum_costs (rig), expected, 1e-9);

  request = fake_llm_get_last_request (rig->llm);
  g_assert_cmpstr (request->path, ==, "/llm/anthropic/v1/messages");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "x-api-key"), ==, GRANT);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "x-session-id"), ==, rig->session_id);
  g_assert_true (fake_llm_has_seen (rig->llm, "CANARY-OF-AGENTS-MD"));
  g_assert_true (fake_llm_has_seen (rig->llm, "CANARY-OF-SYSTEM"));
  g_assert_false (fake_llm_has_seen (rig->llm, PASSWORD));

  opencode_rig_tear_down (rig);
}

static void
test_responses (gconstpointer data)
{
  OpencodeRig          *rig = (OpencodeRig *) data;
  const FakeLlmRequest *request;
  const ShipModel      *model;
  FakeLlmStep          *step;

  opencode_rig_set_up (rig);
  model = ship_model_catalog_get_model (rig->catalog, "openai", "gpt-6-sol");
  fake_llm_add_tool (
    rig->llm,
    "apply_patch",
    "{\"patchText\":\"*** Begin Patch\\n*** Update File: hello.txt\\n@@\\n-hello world\\n"
    "+hello patched\\n*** Add File: sub/added.txt\\n+added line\\n*** End Patch\"}");
  step = fake_llm_add_step (rig->llm);
  fake_llm_step_set_text (step, "Patched.");
  fake_llm_step_set_usage (step, 500, 20, 7, 100, 0);
  opencode_rig_send_prompt (rig, "openai/gpt-6-sol", "build", "Patch it");
  opencode_rig_wait_for_end (rig);

  opencode_rig_assert_file (rig, "hello.txt", "hello patched\n");
  opencode_rig_assert_file (rig, "sub/added.txt", "added line\n");
  opencode_rig_assert_all_known (rig);
  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "Patched.");
  g_assert_cmpfloat_with_epsilon (
    opencode_rig_sum_costs (rig),
    (600 * model->price.input + 37 * model->price.output + 100 * model->price.cache_read) / 1e6,
    1e-9);
  request = fake_llm_get_last_request (rig->llm);
  g_assert_cmpstr (request->path, ==, "/llm/openai/v1/responses");
  g_assert_cmpstr (g_hash_table_lookup (request->headers, "authorization"), ==, "Bearer " GRANT);

  opencode_rig_tear_down (rig);
}

typedef struct
{
  const char *model;
  const char *path;
  const char *header;
  const char *value;
} Route;

static void
test_route (OpencodeRig *rig, const Route *route)
{
  const FakeLlmRequest *request;

  opencode_rig_set_up (rig);
  fake_llm_add_text (rig->llm, "Plain answer.");
  opencode_rig_send_prompt (rig, route->model, "build", "Say something");
  opencode_rig_wait_for_end (rig);

  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "Plain answer.");
  opencode_rig_assert_all_known (rig);
  request = fake_llm_get_last_request (rig->llm);
  g_assert_cmpstr (request->path, ==, route->path);
  g_assert_cmpstr (g_hash_table_lookup (request->headers, route->header), ==, route->value);
  /* A model whose limits are not known must not be asked for nothing. */
  g_assert_null (strstr (request->body, "\"max_tokens\":0"));

  opencode_rig_tear_down (rig);
}

static void
test_routes (gconstpointer data)
{
  static const Route routes[] = {
    { "openrouter/anthropic/claude-sonnet-5",
      "/llm/openrouter/v1/chat/completions",
      "authorization",
      "Bearer " GRANT },
    { "google/gemini-3.8-flash",
      "/llm/google/v1beta/models/gemini-3.8-flash:streamGenerateContent?alt=sse",
      "x-goog-api-key",
      GRANT },
    { "rehearsal/rehearsal",
      "/llm/rehearsal/v1/chat/completions",
      "authorization",
      "Bearer " GRANT },
    { LOCAL_MODEL, "/llm/llama.cpp/v1/chat/completions", "authorization", "Bearer " GRANT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (routes); i++)
    test_route ((OpencodeRig *) data, &routes[i]);
}

static void
check_error (OpencodeRig *rig, guint status, ShipErrorClass error_class, const char *text)
{
  ShipAgentEvent *message;
  ShipAgentFault *fault = NULL;

  opencode_rig_set_up (rig);
  fake_llm_add_error (rig->llm, status, "The budget is spent.", NULL);
  opencode_rig_send_prompt (rig, "rehearsal/rehearsal", "build", "Try");
  while (fault == NULL)
    {
      message = opencode_rig_find_last (rig, SHIP_AGENT_EVENT_MESSAGE);
      if (message != NULL)
        fault = message->message->fault;
      if (fault == NULL)
        opencode_rig_turn ();
    }

  g_assert_cmpstr (fault->name, ==, "APIError");
  g_assert_cmpint (fault->status_code, ==, status);
  g_assert_cmpint (fault->error_class, ==, error_class);
  if (text != NULL)
    g_assert_cmpstr (fault->text, ==, text);
  /* It may come after the message that holds the error. */
  opencode_rig_wait_for (rig, SHIP_AGENT_EVENT_SESSION_ERROR);

  opencode_rig_tear_down (rig);
}

static void
test_errors (gconstpointer data)
{
  OpencodeRig *rig = (OpencodeRig *) data;

  check_error (rig, 403, SHIP_ERROR_CLASS_USER, "The budget is spent.");
  check_error (rig, 402, SHIP_ERROR_CLASS_USER, "The budget is spent.");
  check_error (rig, 401, SHIP_ERROR_CLASS_SIGN_IN, NULL);
  check_error (rig, 404, SHIP_ERROR_CLASS_PERSISTENT, "The budget is spent.");
}

static void
test_retry (gconstpointer data)
{
  static const char *const headers[] = { "retry-after-ms", "300", NULL };
  OpencodeRig             *rig = (OpencodeRig *) data;
  gboolean                 has_retried = FALSE;

  opencode_rig_set_up (rig);
  fake_llm_add_error (rig->llm, 429, "Rate limit reached", headers);
  fake_llm_add_text (rig->llm, "After all.");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Try");
  opencode_rig_wait_for_end (rig);

  for (guint i = 0; i < rig->events->len; i++)
    {
      ShipAgentEvent *event = rig->events->pdata[i];

      if (event->kind != SHIP_AGENT_EVENT_STATUS || event->status != SHIP_AGENT_STATUS_RETRY)
        continue;
      has_retried = TRUE;
      g_assert_cmpint (event->attempt, ==, 1);
      g_assert_cmpint (event->next_ms, >, 0);
      g_assert_cmpstr (event->text, !=, "");
    }
  g_assert_true (has_retried);
  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "After all.");

  opencode_rig_tear_down (rig);
}

static void
answer_question (OpencodeRig *rig, const char *request_id, const char *answer)
{
  const char *answers[] = { answer, NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_answer_question_async (rig->agent,
                                    request_id,
                                    answers,
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
  ship_agent_answer_question_finish (rig->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
test_question (gconstpointer data)
{
  OpencodeRig    *rig = (OpencodeRig *) data;
  ShipAgentEvent *event;

  opencode_rig_set_up (rig);
  fake_llm_add_tool (
    rig->llm,
    "question",
    "{\"questions\":[{\"question\":\"Which colour?\",\"header\":\"Colour\",\"options\":"
    "[{\"label\":\"Red\",\"description\":\"red\"},{\"label\":\"Blue\",\"description\":\"blue\"}]}]"
    "}");
  fake_llm_add_text (rig->llm, "Thanks.");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Ask me");
  event = opencode_rig_wait_for (rig, SHIP_AGENT_EVENT_QUESTION);
  g_assert_cmpstr (event->request->title, ==, "Which colour?");

  answer_question (rig, event->request->id, "Blue");
  opencode_rig_wait_for_end (rig);
  g_assert_true (opencode_rig_has_kind (rig, SHIP_AGENT_EVENT_REQUEST_CLOSED));
  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "Thanks.");
  g_assert_nonnull (strstr (fake_llm_get_last_request (rig->llm)->body, "Blue"));

  opencode_rig_tear_down (rig);
}

/* The plan agent may not edit, though everything is allowed. */
static void
test_plan (gconstpointer data)
{
  OpencodeRig   *rig = (OpencodeRig *) data;
  ShipAgentPart *part;

  opencode_rig_set_up (rig);
  fake_llm_add_tool (rig->llm, "write", "{\"filePath\":\"planned.txt\",\"content\":\"x\"}");
  fake_llm_add_text (rig->llm, "The plan.");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "plan", "Plan it");
  opencode_rig_wait_for_end (rig);

  g_assert_false (opencode_rig_has_file (rig, "planned.txt"));
  part = opencode_rig_find_tool (rig, "invalid");
  g_assert_nonnull (part);
  g_assert_cmpstr (opencode_rig_find_last (rig, SHIP_AGENT_EVENT_MESSAGE)->message->mode,
                   ==,
                   "plan");

  opencode_rig_tear_down (rig);
}

/* Who explores does not edit, though everything is allowed: so the plan agent may send it out. */
static void
test_explore (gconstpointer data)
{
  OpencodeRig *rig = (OpencodeRig *) data;

  opencode_rig_set_up (rig);
  fake_llm_add_tool (rig->llm,
                     "task",
                     "{\"description\":\"d\",\"prompt\":\"p\",\"subagent_type\":\"explore\"}");
  fake_llm_add_tool (rig->llm, "write", "{\"filePath\":\"explored.txt\",\"content\":\"x\"}");
  fake_llm_add_text (rig->llm, "Explored.");
  fake_llm_add_text (rig->llm, "Thanks.");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Explore");
  opencode_rig_wait_for_end (rig);
  fake_llm_assert_exhausted (rig->llm);
  g_assert_false (opencode_rig_has_file (rig, "explored.txt"));
  opencode_rig_tear_down (rig);
}

static void
abort_session (OpencodeRig *rig)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_abort_async (rig->agent, rig->session_id, NULL, ship_test_keep_result, &result);
  ship_agent_abort_finish (rig->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
test_abort (gconstpointer data)
{
  OpencodeRig    *rig = (OpencodeRig *) data;
  ShipAgentEvent *event;

  opencode_rig_set_up (rig);
  fake_llm_add_hang (rig->llm);
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Hang");
  while (fake_llm_get_n_left (rig->llm) > 0)
    opencode_rig_turn ();
  abort_session (rig);
  event = opencode_rig_wait_for (rig, SHIP_AGENT_EVENT_SESSION_ERROR);

  g_assert_cmpstr (event->fault->name, ==, "MessageAbortedError");
  g_assert_cmpint (event->fault->error_class, ==, SHIP_ERROR_CLASS_CANCELLED);
  do
    opencode_rig_turn ();
  while (opencode_rig_find_last (rig, SHIP_AGENT_EVENT_STATUS)->status != SHIP_AGENT_STATUS_IDLE);

  opencode_rig_tear_down (rig);
}

static void
reconcile (OpencodeRig *rig)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_agent_reconcile_async (rig->agent, rig->session_id, NULL, ship_test_keep_result, &result);
  ship_agent_reconcile_finish (rig->agent, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

/* The connection breaks in the middle of a turn; what was missed is told after it is back. */
static void
test_lost_and_back (gconstpointer data)
{
  OpencodeRig *rig = (OpencodeRig *) data;

  opencode_rig_set_up (rig);
  fake_llm_add_tool (
    rig->llm,
    "bash",
    "{\"command\":\"until test -e go; do sleep 0.1; done; echo went\",\"description\":\"Waits\"}");
  fake_llm_add_text (rig->llm, "Went on.");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Wait for me");
  opencode_rig_wait_for (rig, SHIP_AGENT_EVENT_PART);
  while (fake_llm_get_n_left (rig->llm) > 1)
    opencode_rig_turn ();

  opencode_rig_break_connections (rig);
  while (!rig->is_lost)
    opencode_rig_turn ();
  opencode_rig_write_file (rig->work, "go", "");
  while (fake_llm_get_n_left (rig->llm) > 0)
    opencode_rig_turn ();

  g_ptr_array_set_size (rig->events, 0);
  opencode_rig_connect_agent (rig);
  reconcile (rig);
  opencode_rig_wait_for_end (rig);
  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "Went on.");
  g_assert_cmpstr (opencode_rig_find_tool (rig, "bash")->output, ==, "went\n");
  opencode_rig_assert_all_known (rig);

  opencode_rig_tear_down (rig);
}

/* The server is killed in the middle of a turn; what it left as running is told as ended. */
static void
test_killed (gconstpointer data)
{
  OpencodeRig     *rig = (OpencodeRig *) data;
  g_autofree char *before = NULL;
  ShipAgentPart   *part;

  opencode_rig_set_up (rig);
  before = g_strdup (rig->session_id);
  fake_llm_add_tool (rig->llm,
                     "bash",
                     "{\"command\":\"echo begun; sleep 30\",\"description\":\"Sleeps\"}");
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Sleep");
  for (;;)
    {
      ShipAgentEvent *event = opencode_rig_find_last (rig, SHIP_AGENT_EVENT_PART);

      if (event != NULL && event->part->tool_status == SHIP_AGENT_TOOL_RUNNING &&
          g_strcmp0 (event->part->output, "begun\n") == 0)
        break;
      opencode_rig_turn ();
    }

  opencode_rig_kill_server (rig);
  while (!rig->is_lost)
    opencode_rig_turn ();
  opencode_rig_start_server (rig);
  g_ptr_array_set_size (rig->events, 0);
  opencode_rig_connect_agent (rig);
  opencode_rig_open_session (rig);
  g_assert_cmpstr (rig->session_id, ==, before);
  reconcile (rig);

  part = opencode_rig_find_tool (rig, "bash");
  g_assert_cmpint (part->tool_status, ==, SHIP_AGENT_TOOL_INTERRUPTED);
  g_assert_true (part->is_ended);
  g_assert_cmpint (opencode_rig_find_last (rig, SHIP_AGENT_EVENT_STATUS)->status,
                   ==,
                   SHIP_AGENT_STATUS_IDLE);

  fake_llm_add_text (rig->llm, "Here again.");
  g_ptr_array_set_size (rig->events, 0);
  opencode_rig_send_prompt (rig, "anthropic/claude-sonnet-5", "build", "Go on");
  opencode_rig_wait_for_end (rig);
  g_assert_cmpstr (opencode_rig_find_text (rig), ==, "Here again.");

  opencode_rig_tear_down (rig);
}

static void
test_unknown_session (gconstpointer data)
{
  OpencodeRig *rig = (OpencodeRig *) data;

  opencode_rig_set_up (rig);
  g_free (rig->session_id);
  rig->session_id = g_strdup ("ses_unknownunknownunknownunkno");
  opencode_rig_open_session (rig);
  g_assert_cmpstr (rig->session_id, !=, "ses_unknownunknownunknownunkno");
  g_free (rig->session_id);
  rig->session_id = g_strdup ("not an id/../at all");
  opencode_rig_open_session (rig);
  g_assert_true (g_str_has_prefix (rig->session_id, "ses_"));
  opencode_rig_tear_down (rig);
}

static void
add (const char *name, GTestDataFunc func, OpencodeRig *rig)
{
  g_autofree char *path = g_strconcat ("/opencode-client/", name, NULL);

  g_test_add_data_func (path, rig, func);
}

int
main (int argc, char **argv)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autofree char *program = ship_paths_dup_opencode (paths);
  g_autofree char *models =
    g_build_filename (ship_paths_get_asset_dir (paths), "models.json", NULL);
  OpencodeRig *rig;
  int          status;

  g_test_init (&argc, &argv, NULL);
  if (program == NULL)
    {
      g_printerr ("OpenCode is not there: install it with build-aux/run, or set SHIP_OPENCODE\n");
      return 1;
    }

  rig = opencode_rig_new (program, models);
  add ("anthropic", test_anthropic, rig);
  add ("responses", test_responses, rig);
  add ("routes", test_routes, rig);
  add ("errors", test_errors, rig);
  add ("retry", test_retry, rig);
  add ("question", test_question, rig);
  add ("plan", test_plan, rig);
  add ("explore", test_explore, rig);
  add ("abort", test_abort, rig);
  add ("lost-and-back", test_lost_and_back, rig);
  add ("unknown-session", test_unknown_session, rig);
  add ("killed", test_killed, rig);
  status = g_test_run ();
  opencode_rig_free (rig);

  return status;
}
