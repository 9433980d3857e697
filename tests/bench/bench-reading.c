/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"
#include "client-test.h"
#include "client/ship-session-list.h"
#include "client/ship-transcript.h"
#include "ship-test.h"

/* What a client reads: the list of hibernated sessions, and a long conversation. */

#define N_MESSAGES 10000
#define N_TASKS    500
#define OUTPUT     2000

static gboolean
fill_index_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  for (guint i = 0; i < GPOINTER_TO_UINT (data); i++)
    {
      g_autofree char *id = g_strdup_printf ("%016x", i);
      g_autofree char *title = g_strdup_printf ("Mend the part of it that has number %u", i);
      ShipIndexRow     row = { .id = id,
                               .title = title,
                               .repository = (char *) "/home/user/projects/example",
                               .repository_name = (char *) "example",
                               .branch = (char *) "ship-mend-the-part-2026-01-01-01234567",
                               .state = (char *) "hibernated",
                               .model = (char *) "anthropic/claude-sonnet-5",
                               .cost = 1.5,
                               .is_cost_known = TRUE,
                               .created_at = 1,
                               .updated_at = i };

      if (!ship_index_table_upsert (db, &row, error))
        return FALSE;
    }
  return TRUE;
}

static void
measure_list (ShipPaths *paths, guint n)
{
  g_autofree char *name = g_strdup_printf ("list of %u sessions", n);
  g_autofree char *memory = g_strdup_printf ("list of %u sessions, memory", n);
  g_autoptr (BenchSeries) times = bench_series_new (name, "ms");
  double before;
  double used = 0;

  for (guint i = 0; i < n; i++)
    {
      g_autofree char *id = g_strdup_printf ("%016x", i);
      g_autofree char *directory = ship_paths_dup_session_dir (paths, id);

      g_assert_true (ship_paths_make_private_dir (directory, NULL));
    }
  client_test_write_index (paths, fill_index_job, GUINT_TO_POINTER (n));
  before = bench_resident_mib ();
  for (guint run = bench_get_runs (10); run > 0; run--)
    {
      double           start = bench_now_ms ();
      ShipSessionList *list = ship_session_list_new (paths);
      g_autoptr (GAsyncResult) loaded = NULL;
      g_autoptr (GAsyncResult) closed = NULL;

      ship_session_list_load_async (list, NULL, ship_test_keep_result, &loaded);
      g_assert_true (ship_session_list_load_finish (list, ship_test_await (&loaded), NULL));
      bench_series_add (times, bench_now_ms () - start);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (list)), ==, n);
      used = MAX (used, bench_resident_mib () - before);
      ship_session_list_close_async (list, ship_test_keep_result, &closed);
      ship_session_list_close_finish (list, ship_test_await (&closed), NULL);
      g_object_unref (list);
    }
  bench_series_print (times);
  bench_print (memory, used, "MiB");
}

static gboolean
add_message (sqlite3 *db, guint i, gint64 task, const char *output, GError **error)
{
  g_autofree char *id = g_strdup_printf ("msg_%08u", i);
  g_autofree char *text_id = g_strdup_printf ("prt_%08ua", i);
  g_autofree char *tool_id = g_strdup_printf ("prt_%08ub", i);
  ShipMessageRow   message = { .agent_id = id,
                               .agent_session = (char *) "ses_1",
                               .task = task,
                               .role = (char *) "assistant",
                               .usage = SHIP_USAGE_INIT,
                               .created_at = i };
  ShipPartRow      text = { .agent_id = text_id,
                            .kind = (char *) "text",
                            .text =
                              (char *) "I look at what is there first, and then I change what has to be "
                                            "changed, in small steps that can be followed.",
                            .is_ended = TRUE,
                            .exit_code = -1,
                            .started_at = i };
  ShipPartRow      tool = { .agent_id = tool_id,
                            .kind = (char *) "tool",
                            .text = (char *) "",
                            .tool = (char *) "bash",
                            .status = (char *) "completed",
                            .title = (char *) "make check",
                            .input = (char *) "{\"command\":\"make check\"}",
                            .output = (char *) output,
                            .is_ended = TRUE,
                            .started_at = i };

  if (!ship_message_table_upsert (db, &message, &text.message, error))
    return FALSE;
  tool.message = text.message;
  return ship_part_table_upsert (db, &text, NULL, error) &&
         ship_part_table_upsert (db, &tool, NULL, error);
}

static gboolean
fill_conversation_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  g_autofree char *output = g_strnfill (OUTPUT, 'x');

  for (guint i = 0; i < N_TASKS; i++)
    {
      ShipTaskRow task = { .title = (char *) "A task",
                           .prompt = (char *) "Do this and that",
                           .mode = (char *) "build",
                           .model = (char *) "a/b",
                           .state = (char *) "complete",
                           .files_changed = 1,
                           .created_at = 1 };
      gint64      id = 0;

      if (!ship_task_table_insert (db, &task, &id, error))
        return FALSE;
      for (guint j = 0; j < N_MESSAGES / N_TASKS; j++)
        if (!add_message (db, i * (N_MESSAGES / N_TASKS) + j, id, output, error))
          return FALSE;
    }
  return TRUE;
}

static void
measure_conversation (ShipPaths *paths, const char *id)
{
  g_autoptr (BenchSeries) times = bench_series_new ("conversation of 10000 messages", "ms");
  double before;
  double used = 0;

  client_test_make_session (paths, id);
  client_test_write_session (paths, id, fill_conversation_job, NULL);
  before = bench_resident_mib ();
  for (guint run = bench_get_runs (5); run > 0; run--)
    {
      double          start = bench_now_ms ();
      ShipTranscript *transcript = ship_transcript_new (paths, id, NULL);
      g_autoptr (GAsyncResult) loaded = NULL;
      g_autoptr (GAsyncResult) closed = NULL;

      ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &loaded);
      g_assert_true (ship_transcript_load_finish (transcript, ship_test_await (&loaded), NULL));
      bench_series_add (times, bench_now_ms () - start);
      used = MAX (used, bench_resident_mib () - before);
      ship_transcript_close_async (transcript, ship_test_keep_result, &closed);
      ship_transcript_close_finish (transcript, ship_test_await (&closed), NULL);
      g_object_unref (transcript);
    }
  bench_series_print (times);
  bench_print ("conversation, memory", used, "MiB");
  bench_print ("conversation, its text", N_MESSAGES * (OUTPUT + 110) / 1048576.0, "MiB");
}

int
main (int argc, char *argv[])
{
  g_autoptr (ShipPaths) paths = NULL;

  client_test_init (&argc, &argv);
  paths = ship_paths_new ();
  bench_print_title ("Reading");
  measure_list (paths, 100);
  measure_list (paths, 1000);
  measure_conversation (paths, "00000000000ffff1");
  return client_test_run ();
}
