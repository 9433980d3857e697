/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-todo-list.h"

#include "session/ship-session-rows.h"
#include "tasks/ship-task-state.h"

#include <glib/gi18n-lib.h>

#define ICON_KEY  "ship-icon"
#define LABEL_KEY "ship-label"

struct _ShipTodoList
{
  GtkWidget   parent_instance;
  GtkWidget  *box;   /* (unowned): the only child */
  GHashTable *lines; /* (owned) (element-type gint64 GtkWidget): by the entry's id */
};

G_DEFINE_FINAL_TYPE (ShipTodoList, ship_todo_list, GTK_TYPE_WIDGET)

static GtkWidget *
new_line (void)
{
  GtkWidget *line =
    g_object_new (GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_GROUP, "spacing", 8, NULL);
  GtkWidget *icon = gtk_image_new ();
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 1);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (line), icon);
  gtk_box_append (GTK_BOX (line), label);
  g_object_set_data (G_OBJECT (line), ICON_KEY, icon);
  g_object_set_data (G_OBJECT (line), LABEL_KEY, label);

  return line;
}

static void
update_line (GtkWidget *line, const ShipTodoRow *todo, gboolean is_other)
{
  const ShipTaskState *state = ship_todo_state_lookup (todo->status);
  GtkWidget           *icon = g_object_get_data (G_OBJECT (line), ICON_KEY);
  GtkWidget           *label = g_object_get_data (G_OBJECT (line), LABEL_KEY);
  g_autofree char     *name = g_strdup_printf ("%s: %s", _ (state->label), todo->content);

  gtk_image_set_from_icon_name (GTK_IMAGE (icon), state->icon);
  gtk_widget_set_css_classes (icon, (const char *[]){ state->css_class, NULL });
  gtk_widget_set_tooltip_text (icon, _ (state->label));
  gtk_label_set_text (GTK_LABEL (label), todo->content);
  gtk_widget_set_css_classes (label,
                              state->is_over ? (const char *[]){ "caption", "dim-label", NULL }
                                             : (const char *[]){ "caption", NULL });
  gtk_widget_set_margin_start (line, is_other ? 20 : 0);
  gtk_accessible_update_property (GTK_ACCESSIBLE (line), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static gboolean
is_shown (const ShipTodoRow *todo)
{
  return g_strcmp0 (todo->status, "removed") != 0;
}

static void
remove_gone (ShipTodoList *self, GPtrArray *todos)
{
  g_autoptr (GHashTable) wanted = g_hash_table_new (g_int64_hash, g_int64_equal);
  GHashTableIter iter;
  gpointer       id;
  gpointer       line;

  for (guint i = 0; todos != NULL && i < todos->len; i++)
    if (is_shown (todos->pdata[i]))
      g_hash_table_add (wanted, &((ShipTodoRow *) todos->pdata[i])->id);
  g_hash_table_iter_init (&iter, self->lines);
  while (g_hash_table_iter_next (&iter, &id, &line))
    if (!g_hash_table_contains (wanted, id))
      {
        gtk_box_remove (GTK_BOX (self->box), line);
        g_hash_table_iter_remove (&iter);
      }
}

void
ship_todo_list_set (ShipTodoList *self, GPtrArray *todos, const char *agent_session)
{
  GtkWidget *before = NULL;

  g_return_if_fail (SHIP_IS_TODO_LIST (self));

  remove_gone (self, todos);
  for (guint i = 0; todos != NULL && i < todos->len; i++)
    {
      const ShipTodoRow *todo = todos->pdata[i];
      GtkWidget         *line = g_hash_table_lookup (self->lines, &todo->id);

      if (!is_shown (todo))
        continue;
      if (line == NULL)
        {
          line = new_line ();
          gtk_box_append (GTK_BOX (self->box), line);
          g_hash_table_insert (self->lines, g_memdup2 (&todo->id, sizeof todo->id), line);
        }
      gtk_box_reorder_child_after (GTK_BOX (self->box), line, before);
      update_line (line,
                   todo,
                   agent_session != NULL && g_strcmp0 (todo->agent_session, agent_session) != 0);
      before = line;
    }
  gtk_widget_set_visible (GTK_WIDGET (self), before != NULL);
}

/* --- the widget --- */

static void
ship_todo_list_dispose (GObject *object)
{
  ShipTodoList *self = SHIP_TODO_LIST (object);

  g_hash_table_remove_all (self->lines);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_todo_list_parent_class)->dispose (object);
}

static void
ship_todo_list_finalize (GObject *object)
{
  g_hash_table_unref (SHIP_TODO_LIST (object)->lines);

  G_OBJECT_CLASS (ship_todo_list_parent_class)->finalize (object);
}

static void
ship_todo_list_class_init (ShipTodoListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_todo_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_todo_list_finalize;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_LIST);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "todolist");
}

static void
ship_todo_list_init (ShipTodoList *self)
{
  self->lines = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The Agent’s To-Dos"),
                                  -1);
}

GtkWidget *
ship_todo_list_new (void)
{
  return g_object_new (SHIP_TYPE_TODO_LIST, NULL);
}
