/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-task-panel.h"

#include "tasks/ship-contact-list.h"
#include "tasks/ship-money-list.h"
#include "tasks/ship-rule-list.h"
#include "tasks/ship-task-line.h"
#include "tasks/ship-task-state.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* A line is one widget for as long as its task is where it is: what a reader or the keyboard is at
 * does not go away under them. */

#define DONE_AT_FIRST 20
#define DONE_MORE     50

struct _ShipTaskPanel
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;       /* (owned) */
  GtkWidget         *stack;        /* (unowned): the only child */
  GtkWidget         *content;      /* (unowned): a box in it */
  GtkWidget         *active_title; /* (unowned) */
  GtkWidget         *active;       /* (unowned): a list box */
  GtkWidget         *done_title;   /* (unowned) */
  GtkWidget         *done;         /* (unowned): a list box */
  GtkWidget         *more;         /* (unowned): a button */
  GHashTable        *lines;        /* (owned) (element-type gint64 ShipTaskLine): by the task */
  guint              n_done_shown; /* at the most */
  guint              timer;        /* a second's, while a task is at work and is seen */
};

enum
{
  CHOSEN,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipTaskPanel, ship_task_panel, GTK_TYPE_WIDGET)

/* --- time --- */

static gboolean
tick (ShipTaskPanel *self)
{
  GHashTableIter iter;
  gpointer       line;
  gboolean       is_working = FALSE;

  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, NULL, &line))
    is_working = ship_task_line_tick (line) || is_working;

  return is_working;
}

static gboolean
timer_cb (gpointer user_data)
{
  ShipTaskPanel *self = user_data;

  if (tick (self))
    return G_SOURCE_CONTINUE;
  self->timer = 0;

  return G_SOURCE_REMOVE;
}

static void
update_timer (ShipTaskPanel *self)
{
  gboolean is_wanted = gtk_widget_get_mapped (GTK_WIDGET (self)) && tick (self);

  if (is_wanted && self->timer == 0)
    self->timer = g_timeout_add_seconds (1, timer_cb, self);
  else if (!is_wanted)
    g_clear_handle_id (&self->timer, g_source_remove);
}

/* --- the lists --- */

/* By the task; what it cost. */
static GHashTable *
sum_costs (GPtrArray *exchanges)
{
  GHashTable *costs = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);

  for (guint i = 0; i < exchanges->len; i++)
    {
      ShipExchangeRow *exchange = exchanges->pdata[i];
      double          *cost = g_hash_table_lookup (costs, &exchange->task);

      if (cost == NULL)
        {
          cost = g_new0 (double, 1);
          g_hash_table_insert (costs, &exchange->task, cost);
        }
      *cost += MAX (exchange->cost, 0);
    }

  return costs;
}

/* In which order: what runs and what waits as the queue has it; what is over, the newest first.
 * (transfer container) (element-type ShipTaskRow) */
static GPtrArray *
choose_tasks (const ShipSessionSnapshot *snapshot, gboolean is_over)
{
  GPtrArray *tasks = g_ptr_array_new ();

  for (guint i = 0; i < snapshot->tasks->len; i++)
    {
      ShipTaskRow *task = snapshot->tasks->pdata[i];

      if (ship_task_state_lookup (task->state)->is_over == is_over)
        g_ptr_array_insert (tasks, is_over ? 0 : -1, task);
    }

  return tasks;
}

static GtkWidget *
take_line (ShipTaskPanel *self, gint64 id, GtkWidget *list, int position)
{
  GtkWidget *line = g_hash_table_lookup (self->lines, &id);

  if (line != NULL && gtk_widget_get_parent (line) == list &&
      gtk_list_box_row_get_index (GTK_LIST_BOX_ROW (line)) == position)
    return line;

  if (line == NULL)
    {
      line = g_object_ref_sink (ship_task_line_new (id));
      g_hash_table_insert (self->lines, g_memdup2 (&id, sizeof id), line);
    }
  else
    gtk_list_box_remove (GTK_LIST_BOX (gtk_widget_get_parent (line)), line);
  gtk_list_box_insert (GTK_LIST_BOX (list), line, position);

  return line;
}

static void
fill (ShipTaskPanel *self, GtkWidget *list, GPtrArray *tasks, guint n, GHashTable *costs)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);

  for (guint i = 0; i < n; i++)
    {
      const ShipTaskRow *task = tasks->pdata[i];
      const double      *cost = g_hash_table_lookup (costs, &task->id);
      ShipTaskLine      *line = SHIP_TASK_LINE (take_line (self, task->id, list, (int) i));

      ship_task_line_update (line, task, cost != NULL ? *cost : 0);
      ship_task_line_set_todos (line,
                                task->id == snapshot->todos_task ? snapshot->todos : NULL,
                                snapshot->session->agent_session);
    }
}

/* What is not among those any more. */
static void
trim (ShipTaskPanel *self, GtkWidget *list, guint n)
{
  GtkListBoxRow *row;

  while ((row = gtk_list_box_get_row_at_index (GTK_LIST_BOX (list), (int) n)) != NULL)
    {
      gint64 id = ship_task_line_get_id (SHIP_TASK_LINE (row));

      gtk_list_box_remove (GTK_LIST_BOX (list), GTK_WIDGET (row));
      g_hash_table_remove (self->lines, &id);
    }
}

static void
set_title (GtkWidget *title, const char *text, guint n)
{
  g_autofree char *numbered = g_strdup_printf ("%s (%u)", text, n);

  gtk_label_set_text (GTK_LABEL (title), numbered);
  gtk_widget_set_visible (title, n > 0);
}

static void
update (ShipTaskPanel *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);
  g_autoptr (GHashTable) costs = sum_costs (snapshot->exchanges);
  g_autoptr (GPtrArray) active = choose_tasks (snapshot, FALSE);
  g_autoptr (GPtrArray) done = choose_tasks (snapshot, TRUE);
  guint n_done = MIN (done->len, self->n_done_shown);

  fill (self, self->active, active, active->len, costs);
  fill (self, self->done, done, n_done, costs);
  trim (self, self->active, active->len);
  trim (self, self->done, n_done);
  set_title (self->active_title, _ ("Active"), active->len);
  set_title (self->done_title, _ ("Completed"), done->len);
  gtk_widget_set_visible (self->active, active->len > 0);
  gtk_widget_set_visible (self->done, done->len > 0);
  gtk_widget_set_visible (self->more, done->len > n_done);
  gtk_stack_set_visible_child_name (GTK_STACK (self->stack),
                                    snapshot->tasks->len > 0 ? "tasks" : "none");
  update_timer (self);
}

static void
snapshot_cb (GObject *object, GParamSpec *pspec, ShipTaskPanel *self)
{
  update (self);
}

static void
more_cb (GtkButton *button, ShipTaskPanel *self)
{
  self->n_done_shown += DONE_MORE;
  update (self);
}

static void
activated_cb (GtkListBox *list, GtkListBoxRow *row, ShipTaskPanel *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, ship_task_line_get_id (SHIP_TASK_LINE (row)));
}

/* --- the widget --- */

static void
ship_task_panel_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_task_panel_parent_class)->map (widget);
  update_timer (SHIP_TASK_PANEL (widget));
}

static void
ship_task_panel_unmap (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_task_panel_parent_class)->unmap (widget);
  update_timer (SHIP_TASK_PANEL (widget));
}

static void
ship_task_panel_dispose (GObject *object)
{
  ShipTaskPanel *self = SHIP_TASK_PANEL (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  g_hash_table_remove_all (self->lines);
  g_clear_object (&self->handle);
  g_clear_pointer (&self->stack, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_task_panel_parent_class)->dispose (object);
}

static void
ship_task_panel_finalize (GObject *object)
{
  g_hash_table_unref (SHIP_TASK_PANEL (object)->lines);

  G_OBJECT_CLASS (ship_task_panel_parent_class)->finalize (object);
}

static void
ship_task_panel_class_init (ShipTaskPanelClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = ship_task_panel_dispose;
  object_class->finalize = ship_task_panel_finalize;
  widget_class->map = ship_task_panel_map;
  widget_class->unmap = ship_task_panel_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "taskpanel");

  signals[CHOSEN] = g_signal_new ("chosen",
                                  SHIP_TYPE_TASK_PANEL,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_INT64);
}

static GtkWidget *
new_title (ShipTaskPanel *self, const char *text)
{
  GtkWidget *title = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (title), 0);
  gtk_widget_add_css_class (title, "panel-heading");
  gtk_box_append (GTK_BOX (self->content), title);

  return title;
}

static GtkWidget *
new_list (ShipTaskPanel *self, const char *name)
{
  GtkWidget *list = gtk_list_box_new ();

  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (list, "tasks");
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (list, "row-activated", G_CALLBACK (activated_cb), self, 0);
  gtk_box_append (GTK_BOX (self->content), list);

  return list;
}

static GtkWidget *
new_nothing (void)
{
  GtkWidget *page = adw_status_page_new ();

  adw_status_page_set_icon_name (ADW_STATUS_PAGE (page), "view-list-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (page), _ ("No Tasks Yet"));
  adw_status_page_set_description (
    ADW_STATUS_PAGE (page),
    _ ("Each prompt you send becomes a task. What the agent does for "
       "it is listed here."));
  gtk_widget_add_css_class (page, "compact");

  return page;
}

static void
ship_task_panel_init (ShipTaskPanel *self)
{
  GtkWidget *scroller = gtk_scrolled_window_new ();

  self->n_done_shown = DONE_AT_FIRST;
  self->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, g_object_unref);
  self->stack = gtk_stack_new ();
  self->content = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);
  gtk_widget_add_css_class (self->content, "panel");
  self->active_title = new_title (self, NULL);
  self->active = new_list (self, _ ("Active Tasks"));
  self->done_title = new_title (self, NULL);
  self->done = new_list (self, _ ("Completed Tasks"));
  self->more = gtk_button_new_with_label (_ ("Show Earlier Tasks"));
  g_signal_connect_object (self->more, "clicked", G_CALLBACK (more_cb), self, 0);
  gtk_widget_add_css_class (self->more, "flat");
  gtk_box_append (GTK_BOX (self->content), self->more);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->content);
  gtk_stack_add_named (GTK_STACK (self->stack), new_nothing (), "none");
  gtk_stack_add_named (GTK_STACK (self->stack), scroller, "tasks");
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

/* A list that is shown while there is something in it. */
static void
add_section (ShipTaskPanel *self, const char *name, GtkWidget *list)
{
  GtkWidget *title = new_title (self, name);

  gtk_box_append (GTK_BOX (self->content), list);
  g_object_bind_property (list,
                          "is-empty",
                          list,
                          "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_object_bind_property (list,
                          "is-empty",
                          title,
                          "visible",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
}

GtkWidget *
ship_task_panel_new (ShipPaths *paths, GSettings *settings, ShipSessionHandle *handle)
{
  ShipTaskPanel *self = g_object_new (SHIP_TYPE_TASK_PANEL, NULL);

  self->handle = g_object_ref (handle);
  new_title (self, _ ("Cost"));
  gtk_box_append (GTK_BOX (self->content), ship_money_list_new (paths, settings, handle));
  add_section (self, _ ("Rules of This Session"), ship_rule_list_new (handle));
  add_section (self, _ ("Hosts Asked For"), ship_contact_list_new (handle, settings));
  g_signal_connect_object (handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);

  return GTK_WIDGET (self);
}
