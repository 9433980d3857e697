/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "client-test.h"
#include "client/ship-transcript.h"
#include "ship-test.h"

/* A part of a long conversation: where it begins and ends, what is found beyond, what turns took.
 */

#define ID        "00000000000000cc"
#define N_TASKS   10
#define N_ANSWERS 5

static gint64
add_answer (sqlite3 *db, gint64 task, guint n, const char *agent, const char *child)
{
  g_autofree char *id = g_strdup_printf ("msg_%04u", n);
  g_autofree char *part_id = g_strdup_printf ("prt_%04u", n);
  g_autofree char *text = g_strdup_printf ("answer %u", n);
  ShipMessageRow   message = { .agent_id = id,
                               .agent_session = (char *) agent,
                               .task = task,
                               .role = (char *) "assistant",
                               .usage = SHIP_USAGE_INIT,
                               .created_at = n };
  ShipPartRow      part = { .agent_id = part_id,
                            .kind = (char *) (child != NULL ? "tool" : "text"),
                            .tool = (char *) (child != NULL ? "task" : NULL),
                            .input = (char *) (child != NULL ? "{\"description\":\"Look\"}" : NULL),
                            .text = text,
                            .child_session = (char *) child,
                            .exit_code = -1,
                            .is_ended = TRUE,
                            .started_at = n };
  gint64           row = 0;

  g_assert_true (ship_message_table_upsert (db, &message, &part.message, NULL));
  g_assert_true (ship_part_table_upsert (db, &part, &row, NULL));
  return row;
}

static void
add_exchange (sqlite3 *db, gint64 task, double cost)
{
  ShipExchangeRow row = { .task = task,
                          .provider = (char *) "a",
                          .model = (char *) "b",
                          .status = 200,
                          .usage = { 10, 5, 1, 100, -1, -1.0 },
                          .cost = cost,
                          .started_at = 1 };
  gint64          id;

  g_assert_true (ship_exchange_table_insert (db, &row, &id, NULL));
}

/* Ten tasks of five answers; in the third a sub-agent answers between the second and the third. */
static gboolean
fill_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  guint n = 100;

  for (guint i = 0; i < N_TASKS; i++)
    {
      g_autofree char *prompt = g_strdup_printf ("task %u", i + 1);
      ShipTaskRow      task = { .title = (char *) "t",
                                .prompt = prompt,
                                .mode = (char *) "build",
                                .model = (char *) "a/b",
                                .state = (char *) "pending",
                                .files_changed = -1,
                                .created_at = 1 };
      gint64           id = 0;

      g_assert_true (ship_task_table_insert (db, &task, &id, NULL));
      g_assert_true (ship_task_table_set_started (db, id, "running", "c0", n, NULL));
      for (guint j = 0; j < N_ANSWERS; j++)
        {
          gboolean starts = i == 2 && j == 1;

          add_answer (db, id, n++, "ses_1", starts ? "ses_2" : NULL);
          if (starts)
            add_answer (db, id, n++, "ses_2", NULL);
        }
      add_exchange (db, id, 0.25);
      add_exchange (db, id, i == 9 ? -1 : 0.5);
      g_assert_true (ship_task_table_set_ended (db, id, "complete", "c1", 2, NULL, NULL, n, NULL));
    }
  return TRUE;
}

static ShipTranscript *
new_transcript (ShipPaths *paths, guint limit)
{
  ShipTranscript *transcript = ship_transcript_new (paths, ID, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_transcript_set_limit (transcript, limit);
  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &result);
  ship_transcript_load_finish (transcript, ship_test_await (&result), &error);
  g_assert_no_error (error);
  return transcript;
}

static void
show (ShipTranscript *transcript, ShipTranscriptPlace place, gint64 task)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  ship_transcript_show_async (transcript, place, task, NULL, ship_test_keep_result, &result);
  ship_transcript_show_finish (transcript, ship_test_await (&result), &error);
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

/* "first … last (n)", and whether there is more on either side. */
static void
assert_shown (ShipTranscript *transcript, const char *expected)
{
  guint            n = g_list_model_get_n_items (G_LIST_MODEL (transcript));
  g_autofree char *picture = NULL;
  g_autoptr (ShipTranscriptEntry) first = g_list_model_get_item (G_LIST_MODEL (transcript), 0);
  g_autoptr (ShipTranscriptEntry) last = g_list_model_get_item (G_LIST_MODEL (transcript), n - 1);

  picture = g_strdup_printf ("%s%s…%s%s",
                             ship_transcript_has_earlier (transcript) ? "<" : "",
                             ship_transcript_entry_get_text (first),
                             g_str_equal (ship_transcript_entry_get_kind (last), "turn")
                               ? "turn"
                               : ship_transcript_entry_get_text (last),
                             ship_transcript_has_later (transcript) ? ">" : "");
  g_assert_cmpstr (picture, ==, expected);
}

static void
test_places (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipTranscript *transcript = new_transcript (paths, 7);

  assert_shown (transcript, "<answer 144…turn");
  show (transcript, SHIP_TRANSCRIPT_EARLIER, 0);
  assert_shown (transcript, "<answer 137…turn");
  show (transcript, SHIP_TRANSCRIPT_TASK, 2);
  assert_shown (transcript, "<answer 104…answer 112>");
  show (transcript, SHIP_TRANSCRIPT_LATER, 0);
  assert_shown (transcript, "<answer 104…answer 119>");
  show (transcript, SHIP_TRANSCRIPT_LATEST, 0);
  assert_shown (transcript, "<answer 144…turn");
  for (guint i = 0; i < 8; i++)
    show (transcript, SHIP_TRANSCRIPT_EARLIER, 0);
  assert_shown (transcript, "task 1…answer 128>");
  close_transcript (transcript);
}

/* What a sub-agent did is behind what started it, and not elsewhere when that is not shown. */
static void
test_sub_agents (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipTranscript *transcript = new_transcript (paths, 3);
  guint           n_sub = 0;

  show (transcript, SHIP_TRANSCRIPT_TASK, 3);
  assert_shown (transcript, "<task 3…answer 113>");
  show (transcript, SHIP_TRANSCRIPT_LATER, 0);
  show (transcript, SHIP_TRANSCRIPT_LATER, 0);
  show (transcript, SHIP_TRANSCRIPT_LATER, 0);
  show (transcript, SHIP_TRANSCRIPT_LATER, 0);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);

      n_sub += ship_transcript_entry_is_sub_agent (entry);
    }
  g_assert_cmpuint (n_sub, ==, 0);
  close_transcript (transcript);
}

static void
test_turns (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipTranscript *transcript = new_transcript (paths, 7);
  guint           n = 0;

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (transcript)); i++)
    {
      g_autoptr (ShipTranscriptEntry) entry = g_list_model_get_item (G_LIST_MODEL (transcript), i);
      const ShipTurnFigures *turn = ship_transcript_entry_get_turn (entry);

      if (turn == NULL)
        continue;
      n++;
      g_assert_cmpint (turn->usage.input, ==, 20);
      g_assert_cmpint (turn->usage.cache_read, ==, 200);
      g_assert_cmpint (turn->files_changed, ==, 2);
      g_assert_cmpstr (turn->commit, ==, "c1");
      g_assert_cmpfloat (turn->cost, ==, n == 1 ? 0.75 : 0.25);
      g_assert_cmpint (turn->is_cost_whole, ==, n == 1);
    }
  g_assert_cmpuint (n, ==, 2);
  close_transcript (transcript);
}

static guint
find (ShipTranscript *transcript, const char *text, gint64 first_task)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) hits = NULL;

  ship_transcript_find_async (transcript, text, NULL, ship_test_keep_result, &result);
  hits = ship_transcript_find_finish (transcript, ship_test_await (&result), &error);
  g_assert_no_error (error);
  if (hits->len > 0)
    g_assert_cmpint (((ShipTranscriptHit *) hits->pdata[0])->task, ==, first_task);
  return hits->len;
}

static void
test_find (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipTranscript *transcript = new_transcript (paths, 7);

  g_assert_cmpuint (find (transcript, "TASK 4", 4), ==, 1);
  g_assert_cmpuint (find (transcript, "answer 10", 1), ==, 10);
  g_assert_cmpuint (find (transcript, "100%", 0), ==, 0);
  g_assert_cmpuint (find (transcript, "_", 0), ==, 0);
  close_transcript (transcript);
}

static void
test_part (void)
{
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (client_test_get_root ());
  ShipTranscript *transcript = new_transcript (paths, 7);
  GAsyncResult   *result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipPartRow) part = NULL;

  ship_transcript_load_part_async (transcript, 12, NULL, ship_test_keep_result, &result);
  part = ship_transcript_load_part_finish (transcript, ship_test_await (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (part->input, ==, "{\"description\":\"Look\"}");
  g_clear_object (&result);
  ship_transcript_load_part_async (transcript, 999, NULL, ship_test_keep_result, &result);
  g_assert_null (ship_transcript_load_part_finish (transcript, ship_test_await (&result), &error));
  g_clear_object (&result);
  g_assert_no_error (error);
  close_transcript (transcript);
}

int
main (int argc, char *argv[])
{
  g_autoptr (ShipPaths) paths = NULL;

  client_test_init (&argc, &argv);
  paths = ship_paths_new_for_root (client_test_get_root ());
  client_test_make_session (paths, ID);
  client_test_write_session (paths, ID, fill_job, NULL);
  g_test_add_func ("/client/transcript-window/places", test_places);
  g_test_add_func ("/client/transcript-window/sub-agents", test_sub_agents);
  g_test_add_func ("/client/transcript-window/turns", test_turns);
  g_test_add_func ("/client/transcript-window/find", test_find);
  g_test_add_func ("/client/transcript-window/part", test_part);
  return client_test_run ();
}
