/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar.h"

#include "shell/ship-sidebar-model.h"
#include "shell/ship-sidebar-row.h"

#include <glib/gi18n-lib.h>

struct _ShipSidebar
{
  GtkWidget           parent_instance;
  GtkWidget          *box;       /* (unowned): the only child */
  GtkWidget          *search;    /* (unowned) */
  GtkWidget          *list;      /* (unowned) */
  ShipSidebarModel   *model;     /* (owned) */
  GtkSingleSelection *selection; /* (owned) */
};

enum
{
  OPENED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSidebar, ship_sidebar, GTK_TYPE_WIDGET)

/* --- rows --- */

static void
setup_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *stack = gtk_stack_new ();
  GtkWidget *heading = gtk_label_new (NULL);

  gtk_stack_set_vhomogeneous (GTK_STACK (stack), FALSE);
  gtk_label_set_xalign (GTK_LABEL (heading), 0);
  gtk_widget_add_css_class (heading, "sidebar-heading");
  gtk_stack_add_named (GTK_STACK (stack), ship_sidebar_row_new (), "session");
  gtk_stack_add_named (GTK_STACK (stack), heading, "heading");
  gtk_list_item_set_child (list_item, stack);
}

static void
bind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GObject   *item = gtk_list_item_get_item (list_item);
  GtkWidget *stack = gtk_list_item_get_child (list_item);
  gboolean   is_heading = SHIP_IS_SIDEBAR_HEADING (item);
  GtkWidget *child =
    gtk_stack_get_child_by_name (GTK_STACK (stack), is_heading ? "heading" : "session");

  gtk_list_item_set_selectable (list_item, !is_heading);
  gtk_list_item_set_activatable (list_item, !is_heading);
  gtk_stack_set_visible_child (GTK_STACK (stack), child);
  if (is_heading)
    gtk_label_set_text (GTK_LABEL (child),
                        ship_sidebar_heading_get_title (SHIP_SIDEBAR_HEADING (item)));
  else
    ship_sidebar_row_set_item (SHIP_SIDEBAR_ROW (child), SHIP_SESSION_ITEM (item));
}

static void
unbind_cb (GtkSignalListItemFactory *factory, GtkListItem *list_item, gpointer user_data)
{
  GtkWidget *stack = gtk_list_item_get_child (list_item);
  GtkWidget *row = gtk_stack_get_child_by_name (GTK_STACK (stack), "session");

  ship_sidebar_row_set_item (SHIP_SIDEBAR_ROW (row), NULL);
}

/* --- what the user does --- */

static void
selected_cb (GtkSingleSelection *selection, GParamSpec *pspec, ShipSidebar *self)
{
  GObject *item = gtk_single_selection_get_selected_item (selection);

  if (item != NULL && SHIP_IS_SESSION_ITEM (item))
    g_signal_emit (self,
                   signals[OPENED],
                   0,
                   ship_session_item_get_row (SHIP_SESSION_ITEM (item))->id);
}

static void
activated_cb (GtkListView *list, guint position, ShipSidebar *self)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->model), position);

  if (item != NULL && SHIP_IS_SESSION_ITEM (item))
    g_signal_emit (self,
                   signals[OPENED],
                   0,
                   ship_session_item_get_row (SHIP_SESSION_ITEM (item))->id);
}

static void
search_cb (GtkSearchEntry *entry, ShipSidebar *self)
{
  ship_sidebar_model_set_search (self->model, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

/* --- the widget --- */

static void
ship_sidebar_dispose (GObject *object)
{
  ShipSidebar *self = SHIP_SIDEBAR (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->selection);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (ship_sidebar_parent_class)->dispose (object);
}

static void
ship_sidebar_class_init (ShipSidebarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sidebar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  signals[OPENED] = g_signal_new ("opened",
                                  SHIP_TYPE_SIDEBAR,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
}

static void
ship_sidebar_init (ShipSidebar *self)
{
}

static GtkWidget *
new_list (ShipSidebar *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget          *scroller = gtk_scrolled_window_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  self->list = gtk_list_view_new (g_object_ref (GTK_SELECTION_MODEL (self->selection)), factory);
  gtk_widget_add_css_class (self->list, "navigation-sidebar");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Sessions"),
                                  -1);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (activated_cb), self, 0);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scroller),
                                  GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), self->list);

  return scroller;
}

GtkWidget *
ship_sidebar_new (ShipSessionList *sessions)
{
  ShipSidebar *self = g_object_new (SHIP_TYPE_SIDEBAR, NULL);

  self->model = ship_sidebar_model_new (G_LIST_MODEL (sessions));
  self->selection = gtk_single_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
  gtk_single_selection_set_autoselect (self->selection, FALSE);
  gtk_single_selection_set_can_unselect (self->selection, TRUE);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->search = gtk_search_entry_new ();
  gtk_widget_add_css_class (self->search, "sidebar-search");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Search Sessions"),
                                  -1);
  g_signal_connect_object (self->search, "search-changed", G_CALLBACK (search_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), self->search);
  gtk_box_append (GTK_BOX (self->box), new_list (self));
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  g_signal_connect_object (self->selection,
                           "notify::selected-item",
                           G_CALLBACK (selected_cb),
                           self,
                           0);

  return GTK_WIDGET (self);
}

void
ship_sidebar_select (ShipSidebar *self, const char *session_id)
{
  GListModel *model;

  g_return_if_fail (SHIP_IS_SIDEBAR (self));

  model = G_LIST_MODEL (self->model);
  g_signal_handlers_block_by_func (self->selection, selected_cb, self);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  for (guint i = 0; session_id != NULL && i < g_list_model_get_n_items (model); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (model, i);

      if (SHIP_IS_SESSION_ITEM (item) &&
          g_str_equal (ship_session_item_get_row (SHIP_SESSION_ITEM (item))->id, session_id))
        gtk_single_selection_set_selected (self->selection, i);
    }
  g_signal_handlers_unblock_by_func (self->selection, selected_cb, self);
}

void
ship_sidebar_focus_search (ShipSidebar *self)
{
  g_return_if_fail (SHIP_IS_SIDEBAR (self));

  gtk_widget_grab_focus (self->search);
}
