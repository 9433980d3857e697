/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "bench.h"
#include "client/ship-session-item-private.h"
#include "shell/ship-sidebar.h"
#include "ship-ui-resources.h"

#include <adwaita.h>

/*
 * A thousand sessions in the sidebar: what a frame takes while one scrolls, from its beginning to
 * the end of its painting, and what of that is this process' own time: the other figure says
 * nothing on a machine that has more to do.
 */

#define N_SESSIONS 1000
#define N_FRAMES   600
#define STEP       60 /* pixels a frame: a fast wheel */

typedef struct
{
  GtkApplication *application; /* (unowned) */
  GtkWidget      *scroller;    /* (unowned) */
  GArray         *frames;      /* (owned) (element-type double) */
  GArray         *own;         /* (owned) (element-type double) */
  double          began;
  double          own_began;
  guint           n;
} Run;

static ShipSessionItem *
new_item (guint number)
{
  static const char *const states[] = { "waiting", "failed", "idle", "hibernated", "hibernated" };
  ShipIndexRow            *row = g_new0 (ShipIndexRow, 1);

  row->id = g_strdup_printf ("%016x", number);
  row->title = g_strdup_printf ("Session %u, with a title of the usual length", number);
  row->repository = g_strdup ("/r/engine");
  row->repository_name = g_strdup ("engine");
  row->branch = g_strdup_printf ("ship-%u", number);
  row->state = g_strdup (states[number % G_N_ELEMENTS (states)]);
  row->model = g_strdup ("p/m");
  row->cost = number * 0.013;
  row->is_cost_known = number % 7 != 0;
  row->n_requests = number % 5 == 0 ? 2 : 0;
  row->finished_at = number % 3;
  row->seen_at = 1;
  row->updated_at = g_get_real_time () / 1000 - number * (gint64) 7200000;

  return ship_session_item_new (row);
}

static int
compare (gconstpointer one, gconstpointer other)
{
  double a = *(const double *) one;
  double b = *(const double *) other;

  return (a > b) - (a < b);
}

static void
print_series (const char *name, GArray *series)
{
  static const struct
  {
    const char *name;
    guint       percent;
  } ranks[] = { { "p50", 50 }, { "p99", 99 } };

  g_array_sort (series, compare);
  for (guint i = 0; i < G_N_ELEMENTS (ranks); i++)
    {
      g_autofree char *label = g_strdup_printf ("%s, %s", name, ranks[i].name);

      bench_print (label,
                   g_array_index (series, double, series->len *ranks[i].percent / 100),
                   "ms");
    }
}

static void
report (Run *run)
{
  print_series ("frame", run->frames);
  print_series ("frame, own time", run->own);
  bench_print ("memory", bench_resident_mib (), "MiB");
}

static void
began_cb (GdkFrameClock *clock, Run *run)
{
  run->began = bench_now_ms ();
  run->own_began = bench_cpu_ms ();
}

static void
ended_cb (GdkFrameClock *clock, Run *run)
{
  double took = bench_now_ms () - run->began;
  double own = bench_cpu_ms () - run->own_began;

  /* The first ones lay the window out. */
  if (run->n <= 20)
    return;
  g_array_append_val (run->frames, took);
  g_array_append_val (run->own, own);
}

/* To the end and back, so that rows come into sight from both sides. */
static gboolean
tick_cb (GtkWidget *widget, GdkFrameClock *clock, gpointer user_data)
{
  Run           *run = user_data;
  GtkAdjustment *adjustment =
    gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (run->scroller));
  double direction = run->n / (N_FRAMES / 4) % 2 == 0 ? 1 : -1;

  if (run->n++ >= N_FRAMES)
    {
      report (run);
      g_application_quit (G_APPLICATION (run->application));
      return G_SOURCE_REMOVE;
    }
  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + direction * STEP);

  return G_SOURCE_CONTINUE;
}

static GtkWidget *
find_scroller (GtkWidget *widget)
{
  GtkWidget *found = GTK_IS_SCROLLED_WINDOW (widget) ? widget : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_scroller (child);

  return found;
}

static void
activate_cb (GtkApplication *application, Run *run)
{
  g_autoptr (ShipPaths) paths = ship_paths_new ();
  g_autoptr (GListStore) sessions = g_list_store_new (SHIP_TYPE_SESSION_ITEM);
  g_autoptr (ShipDrafts) drafts = ship_drafts_new (paths);
  GtkWidget     *window = gtk_application_window_new (application);
  GtkWidget     *side = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  GtkWidget     *sidebar;
  GdkFrameClock *clock;
  double         start;

  for (guint i = 0; i < N_SESSIONS; i++)
    {
      g_autoptr (ShipSessionItem) item = new_item (i);

      g_list_store_append (sessions, item);
    }
  start = bench_now_ms ();
  sidebar = ship_sidebar_new (paths, G_LIST_MODEL (sessions), drafts);
  gtk_widget_set_vexpand (sidebar, TRUE);
  gtk_widget_add_css_class (side, "side");
  gtk_box_append (GTK_BOX (side), sidebar);
  gtk_window_set_default_size (GTK_WINDOW (window), 300, 800);
  gtk_window_set_child (GTK_WINDOW (window), side);
  gtk_window_present (GTK_WINDOW (window));
  bench_print ("made in", bench_now_ms () - start, "ms");

  run->application = application;
  run->scroller = find_scroller (sidebar);
  clock = gtk_widget_get_frame_clock (window);
  g_signal_connect (clock, "before-paint", G_CALLBACK (began_cb), run);
  g_signal_connect (clock, "after-paint", G_CALLBACK (ended_cb), run);
  gtk_widget_add_tick_callback (window, tick_cb, run, NULL);
}

int
main (int argc, char **argv)
{
  g_autoptr (AdwApplication) application = NULL;
  Run run = { .frames = g_array_new (FALSE, FALSE, sizeof (double)),
              .own = g_array_new (FALSE, FALSE, sizeof (double)) };
  int status;

  g_resources_register (ship_ui_get_resource ());
  bench_print_title ("A thousand sessions in the sidebar");
  application = adw_application_new (SHIP_APPLICATION_ID, G_APPLICATION_NON_UNIQUE);
  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), &run);
  status = g_application_run (G_APPLICATION (application), argc, argv);
  g_array_unref (run.frames);
  g_array_unref (run.own);

  return status;
}
