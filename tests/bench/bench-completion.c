/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"
#include "composer/ship-composer.h"
#include "composer/ship-prompt-view.h"

#include <time.h>

/* "@file" with 100,000 paths: how long a letter takes, and how long the main thread is kept from
 * its next frame by it. Needs a display. */

#define N_PATHS 100000

/* Of the main thread alone: what others do on a busy machine is not ours. */
static double
thread_cpu_ms (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (double) now.tv_sec * 1e3 + (double) now.tv_nsec / 1e6;
}

typedef struct
{
  GtkWidget *window;
  double     frame_start;
  double     longest; /* frame since the letter, ms */
  guint      n_matched;
  guint      n_frames;
} Watch;

static ShipFileList *
new_list (void)
{
  const char *const names[] = { "reader", "writer", "parser", "window", "session", "queue" };
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < N_PATHS; i++)
    {
      g_autofree char *path = g_strdup_printf ("src/module%03u/part%02u/%s-%u.c",
                                               i % 400,
                                               i % 37,
                                               names[i % G_N_ELEMENTS (names)],
                                               i);

      g_strv_builder_add (builder, path);
    }

  return ship_file_list_new (g_strv_builder_end (builder));
}

static void
matched_cb (ShipFileMatcher *matcher, const char *pattern, GStrv paths, Watch *watch)
{
  watch->n_matched++;
}

static void
before_cb (GdkFrameClock *clock, Watch *watch)
{
  watch->frame_start = thread_cpu_ms ();
}

static void
after_cb (GdkFrameClock *clock, Watch *watch)
{
  watch->longest = MAX (watch->longest, thread_cpu_ms () - watch->frame_start);
  watch->n_frames++;
}

static GtkTextView *
find_view (GtkWidget *widget)
{
  GtkTextView *view = NULL;

  if (GTK_IS_TEXT_VIEW (widget))
    return GTK_TEXT_VIEW (widget);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && view == NULL;
       child = gtk_widget_get_next_sibling (child))
    view = find_view (child);

  return view;
}

static void
follow_frames (GtkWidget *widget, Watch *watch)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (widget);

  g_signal_connect (clock, "before-paint", G_CALLBACK (before_cb), watch);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_cb), watch);
}

/* @letter comes from the keyboard as far as the text knows. */
static void
type (GtkTextBuffer *buffer, const char *letter, Watch *watch, BenchSeries *keys, BenchSeries *all)
{
  double start = bench_now_ms ();
  double cpu = thread_cpu_ms ();
  guint  n = watch->n_matched;

  gtk_text_buffer_begin_user_action (buffer);
  gtk_text_buffer_insert_at_cursor (buffer, letter, -1);
  gtk_text_buffer_end_user_action (buffer);
  bench_series_add (keys, thread_cpu_ms () - cpu);
  while (watch->n_matched == n)
    g_main_context_iteration (NULL, TRUE);
  bench_series_add (all, bench_now_ms () - start);
  for (guint frames = watch->n_frames; watch->n_frames < frames + 2;)
    {
      gtk_widget_queue_draw (watch->window);
      g_main_context_iteration (NULL, TRUE);
    }
}

int
main (int argc, char **argv)
{
  const char *const letters[] = { "@", "r", "e", "a", "d", "e", "r", "-", "9", "9" };
  g_autofree char  *root = g_dir_make_tmp ("ship-bench-XXXXXX", NULL);
  g_autoptr (ShipPaths) paths = ship_paths_new_for_root (root);
  g_autoptr (ShipFileMatcher) matcher = ship_file_matcher_new (paths, 20);
  g_autoptr (BenchSeries) keys =
    bench_series_new ("a letter, in the text", "ms of the main thread");
  g_autoptr (BenchSeries) all = bench_series_new ("a letter, until the list", "ms");
  g_autoptr (BenchSeries) frames =
    bench_series_new ("a letter, longest frame", "ms of the main thread");
  Watch          watch = { 0 };
  GtkWidget     *window;
  GtkWidget     *composer;
  GtkTextBuffer *buffer;

  if (!gtk_init_check ())
    {
      g_print ("There is no display.\n");
      return 0;
    }
  bench_print_title ("completing a path, 100,000 files");
  window = gtk_window_new ();
  composer = ship_composer_new ();
  gtk_widget_set_valign (composer, GTK_ALIGN_END);
  gtk_window_set_child (GTK_WINDOW (window), composer);
  gtk_window_set_default_size (GTK_WINDOW (window), 800, 700);
  ship_file_matcher_take_list (matcher, new_list ());
  ship_composer_set_matcher (SHIP_COMPOSER (composer), matcher);
  g_signal_connect_after (matcher, "matched", G_CALLBACK (matched_cb), &watch);
  gtk_window_present (GTK_WINDOW (window));
  ship_composer_focus (SHIP_COMPOSER (composer));
  watch.window = window;
  follow_frames (window, &watch);
  buffer = gtk_text_view_get_buffer (find_view (composer));
  for (guint run = bench_get_runs (5); run > 0; run--)
    {
      gtk_text_buffer_set_text (buffer, "", 0);
      for (guint i = 0; i < G_N_ELEMENTS (letters); i++)
        {
          watch.longest = 0;
          type (buffer, letters[i], &watch, keys, all);
          bench_series_add (frames, watch.longest);
        }
    }
  bench_series_print (keys);
  bench_series_print (all);
  bench_series_print (frames);
  ship_file_matcher_stop (matcher);
  gtk_window_destroy (GTK_WINDOW (window));

  return 0;
}
