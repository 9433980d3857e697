/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-transcript.h"
#include "fake-peer.h"
#include "ship-test.h"

/* A conversation read from a store, and kept live by what its ship-session says. */

#define ID "00000000000000aa"

static gint64
add_message (sqlite3    *db,
             const char *agent_id,
             const char *agent_session,
             const char *role,
             gint64      task)
{
  ShipMessageRow row = { .agent_id = (char *) agent_id,
                         .agent_session = (char *) agent_session,
                         .task = task,
                         .role = (char *) role,
                         .usage = SHIP_USAGE_INIT,
                         .created_at = 1 };
  gint64         id = 0;

  g_assert_true (ship_message_table_upsert (db, &row, &id, NULL));
  return id;
}

static gint64
add_part (sqlite3    *db,
          gint64      message,
          const char *agent_id,
          const char *kind,
          const char *text,
          gint64      started_at)
{
  ShipPartRow row = { .agent_id = (char *) agent_id,
                      .message = message,
                      .kind = (char *) kind,
                      .text = (char *) text,
                      .exit_code = -1,
                      .started_at = started_at };
  gint64      id = 0;

  g_assert_true (ship_part_table_upsert (db, &row, &id, NULL));
  return id;
}

static gint64
add_task (sqlite3 *db, const char *prompt, const char *state)
{
  ShipTaskRow row = { .title = (char *) "t",
                      .prompt = (char *) prompt,
                      .mode = (char *) "build",
                      .model = (char *) "a/b",
                      .state = (char *) state,
                      .files_changed = -1,
                      .created_at = 1 };
  gint64      id = 0;

  g_assert_true (ship_task_table_insert (db, &row, &id, NULL));
  return id;
}

static gboolean
fill_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  gint64 first = add_task (db, "first", "running");
  gint64 answer;

  add_task (db, "second", "pending");
  add_task (db, "never", "cancelled");
  add_part (db, add_message (db, "msg_1", "ses_1", "user", first), "prt_01", "text", "first", 5);
  answer = add_message (db, "msg_2", "ses_1", "assistant", first);
  add_part (db, answer, "prt_20", "reasoning", "think", 10);
  add_part (db, answer, "prt_21", "step-start", "", 0);
  add_part (db, answer, "prt_22", "tool", "", 20);
  *(gint64 *) data = add_part (db, answer, "prt_23", "text", "Hello", 30);
  add_part (db, add_message (db, "msg_3", "ses_2", "assistant", first), "prt_30", "text", "sub", 0);
  return ship_journal_table_insert (db, "notice", "slow", first, 15, NULL, error) &&
         ship_journal_table_insert (db, "step", "unseen", first, 16, NULL, error) &&
         ship_journal_table_insert (db, "commit", "abc", first, 40, NULL, error);
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
  g_autoptr (GError) error = NULL;

  ship_transcript_close_async (transcript, ship_test_keep_result, &result);
  ship_transcript_close_finish (transcript, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_clear_object (&result);
  client_test_settle ();
  g_assert_finalize_object (transcript);
}

static char *
dup_picture (ShipTranscript *transcript)
{
  GString *picture = g_string_new (NULL);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);

      g_string_append_printf (picture,
                              "%s%s:%s ",
                              ship_transcript_entry_is_sub_agent (entry) ? "~" : "",
                              ship_transcript_entry_get_kind (entry),
                              ship_transcript_entry_get_text (entry));
    }
  return g_string_free (picture, FALSE);
}

static gboolean
looks (ShipTranscript *transcript, const char *expected)
{
  g_autofree char *picture = dup_picture (transcript);

  return g_str_equal (picture, expected);
}

static void
test_order (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  g_autofree char *picture = NULL;
  ShipTranscript  *transcript = ship_transcript_new (paths, ID, NULL);
  gint64           part;

  client_test_make_session (paths, ID);
  client_test_write_session (paths, ID, fill_job, &part);
  load (transcript);
  picture = dup_picture (transcript);
  g_assert_cmpstr (picture,
                   ==,
                   "prompt:first reasoning:think notice:slow tool: text:Hello ~text:sub commit:abc "
                   "prompt:second ");
  close_transcript (transcript);
}

/* What waits is shown in the queue; whoever reads all of it sees it too. */
static void
test_waiting (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  g_autofree char *picture = NULL;
  ShipTranscript  *transcript = ship_transcript_new (paths, "00000000000000a7", NULL);
  gint64           part;

  client_test_make_session (paths, "00000000000000a7");
  client_test_write_session (paths, "00000000000000a7", fill_job, &part);
  ship_transcript_set_limit (transcript, 10);
  load (transcript);
  picture = dup_picture (transcript);
  g_assert_nonnull (strstr (picture, "prompt:first"));
  g_assert_null (strstr (picture, "prompt:second"));
  close_transcript (transcript);
}

static gboolean
append_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_part_table_append_text (db, "prt_23", data, error);
}

static gboolean
end_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  ShipPartRow row = { .agent_id = (char *) "prt_23",
                      .message = ship_message_table_find (db, "msg_2", NULL),
                      .kind = (char *) "text",
                      .text = data,
                      .exit_code = -1,
                      .is_ended = TRUE,
                      .started_at = 30,
                      .ended_at = 130 };

  return ship_part_table_upsert (db, &row, NULL, error);
}

static gboolean
new_part_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  *(gint64 *) data =
    add_part (db, ship_message_table_find (db, "msg_2", NULL), "prt_24", "text", "more", 35);
  return TRUE;
}

typedef struct
{
  ShipPaths         *paths;
  FakePeer          *peer;
  ShipSessionClient *client;
  ShipTranscript    *transcript;
  gint64             part; /* the text that says "Hello" */
} Fixture;

static void
set_up (Fixture *self, gconstpointer id)
{
  g_autofree char *socket = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  self->paths = ship_paths_new ();
  client_test_make_session (self->paths, id);
  client_test_write_session (self->paths, id, fill_job, &self->part);
  socket = ship_paths_dup_session_socket (self->paths, id);
  self->peer = fake_peer_new (socket, id);
  self->client = ship_session_client_new (self->paths, id);
  ship_session_client_connect_async (self->client, FALSE, NULL, ship_test_keep_result, &result);
  g_assert_true (
    ship_session_client_connect_finish (self->client, ship_test_await (&result), NULL));
  self->transcript = ship_transcript_new (self->paths, id, self->client);
  load (self->transcript);
}

static void
tear_down (Fixture *self, gconstpointer id)
{
  close_transcript (self->transcript);
  g_assert_finalize_object (self->client);
  fake_peer_free (self->peer);
  ship_paths_unref (self->paths);
}

#define BEFORE "prompt:first reasoning:think notice:slow tool: "
#define AFTER  " ~text:sub commit:abc prompt:second "

static void
test_deltas (Fixture *self, gconstpointer id)
{
  ShipDBusSession1 *skeleton = self->peer->skeleton;
  g_autoptr (ShipTranscriptEntry) entry = NULL;
  g_autoptr (ShipTranscriptEntry) same = NULL;

  entry = g_list_model_get_item (G_LIST_MODEL (self->transcript), 4);
  ship_dbus_session1_emit_delta (skeleton, 1, self->part, 5, " wor");
  ship_dbus_session1_emit_delta (skeleton, 2, self->part, 5, " wor"); /* told twice */
  ship_dbus_session1_emit_delta (skeleton, 3, self->part, 7, "orld"); /* half of it is known */
  ship_dbus_session1_emit_delta (skeleton, 4, self->part, 0, "Hel");  /* long known */
  client_test_until (looks (self->transcript, BEFORE "text:Hello world" AFTER));

  /* A reading that is older than the deltas takes nothing away. */
  client_test_write_session (self->paths, id, append_job, (gpointer) " w");
  ship_dbus_session1_emit_changed (skeleton, 5, "part", self->part);
  ship_dbus_session1_emit_delta (skeleton, 6, self->part, 11, "!");
  client_test_until (looks (self->transcript, BEFORE "text:Hello world!" AFTER));
  load (self->transcript);
  g_assert_true (looks (self->transcript, BEFORE "text:Hello world!" AFTER));

  /* The end is what the store says. */
  client_test_write_session (self->paths, id, end_job, (gpointer) "Hello you");
  ship_dbus_session1_emit_changed (skeleton, 7, "part", self->part);
  client_test_until (looks (self->transcript, BEFORE "text:Hello you" AFTER));
  g_assert_cmpint (ship_transcript_entry_get_duration_ms (entry), ==, 100);
  same = g_list_model_get_item (G_LIST_MODEL (self->transcript), 4);
  g_assert_true (same == entry);
}

/* A delta that cannot be joined on is read instead. */
static void
test_gap (Fixture *self, gconstpointer id)
{
  client_test_write_session (self->paths, id, append_job, (gpointer) " and more");
  ship_dbus_session1_emit_delta (self->peer->skeleton, 9, self->part, 10, "more");
  client_test_until (looks (self->transcript, BEFORE "text:Hello and more" AFTER));
}

static void
note_change_cb (GString *changes, guint position, guint removed, guint added)
{
  g_string_append_printf (changes, "%u-%u+%u ", position, removed, added);
}

static void
test_new_part (Fixture *self, gconstpointer id)
{
  g_autoptr (GString) changes = g_string_new (NULL);
  gint64 part;

  g_signal_connect_swapped (self->transcript,
                            "items-changed",
                            G_CALLBACK (note_change_cb),
                            changes);
  client_test_write_session (self->paths, id, new_part_job, &part);
  ship_dbus_session1_emit_changed (self->peer->skeleton, 1, "part", part);
  ship_dbus_session1_emit_delta (self->peer->skeleton, 2, part, 4, "!");
  client_test_until (looks (self->transcript, BEFORE "text:Hello text:more!" AFTER) ||
                     looks (self->transcript, BEFORE "text:Hello text:more" AFTER));
  g_assert_cmpstr (changes->str, ==, "5-0+1 ");
  g_signal_handlers_disconnect_by_data (self->transcript, changes);
}

/* What a process wrote and did not tell before it died. */
static void
test_closed (Fixture *self, gconstpointer id)
{
  client_test_write_session (self->paths, id, append_job, (gpointer) " there");
  fake_peer_close (self->peer);
  client_test_until (looks (self->transcript, BEFORE "text:Hello there" AFTER));
}

static void
test_close_while_reading (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipTranscript *transcript = ship_transcript_new (paths, ID, NULL);
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;
  g_autoptr (GError) error = NULL;

  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &first);
  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &second);
  {
    g_autoptr (GAsyncResult) closed = NULL;

    ship_transcript_close_async (transcript, ship_test_keep_result, &closed);
    g_assert_true (ship_transcript_close_finish (transcript, ship_test_await (&closed), NULL));
  }
  ship_test_await (&first);
  g_assert_false (ship_transcript_load_finish (transcript, ship_test_await (&second), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_object (&first);
  g_clear_object (&second);
  client_test_settle ();
  g_assert_finalize_object (transcript);
}

static void
test_snapshot_missing (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_session_snapshot_load_async (paths,
                                    "00000000000000ee",
                                    NULL,
                                    ship_test_keep_result,
                                    &result);
  g_assert_null (ship_session_snapshot_load_finish (ship_test_await (&result), &error));
  g_assert_error (error, SHIP_CLIENT_ERROR, SHIP_CLIENT_ERROR_NOT_FOUND);
}

int
main (int argc, char *argv[])
{
  client_test_init (&argc, &argv);
#define ADD(name, id, function)                                                                    \
  g_test_add ("/client/transcript/" name, Fixture, id, set_up, function, tear_down)
  g_test_add_func ("/client/transcript/order", test_order);
  g_test_add_func ("/client/transcript/waiting", test_waiting);
  ADD ("deltas", "00000000000000b1", test_deltas);
  ADD ("gap", "00000000000000b2", test_gap);
  ADD ("new-part", "00000000000000b3", test_new_part);
  ADD ("closed", "00000000000000b4", test_closed);
  g_test_add_func ("/client/transcript/close-while-reading", test_close_while_reading);
  g_test_add_func ("/client/transcript/snapshot-missing", test_snapshot_missing);
  return client_test_run ();
}
