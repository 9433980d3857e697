/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"
#include "ship-test.h"

#include <string.h>

/* What the agent does beside the conversation: sub-agents, its to-do list, a title. */

#define CHAT_MODEL "openai/gpt-4.1"

static void
load (ShipTranscript *transcript)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &result);
  ship_transcript_load_finish (transcript, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
close_transcript (ShipTranscript *transcript)
{
  g_autoptr (GAsyncResult) result = NULL;

  ship_transcript_close_async (transcript, ship_test_keep_result, &result);
  ship_transcript_close_finish (transcript, ship_test_await (&result), NULL);
}

/* Each entry as "DEPTH kind:text-or-tool status", one a line. */
static char *
dup_picture (E2eSession *session)
{
  GString *picture = g_string_new (NULL);
  g_autoptr (ShipTranscript) transcript =
    ship_transcript_new (session->e2e->paths, session->id, NULL);

  load (transcript);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);
      const char *kind = ship_transcript_entry_get_kind (entry);
      gboolean    is_tool = g_str_equal (kind, "tool");

      if (g_str_equal (kind, "commit"))
        continue;
      g_string_append_printf (picture,
                              "%u %s:%s%s%s\n",
                              ship_transcript_entry_get_depth (entry),
                              kind,
                              is_tool ? ship_transcript_entry_get_tool (entry)
                                      : ship_transcript_entry_get_text (entry),
                              is_tool ? " " : "",
                              is_tool ? ship_transcript_entry_get_status (entry) : "");
      g_assert_cmpint (ship_transcript_entry_get_parent_key (entry) != NULL,
                       ==,
                       ship_transcript_entry_get_depth (entry) > 0);
    }
  close_transcript (transcript);

  return g_string_free (picture, FALSE);
}

static void
test_sub_agent (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "sub", "a.txt", "A\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, CHAT_MODEL);
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autofree char *picture = NULL;
  g_autoptr (GHashTable) agents = g_hash_table_new (g_str_hash, g_str_equal);
  gint64 input = 0;

  fake_llm_add_tool (e2e->llm,
                     "task",
                     "{\"description\":\"Write b\",\"prompt\":\"Write b.txt\","
                     "\"subagent_type\":\"general\"}");
  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"b.txt\",\"content\":\"B\\n\"}");
  fake_llm_add_text (e2e->llm, "b.txt is there.");
  fake_llm_add_text (e2e->llm, "All done.");
  e2e_session_await_task (session, e2e_session_send (session, "Have b.txt written"), "complete");
  fake_llm_assert_exhausted (e2e->llm);

  picture = dup_picture (session);
  g_assert_cmpstr (picture,
                   ==,
                   "0 prompt:Have b.txt written\n"
                   "0 tool:task completed\n"
                   "1 tool:write completed\n"
                   "1 text:b.txt is there.\n"
                   "0 text:All done.\n");

  /* All four requests are the task's; the sub-agent's are told apart. */
  snapshot = e2e_session_read (session);
  g_assert_cmpuint (snapshot->sub_agents.n_done, ==, 1);
  g_assert_cmpuint (snapshot->sub_agents.n_running, ==, 0);
  for (guint i = 0; i < snapshot->exchanges->len; i++)
    {
      const ShipExchangeRow *exchange = g_ptr_array_index (snapshot->exchanges, i);

      g_assert_cmpint (exchange->task, ==, 1);
      g_hash_table_add (agents, exchange->agent_session);
      input += exchange->usage.input;
    }
  g_assert_cmpuint (snapshot->exchanges->len, ==, 4);
  g_assert_cmpint (input, ==, 400);
  g_assert_cmpuint (g_hash_table_size (agents), ==, 2);
  e2e_session_free (session);
}

/* The user stops while a sub-agent works. */
static void
test_interrupted (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "stop", "a.txt", "A\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, CHAT_MODEL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *picture = NULL;
  gint64           task;

  fake_llm_add_tool (
    e2e->llm,
    "task",
    "{\"description\":\"Wait\",\"prompt\":\"Wait\",\"subagent_type\":\"general\"}");
  fake_llm_add_tool (e2e->llm, "bash", "{\"command\":\"sleep 987\",\"description\":\"Waits\"}");
  task = e2e_session_send (session, "Wait");
  e2e_session_await_command (session, "sleep 987");
  ship_session_client_call_async (session->client,
                                  "Stop",
                                  NULL,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  g_assert_true (
    ship_session_client_call_finish (session->client, ship_test_await (&result), NULL));
  e2e_session_await_task (session, task, "cancelled");
  picture = dup_picture (session);
  g_assert_nonnull (strstr (picture, "\n0 tool:task interrupted\n1 tool:bash "));
  g_assert_null (strstr (picture, "running"));
  g_assert_null (strstr (picture, "pending"));
  e2e_session_free (session);
}

static const ShipTodoRow *
find_todo (ShipSessionSnapshot *snapshot, const char *content)
{
  for (guint i = 0; i < snapshot->todos->len; i++)
    if (g_str_equal (((ShipTodoRow *) snapshot->todos->pdata[i])->content, content))
      return snapshot->todos->pdata[i];

  return NULL;
}

#define ITEM(content, status)                                                                      \
  "{\"content\":\"" content "\",\"status\":\"" status "\",\"priority\":\"high\"}"

static void
test_todos (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "todos", "a.txt", "A\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, CHAT_MODEL);
  g_autoptr (ShipSessionSnapshot) first = NULL;
  g_autoptr (ShipSessionSnapshot) second = NULL;
  g_autofree char *directory = NULL;
  g_autofree char *go = NULL;
  gint64           task;

  fake_llm_add_tool (e2e->llm,
                     "todowrite",
                     "{\"todos\":[" ITEM ("Look", "in_progress") "," ITEM (
                       "Write",
                       "pending") "," ITEM ("Tell", "pending") "]}");
  fake_llm_add_tool (e2e->llm,
                     "bash",
                     "{\"command\":\"until [ -e go ]; do sleep 0.654; done\","
                     "\"description\":\"Waits\"}");
  fake_llm_add_tool (e2e->llm,
                     "todowrite",
                     "{\"todos\":[" ITEM ("Ask", "pending") "," ITEM (
                       "Look",
                       "completed") "," ITEM ("Write", "in_progress") "]}");
  fake_llm_add_text (e2e->llm, "So far.");
  task = e2e_session_send (session, "Plan");
  e2e_session_await_command (session, "sleep 0.654");
  first = e2e_session_read (session);
  directory = ship_paths_dup_session_dir (e2e->paths, session->id);
  go = g_build_filename (directory, "work", "go", NULL);
  g_assert_true (g_file_set_contents (go, "", 0, NULL));
  e2e_session_await_task (session, task, "complete");
  second = e2e_session_read (session);

  g_assert_cmpuint (first->todos->len, ==, 3);
  g_assert_cmpuint (second->todos->len, ==, 4);
  g_assert_cmpint (find_todo (first, "Look")->id, ==, find_todo (second, "Look")->id);
  g_assert_cmpint (find_todo (first, "Write")->id, ==, find_todo (second, "Write")->id);
  g_assert_cmpstr (find_todo (second, "Look")->status, ==, "completed");
  g_assert_cmpstr (find_todo (second, "Tell")->status, ==, "removed");
  g_assert_cmpint (find_todo (second, "Ask")->id, >, find_todo (first, "Tell")->id);
  e2e_session_free (session);
}

static E2eSession *
new_untitled (E2e *e2e, const char *repository)
{
  ShipNewSession what = { .repository = repository,
                          .prompt = "Please be so kind as to write a.txt",
                          .model = CHAT_MODEL,
                          .mode = "build" };

  return e2e_session_new_as (e2e, &what);
}

static const FakeLlmRequest *
find_aside (FakeLlm *llm)
{
  GPtrArray *requests = fake_llm_get_requests (llm);

  for (guint i = 0; i < requests->len; i++)
    if (((FakeLlmRequest *) requests->pdata[i])->is_aside)
      return requests->pdata[i];

  return NULL;
}

static guint
count_purpose (ShipSessionSnapshot *snapshot, const char *purpose)
{
  guint count = 0;

  for (guint i = 0; i < snapshot->exchanges->len; i++)
    if (g_strcmp0 (((ShipExchangeRow *) snapshot->exchanges->pdata[i])->purpose, purpose) == 0)
      count++;

  return count;
}

/* A title that cannot be had is not missed. */
static void
test_title_fails (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "untitled", "a.txt", "A\n", NULL);
  E2eSession      *session = new_untitled (e2e, repository);
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;

  fake_llm_fail_asides (e2e->llm, 401);
  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"a.txt\",\"content\":\"B\\n\"}");
  fake_llm_add_text (e2e->llm, "Done.");
  e2e_session_await_task (session, e2e_session_send (session, "Write a.txt"), "complete");
  fake_llm_assert_exhausted (e2e->llm);
  g_assert_nonnull (find_aside (e2e->llm));
  snapshot = e2e_session_read (session);
  g_assert_cmpstr (snapshot->session->title, ==, "Please be so kind as to write a.txt");
  g_assert_cmpstr (snapshot->session->title_source, ==, "prompt");
  e2e_session_free (session);
}

static void
test_title (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char      *repository = e2e_make_repository (e2e, "title", "a.txt", "A\n", NULL);
  E2eSession           *session = new_untitled (e2e, repository);
  const FakeLlmRequest *aside;

  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"a.txt\",\"content\":\"B\\n\"}");
  fake_llm_add_text (e2e->llm, "Done.");
  e2e_session_await_task (session,
                          e2e_session_send (session, "Please be so kind as to write a.txt"),
                          "complete");
  for (;;)
    {
      g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (session);

      if (g_str_equal (snapshot->session->title_source, "model"))
        {
          g_assert_cmpstr (snapshot->session->title, ==, FAKE_LLM_ASIDE);
          if (count_purpose (snapshot, "title") == 0) /* booked a moment later */
            continue;
          g_assert_cmpuint (count_purpose (snapshot, "turn"), ==, 2);
          break;
        }
      g_main_context_iteration (NULL, TRUE);
    }

  aside = find_aside (e2e->llm);
  g_assert_nonnull (aside);
  g_assert_nonnull (strstr (aside->body, "gpt-5-nano"));
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/agents/sub-agent", test_sub_agent);
  g_test_add_func ("/agents/interrupted", test_interrupted);
  g_test_add_func ("/agents/todos", test_todos);
  g_test_add_func ("/agents/title", test_title);
  g_test_add_func ("/agents/title-fails", test_title_fails);

  return g_test_run ();
}
