/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/ship-drop-down.h"

#define NAME_KEY "ship-name"

static void
update_cb (GtkDropDown *drop_down)
{
  GtkWidget       *button = gtk_widget_get_first_child (GTK_WIDGET (drop_down));
  const char      *name = g_object_get_data (G_OBJECT (drop_down), NAME_KEY);
  GObject         *item = gtk_drop_down_get_selected_item (drop_down);
  g_autofree char *full = NULL;

  full =
    item != NULL && GTK_IS_STRING_OBJECT (item)
      ? g_strdup_printf ("%s: %s", name, gtk_string_object_get_string (GTK_STRING_OBJECT (item)))
      : g_strdup (name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (drop_down),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name,
                                  -1);
  if (button != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                    GTK_ACCESSIBLE_PROPERTY_LABEL,
                                    full,
                                    -1);
}

void
ship_drop_down_set_name (GtkDropDown *drop_down, const char *name)
{
  g_return_if_fail (GTK_IS_DROP_DOWN (drop_down));

  g_object_set_data_full (G_OBJECT (drop_down), NAME_KEY, g_strdup (name), g_free);
  g_signal_connect (drop_down, "notify::selected-item", G_CALLBACK (update_cb), NULL);
  update_cb (drop_down);
}
