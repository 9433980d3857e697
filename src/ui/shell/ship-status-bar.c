/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-status-bar.h"

#include "widgets/ship-status.h"

#include <glib/gi18n-lib.h>

struct _ShipStatusBar
{
  GtkWidget  parent_instance;
  GtkWidget *revealer; /* (unowned): the only child */
  GtkWidget *box;      /* (unowned) */
  GtkWidget *spinner;  /* (unowned) */
  GtkWidget *icon;     /* (unowned) */
  GtkWidget *label;    /* (unowned) */
  GtkWidget *again;    /* (unowned) */
  GtkWidget *skip;     /* (unowned) */
};

enum
{
  RESUME,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipStatusBar, ship_status_bar, GTK_TYPE_WIDGET)

static void
again_cb (GtkButton *button, ShipStatusBar *self)
{
  g_signal_emit (self, signals[RESUME], 0, TRUE);
}

static void
skip_cb (GtkButton *button, ShipStatusBar *self)
{
  g_signal_emit (self, signals[RESUME], 0, FALSE);
}

static void
ship_status_bar_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_STATUS_BAR (object)->revealer, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_status_bar_parent_class)->dispose (object);
}

static void
ship_status_bar_class_init (ShipStatusBarClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_status_bar_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "statusbar");

  signals[RESUME] = g_signal_new ("resume",
                                  SHIP_TYPE_STATUS_BAR,
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_BOOLEAN);
}

static void
ship_status_bar_init (ShipStatusBar *self)
{
  self->revealer = gtk_revealer_new ();
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  self->spinner = gtk_spinner_new ();
  self->icon = gtk_image_new ();
  self->label = gtk_label_new (NULL);
  self->again = gtk_button_new_with_label (_ ("Try Again"));
  self->skip = gtk_button_new_with_label (_ ("Skip"));
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_wrap (GTK_LABEL (self->label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (self->label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (GTK_LABEL (self->label), 4);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->label, TRUE);
  gtk_widget_set_valign (self->again, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->skip, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->again, _ ("Go on with the task that was not finished"));
  gtk_widget_set_tooltip_text (self->skip, _ ("Leave that task and go on with the queue"));
  g_signal_connect_object (self->again, "clicked", G_CALLBACK (again_cb), self, 0);
  g_signal_connect_object (self->skip, "clicked", G_CALLBACK (skip_cb), self, 0);
  gtk_box_append (GTK_BOX (self->box), self->spinner);
  gtk_box_append (GTK_BOX (self->box), self->icon);
  gtk_box_append (GTK_BOX (self->box), self->label);
  gtk_box_append (GTK_BOX (self->box), self->skip);
  gtk_box_append (GTK_BOX (self->box), self->again);
  gtk_revealer_set_child (GTK_REVEALER (self->revealer), self->box);
  gtk_widget_set_parent (self->revealer, GTK_WIDGET (self));
}

GtkWidget *
ship_status_bar_new (void)
{
  return g_object_new (SHIP_TYPE_STATUS_BAR, NULL);
}

void
ship_status_bar_set_state (ShipStatusBar *self,
                           const char    *state,
                           const char    *detail,
                           const char    *activity)
{
  const ShipStatus *status = ship_status_lookup (state, activity);
  gboolean          is_working = status->attention == SHIP_ATTENTION_WORKING;
  gboolean          is_held = g_strcmp0 (state, "failed") == 0 || g_strcmp0 (state, "holding") == 0;
  g_autofree char  *text = NULL;

  g_return_if_fail (SHIP_IS_STATUS_BAR (self));

  text = detail != NULL && detail[0] != '\0'
           ? g_strdup_printf ("%s – %s", _ (status->label), detail)
           : g_strdup (_ (status->label));
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), status->icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]){ status->css_class, NULL });
  gtk_widget_set_visible (self->icon, !is_working);
  gtk_widget_set_visible (self->spinner, is_working);
  gtk_spinner_set_spinning (GTK_SPINNER (self->spinner), is_working);
  gtk_widget_set_visible (self->again, is_held);
  gtk_widget_set_visible (self->skip, is_held);
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->revealer), is_working || is_held);
}
