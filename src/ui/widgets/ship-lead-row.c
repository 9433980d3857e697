/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/ship-lead-row.h"

#define SPACING 8

struct _ShipLeadRow
{
  GtkWidget  parent_instance;
  GtkWidget *lead;    /* (unowned): a child */
  GtkWidget *content; /* (unowned): a child */
};

G_DEFINE_FINAL_TYPE (ShipLeadRow, ship_lead_row, GTK_TYPE_WIDGET)

/* With the space behind it. */
static int
get_lead_width (ShipLeadRow *self)
{
  int natural = 0;

  if (!gtk_widget_should_layout (self->lead))
    return 0;
  gtk_widget_measure (self->lead, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);

  return natural + SPACING;
}

static void
ship_lead_row_measure (GtkWidget     *widget,
                       GtkOrientation orientation,
                       int            for_size,
                       int           *minimum,
                       int           *natural,
                       int           *minimum_baseline,
                       int           *natural_baseline)
{
  ShipLeadRow *self = SHIP_LEAD_ROW (widget);
  int          lead = get_lead_width (self);
  int          height = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      gtk_widget_measure (self->content, orientation, -1, minimum, natural, NULL, NULL);
      *minimum += lead;
      *natural += lead;
      return;
    }
  if (for_size >= 0)
    for_size = MAX (for_size - lead, 0);
  gtk_widget_measure (self->content, orientation, for_size, minimum, natural, NULL, NULL);
  if (lead > 0)
    gtk_widget_measure (self->lead, orientation, -1, NULL, &height, NULL, NULL);
  *minimum = MAX (*minimum, height);
  *natural = MAX (*natural, height);
}

static void
ship_lead_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShipLeadRow  *self = SHIP_LEAD_ROW (widget);
  int           lead = get_lead_width (self);
  GtkAllocation place = { lead, 0, MAX (width - lead, 0), height };

  gtk_widget_size_allocate (self->content, &place, -1);
  place.x = 0;
  place.width = lead - SPACING;
  if (lead > 0)
    gtk_widget_size_allocate (self->lead, &place, -1);
}

static GtkSizeRequestMode
ship_lead_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ship_lead_row_dispose (GObject *object)
{
  ShipLeadRow *self = SHIP_LEAD_ROW (object);

  g_clear_pointer (&self->lead, gtk_widget_unparent);
  g_clear_pointer (&self->content, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_lead_row_parent_class)->dispose (object);
}

static void
ship_lead_row_class_init (ShipLeadRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_lead_row_dispose;
  widget_class->measure = ship_lead_row_measure;
  widget_class->size_allocate = ship_lead_row_size_allocate;
  widget_class->get_request_mode = ship_lead_row_get_request_mode;
}

static void
ship_lead_row_init (ShipLeadRow *self)
{
}

GtkWidget *
ship_lead_row_new (GtkWidget *lead, GtkWidget *content)
{
  ShipLeadRow *self = g_object_new (SHIP_TYPE_LEAD_ROW, NULL);

  self->lead = lead;
  self->content = content;
  gtk_widget_set_parent (lead, GTK_WIDGET (self));
  gtk_widget_set_parent (content, GTK_WIDGET (self));

  return GTK_WIDGET (self);
}

GtkWidget *
ship_lead_row_get_content (ShipLeadRow *self)
{
  g_return_val_if_fail (SHIP_IS_LEAD_ROW (self), NULL);

  return self->content;
}
