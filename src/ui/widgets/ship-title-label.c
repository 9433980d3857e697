/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-title-label.h"

#include <glib/gi18n-lib.h>

#define LONGEST 200

struct _ShipTitleLabel
{
  GtkWidget  parent_instance;
  GtkWidget *stack;  /* (unowned): the only child */
  GtkWidget *button; /* (unowned) */
  GtkWidget *label;  /* (unowned): in the button */
  GtkWidget *entry;  /* (unowned) */
};

enum
{
  RENAMED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShipTitleLabel, ship_title_label, GTK_TYPE_WIDGET)

static gboolean
is_editing (ShipTitleLabel *self)
{
  return gtk_stack_get_visible_child (GTK_STACK (self->stack)) == self->entry;
}

static void
leave (ShipTitleLabel *self, gboolean take)
{
  g_autofree char *text = NULL;

  if (self->stack == NULL || !is_editing (self))
    return;

  text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->entry))));
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->button);
  if (take && text[0] != '\0' &&
      g_strcmp0 (text, gtk_label_get_text (GTK_LABEL (self->label))) != 0)
    g_signal_emit (self, signals[RENAMED], 0, text);
}

static void
clicked_cb (GtkButton *button, ShipTitleLabel *self)
{
  ship_title_label_edit (self);
}

static void
activate_cb (GtkText *entry, ShipTitleLabel *self)
{
  leave (self, TRUE);
  gtk_widget_grab_focus (self->button);
}

static gboolean
key_cb (GtkEventControllerKey *keys,
        guint                  key,
        guint                  code,
        GdkModifierType        state,
        ShipTitleLabel        *self)
{
  if (key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;

  leave (self, FALSE);
  gtk_widget_grab_focus (self->button);

  return GDK_EVENT_STOP;
}

static void
left_cb (GtkEventControllerFocus *focus, ShipTitleLabel *self)
{
  leave (self, TRUE);
}

/* --- the widget --- */

static void
ship_title_label_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_TITLE_LABEL (object)->stack, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_title_label_parent_class)->dispose (object);
}

static void
ship_title_label_class_init (ShipTitleLabelClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_title_label_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "titlelabel");

  signals[RENAMED] = g_signal_new ("renamed",
                                   SHIP_TYPE_TITLE_LABEL,
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
ship_title_label_init (ShipTitleLabel *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkEventController *focus = gtk_event_controller_focus_new ();

  self->stack = gtk_stack_new ();
  self->button = gtk_button_new ();
  self->label = gtk_label_new (NULL);
  /* By itself it is a part of an entry, which nobody is told of. */
  self->entry =
    g_object_new (GTK_TYPE_TEXT, "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX, NULL);
  gtk_label_set_xalign (GTK_LABEL (self->label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->label), TRUE);
  gtk_button_set_child (GTK_BUTTON (self->button), self->label);
  gtk_widget_add_css_class (self->button, "flat");
  gtk_widget_set_halign (self->button, GTK_ALIGN_START);
  gtk_text_set_max_length (GTK_TEXT (self->entry), LONGEST);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Title"),
                                  -1);
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (clicked_cb), self, 0);
  g_signal_connect_object (self->entry, "activate", G_CALLBACK (activate_cb), self, 0);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  g_signal_connect_object (focus, "leave", G_CALLBACK (left_cb), self, 0);
  gtk_widget_add_controller (self->entry, keys);
  gtk_widget_add_controller (self->entry, focus);
  gtk_stack_add_child (GTK_STACK (self->stack), self->button);
  gtk_stack_add_child (GTK_STACK (self->stack), self->entry);
  gtk_widget_set_parent (self->stack, GTK_WIDGET (self));
}

GtkWidget *
ship_title_label_new (void)
{
  return g_object_new (SHIP_TYPE_TITLE_LABEL, NULL);
}

void
ship_title_label_set_text (ShipTitleLabel *self, const char *text)
{
  g_autofree char *tooltip = NULL;
  g_autofree char *name = NULL;

  g_return_if_fail (SHIP_IS_TITLE_LABEL (self));

  if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->label)), text) == 0)
    return;
  name = g_strdup_printf (_ ("Rename “%s”"), text);
  tooltip = g_strdup_printf ("%s\n%s", text, _ ("Click to rename"));
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_widget_set_tooltip_text (self->button, tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name,
                                  -1);
}

void
ship_title_label_edit (ShipTitleLabel *self)
{
  g_return_if_fail (SHIP_IS_TITLE_LABEL (self));

  if (is_editing (self))
    return;
  gtk_editable_set_text (GTK_EDITABLE (self->entry), gtk_label_get_text (GTK_LABEL (self->label)));
  gtk_stack_set_visible_child (GTK_STACK (self->stack), self->entry);
  gtk_widget_grab_focus (self->entry);
  gtk_editable_select_region (GTK_EDITABLE (self->entry), 0, -1);
}
