/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-transcript.h"
#include "fake-peer.h"
#include "ship-test.h"

#include <string.h>

/* What sub-agents did, in the conversation that they are part of. The session's own agent is
 * "ses_1". */

static const char *
agent_of (const char *message)
{
  return message[0] == 'm' ? "ses_1" : message;
}

/* A part in a message of its own; @agent: "m" for the session's own. @starts: (nullable): the agent
 * that it is the start of. */
static gint64
add (sqlite3    *db,
     gint64      task,
     const char *agent,
     const char *id,
     const char *text,
     const char *starts,
     gboolean    is_ended)
{
  ShipMessageRow message = { .agent_id = (char *) id,
                             .agent_session = (char *) agent_of (agent),
                             .task = task,
                             .role = (char *) "assistant",
                             .usage = SHIP_USAGE_INIT,
                             .created_at = 1 };
  ShipPartRow    part = { .agent_id = (char *) id,
                          .kind = (char *) (starts != NULL ? "tool" : "text"),
                          .tool = (char *) (starts != NULL ? "task" : NULL),
                          .status = (char *) (starts == NULL ? NULL
                                              : is_ended     ? "completed"
                                                             : "running"),
                          .text = (char *) text,
                          .child_session = (char *) starts,
                          .is_ended = is_ended,
                          .exit_code = -1,
                          .started_at = 5 };
  gint64         row = 0;

  g_assert_true (ship_message_table_upsert (db, &message, &part.message, NULL));
  g_assert_true (ship_part_table_upsert (db, &part, &row, NULL));
  return row;
}

static gint64
add_task (sqlite3 *db, const char *prompt)
{
  ShipTaskRow row = { .title = (char *) "t",
                      .prompt = (char *) prompt,
                      .mode = (char *) "build",
                      .model = (char *) "a/b",
                      .state = (char *) "running",
                      .files_changed = -1,
                      .created_at = 1 };
  gint64      id = 0;

  g_assert_true (ship_task_table_insert (db, &row, &id, NULL));
  return id;
}

/* Two at once, one of which starts another; what they say comes mixed. */
static gboolean
fill_nested_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 task = add_task (db, "first");

  add (db, task, "m", "01", "one", "ses_a", TRUE);
  add (db, task, "m", "02", "two", "ses_b", FALSE);
  add (db, task, "ses_a", "03", "a1", NULL, TRUE);
  add (db, task, "ses_b", "04", "b1", "ses_c", FALSE);
  add (db, task, "ses_a", "05", "a2", NULL, TRUE);
  add (db, task, "ses_c", "06", "c1", NULL, TRUE);
  add (db, task, "ses_b", "07", "b2", NULL, TRUE);
  add (db, task, "ses_x", "08", "x1", NULL, TRUE);
  add (db, task, "m", "09", "end", NULL, TRUE);
  task = add_task (db, "second");
  /* Asked again, in another task. */
  add (db, task, "m", "10", "one again", "ses_a", FALSE);
  add (db, task, "ses_a", "11", "a3", NULL, TRUE);
  return TRUE;
}

/* Nonsense a hostile agent may tell: circles, and itself. */
static gboolean
fill_circles_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 task = add_task (db, "first");

  add (db, task, "m", "01", "self", "ses_1", TRUE);
  add (db, task, "m", "02", "a", "ses_a", TRUE);
  add (db, task, "ses_a", "03", "b", "ses_b", TRUE);
  add (db, task, "ses_b", "04", "back", "ses_a", TRUE);
  add (db, task, "ses_o", "05", "o", "ses_p", TRUE);
  add (db, task, "ses_p", "06", "p", "ses_o", TRUE);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *agent = g_strdup_printf ("deep_%u", i);
      g_autofree char *next = g_strdup_printf ("deep_%u", i + 1);
      g_autofree char *id = g_strdup_printf ("1%02u", i);

      add (db, task, i == 0 ? "m" : agent, id, "deep", next, TRUE);
    }
  return TRUE;
}

static gint64 child_part;

static gboolean
fill_late_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 task = add_task (db, "first");

  child_part = add (db, task, "m", "01", "one", NULL, FALSE);
  add (db, task, "m", "02", "end", NULL, TRUE);
  add (db, task, "ses_a", "03", "a1", NULL, TRUE);
  return TRUE;
}

static gboolean
start_late_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  add (db, 1, "m", "01", "one", "ses_a", FALSE);
  return TRUE;
}

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
  g_clear_object (&result);
  client_test_settle ();
  g_assert_finalize_object (transcript);
}

static const char *
text_of_key (ShipTranscript *transcript, const char *key, char **owned)
{
  for (guint i = 0; key != NULL && i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);

      if (g_str_equal (ship_transcript_entry_get_key (entry), key))
        return *owned = g_strdup (ship_transcript_entry_get_text (entry));
    }
  return NULL;
}

/* "TEXT", "DEPTH:TEXT<PARENT" or "DEPTH:TEXT" each. */
static char *
dup_picture (ShipTranscript *transcript)
{
  GString *picture = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);
      g_autofree char *owned = NULL;
      const char      *parent =
        text_of_key (transcript, ship_transcript_entry_get_parent_key (entry), &owned);
      guint depth = ship_transcript_entry_get_depth (entry);

      g_assert_cmpint (depth > 0, ==, ship_transcript_entry_is_sub_agent (entry));
      if (depth > 0)
        g_string_append_printf (picture, "%u:", depth);
      g_string_append_printf (picture,
                              "%s%s%s ",
                              ship_transcript_entry_get_text (entry),
                              parent != NULL ? "<" : "",
                              parent != NULL ? parent : "");
    }
  return g_string_free (picture, FALSE);
}

static void
test_nested (void)
{
  static const char id[] = "00000000000000c1";
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  g_autofree char  *picture = NULL;
  ShipTranscript   *transcript = ship_transcript_new (paths, id, NULL);
  ShipSubAgentCount count;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (ShipSessionSnapshot) snapshot = NULL;

  client_test_make_session (paths, id);
  client_test_write_session (paths, id, fill_nested_job, NULL);
  load (transcript);
  picture = dup_picture (transcript);
  g_assert_cmpstr (picture,
                   ==,
                   "first one 1:a1<one 1:a2<one two 1:b1<two 2:c1<b1 1:b2<two end 1:x1 "
                   "second one again 1:a3<one again ");

  count = ship_transcript_count_sub_agents (transcript, 0);
  g_assert_cmpuint (count.n_done, ==, 1);
  g_assert_cmpuint (count.n_running, ==, 3);
  count = ship_transcript_count_sub_agents (transcript, 1);
  g_assert_cmpuint (count.n_running, ==, 2);
  close_transcript (transcript);

  ship_session_snapshot_load_async (paths, id, NULL, ship_test_keep_result, &result);
  snapshot = ship_session_snapshot_load_finish (ship_test_await (&result), NULL);
  g_assert_cmpuint (snapshot->sub_agents.n_done, ==, 1);
  g_assert_cmpuint (snapshot->sub_agents.n_running, ==, 3);
}

static void
test_circles (void)
{
  static const char id[] = "00000000000000c2";
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  g_autofree char *picture = NULL;
  ShipTranscript  *transcript = ship_transcript_new (paths, id, NULL);

  client_test_make_session (paths, id);
  client_test_write_session (paths, id, fill_circles_job, NULL);
  load (transcript);
  picture = dup_picture (transcript);
  g_assert_true (
    g_str_has_prefix (picture, "first self a 1:b<a 2:back<b deep 1:deep<deep 2:deep<deep "));
  g_assert_nonnull (strstr (picture, " 1:o 2:p<o "));
  /* Nothing is shown twice or left out. */
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (transcript)), ==, 1 + 6 + 100);
  close_transcript (transcript);
}

/* The agent says only later which sub-agent a tool has started. */
static void
test_late (void)
{
  static const char id[] = "00000000000000c3";
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char   *socket = NULL;
  g_autofree char   *before = NULL;
  FakePeer          *peer;
  ShipSessionClient *client = ship_session_client_new (paths, id);
  ShipTranscript    *transcript;

  client_test_make_session (paths, id);
  client_test_write_session (paths, id, fill_late_job, NULL);
  socket = ship_paths_dup_session_socket (paths, id);
  peer = fake_peer_new (socket, id);
  ship_session_client_connect_async (client, FALSE, NULL, ship_test_keep_result, &result);
  g_assert_true (ship_session_client_connect_finish (client, ship_test_await (&result), NULL));
  g_clear_object (&result);
  transcript = ship_transcript_new (paths, id, client);
  load (transcript);
  before = dup_picture (transcript);
  g_assert_cmpstr (before, ==, "first one end 1:a1 ");

  client_test_write_session (paths, id, start_late_job, NULL);
  ship_dbus_session1_emit_changed (peer->skeleton, 1, "part", child_part);
  for (;;)
    {
      g_autofree char *picture = dup_picture (transcript);

      if (g_str_equal (picture, "first one 1:a1<one end "))
        break;
      g_main_context_iteration (NULL, TRUE);
    }

  close_transcript (transcript);
  g_assert_finalize_object (client);
  fake_peer_free (peer);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
  g_test_add_func ("/client/sub-agents/nested", test_nested);
  g_test_add_func ("/client/sub-agents/circles", test_circles);
  g_test_add_func ("/client/sub-agents/late", test_late);
  return client_test_run ();
}
