/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client/ship-inbox.h"
#include "client/ship-store-once.h"
#include "e2e.h"
#include "session/ship-session-tables.h"
#include "ship-test.h"

#include <string.h>

/*
 * The agent asks, the user answers: the real agent in the real sandbox with a scripted model, over
 * the session's own socket, as every client does it.
 */

#define MODEL "anthropic/claude-sonnet-4-5"

static void
call (E2eSession *session, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (session->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
set_rule (E2eSession *session, const char *permission, const char *action)
{
  call (session, "SetRule", g_variant_new ("(sss)", permission, "*", action));
}

/* @options: the text of an a{sv} */
static void
answer (E2eSession *session, gint64 request, const char *options)
{
  call (session, "Answer", g_variant_new ("(x@a{sv})", request, g_variant_new_parsed (options)));
}

/* Waits for the one request that is open, and for the session to say so. */
static gint64
await_request (E2eSession *session, const char *title)
{
  e2e_session_await_state (session, "waiting");
  for (;;)
    {
      g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (session);

      if (snapshot->requests->len > 0)
        {
          const ShipRequestRow *row = snapshot->requests->pdata[0];

          g_assert_cmpuint (snapshot->requests->len, ==, 1);
          g_assert_cmpstr (row->title, ==, title);
          return row->id;
        }
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }
}

static void
add_bash (FakeLlm *llm, const char *command)
{
  g_autofree char *arguments =
    g_strdup_printf ("{\"command\":\"%s\",\"description\":\"Does it\"}", command);

  fake_llm_add_tool (llm, "bash", arguments);
}

static E2eSession *
new_session (E2e *e2e, const char *name)
{
  g_autofree char *repository = e2e_make_repository (e2e, name, "a.txt", "a\n", NULL);

  return e2e_session_new (e2e, repository, MODEL);
}

/* All that was ever asked, as "state answer", with "!" if the agent does not have the answer, and
 * the notices. */
static gboolean
read_rows (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  GString  **texts = data;
  GPtrArray *journal = ship_journal_table_list (db, 0, 1000, error);

  if (journal == NULL)
    return FALSE;
  for (gint64 id = 1;; id++)
    {
      g_autoptr (ShipRequestRow) row = ship_request_table_load (db, id, NULL);

      if (row == NULL)
        break;
      g_string_append_printf (texts[0],
                              "%s%s %s%s",
                              id > 1 ? ", " : "",
                              row->state,
                              row->answer != NULL ? row->answer : "-",
                              row->delivered_at == 0 ? "!" : "");
    }
  for (guint i = 0; i < journal->len; i++)
    {
      const ShipJournalRow *row = journal->pdata[i];

      if (g_str_equal (row->kind, "notice"))
        g_string_append_printf (texts[1], "%s\n", row->text);
    }
  g_ptr_array_unref (journal);
  return TRUE;
}

static void
assert_rows (E2eSession *session, const char *requests, const char *notice)
{
  g_autofree char *path = ship_paths_dup_session_store (session->e2e->paths, session->id);
  g_autoptr (GString) first = g_string_new (NULL);
  g_autoptr (GString) second = g_string_new (NULL);
  GString *texts[] = { first, second };
  g_autoptr (GAsyncResult) result = NULL;

  ship_store_read_once_async (path,
                              ship_session_tables_get_version (),
                              read_rows,
                              texts,
                              NULL,
                              ship_test_keep_result,
                              &result);
  g_assert_true (ship_store_once_finish (ship_test_await (&result), NULL));
  g_assert_cmpstr (first->str, ==, requests);
  g_assert_true (notice == NULL || strstr (second->str, notice) != NULL);
}

static guint
count_inbox (E2e *e2e)
{
  ShipInbox *inbox = ship_inbox_new (e2e->paths);
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  guint n_items;

  ship_inbox_load_async (inbox, NULL, ship_test_keep_result, &loaded);
  g_assert_true (ship_inbox_load_finish (inbox, ship_test_await (&loaded), NULL));
  n_items = g_list_model_get_n_items (G_LIST_MODEL (inbox));
  ship_inbox_close_async (inbox, ship_test_keep_result, &closed);
  g_assert_true (ship_inbox_close_finish (inbox, ship_test_await (&closed), NULL));
  g_object_unref (inbox);
  return n_items;
}

static void
test_permissions (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (E2eSession) session = new_session (e2e, "permissions");
  gint64 task;

  set_rule (session, "bash", "ask");
  add_bash (e2e->llm, "touch one.txt");
  add_bash (e2e->llm, "rm a.txt");
  add_bash (e2e->llm, "mkdir -p d");
  add_bash (e2e->llm, "mkdir -p e && touch e/two.txt");
  fake_llm_add_text (e2e->llm, "Done.");
  task = e2e_session_send (session, "Do it");

  await_request (session, "touch one.txt");
  while (count_inbox (e2e) != 1) /* the index follows */
    g_main_context_iteration (NULL, FALSE);
  /* Whoever comes later can answer as well. */
  g_clear_object (&session->client);
  session->client = ship_session_client_new (e2e->paths, session->id);
  e2e_session_connect (session);
  answer (session, await_request (session, "touch one.txt"), "{'allow': <true>}");

  answer (session,
          await_request (session, "rm a.txt"),
          "{'allow': <false>, 'message': <'A-REASON-TO-KEEP-IT'>}");
  answer (session,
          await_request (session, "mkdir -p d"),
          "{'allow': <true>, 'scope': <'session'>}");
  /* Of the next one only "touch" is new. */
  answer (session,
          await_request (session, "mkdir -p e && touch e/two.txt"),
          "{'allow': <true>, 'scope': <'session'>}");
  e2e_session_await_task (session, task, "complete");

  g_assert_true (fake_llm_has_seen (e2e->llm, "A-REASON-TO-KEEP-IT"));
  fake_llm_assert_exhausted (e2e->llm);
  assert_rows (session,
               "answered allow, answered deny: A-REASON-TO-KEEP-IT, answered allow (session), "
               "answered allow (session)",
               NULL);

  /* And now nothing of it is asked. */
  add_bash (e2e->llm, "mkdir -p f; touch f/three.txt");
  fake_llm_add_text (e2e->llm, "Done again.");
  e2e_session_await_task (session, e2e_session_send (session, "Go on"), "complete");
  fake_llm_assert_exhausted (e2e->llm);
  g_assert_cmpuint (count_inbox (e2e), ==, 0);
}

/* A sub-agent is bound by the same rules. */
static void
test_sub_agent (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (E2eSession) session = new_session (e2e, "sub-agent");
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  const ShipRequestRow *row;
  gint64                task;

  set_rule (session, "bash", "ask");
  fake_llm_add_tool (
    e2e->llm,
    "task",
    "{\"description\":\"Looks\",\"prompt\":\"Look\",\"subagent_type\":\"general\"}");
  add_bash (e2e->llm, "touch sub.txt");
  fake_llm_add_text (e2e->llm, "The sub-agent is done.");
  fake_llm_add_text (e2e->llm, "Done.");
  task = e2e_session_send (session, "Send somebody");
  await_request (session, "touch sub.txt");
  snapshot = e2e_session_read (session);
  row = snapshot->requests->pdata[0];
  g_assert_cmpstr (row->agent_session, !=, snapshot->session->agent_session);
  answer (session, row->id, "{'allow': <true>}");
  e2e_session_await_task (session, task, "complete");
  fake_llm_assert_exhausted (e2e->llm);
}

static void
test_questions (void)
{
  static const char question[] =
    "{\"questions\":[{\"question\":\"Which colour?\",\"header\":\"Colour\",\"options\":"
    "[{\"label\":\"Red\",\"description\":\"red\"},{\"label\":\"Blue\",\"description\":\"blue\"}],"
    "\"multiple\":true}]}";
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (E2eSession) session = new_session (e2e, "questions");
  gint64 task;

  for (int i = 0; i < 3; i++)
    fake_llm_add_tool (e2e->llm, "question", question);
  fake_llm_add_text (e2e->llm, "Thanks.");
  task = e2e_session_send (session, "Ask me");
  answer (session, await_request (session, "Which colour?"), "{'answers': <['Red\\u001fBlue']>}");
  e2e_session_await_state (session, "running");
  answer (session, await_request (session, "Which colour?"), "{'answers': <['A-SHADE-OF-GREEN']>}");
  e2e_session_await_state (session, "running");
  answer (session, await_request (session, "Which colour?"), "{'reject': <true>}");
  e2e_session_await_task (session, task, "complete");
  g_assert_true (fake_llm_has_seen (e2e->llm, "Red, Blue"));
  g_assert_true (fake_llm_has_seen (e2e->llm, "A-SHADE-OF-GREEN"));
  g_assert_true (fake_llm_has_seen (e2e->llm, "dismissed"));
  fake_llm_assert_exhausted (e2e->llm); /* it went on after the dismissal */
}

static void
test_stop_and_rules (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (E2eSession) session = new_session (e2e, "stop-and-rules");
  gint64 task;

  /* Without rules nothing is asked. */
  add_bash (e2e->llm, "touch one.txt");
  fake_llm_add_text (e2e->llm, "FIRST-ANSWER");
  e2e_session_await_task (session, e2e_session_send (session, "First"), "complete");

  /* A rule that is set while it is awake holds for the next turn, and what was said is not lost. */
  set_rule (session, "bash", "ask");
  add_bash (e2e->llm, "touch two.txt");
  task = e2e_session_send (session, "Second");
  await_request (session, "touch two.txt");
  g_assert_nonnull (strstr (fake_llm_get_last_request (e2e->llm)->body, "FIRST-ANSWER"));
  call (session, "Stop", NULL);
  e2e_session_await_task (session, task, "cancelled");
  e2e_session_await_state (session, "idle");
  assert_rows (session, "withdrawn -!", NULL);

  /* What was left open is in nobody's way. */
  add_bash (e2e->llm, "touch three.txt");
  fake_llm_add_text (e2e->llm, "Done.");
  task = e2e_session_send (session, "Third");
  answer (session, await_request (session, "touch three.txt"), "{'allow': <true>}");
  e2e_session_await_task (session, task, "complete");
  fake_llm_assert_exhausted (e2e->llm);
}

/* Who asked died with the sandbox: nobody waits, and the transcript says so. */
static void
test_crash (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (E2eSession) session = new_session (e2e, "crash");
  gint64 task;

  set_rule (session, "bash", "ask");
  add_bash (e2e->llm, "touch one.txt");
  task = e2e_session_send (session, "Do it");
  await_request (session, "touch one.txt");
  e2e_session_kill (session);
  e2e_await_no_descendants ();
  while (ship_session_client_is_connected (session->client))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_inbox (e2e), ==, 0);
  e2e_session_connect (session);
  e2e_session_await_task (session, task, "failed");
  assert_rows (session, "withdrawn -!", "withdrawn");

  /* The rule is still there. */
  add_bash (e2e->llm, "touch one.txt");
  fake_llm_add_text (e2e->llm, "Done.");
  call (session, "Resume", g_variant_new ("(b)", TRUE));
  answer (session, await_request (session, "touch one.txt"), "{'allow': <true>}");
  e2e_session_await_task (session, task, "complete");
  fake_llm_assert_exhausted (e2e->llm);
}

/* In plan mode the tools that write are refused, for those it sends out as well. */
static void
test_plan (void)
{
  g_autoptr (E2e) e2e = e2e_new ();
  g_autoptr (E2eSession) session = new_session (e2e, "plan");
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  gint64 task;

  set_rule (session, "edit", "allow");
  fake_llm_add_tool (e2e->llm, "write", "{\"filePath\":\"p.txt\",\"content\":\"x\\n\"}");
  fake_llm_add_tool (e2e->llm,
                     "edit",
                     "{\"filePath\":\"a.txt\",\"oldString\":\"a\",\"newString\":\"b\"}");
  fake_llm_add_tool (
    e2e->llm,
    "task",
    "{\"description\":\"Writes\",\"prompt\":\"Write\",\"subagent_type\":\"general\"}");
  fake_llm_add_text (e2e->llm, "The plan.");
  ship_session_client_send_async (session->client,
                                  "Plan it",
                                  g_variant_new_parsed ("{'mode': <'plan'>}"),
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  task = ship_session_client_send_finish (session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
  e2e_session_await_task (session, task, "complete");
  fake_llm_assert_exhausted (e2e->llm); /* nobody was sent out */
  snapshot = e2e_session_read (session);
  g_assert_null (((ShipTaskRow *) snapshot->tasks->pdata[0])->to_commit);
  g_assert_true (fake_llm_has_seen (e2e->llm, "planning turn"));
}

int
main (int argc, char **argv)
{
  e2e_init (&argc, &argv);
  g_test_add_func ("/asking/permissions", test_permissions);
  g_test_add_func ("/asking/sub-agent", test_sub_agent);
  g_test_add_func ("/asking/questions", test_questions);
  g_test_add_func ("/asking/stop-and-rules", test_stop_and_rules);
  g_test_add_func ("/asking/crash", test_crash);
  g_test_add_func ("/asking/plan", test_plan);
  return g_test_run ();
}
