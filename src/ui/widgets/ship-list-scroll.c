/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-list-scroll.h"

#define WANTED_KEY "ship-wanted-row"

/* The tick is before the frame is laid out, what it waits for comes after. */
static void
after_paint_cb (GdkFrameClock *clock, GtkWidget *list)
{
  guint position = GPOINTER_TO_UINT (g_object_steal_data (G_OBJECT (list), WANTED_KEY)) - 1;
  GtkSelectionModel *model = gtk_list_view_get_model (GTK_LIST_VIEW (list));

  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, list);
  if (gtk_widget_get_mapped (list) && position < g_list_model_get_n_items (G_LIST_MODEL (model)))
    gtk_widget_activate_action (list, "list.scroll-to-item", "u", position);
}

static gboolean
tick_cb (GtkWidget *list, GdkFrameClock *clock, gpointer user_data)
{
  g_signal_connect_object (clock, "after-paint", G_CALLBACK (after_paint_cb), list, 0);

  return G_SOURCE_REMOVE;
}

void
ship_list_scroll_to (GtkListView *list, guint position)
{
  gboolean is_under_way;

  g_return_if_fail (GTK_IS_LIST_VIEW (list));
  g_return_if_fail (position < G_MAXUINT);

  is_under_way = g_object_get_data (G_OBJECT (list), WANTED_KEY) != NULL;
  g_object_set_data (G_OBJECT (list), WANTED_KEY, GUINT_TO_POINTER (position + 1));
  if (!is_under_way)
    gtk_widget_add_tick_callback (GTK_WIDGET (list), tick_cb, NULL, NULL);
}
