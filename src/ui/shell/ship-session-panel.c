/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-panel.h"

#include "tasks/ship-task-panel.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _ShipSessionPanel
{
  GtkWidget  parent_instance;
  GtkWidget *box;      /* (unowned): the only child */
  GtkWidget *stack;    /* (unowned) */
  GtkWidget *switcher; /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipSessionPanel, ship_session_panel, GTK_TYPE_WIDGET)

/* @content: (transfer full) */
static void
add_tab (ShipSessionPanel *self,
         const char       *name,
         const char       *title,
         const char       *icon,
         GtkWidget        *content)
{
  GListModel *pages;

  adw_view_stack_add_titled (ADW_VIEW_STACK (self->stack), content, name, title);
  adw_view_stack_page_set_icon_name (
    adw_view_stack_get_page (ADW_VIEW_STACK (self->stack), content),
    icon);
  pages = G_LIST_MODEL (adw_view_stack_get_pages (ADW_VIEW_STACK (self->stack)));
  gtk_widget_set_visible (self->switcher, g_list_model_get_n_items (pages) > 1);
  g_object_unref (pages);
}

/* --- the widget --- */

static void
ship_session_panel_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_SESSION_PANEL (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_session_panel_parent_class)->dispose (object);
}

static void
ship_session_panel_class_init (ShipSessionPanelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_panel_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "sessionpanel");
}

static void
ship_session_panel_init (ShipSessionPanel *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  self->stack = adw_view_stack_new ();
  self->switcher = adw_view_switcher_bar_new ();
  adw_view_switcher_bar_set_stack (ADW_VIEW_SWITCHER_BAR (self->switcher),
                                   ADW_VIEW_STACK (self->stack));
  adw_view_switcher_bar_set_reveal (ADW_VIEW_SWITCHER_BAR (self->switcher), TRUE);
  gtk_widget_set_vexpand (self->stack, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->stack);
  gtk_box_append (GTK_BOX (self->box), self->switcher);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_session_panel_new (ShipPaths *paths, GSettings *settings, ShipSessionPage *page)
{
  ShipSessionPanel  *self = g_object_new (SHIP_TYPE_SESSION_PANEL, NULL);
  ShipSessionHandle *handle = ship_session_page_get_handle (page);
  GtkWidget         *tasks = ship_task_panel_new (paths, settings, handle);

  add_tab (self, "tasks", _ ("Tasks"), "view-list-symbolic", tasks);

  return GTK_WIDGET (self);
}
