/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar-menu.h"

#include "widgets/ship-status.h"

#include <glib/gi18n-lib.h>

/* @accelerator: (nullable): only said here; the list listens for it */
static void
add (GMenu *menu, const char *label, const char *action, const char *id, const char *accelerator)
{
  g_autoptr (GMenuItem) item = g_menu_item_new (label, NULL);

  g_menu_item_set_action_and_target (item, action, "s", id);
  if (accelerator != NULL)
    g_menu_item_set_attribute (item, "accel", "s", accelerator);
  g_menu_append_item (menu, item);
}

static gboolean
is_stoppable (const ShipIndexRow *row)
{
  static const char *const states[] = { "waking", "running", "retrying", "waiting", NULL };

  return g_strv_contains (states, row->state);
}

static GMenuModel *
new_menu (ShipSidebarEntry *entry)
{
  const ShipIndexRow *row = ship_sidebar_entry_get_row (entry);
  GMenu              *menu = g_menu_new ();
  g_autoptr (GMenu) first = g_menu_new ();
  g_autoptr (GMenu) second = g_menu_new ();
  g_autoptr (GMenu) last = g_menu_new ();

  add (first, _ ("Open"), "sidebar.open", row->id, "Return");
  add (first, _ ("Rename"), "sidebar.rename", row->id, "F2");
  add (first, _ ("Copy Branch Name"), "sidebar.copy-branch", row->id, NULL);
  if (ship_session_item_is_unread (ship_sidebar_entry_get_item (entry)))
    add (second, _ ("Mark as Read"), "sidebar.mark-read", row->id, NULL);
  else if (row->finished_at > 0 && row->archived_at == 0)
    add (second, _ ("Mark as Unread"), "sidebar.mark-unread", row->id, NULL);
  if (is_stoppable (row))
    add (second, _ ("Stop"), "sidebar.stop", row->id, NULL);
  if (row->archived_at == 0)
    add (last, _ ("Archive"), "sidebar.archive", row->id, NULL);
  else
    add (last, _ ("Restore"), "sidebar.restore", row->id, NULL);
  add (last, _ ("Delete"), "sidebar.delete", row->id, "Delete");

  g_menu_append_section (menu, NULL, G_MENU_MODEL (first));
  if (g_menu_model_get_n_items (G_MENU_MODEL (second)) > 0)
    g_menu_append_section (menu, NULL, G_MENU_MODEL (second));
  g_menu_append_section (menu, NULL, G_MENU_MODEL (last));

  return G_MENU_MODEL (menu);
}

/* What had the keyboard before has it again, unless it went meanwhile. */
static gboolean
unparent_cb (gpointer popover)
{
  GtkWidget *focus = g_object_get_data (popover, "focus");
  g_autoptr (GtkWidget) kept = focus != NULL ? g_object_ref (focus) : NULL;

  gtk_widget_unparent (GTK_WIDGET (popover));
  if (kept != NULL && gtk_widget_get_mapped (kept))
    gtk_widget_grab_focus (kept);

  return G_SOURCE_REMOVE;
}

/* The action that was chosen still needs its place in the tree. */
static void
closed_cb (GtkPopover *popover, gpointer user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, unparent_cb, g_object_ref (popover), g_object_unref);
}

static void
keep_focus (GtkWidget *popover, GtkWidget *widget)
{
  GtkRoot   *root = gtk_widget_get_root (widget);
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  if (focus != NULL)
    g_object_set_data_full (G_OBJECT (popover), "focus", g_object_ref (focus), g_object_unref);
}

void
ship_sidebar_menu_popup (GtkWidget *widget, ShipSidebarEntry *entry, const GdkRectangle *where)
{
  g_autoptr (GMenuModel) menu = new_menu (entry);
  GtkWidget *popover = gtk_popover_menu_new_from_model (menu);

  keep_focus (popover, widget);
  gtk_widget_set_parent (popover, widget);
  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_popover_set_pointing_to (GTK_POPOVER (popover), where);
  gtk_popover_set_position (GTK_POPOVER (popover), GTK_POS_BOTTOM);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_accessible_update_property (GTK_ACCESSIBLE (popover),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Session"),
                                  -1);
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}
