/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-entry-menu.h"

#include <glib/gi18n-lib.h>

static gboolean
remove_cb (gpointer user_data)
{
  gtk_widget_unparent (GTK_WIDGET (user_data));
  return G_SOURCE_REMOVE;
}

/* What was chosen is done after the menu has closed. */
static void
closed_cb (GtkPopover *popover, gpointer user_data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, remove_cb, g_object_ref (popover), g_object_unref);
}

/* "Fork from here" has its place behind the tasks once sessions can be forked. */
static GMenuModel *
new_model (ShipTranscriptEntry *entry)
{
  const char *kind = ship_transcript_entry_get_kind (entry);
  GMenu      *menu = g_menu_new ();

  g_menu_append (menu,
                 g_str_equal (kind, "commit") ? _ ("Copy Commit") : _ ("Copy as Markdown"),
                 "message.copy");
  g_menu_append (menu, _ ("Copy Whole Conversation"), "conversation.copy-all");
  g_menu_append (menu, _ ("Select"), "message.select");
  if (ship_transcript_entry_get_message (entry) != 0)
    g_menu_append (menu, _ ("Make a Task of This"), "message.make-task");

  return G_MENU_MODEL (menu);
}

void
ship_entry_menu_popup (GtkWidget *row, ShipTranscriptEntry *entry, double x, double y)
{
  g_autoptr (GMenuModel) model = new_model (entry);
  GtkWidget *popover = gtk_popover_menu_new_from_model (model);

  gtk_popover_set_has_arrow (GTK_POPOVER (popover), FALSE);
  gtk_widget_set_halign (popover, GTK_ALIGN_START);
  gtk_widget_set_parent (popover, row);
  if (x >= 0)
    gtk_popover_set_pointing_to (GTK_POPOVER (popover), &(GdkRectangle){ (int) x, (int) y, 1, 1 });
  g_signal_connect (popover, "closed", G_CALLBACK (closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}
