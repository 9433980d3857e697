/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-fit-box.h"

#define LEAST 240 /* of what the first is not made to give up */

struct _ShipFitBox
{
  GtkWidget parent_instance;
  int       spacing;
};

G_DEFINE_FINAL_TYPE (ShipFitBox, ship_fit_box, GTK_TYPE_WIDGET)

static int
get_natural_width (GtkWidget *child)
{
  int natural = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);

  return natural;
}

static void
ship_fit_box_measure (GtkWidget     *widget,
                      GtkOrientation orientation,
                      int            for_size,
                      int           *minimum,
                      int           *natural,
                      int           *minimum_baseline,
                      int           *natural_baseline)
{
  ShipFitBox *self = SHIP_FIT_BOX (widget);
  GtkWidget  *first = gtk_widget_get_first_child (widget);

  for (GtkWidget *child = first; child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      int child_minimum = 0;
      int child_natural = 0;

      if (!gtk_widget_should_layout (child))
        continue;
      gtk_widget_measure (child, orientation, -1, &child_minimum, &child_natural, NULL, NULL);
      if (orientation == GTK_ORIENTATION_VERTICAL)
        {
          *minimum = MAX (*minimum, child_minimum);
          *natural = MAX (*natural, child_natural);
        }
      else
        {
          *minimum += child == first ? child_minimum : 0;
          *natural += child_natural + (child == first ? 0 : self->spacing);
        }
    }
}

/* How much of @room the children behind the first take, from the last on; the others are not shown.
 */
static int
choose (ShipFitBox *self, int room)
{
  GtkWidget *first = gtk_widget_get_first_child (GTK_WIDGET (self));
  gboolean   is_full = FALSE;
  int        taken = 0;

  for (GtkWidget *child = gtk_widget_get_last_child (GTK_WIDGET (self)); child != first;
       child = gtk_widget_get_prev_sibling (child))
    {
      int width = get_natural_width (child) + self->spacing;

      if (!gtk_widget_should_layout (child))
        continue;
      is_full = is_full || taken + width > room;
      gtk_widget_set_child_visible (child, !is_full);
      taken += is_full ? 0 : width;
    }

  return taken;
}

static void
ship_fit_box_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShipFitBox *self = SHIP_FIT_BOX (widget);
  GtkWidget  *first = gtk_widget_get_first_child (widget);
  gboolean    is_rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int         lead;
  int         x;

  if (first == NULL)
    return;
  lead = MIN (get_natural_width (first), MAX (width / 2, LEAST));
  lead = width - choose (self, width - lead);
  gtk_widget_size_allocate (first,
                            &(GtkAllocation){ is_rtl ? width - lead : 0, 0, lead, height },
                            baseline);
  x = lead;
  for (GtkWidget *child = gtk_widget_get_next_sibling (first); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      int child_width = get_natural_width (child);

      if (!gtk_widget_should_layout (child) || !gtk_widget_get_child_visible (child))
        continue;
      x += self->spacing;
      gtk_widget_size_allocate (
        child,
        &(GtkAllocation){ is_rtl ? width - x - child_width : x, 0, child_width, height },
        baseline);
      x += child_width;
    }
}

static void
ship_fit_box_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ship_fit_box_parent_class)->dispose (object);
}

static void
ship_fit_box_class_init (ShipFitBoxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_fit_box_dispose;
  GTK_WIDGET_CLASS (klass)->measure = ship_fit_box_measure;
  GTK_WIDGET_CLASS (klass)->size_allocate = ship_fit_box_size_allocate;
}

static void
ship_fit_box_init (ShipFitBox *self)
{
}

GtkWidget *
ship_fit_box_new (int spacing)
{
  ShipFitBox *self = g_object_new (SHIP_TYPE_FIT_BOX, NULL);

  self->spacing = spacing;

  return GTK_WIDGET (self);
}

void
ship_fit_box_append (ShipFitBox *self, GtkWidget *child)
{
  g_return_if_fail (SHIP_IS_FIT_BOX (self));

  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}
