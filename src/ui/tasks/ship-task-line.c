/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-task-line.h"

#include "tasks/ship-task-state.h"
#include "tasks/ship-todo-list.h"
#include "usage/ship-usage.h"
#include "widgets/ship-duration.h"

#include <glib/gi18n-lib.h>

struct _ShipTaskLine
{
  GtkListBoxRow parent_instance;
  gint64        id;
  gint64        started_at; /* 0: not yet */
  gint64        ended_at;   /* 0: not yet */
  int           files;      /* -1: not known */
  double        cost;       /* negative: not known */
  gboolean      is_over;
  char         *error; /* (owned) (nullable) */
  const char   *state; /* static: its word */
  GtkWidget    *icon;  /* (unowned) */
  GtkWidget    *title; /* (unowned) */
  GtkWidget    *facts; /* (unowned) */
  GtkWidget    *todos; /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipTaskLine, ship_task_line, GTK_TYPE_LIST_BOX_ROW)

static gint64
get_duration (ShipTaskLine *self)
{
  gint64 now = g_get_real_time () / 1000;

  if (self->started_at == 0)
    return -1;

  return MAX (0, (self->ended_at != 0 ? self->ended_at : now) - self->started_at);
}

static void
add_fact (GString *facts, const char *fact)
{
  if (fact[0] == '\0')
    return;
  if (facts->len > 0)
    g_string_append (facts, " · ");
  g_string_append (facts, fact);
}

static void
update_facts (ShipTaskLine *self)
{
  g_autoptr (GString) facts = g_string_new (_ (self->state));
  g_autofree char *duration = ship_duration_format (get_duration (self));
  g_autofree char *files = NULL;
  g_autofree char *cost = NULL;
  g_autofree char *name = NULL;

  add_fact (facts, duration);
  if (self->files > 0)
    {
      files =
        g_strdup_printf (g_dngettext (GETTEXT_PACKAGE, "%d file", "%d files", (gulong) self->files),
                         self->files);
      add_fact (facts, files);
    }
  if (self->cost > 0)
    {
      cost = ship_usage_format_short (self->cost, TRUE);
      add_fact (facts, cost);
    }
  if (self->error != NULL)
    add_fact (facts, self->error);
  gtk_label_set_text (GTK_LABEL (self->facts), facts->str);
  name = g_strdup_printf ("%s, %s", gtk_label_get_text (GTK_LABEL (self->title)), facts->str);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

/* --- the widget --- */

static void
ship_task_line_finalize (GObject *object)
{
  g_free (SHIP_TASK_LINE (object)->error);

  G_OBJECT_CLASS (ship_task_line_parent_class)->finalize (object);
}

static void
ship_task_line_class_init (ShipTaskLineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_task_line_finalize;
}

static GtkWidget *
new_label (int most_lines)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (label), most_lines);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);

  return label;
}

static void
ship_task_line_init (ShipTaskLine *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->state = "";
  self->icon = gtk_image_new ();
  self->title = new_label (2);
  self->facts = new_label (4);
  self->todos = ship_todo_list_new ();
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->icon, 2);
  gtk_widget_add_css_class (self->facts, "caption");
  gtk_widget_add_css_class (self->facts, "dim-label");
  gtk_widget_set_margin_top (self->todos, 4);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (lines), self->title);
  gtk_box_append (GTK_BOX (lines), self->facts);
  gtk_box_append (GTK_BOX (lines), self->todos);
  gtk_box_append (GTK_BOX (row), self->icon);
  gtk_box_append (GTK_BOX (row), lines);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), row);
}

GtkWidget *
ship_task_line_new (gint64 id)
{
  ShipTaskLine *self = g_object_new (SHIP_TYPE_TASK_LINE, NULL);

  self->id = id;

  return GTK_WIDGET (self);
}

gint64
ship_task_line_get_id (ShipTaskLine *self)
{
  g_return_val_if_fail (SHIP_IS_TASK_LINE (self), 0);

  return self->id;
}

void
ship_task_line_update (ShipTaskLine *self, const ShipTaskRow *task, double cost)
{
  const ShipTaskState *state;

  g_return_if_fail (SHIP_IS_TASK_LINE (self));

  state = ship_task_state_lookup (task->state);
  self->started_at = task->started_at;
  self->ended_at = task->ended_at;
  self->files = task->files_changed;
  self->cost = cost;
  self->is_over = state->is_over;
  self->state = state->label;
  g_free (self->error);
  self->error = g_strdup (task->error);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), state->icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]){ state->css_class, NULL });
  gtk_widget_set_tooltip_text (self->icon, _ (state->label));
  gtk_label_set_text (GTK_LABEL (self->title), task->title);
  gtk_widget_set_tooltip_text (self->title, task->title);
  update_facts (self);
}

void
ship_task_line_set_todos (ShipTaskLine *self, GPtrArray *todos, const char *agent_session)
{
  g_return_if_fail (SHIP_IS_TASK_LINE (self));

  ship_todo_list_set (SHIP_TODO_LIST (self->todos), todos, agent_session);
}

gboolean
ship_task_line_tick (ShipTaskLine *self)
{
  g_return_val_if_fail (SHIP_IS_TASK_LINE (self), FALSE);

  if (self->started_at == 0 || self->is_over || self->ended_at != 0)
    return FALSE;
  update_facts (self);

  return TRUE;
}
