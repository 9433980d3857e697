/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"
#include "client-test.h"
#include "client/ship-transcript.h"
#include "ship-test.h"
#include "ship-ui-resources.h"
#include "transcript/ship-conversation.h"

#include <adwaita.h>
#include <gtksourceview/gtksource.h>

/* A conversation of 10,000 messages in the window: how long until its end is seen, and what a
 * stream of 2,000 tokens a second takes. Times are those of the frame clock; the process has
 * nothing else to do. */

#define ID         "00000000000ffff2"
#define N_MESSAGES 10000
#define N_TASKS    500
#define OUTPUT     2000
#define SECONDS    10
#define TOKENS     2000 /* a second */
#define STEP_MS    4

typedef struct
{
  gint64 part; /* that is streamed into */
} Filled;

static gboolean
add_message (sqlite3 *db, guint i, gint64 task, const char *output, gint64 *last, GError **error)
{
  g_autofree char *id = g_strdup_printf ("msg_%08u", i);
  g_autofree char *text_id = g_strdup_printf ("prt_%08ua", i);
  g_autofree char *tool_id = g_strdup_printf ("prt_%08ub", i);
  gboolean         is_last = i == N_MESSAGES - 1;
  ShipMessageRow   message = { .agent_id = id,
                               .agent_session = (char *) "ses_1",
                               .task = task,
                               .role = (char *) "assistant",
                               .usage = SHIP_USAGE_INIT,
                               .created_at = i + 1 };
  ShipPartRow      text = { .agent_id = text_id,
                            .kind = (char *) "text",
                            .text =
                              (char *) "## What I do\n\nI look at `what is there` first, and then I "
                                            "**change** what has to be changed:\n\n- in small steps\n- "
                                            "that can be followed\n",
                            .is_ended = TRUE,
                            .exit_code = -1,
                            .started_at = i + 1 };
  ShipPartRow      tool = { .agent_id = tool_id,
                            .kind = (char *) "tool",
                            .text = (char *) "",
                            .tool = (char *) "bash",
                            .status = (char *) "completed",
                            .input = (char *) "{\"command\":\"make check\"}",
                            .output = (char *) output,
                            .is_ended = TRUE,
                            .started_at = i + 1,
                            .ended_at = i + 2 };

  if (!ship_message_table_upsert (db, &message, &text.message, error))
    return FALSE;
  if (is_last)
    {
      text.text = (char *) "";
      text.is_ended = FALSE;
    }
  tool.message = text.message;
  return (is_last || ship_part_table_upsert (db, &tool, NULL, error)) &&
         ship_part_table_upsert (db, &text, last, error);
}

static gboolean
fill_job (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Filled          *filled = data;
  g_autofree char *output = g_strnfill (OUTPUT, 'x');

  for (guint i = 0; i < N_TASKS; i++)
    {
      ShipTaskRow task = { .title = (char *) "A task",
                           .prompt = (char *) "Do this and that",
                           .mode = (char *) "build",
                           .model = (char *) "a/b",
                           .state = (char *) "running",
                           .files_changed = 1,
                           .created_at = 1 };
      gint64      id = 0;

      if (!ship_task_table_insert (db, &task, &id, error))
        return FALSE;
      for (guint j = 0; j < N_MESSAGES / N_TASKS; j++)
        if (!add_message (db, i * (N_MESSAGES / N_TASKS) + j, id, output, &filled->part, error))
          return FALSE;
    }
  return TRUE;
}

/* --- frames --- */

/* On a machine that has other things to do, the processor's time tells more than the clock's. */
typedef struct
{
  BenchSeries *series; /* (owned) */
  BenchSeries *cpu;    /* (owned) */
  gint64       start;
  double       cpu_start;
  guint        n;
} Frames;

static void
before_paint_cb (GdkFrameClock *clock, Frames *frames)
{
  frames->start = g_get_monotonic_time ();
  frames->cpu_start = bench_cpu_ms ();
}

static void
after_paint_cb (GdkFrameClock *clock, Frames *frames)
{
  bench_series_add (frames->series, (double) (g_get_monotonic_time () - frames->start) / 1000.0);
  bench_series_add (frames->cpu, bench_cpu_ms () - frames->cpu_start);
  frames->n++;
}

static void
iterate_until (gint64 end)
{
  while (g_get_monotonic_time () < end)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
wake_cb (gpointer user_data)
{
  return G_SOURCE_CONTINUE;
}

static void
rest (guint ms)
{
  guint timer = g_timeout_add (ms, wake_cb, NULL);

  iterate_until (g_get_monotonic_time () + (gint64) ms * 1000);
  g_source_remove (timer);
}

/* Until nothing is left to do: the rows above what is seen are made. */
static void
settle (void)
{
  double before;

  do
    {
      before = bench_cpu_ms ();
      rest (300);
    }
  while (bench_cpu_ms () - before > 8);
}

/* --- the stream --- */

typedef struct
{
  ShipSessionClient *client; /* (owned) */
  gint64             part;
  guint64            offset;
  double             start;
  guint              n;
} Stream;

/* Prose with what Markdown has in it, a few letters at a time. */
static const char sample[] =
  "The change is **small**: `ship_part` is read by itself, and what is new stands behind it. "
  "There are two ways to see it, and each has its merits for who reads, so I tried both of them "
  "and kept the one that is easier to follow.\n\n"
  "What was done before is still there. A reader who comes later finds the same words in the same "
  "place, and nothing moves while it is read; only what is at the end grows. That was the part "
  "that "
  "took most of the time, since every row had to be measured again.\n\n"
  "- one that is quick and easy, with a word on why it is so\n"
  "- another that is `slow`, and right in the end\n"
  "- a third that nobody asked for, and that stays out of it\n\n"
  "```c\nstatic gboolean\nis_in_sight (ShipRow *row, double top, double bottom)\n{\n"
  "  double y = ship_row_get_y (row);\n\n"
  "  if (!ship_row_is_shown (row))\n    return FALSE;\n"
  "  return y < bottom && y + ship_row_get_height (row) > top;\n}\n```\n\n"
  "With that the tests pass. I ran them twice, once with the sanitizers, and looked at the frames "
  "in "
  "between: none of them took longer than it should.\n\n";

/* As many as should have come by now. */
static gboolean
stream_cb (gpointer user_data)
{
  Stream *stream = user_data;
  guint   due = (guint) ((bench_now_ms () - stream->start) * TOKENS / 1000);

  for (; stream->n < due; stream->n++)
    {
      char token[5] = { 0 };

      for (guint j = 0; j < 4; j++)
        token[j] = sample[(stream->n * 4 + j) % (sizeof sample - 1)];
      g_signal_emit_by_name (stream->client, "delta", stream->part, stream->offset, token);
      stream->offset += strlen (token);
    }

  return G_SOURCE_CONTINUE;
}

static void
measure_stream (GtkWidget *window, ShipSessionClient *client, gint64 part)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (window);
  Frames         frames = { .series = bench_series_new ("frame while 2000 tokens/s come", "ms"),
                            .cpu = bench_series_new ("the same, of the processor", "ms") };
  Stream         stream = { .client = client, .part = part, .start = bench_now_ms () };
  gulong before = g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), &frames);
  gulong after = g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), &frames);
  double cpu = bench_cpu_ms ();
  double start = bench_now_ms ();
  guint  timer = g_timeout_add (STEP_MS, stream_cb, &stream);

  iterate_until (g_get_monotonic_time () + SECONDS * G_USEC_PER_SEC);
  g_source_remove (timer);
  bench_series_print (frames.series);
  bench_series_print (frames.cpu);
  bench_print ("frames a second", frames.n / (bench_now_ms () - start) * 1000, "");
  bench_print ("tokens a second", stream.n / (bench_now_ms () - start) * 1000, "");
  bench_print ("of a core", (bench_cpu_ms () - cpu) / (bench_now_ms () - start) * 100, "%");
  g_signal_handler_disconnect (clock, before);
  g_signal_handler_disconnect (clock, after);
  bench_series_free (frames.series);
  bench_series_free (frames.cpu);
}

static void
first_paint_cb (GdkFrameClock *clock, double *painted)
{
  *painted = bench_now_ms ();
}

static void
close_transcript (ShipTranscript *transcript)
{
  g_autoptr (GAsyncResult) closed = NULL;

  ship_transcript_close_async (transcript, ship_test_keep_result, &closed);
  ship_transcript_close_finish (transcript, ship_test_await (&closed), NULL);
}

static void
measure (ShipPaths   *paths,
         GtkWidget   *window,
         gint64       part,
         BenchSeries *opening,
         BenchSeries *cpu,
         BenchSeries *reading,
         gboolean     is_last)
{
  g_autoptr (ShipSessionClient) client = ship_session_client_new (paths, ID);
  double          start = bench_now_ms ();
  double          painted = 0;
  double          cpu_start = bench_cpu_ms ();
  double          opened;
  ShipTranscript *transcript = ship_transcript_new (paths, ID, client);
  GtkWidget      *conversation = ship_conversation_new ();
  GdkFrameClock  *clock = gtk_widget_get_frame_clock (window);
  g_autoptr (GAsyncResult) loaded = NULL;
  gulong handler;

  ship_transcript_set_limit (transcript, 60);
  gtk_window_set_child (GTK_WINDOW (window), conversation);
  ship_transcript_load_async (transcript, NULL, ship_test_keep_result, &loaded);
  g_assert_true (ship_transcript_load_finish (transcript, ship_test_await (&loaded), NULL));
  bench_series_add (reading, bench_cpu_ms () - cpu_start);
  ship_conversation_set_transcript (SHIP_CONVERSATION (conversation), transcript);
  handler = g_signal_connect (clock, "after-paint", G_CALLBACK (first_paint_cb), &painted);
  gtk_widget_queue_draw (window);
  while (painted == 0)
    g_main_context_iteration (NULL, TRUE);
  g_signal_handler_disconnect (clock, handler);
  opened = bench_cpu_ms ();
  bench_series_add (opening, painted - start);
  bench_series_add (cpu, opened - cpu_start);
  settle ();
  if (is_last)
    {
      bench_print ("memory with the conversation", bench_resident_mib (), "MiB");
      measure_stream (window, client, part);
      bench_print ("memory after the stream", bench_resident_mib (), "MiB");
    }
  close_transcript (transcript);
  gtk_window_set_child (GTK_WINDOW (window), NULL);
  g_object_unref (transcript);
  rest (100);
}

int
main (int argc, char *argv[])
{
  g_autoptr (ShipPaths) paths = NULL;
  g_autoptr (BenchSeries) opening = bench_series_new ("until the end is seen", "ms");
  g_autoptr (BenchSeries) cpu = bench_series_new ("the same, of the processor", "ms");
  g_autoptr (BenchSeries) reading = bench_series_new ("of it, reading", "ms");
  g_autoptr (GtkCssProvider) css = gtk_css_provider_new ();
  Filled     filled = { 0 };
  GtkWidget *window;
  guint      runs = bench_get_runs (5);

  /* As on a machine without a graphics card, and nobody who reads the screen. */
  g_setenv ("GSK_RENDERER", "cairo", TRUE);
  g_setenv ("GTK_A11Y", "none", TRUE);
  client_test_init (&argc, &argv);
  paths = ship_paths_new ();
  client_test_make_session (paths, ID);
  client_test_write_session (paths, ID, fill_job, &filled);
  adw_init ();
  gtk_source_init ();
  g_resources_register (ship_ui_get_resource ());
  gtk_css_provider_load_from_resource (css, "/dev/ship/Ship/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (),
                                              GTK_STYLE_PROVIDER (css),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (window), 860, 820);
  gtk_window_present (GTK_WINDOW (window));
  rest (500);
  bench_print_title ("A conversation of 10000 messages");
  bench_print ("memory before", bench_resident_mib (), "MiB");
  for (guint i = 0; i < runs; i++)
    measure (paths, window, filled.part, opening, cpu, reading, i + 1 == runs);
  bench_series_print (opening);
  bench_series_print (cpu);
  bench_series_print (reading);
  gtk_window_destroy (GTK_WINDOW (window));
  return client_test_run ();
}
