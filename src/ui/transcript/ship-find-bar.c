/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-find-bar.h"

#include <glib/gi18n-lib.h>

struct _ShipFindBar
{
  GtkWidget  parent_instance;
  GtkWidget *revealer; /* (unowned): the only child */
  GtkWidget *entry;    /* (unowned) */
  GtkWidget *count;    /* (unowned) */
  GtkWidget *previous; /* (unowned) */
  GtkWidget *next;     /* (unowned) */
};

enum
{
  SEARCH,
  STEP,
  CLOSED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipFindBar, ship_find_bar, GTK_TYPE_WIDGET)

static void
changed_cb (GtkSearchEntry *entry, ShipFindBar *self)
{
  if (ship_find_bar_is_open (self))
    g_signal_emit (self, signals[SEARCH], 0, gtk_editable_get_text (GTK_EDITABLE (entry)));
}

static void
next_cb (GtkWidget *widget, ShipFindBar *self)
{
  g_signal_emit (self, signals[STEP], 0, 1);
}

static void
previous_cb (GtkWidget *widget, ShipFindBar *self)
{
  g_signal_emit (self, signals[STEP], 0, -1);
}

static void
close_cb (GtkWidget *widget, ShipFindBar *self)
{
  ship_find_bar_close (self);
}

static GtkWidget *
new_button (ShipFindBar *self, const char *icon, const char *name, GCallback callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  g_signal_connect_object (button, "clicked", callback, self, 0);

  return button;
}

static GtkWidget *
new_content (ShipFindBar *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);

  self->entry = gtk_search_entry_new ();
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Find in Conversation"),
                                  -1);
  gtk_widget_set_hexpand (self->entry, TRUE);
  g_signal_connect_object (self->entry, "search-changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (next_cb), self, 0);
  g_signal_connect_object (self->entry, "next-match", G_CALLBACK (next_cb), self, 0);
  g_signal_connect_object (self->entry, "previous-match", G_CALLBACK (previous_cb), self, 0);
  g_signal_connect_object (self->entry, "stop-search", G_CALLBACK (close_cb), self, 0);
  self->count = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->count, "part-title");
  self->previous =
    new_button (self, "go-up-symbolic", _ ("Previous Match"), G_CALLBACK (previous_cb));
  self->next = new_button (self, "go-down-symbolic", _ ("Next Match"), G_CALLBACK (next_cb));
  gtk_box_append (GTK_BOX (box), self->entry);
  gtk_box_append (GTK_BOX (box), self->count);
  gtk_box_append (GTK_BOX (box), self->previous);
  gtk_box_append (GTK_BOX (box), self->next);
  gtk_box_append (
    GTK_BOX (box),
    new_button (self, "window-close-symbolic", _ ("Close Find"), G_CALLBACK (close_cb)));
  gtk_widget_add_css_class (box, "find-bar");

  return box;
}

static void
ship_find_bar_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_FIND_BAR (object)->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_find_bar_parent_class)->dispose (object);
}

static void
ship_find_bar_class_init (ShipFindBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_find_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  signals[SEARCH] = g_signal_new ("search",
                                  SHIP_TYPE_FIND_BAR,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_STRING);
  signals[STEP] = g_signal_new ("step",
                                SHIP_TYPE_FIND_BAR,
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                1,
                                G_TYPE_INT);
  signals[CLOSED] = g_signal_new ("closed",
                                  SHIP_TYPE_FIND_BAR,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  0);
}

static void
ship_find_bar_init (ShipFindBar *self)
{
  self->revealer = gtk_revealer_new ();
  gtk_revealer_set_transition_type (GTK_REVEALER (self->revealer),
                                    GTK_REVEALER_TRANSITION_TYPE_NONE);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), new_content (self));
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

GtkWidget *
ship_find_bar_new (void)
{
  return g_object_new (SHIP_TYPE_FIND_BAR, NULL);
}

gboolean
ship_find_bar_is_open (ShipFindBar *self)
{
  g_return_val_if_fail (SHIP_IS_FIND_BAR (self), FALSE);

  return gtk_widget_get_visible (GTK_WIDGET (self));
}

void
ship_find_bar_open (ShipFindBar *self)
{
  g_return_if_fail (SHIP_IS_FIND_BAR (self));

  gtk_widget_set_visible (GTK_WIDGET (self), TRUE);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), TRUE);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
  g_signal_emit (self, signals[SEARCH], 0, gtk_editable_get_text (GTK_EDITABLE (self->entry)));
}

void
ship_find_bar_close (ShipFindBar *self)
{
  g_return_if_fail (SHIP_IS_FIND_BAR (self));

  g_signal_emit (self, signals[CLOSED], 0);
  g_signal_emit (self, signals[SEARCH], 0, "");
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

void
ship_find_bar_set_count (ShipFindBar *self, guint position, guint n)
{
  g_autofree char *text = NULL;

  g_return_if_fail (SHIP_IS_FIND_BAR (self));

  if (n > 0)
    text = g_strdup_printf (_ ("%u of %u"), position + 1, n);
  else
    text = g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))[0] != '\0' ? _ ("Not found")
                                                                                   : "");
  gtk_label_set_text (GTK_LABEL (self->count), text);
  gtk_widget_set_sensitive (self->previous, n > 0);
  gtk_widget_set_sensitive (self->next, n > 0);
}
