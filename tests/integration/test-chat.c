/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "e2e.h"
#include "ship-test.h"

#include <signal.h>
#include <string.h>

/*
 * What reaches the model of what the user sends besides words: files, paths, commands, and what is
 * said into a turn that runs. The turn is held by a question, so that nothing depends on time.
 */

#define MODEL "anthropic/claude-sonnet-4-5"
#define PNG                                                                                        \
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+"                                  \
  "M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
#define QUESTION                                                                                   \
  "{\"questions\":[{\"question\":\"Go on?\",\"header\":\"Go\",\"options\":[{\"label\":\"Yes\","    \
  "\"description\":\"Go on\"}]}]}"

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
  repository = e2e_make_repository (f->e2e,
                                    name,
                                    "AGENTS.md",
                                    "Rule of the house: whistle.\n",
                                    "src/AGENTS.md",
                                    "Rule of the cellar: hum.\n",
                                    "src/song.txt",
                                    "verse one\nverse two\nverse three\nverse four\n",
                                    NULL);
  f->session = e2e_session_new (f->e2e, repository, MODEL);
}

static void
tear_down (Fixture *f, gconstpointer name)
{
  fake_llm_forget_script (f->e2e->llm);
  e2e_session_free (f->session);
  e2e_free (f->e2e);
}

/* @options: floating. The task, 0 for none; -1 with @error. */
static gint64
send_with (Fixture *f, const char *text, GVariant *options, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GError *local = NULL;
  gint64  task;

  ship_session_client_send_async (f->session->client,
                                  text,
                                  options,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  task = ship_session_client_send_finish (f->session->client, ship_test_await (&result), &local);
  if (local == NULL)
    return task;

  g_propagate_error (error, local);
  return -1;
}

static void
say_into (Fixture *f, const char *text)
{
  g_autoptr (GError) error = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "steer", "b", TRUE);
  g_assert_cmpint (send_with (f, text, g_variant_dict_end (&options), &error), ==, 0);
  g_assert_no_error (error);
}

static void
call (Fixture *f, const char *method, GVariant *arguments)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_client_call_async (f->session->client,
                                  method,
                                  arguments,
                                  NULL,
                                  ship_test_keep_result,
                                  &result);
  ship_session_client_call_finish (f->session->client, ship_test_await (&result), &error);
  g_assert_no_error (error);
}

static void
answer (Fixture *f)
{
  g_autoptr (ShipSessionSnapshot) snapshot = e2e_session_read (f->session);
  static const char *const answers[] = { "Yes", NULL };
  const ShipRequestRow    *request;
  GVariantDict             options;

  g_assert_cmpint (snapshot->requests->len, ==, 1);
  request = g_ptr_array_index (snapshot->requests, 0);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "answers", "^as", answers);
  call (f, "Answer", g_variant_new ("(x@a{sv})", request->id, g_variant_dict_end (&options)));
}

/* Until the agent has told @n messages of the user, which it has taken then. */
static void
await_taken (Fixture *f, const char *n)
{
  g_autofree char *store = ship_paths_dup_session_store (f->e2e->paths, f->session->id);

  g_free (e2e_output (f->e2e->root,
                      "python3",
                      "-c",
                      "import sqlite3,sys,time\n"
                      "while sqlite3.connect(sys.argv[1]).execute(\"SELECT count(*) FROM message "
                      "WHERE role = 'user'\").fetchone()[0] < int(sys.argv[2]): time.sleep(0.05)",
                      store,
                      n,
                      NULL));
}

/* How often @text stands in the last request that took a step. */
static guint
count_in_last (Fixture *f, const char *text)
{
  const char *at = fake_llm_get_last_request (f->e2e->llm)->body;
  guint       n = 0;

  while ((at = strstr (at, text)) != NULL)
    {
      at += strlen (text);
      n++;
    }

  return n;
}

/* "kind status text" of the entries of @kind, a line each. (transfer full) */
static char *
read_entries (Fixture *f, const char *kind)
{
  ShipTranscript *transcript = ship_transcript_new (f->e2e->paths, f->session->id, NULL);
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) closed = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &loaded);
  g_assert_true (ship_transcript_load_finish (transcript, ship_test_await (&loaded), NULL));
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);

      if (g_str_equal (ship_transcript_entry_get_kind (entry), kind))
        g_string_append_printf (text,
                                "%s: %s\n",
                                ship_transcript_entry_get_status (entry),
                                ship_transcript_entry_get_text (entry));
    }
  ship_transcript_close_async (transcript, ship_test_keep_result, &closed);
  g_assert_true (ship_transcript_close_finish (transcript, ship_test_await (&closed), NULL));
  g_object_unref (transcript);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
add_attachment (GVariantBuilder *builder, const char *name, const char *data, gsize size)
{
  g_variant_builder_add (builder,
                         "(ss@ay)",
                         name,
                         "application/x-test",
                         g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data, size, 1));
}

static void
test_attachments (Fixture *f, gconstpointer data)
{
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ssay)"));
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guchar *png = NULL;
  g_autofree char   *shown = NULL;
  GVariantDict       options;
  gsize              size = 0;
  gint64             task;

  png = g_base64_decode (PNG, &size);
  add_attachment (&builder, "dot.png", (const char *) png, size);
  add_attachment (&builder, "../../notes.md", "A note: the cat is blue.\n", 25);
  add_attachment (&builder,
                  "raw data.bin",
                  "\x00\x01"
                  "canary-of-bytes"
                  "\xff",
                  18);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert_value (&options, "attachments", g_variant_builder_end (&builder));

  fake_llm_add_tool (f->e2e->llm,
                     "bash",
                     "{\"command\":\"tr -d '\\\\000\\\\001\\\\377' < "
                     "/home/agent/attachments/1/raw_data.bin | rev\",\"description\":\"Look\"}");
  fake_llm_add_text (f->e2e->llm, "Seen.");
  task = send_with (f, "Look at these", g_variant_dict_end (&options), &error);
  g_assert_no_error (error);
  e2e_session_await_task (f->session, task, "complete");

  g_assert_true (fake_llm_has_seen (f->e2e->llm, PNG));
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "the cat is blue"));
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "/home/agent/attachments/1/raw_data.bin"));
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "setyb-fo-yranac")); /* it really read the file */
  snapshot = e2e_session_read (f->session);
  g_assert_null (((ShipTaskRow *) snapshot->tasks->pdata[0])->to_commit); /* none of it is work */
  shown = read_entries (f, "attachment");
  g_assert_cmpstr (shown, ==, "(null): dot.png\n(null): notes.md\n(null): raw_data.bin\n");
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_mentions (Fixture *f, gconstpointer data)
{
  gint64 task;

  fake_llm_add_text (f->e2e->llm, "Read.");
  task =
    e2e_session_send (f->session, "Sing @src/song.txt:2-3, not @absent.txt or @../etc/passwd.");
  e2e_session_await_task (f->session, task, "complete");
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "verse two"));
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "verse three"));
  g_assert_false (fake_llm_has_seen (f->e2e->llm, "verse one"));
  g_assert_false (fake_llm_has_seen (f->e2e->llm, "verse four"));
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "@absent.txt")); /* stays text */
  g_assert_false (fake_llm_has_seen (f->e2e->llm, "failed to read"));
  g_assert_true (fake_llm_has_seen (f->e2e->llm, "Rule of the house: whistle."));

  fake_llm_add_tool (f->e2e->llm, "read", "{\"filePath\":\"/work/src/song.txt\"}");
  fake_llm_add_text (f->e2e->llm, "Listed.");
  task = e2e_session_send (f->session, "What is in @src/ ?");
  e2e_session_await_task (f->session, task, "complete");
  g_assert_cmpuint (count_in_last (f, "song.txt"), >=, 2);
  g_test_message ("the nested AGENTS.md was %s",
                  fake_llm_has_seen (f->e2e->llm, "Rule of the cellar") ? "read" : "not read");
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_steer (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autofree char *said = NULL;
  gint64           task;

  fake_llm_add_tool (f->e2e->llm, "question", QUESTION);
  fake_llm_add_text (f->e2e->llm, "Did both.");
  task = e2e_session_send (f->session, "Do the first thing");
  e2e_session_await_state (f->session, "waiting");
  say_into (f, "And also paint it green");
  await_taken (f, "2"); /* so that their order is theirs */
  say_into (f, "And look at @src/song.txt");
  await_taken (f, "3");
  answer (f);
  e2e_session_await_task (f->session, task, "complete");

  g_assert_cmpuint (count_in_last (f, "And also paint it green"), ==, 1);
  g_assert_cmpuint (count_in_last (f, "verse four"), ==, 1);
  said = read_entries (f, "steer");
  g_assert_cmpstr (said, ==, "read: And also paint it green\nread: And look at @src/song.txt\n");
  snapshot = e2e_session_read (f->session);
  g_assert_cmpint (snapshot->tasks->len, ==, 1);
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_steer_and_stop (Fixture *f, gconstpointer data)
{
  g_autofree char *said = NULL;
  gint64           task;

  fake_llm_add_tool (f->e2e->llm, "question", QUESTION);
  task = e2e_session_send (f->session, "Do the first thing");
  e2e_session_await_state (f->session, "waiting");
  say_into (f, "And burn the house down");
  await_taken (f, "2");
  call (f, "Stop", NULL);
  e2e_session_await_task (f->session, task, "cancelled");
  said = read_entries (f, "steer");
  g_assert_cmpstr (said, ==, "dropped: And burn the house down\n");

  fake_llm_add_text (f->e2e->llm, "Fine.");
  task = e2e_session_send (f->session, "Do the second thing");
  e2e_session_await_task (f->session, task, "complete");
  g_assert_false (fake_llm_has_seen (f->e2e->llm, "burn the house down"));
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_steer_and_die (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  const ShipTaskRow *row;
  g_autofree char   *said = NULL;
  gint64             task;

  fake_llm_add_tool (f->e2e->llm, "question", QUESTION);
  task = e2e_session_send (f->session, "Do the first thing");
  e2e_session_await_state (f->session, "waiting");
  say_into (f, "And water the flowers");
  e2e_kill_descendants ("opencode", SIGKILL);
  e2e_session_await_task (f->session, task, "failed");
  e2e_session_await_state (f->session, "failed");

  snapshot = e2e_session_read (f->session);
  g_assert_cmpint (snapshot->tasks->len, ==, 2);
  row = snapshot->tasks->pdata[1];
  g_assert_cmpstr (row->prompt, ==, "And water the flowers");
  g_assert_cmpstr (row->state, ==, "pending");
  said = read_entries (f, "steer");
  g_assert_cmpstr (said, ==, ""); /* it is told once: as a prompt */

  fake_llm_add_text (f->e2e->llm, "Watered.");
  call (f, "Resume", g_variant_new ("(b)", FALSE));
  e2e_session_await_task (f->session, row->id, "complete");
  g_assert_cmpuint (count_in_last (f, "And water the flowers"), ==, 1);
  fake_llm_assert_exhausted (f->e2e->llm);
}

static void
test_command (Fixture *f, gconstpointer data)
{
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *notices = NULL;
  gint64           task;

  g_assert_cmpint (send_with (f, "/no-such-thing now", NULL, &error), ==, -1);
  g_assert_true (strstr (error->message, "/init") != NULL);
  g_assert_true (strstr (error->message, "/title") != NULL);
  g_clear_error (&error);

  fake_llm_add_text (f->e2e->llm, "Written.");
  task = send_with (f, "/init Mind the ducks", NULL, &error);
  g_assert_no_error (error);
  e2e_session_await_task (f->session, task, "complete");
  g_assert_cmpuint (count_in_last (f, "Mind the ducks"), ==, 1);
  g_assert_cmpuint (count_in_last (f, "AGENTS.md"), >=, 1);

  g_assert_cmpint (send_with (f, "/title A new name", NULL, &error), ==, 0);
  g_assert_cmpint (send_with (f, "/plan", NULL, &error), ==, 0);
  g_assert_no_error (error);
  fake_llm_add_text (f->e2e->llm, "Planned.");
  task = send_with (f, "//init is a command", NULL, &error);
  g_assert_no_error (error);
  e2e_session_await_task (f->session, task, "complete");
  g_assert_cmpuint (count_in_last (f, "\"/init is a command"), ==, 1);

  snapshot = e2e_session_read (f->session);
  g_assert_cmpint (snapshot->tasks->len, ==, 2);
  g_assert_cmpstr (snapshot->session->title, ==, "A new name");
  g_assert_cmpstr (((ShipTaskRow *) snapshot->tasks->pdata[0])->command, ==, "init");
  g_assert_cmpstr (((ShipTaskRow *) snapshot->tasks->pdata[1])->mode, ==, "plan");
  notices = read_entries (f, "notice");
  g_assert_true (strstr (notices, "A new name") != NULL);
  g_assert_true (strstr (notices, "plan") != NULL);
  fake_llm_assert_exhausted (f->e2e->llm);
}

#define ADD(name, func) g_test_add ("/e2e/chat/" name, Fixture, name, set_up, func, tear_down)

int
main (int argc, char *argv[])
{
  e2e_init (&argc, &argv);
  ADD ("attachments", test_attachments);
  ADD ("mentions", test_mentions);
  ADD ("steer", test_steer);
  ADD ("steer-and-stop", test_steer_and_stop);
  ADD ("steer-and-die", test_steer_and_die);
  ADD ("command", test_command);
  return g_test_run ();
}
