/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/ship-wrap-row.h"

/* A GtkFlowBox gives its children less than they need on GTK 4.8 when it is aligned. */

#define SPACING 8

struct _ShipWrapRow
{
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (ShipWrapRow, ship_wrap_row, GTK_TYPE_WIDGET)

static int
get_width (GtkWidget *child)
{
  int natural = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static int
get_height (GtkWidget *child)
{
  int natural = 0;

  gtk_widget_measure (child, GTK_ORIENTATION_VERTICAL, -1, NULL, &natural, NULL, NULL);
  return natural;
}

static GtkWidget *
next_shown (GtkWidget *child)
{
  while (child != NULL && !gtk_widget_should_layout (child))
    child = gtk_widget_get_next_sibling (child);

  return child;
}

/* One line from @child on. Returns: (nullable): the first of the next */
static GtkWidget *
take_line (GtkWidget *child, int available, int *width, int *height)
{
  *width = -SPACING;
  *height = 0;
  for (child = next_shown (child); child != NULL;
       child = next_shown (gtk_widget_get_next_sibling (child)))
    {
      int wanted = get_width (child);

      if (*width > 0 && *width + SPACING + wanted > available)
        break;
      *width += SPACING + wanted;
      *height = MAX (*height, get_height (child));
    }

  return child;
}

static void
ship_wrap_row_measure (GtkWidget     *widget,
                       GtkOrientation orientation,
                       int            for_size,
                       int           *minimum,
                       int           *natural,
                       int           *minimum_baseline,
                       int           *natural_baseline)
{
  GtkWidget *child = next_shown (gtk_widget_get_first_child (widget));
  int        width;
  int        height;
  int        all = -SPACING;

  *minimum = 0;
  *natural = 0;
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      take_line (child, G_MAXINT, natural, &height);
      *natural = MAX (*natural, 0);
      for (; child != NULL; child = next_shown (gtk_widget_get_next_sibling (child)))
        *minimum = MAX (*minimum, get_width (child));
      return;
    }
  while (child != NULL)
    {
      child = take_line (child, for_size >= 0 ? for_size : G_MAXINT, &width, &height);
      all += SPACING + height;
    }
  *minimum = *natural = MAX (all, 0);
}

static void
ship_wrap_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GtkWidget *child = next_shown (gtk_widget_get_first_child (widget));
  int        y = 0;

  while (child != NULL)
    {
      int        line_width;
      int        line_height;
      GtkWidget *end = take_line (child, width, &line_width, &line_height);
      int        x = width - line_width;

      for (; child != end; child = next_shown (gtk_widget_get_next_sibling (child)))
        {
          GtkAllocation place = { x, y, get_width (child), line_height };

          gtk_widget_size_allocate (child, &place, -1);
          x += place.width + SPACING;
        }
      y += line_height + SPACING;
    }
}

static GtkSizeRequestMode
ship_wrap_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ship_wrap_row_dispose (GObject *object)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ship_wrap_row_parent_class)->dispose (object);
}

static void
ship_wrap_row_class_init (ShipWrapRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_wrap_row_dispose;
  widget_class->measure = ship_wrap_row_measure;
  widget_class->size_allocate = ship_wrap_row_size_allocate;
  widget_class->get_request_mode = ship_wrap_row_get_request_mode;
}

static void
ship_wrap_row_init (ShipWrapRow *self)
{
}

GtkWidget *
ship_wrap_row_new (void)
{
  return g_object_new (SHIP_TYPE_WRAP_ROW, NULL);
}

void
ship_wrap_row_append (ShipWrapRow *self, GtkWidget *child)
{
  g_return_if_fail (SHIP_IS_WRAP_ROW (self));

  gtk_widget_insert_before (child, GTK_WIDGET (self), NULL);
}
