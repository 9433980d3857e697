/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-context-meter.h"

#include <glib/gi18n-lib.h>

#define NEARLY 0.8
#define WIDTH  48

struct _ShipContextMeter
{
  GtkWidget  parent_instance;
  GtkWidget *box;   /* (unowned): the only child */
  GtkWidget *bar;   /* (unowned) */
  GtkWidget *label; /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipContextMeter, ship_context_meter, GTK_TYPE_WIDGET)

static void
ship_context_meter_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_CONTEXT_METER (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_context_meter_parent_class)->dispose (object);
}

static void
ship_context_meter_class_init (ShipContextMeterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_context_meter_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "contextmeter");
}

static void
ship_context_meter_init (ShipContextMeter *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->bar = gtk_level_bar_new ();
  self->label = gtk_label_new ("—");
  /* Without the usual colours, which mean the opposite. */
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bar), GTK_LEVEL_BAR_OFFSET_LOW);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bar), GTK_LEVEL_BAR_OFFSET_HIGH);
  gtk_level_bar_remove_offset_value (GTK_LEVEL_BAR (self->bar), GTK_LEVEL_BAR_OFFSET_FULL);
  gtk_widget_set_valign (self->bar, GTK_ALIGN_CENTER);
  gtk_widget_set_size_request (self->bar, WIDTH, -1);
  gtk_widget_add_css_class (self->label, "caption");
  gtk_widget_add_css_class (self->label, "dim-label");
  gtk_widget_add_css_class (self->label, "numeric");
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), self->label);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_context_meter_new (void)
{
  return g_object_new (SHIP_TYPE_CONTEXT_METER, NULL);
}

static char *
describe (const ShipContextUse *use)
{
  if (use->tokens < 0)
    return g_strdup (_ ("Context: not known yet"));
  if (use->size <= 0)
    return g_strdup_printf (_ ("Context: %'d tokens; how many this model takes is not known"),
                            (int) use->tokens);

  return g_strdup_printf (_ ("Context: %s%'d of %'d tokens"),
                          use->is_estimate ? "≈ " : "",
                          (int) use->tokens,
                          (int) use->size);
}

void
ship_context_meter_set (ShipContextMeter *self, const ShipContextUse *use)
{
  double           fraction = ship_context_use_get_fraction (use);
  g_autofree char *text = ship_context_use_format (use);
  g_autofree char *tooltip = describe (use);

  g_return_if_fail (SHIP_IS_CONTEXT_METER (self));

  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_level_bar_set_value (GTK_LEVEL_BAR (self->bar), MAX (fraction, 0));
  gtk_widget_set_visible (self->bar, fraction >= 0);
  if (fraction >= NEARLY)
    gtk_widget_add_css_class (self->bar, "nearly");
  else
    gtk_widget_remove_css_class (self->bar, "nearly");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), tooltip);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip,
                                  -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  tooltip,
                                  -1);
}
