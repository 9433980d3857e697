/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-selection-bar.h"

#include <glib/gi18n-lib.h>

struct _ShipSelectionBar
{
  GtkWidget  parent_instance;
  GtkWidget *bar;   /* (unowned): the only child */
  GtkWidget *count; /* (unowned) */
};

enum
{
  COPY,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipSelectionBar, ship_selection_bar, GTK_TYPE_WIDGET)

static void
copy_cb (GtkButton *button, ShipSelectionBar *self)
{
  g_signal_emit (self, signals[COPY], 0);
}

static void
close_cb (GtkButton *button, ShipSelectionBar *self)
{
  g_signal_emit (self, signals[CLOSED], 0);
}

static void
ship_selection_bar_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_SELECTION_BAR (object)->bar, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_selection_bar_parent_class)->dispose (object);
}

static guint
new_signal (const char *name)
{
  return g_signal_new (name,
                       SHIP_TYPE_SELECTION_BAR,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       0);
}

static void
ship_selection_bar_class_init (ShipSelectionBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_selection_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[COPY] = new_signal ("copy");
  signals[CLOSED] = new_signal ("closed");
}

static void
ship_selection_bar_init (ShipSelectionBar *self)
{
  GtkWidget *copy = gtk_button_new_with_label (_ ("Copy as Markdown"));
  GtkWidget *close = gtk_button_new_with_label (_ ("Done"));

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  self->count = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->count), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->count), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->count, TRUE);
  gtk_widget_add_css_class (copy, "suggested-action");
  gtk_widget_add_css_class (self->bar, "find-bar");
  g_signal_connect_object (copy, "clicked", G_CALLBACK (copy_cb), self, 0);
  g_signal_connect_object (close, "clicked", G_CALLBACK (close_cb), self, 0);
  gtk_box_append (GTK_BOX (self->bar), self->count);
  gtk_box_append (GTK_BOX (self->bar), close);
  gtk_box_append (GTK_BOX (self->bar), copy);
  gtk_widget_set_parent (self->bar, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ship_selection_bar_new (void)
{
  return g_object_new (SHIP_TYPE_SELECTION_BAR, NULL);
}

void
ship_selection_bar_set_count (ShipSelectionBar *self, guint n)
{
  g_autofree char *text = NULL;

  g_return_if_fail (SHIP_IS_SELECTION_BAR (self));

  text = g_strdup_printf (ngettext ("%u message selected", "%u messages selected", n), n);
  gtk_label_set_text (GTK_LABEL (self->count), text);
  gtk_widget_set_visible (GTK_WIDGET (self), n > 0);
}
