/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"

#include "ship-test.h"

#include <signal.h>
#include <string.h>

/*
 * What survives: a client that dies takes nothing with it, an actor that is killed at any moment
 * leaves nothing running, loses nothing and repeats nothing.
 */

#define KILLS_IN_CI 6

static void
add_slow_turn (FakeLlm *llm, const char *file)
{
  g_autofree char *write =
    g_strdup_printf ("{\"filePath\":\"/work/%s\",\"content\":\"x\\n\"}", file);
  FakeLlmStep *step = fake_llm_add_step (llm);

  fake_llm_step_set_text (step, "one two three four five six seven eight nine ten");
  fake_llm_step_add_tool (step, "write", write);
  fake_llm_step_set_delay (step, 60);
  fake_llm_add_tool (llm,
                     "bash",
                     "{\"command\":\"sleep 1; echo slept\",\"description\":\"Sleep\"}");
  fake_llm_add_text (llm, "Done.");
}

static char *
transcript_to_text (E2e *e2e, const char *id)
{
  ShipTranscript *transcript = ship_transcript_new (e2e->paths, id, NULL);
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GError) error = NULL;
  GString *text = g_string_new (NULL);

  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &loaded);
  ship_transcript_load_finish (transcript, ship_test_await (&loaded), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);

      /* A part that has begun to be streamed and holds nothing yet is no loss. */
      if (g_str_equal (ship_transcript_entry_get_kind (entry), "text") &&
          *ship_transcript_entry_get_text (entry) == '\0')
        continue;
      g_string_append_printf (text,
                              "%s|%s|%s\n",
                              ship_transcript_entry_get_kind (entry),
                              ship_transcript_entry_get_text (entry),
                              ship_transcript_entry_get_output (entry) != NULL
                                ? ship_transcript_entry_get_output (entry)
                                : "");
    }
  ship_transcript_close_async (transcript, ship_test_keep_result, &closed);
  ship_transcript_close_finish (transcript, ship_test_await (&closed), &error);
  g_assert_no_error (error);
  g_object_unref (transcript);

  return g_string_free (text, FALSE);
}

static void
test_client_dies (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "client", "a.txt", "a\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autofree char *text = NULL;
  gint64           task;

  add_slow_turn (e2e->llm, "b.txt");
  task = e2e_session_send (session, "Work slowly");
  e2e_session_await_state (session, "running");
  g_clear_object (&session->client); /* as if it had been killed: its socket is closed */

  session->client = ship_session_client_new (e2e->paths, session->id);
  e2e_session_connect (session);
  e2e_session_await_task (session, task, "complete");
  text = transcript_to_text (e2e, session->id);
  g_assert_true (strstr (text, "prompt|Work slowly") != NULL);
  g_assert_true (strstr (text, "one two three four five six seven eight nine ten") != NULL);
  g_assert_true (strstr (text, "slept") != NULL);
  g_assert_true (strstr (text, "text|Done.") != NULL);
  g_assert_true (strstr (text, "commit|") != NULL);
  fake_llm_assert_exhausted (e2e->llm);
  e2e_session_free (session);
}

static int
count_tasks (ShipSessionSnapshot *snapshot, const char *state)
{
  int n = 0;

  for (guint i = 0; i < snapshot->tasks->len; i++)
    n += g_str_equal (((ShipTaskRow *) g_ptr_array_index (snapshot->tasks, i))->state, state);

  return n;
}

/* One life: three prompts, killed @after_ms later, at any of its moments. */
static void
kill_once (E2e *e2e, const char *repository, guint after_ms)
{
  E2eSession *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autoptr (ShipSessionSnapshot) before = NULL;
  g_autoptr (ShipSessionSnapshot) after = NULL;
  g_autofree char *text_before = NULL;
  g_autofree char *text_after = NULL;
  gint64           until = g_get_monotonic_time () + after_ms * 1000;
  guint            n_requests;

  e2e_session_send (session, "First");
  e2e_session_send (session, "Second");
  e2e_session_send (session, "Third");
  while (g_get_monotonic_time () < until)
    g_main_context_iteration (NULL, FALSE);
  e2e_session_kill (session);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (session->client))
    g_main_context_iteration (NULL, TRUE);

  before = e2e_session_read (session);
  text_before = transcript_to_text (e2e, session->id);
  g_assert_cmpint (before->tasks->len, ==, 3); /* all that was acknowledged */
  n_requests = fake_llm_get_requests (e2e->llm)->len;

  e2e_session_connect (session);
  after = e2e_session_read (session);
  text_after = transcript_to_text (e2e, session->id);
  for (guint i = 0; i < 3; i++)
    {
      const ShipTaskRow *was = g_ptr_array_index (before->tasks, i);
      const ShipTaskRow *is = g_ptr_array_index (after->tasks, i);

      g_assert_cmpint (was->id, ==, is->id);
      g_assert_cmpstr (was->prompt, ==, is->prompt);
    }
  g_assert_cmpint (count_tasks (after, "complete"), ==, count_tasks (before, "complete"));
  g_assert_cmpint (count_tasks (after, "running"), ==, 0);
  g_assert_true (strlen (text_after) >= strlen (text_before));
  if (count_tasks (after, "failed") > 0)
    {
      g_assert_cmpint (count_tasks (after, "failed"), ==, 1);
      g_assert_cmpstr (ship_session_client_get_state (session->client), ==, "failed");
      g_assert_cmpint (fake_llm_get_requests (e2e->llm)->len,
                       ==,
                       n_requests); /* nothing runs by itself */
    }
  e2e_session_free (session);
}

static void
test_actor_killed (void)
{
  const char *wanted = g_getenv ("E2E_KILLS");
  guint       n = wanted != NULL ? (guint) g_ascii_strtoull (wanted, NULL, 10) : KILLS_IN_CI;
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "kill", "a.txt", "a\n", NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *file = g_strdup_printf ("f%u.txt", i);
      guint            after_ms = (guint) g_test_rand_int_range (0, 9000);

      for (guint turn = 0; turn < 4; turn++)
        add_slow_turn (e2e->llm, file);
      g_test_message ("kill %u after %u ms", i, after_ms);
      kill_once (e2e, repository, after_ms);
      fake_llm_forget_script (e2e->llm);
    }
}

/* As if it had died between making the commit and noting it. */
static void
test_commit_without_note (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autofree char *repository = e2e_make_repository (e2e, "noteless", "a.txt", "a\n", NULL);
  E2eSession      *session = e2e_session_new (e2e, repository, "anthropic/claude-sonnet-4-5");
  g_autofree char *store = ship_paths_dup_session_store (e2e->paths, session->id);
  g_autofree char *log = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  gint64 task;

  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"/work/b.txt\",\"content\":\"b\\n\"}");
  fake_llm_add_text (e2e->llm, "Wrote b.");
  task = e2e_session_send (session, "Write b");
  e2e_session_await_task (session, task, "complete");
  e2e_session_kill (session);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (session->client))
    g_main_context_iteration (NULL, TRUE);
  g_free (
    e2e_output (e2e->root,
                "python3",
                "-c",
                "import sqlite3,sys; c = sqlite3.connect(sys.argv[1]);"
                "c.execute(\"UPDATE session SET head_commit = base_commit, state = 'running'\");"
                "c.execute(\"UPDATE task SET state = 'running', to_commit = NULL, ended_at = "
                "NULL\"); c.commit()",
                store,
                NULL));

  e2e_session_connect (session);
  e2e_session_await_state (session, "failed");
  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"/work/c.txt\",\"content\":\"c\\n\"}");
  fake_llm_add_text (e2e->llm, "Wrote c.");
  task = e2e_session_send (session, "Write c");
  e2e_session_await_task (session, task, "complete");
  snapshot = e2e_session_read (session);
  log = e2e_output (repository, "git", "log", "--format=%s", snapshot->session->branch, NULL);
  g_assert_cmpstr (log, ==, "Wrote c\nWrote b\nFirst\n");
  e2e_session_free (session);
}

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/e2e/crash/client-dies", test_client_dies);
  g_test_add_func ("/e2e/crash/commit-without-note", test_commit_without_note);
  g_test_add_func ("/e2e/crash/actor-killed", test_actor_killed);
  return g_test_run ();
}
