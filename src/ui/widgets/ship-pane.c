/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-pane.h"

#define STEP  24
#define LATER (G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS)
#define EARLY (G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS)

struct _ShipPane
{
  GtkWidget   parent_instance;
  GtkWidget  *child; /* (unowned) */
  GtkWidget  *edge;  /* (unowned): over the child, where it is moved */
  GtkPackType side;  /* of the edge */
  int         narrowest;
  int         widest;
  gboolean    is_firm;
  int         width;
  int         dragged_to; /* while it lasts; else 0 */
};

typedef enum
{
  PROP_WIDTH = 1,
  PROP_NARROWEST,
  PROP_WIDEST,
  PROP_SIDE,
  PROP_EDGE_LABEL,
  PROP_HAS_EDGE,
  PROP_IS_FIRM,
  PROP_CHILD,
} ShipPaneProperty;

static GParamSpec *properties[PROP_CHILD + 1];

G_DEFINE_FINAL_TYPE (ShipPane, ship_pane, GTK_TYPE_WIDGET)

static void
tell_width (ShipPane *self)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->edge),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW,
                                  (double) self->width,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MIN,
                                  (double) self->narrowest,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX,
                                  (double) self->widest,
                                  -1);
}

/* The way of @pixels to the right for the width. */
static int
get_growth (ShipPane *self, double pixels)
{
  gboolean is_right = (self->side == GTK_PACK_END) ==
                      (gtk_widget_get_direction (GTK_WIDGET (self)) != GTK_TEXT_DIR_RTL);

  return (int) (is_right ? pixels : -pixels);
}

/* --- the edge --- */

static void
drag_begin_cb (GtkGestureDrag *drag, double x, double y, ShipPane *self)
{
  gtk_widget_grab_focus (self->edge);
  gtk_gesture_set_state (GTK_GESTURE (drag), GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
drag_update_cb (GtkGestureDrag *drag, double x, double y, ShipPane *self)
{
  double start_x, start_y;
  double now_x, now_y;
  int    width;

  /* The edge moves with the pointer, so the way is measured against what stays: ourselves, from
   * the side that is not moved. */
  gtk_gesture_drag_get_start_point (drag, &start_x, &start_y);
  gtk_widget_translate_coordinates (self->edge,
                                    GTK_WIDGET (self),
                                    start_x + x,
                                    start_y + y,
                                    &now_x,
                                    &now_y);
  width =
    get_growth (self, 1) > 0 ? (int) now_x : gtk_widget_get_width (GTK_WIDGET (self)) - (int) now_x;
  self->dragged_to = CLAMP (width, self->narrowest, self->widest);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
drag_end_cb (GtkGestureDrag *drag, double x, double y, ShipPane *self)
{
  int width = self->dragged_to;

  self->dragged_to = 0;
  if (width != 0)
    ship_pane_set_width (self, width);
}

static gboolean
key_cb (GtkEventControllerKey *keys, guint key, guint code, GdkModifierType state, ShipPane *self)
{
  int by = 0;

  if (key == GDK_KEY_Left || key == GDK_KEY_KP_Left)
    by = get_growth (self, -STEP);
  else if (key == GDK_KEY_Right || key == GDK_KEY_KP_Right)
    by = get_growth (self, STEP);
  if (by == 0)
    return GDK_EVENT_PROPAGATE;

  ship_pane_set_width (self, self->width + by);

  return GDK_EVENT_STOP;
}

static GtkWidget *
new_edge (ShipPane *self)
{
  GtkWidget          *edge = g_object_new (GTK_TYPE_SEPARATOR,
                                  "orientation",
                                  GTK_ORIENTATION_VERTICAL,
                                  "focusable",
                                  TRUE,
                                  NULL);
  GtkEventController *drag = GTK_EVENT_CONTROLLER (gtk_gesture_drag_new ());
  GtkEventController *keys = gtk_event_controller_key_new ();

  gtk_widget_add_css_class (edge, "edge");
  gtk_widget_set_cursor_from_name (edge, "col-resize");
  g_signal_connect_object (drag, "drag-begin", G_CALLBACK (drag_begin_cb), self, 0);
  g_signal_connect_object (drag, "drag-update", G_CALLBACK (drag_update_cb), self, 0);
  g_signal_connect_object (drag, "drag-end", G_CALLBACK (drag_end_cb), self, 0);
  g_signal_connect_object (keys, "key-pressed", G_CALLBACK (key_cb), self, 0);
  gtk_widget_add_controller (edge, drag);
  gtk_widget_add_controller (edge, keys);

  return edge;
}

/* --- the widget --- */

static void
ship_pane_measure (GtkWidget     *widget,
                   GtkOrientation orientation,
                   int            for_size,
                   int           *minimum,
                   int           *natural,
                   int           *minimum_baseline,
                   int           *natural_baseline)
{
  ShipPane *self = SHIP_PANE (widget);

  if (self->child != NULL)
    gtk_widget_measure (self->child, orientation, for_size, minimum, natural, NULL, NULL);
  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      int width = self->dragged_to != 0 ? self->dragged_to : self->width;

      *minimum = MAX (*minimum, self->is_firm ? width : self->narrowest);
      *natural = MAX (*minimum, width);
    }
}

static void
ship_pane_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShipPane     *self = SHIP_PANE (widget);
  GtkAllocation edge = { 0, 0, 0, height };

  gtk_widget_measure (self->edge, GTK_ORIENTATION_HORIZONTAL, -1, &edge.width, NULL, NULL, NULL);
  if (get_growth (self, 1) > 0)
    edge.x = width - edge.width;
  if (self->child != NULL)
    gtk_widget_size_allocate (self->child, &(GtkAllocation){ 0, 0, width, height }, baseline);
  gtk_widget_size_allocate (self->edge, &edge, -1);
}

static void
ship_pane_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipPane *self = SHIP_PANE (object);

  switch ((ShipPaneProperty) id)
    {
    case PROP_WIDTH:
      g_value_set_int (value, self->width);
      break;
    case PROP_NARROWEST:
      g_value_set_int (value, self->narrowest);
      break;
    case PROP_WIDEST:
      g_value_set_int (value, self->widest);
      break;
    case PROP_SIDE:
      g_value_set_enum (value, self->side);
      break;
    case PROP_EDGE_LABEL: /* write-only */
      break;
    case PROP_HAS_EDGE:
      g_value_set_boolean (value, gtk_widget_get_visible (self->edge));
      break;
    case PROP_IS_FIRM:
      g_value_set_boolean (value, self->is_firm);
      break;
    case PROP_CHILD:
      g_value_set_object (value, self->child);
      break;
    }
}

static void
set_child (ShipPane *self, GtkWidget *child)
{
  g_clear_pointer (&self->child, gtk_widget_unparent);
  self->child = child;
  if (child != NULL)
    gtk_widget_insert_before (child, GTK_WIDGET (self), self->edge);
}

static void
ship_pane_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ShipPane *self = SHIP_PANE (object);

  switch ((ShipPaneProperty) id)
    {
    case PROP_WIDTH:
      ship_pane_set_width (self, g_value_get_int (value));
      break;
    case PROP_NARROWEST:
      self->narrowest = g_value_get_int (value);
      break;
    case PROP_WIDEST:
      self->widest = g_value_get_int (value);
      break;
    case PROP_SIDE:
      self->side = g_value_get_enum (value);
      break;
    case PROP_EDGE_LABEL:
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->edge),
                                      GTK_ACCESSIBLE_PROPERTY_LABEL,
                                      g_value_get_string (value),
                                      -1);
      break;
    case PROP_HAS_EDGE:
      gtk_widget_set_visible (self->edge, g_value_get_boolean (value));
      break;
    case PROP_IS_FIRM:
      self->is_firm = g_value_get_boolean (value);
      gtk_widget_queue_resize (GTK_WIDGET (self));
      break;
    case PROP_CHILD:
      set_child (self, g_value_get_object (value));
      break;
    }
}

static void
ship_pane_constructed (GObject *object)
{
  G_OBJECT_CLASS (ship_pane_parent_class)->constructed (object);

  tell_width (SHIP_PANE (object));
}

static void
ship_pane_dispose (GObject *object)
{
  ShipPane *self = SHIP_PANE (object);

  g_clear_pointer (&self->child, gtk_widget_unparent);
  g_clear_pointer (&self->edge, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_pane_parent_class)->dispose (object);
}

static void
ship_pane_class_init (ShipPaneClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->constructed = ship_pane_constructed;
  object_class->get_property = ship_pane_get_property;
  object_class->set_property = ship_pane_set_property;
  object_class->dispose = ship_pane_dispose;
  widget_class->measure = ship_pane_measure;
  widget_class->size_allocate = ship_pane_size_allocate;
  gtk_widget_class_set_css_name (widget_class, "pane");

  properties[PROP_WIDTH] = g_param_spec_int ("width", NULL, NULL, 0, G_MAXINT, 300, LATER);
  properties[PROP_NARROWEST] = g_param_spec_int ("narrowest", NULL, NULL, 0, G_MAXINT, 0, EARLY);
  properties[PROP_WIDEST] = g_param_spec_int ("widest", NULL, NULL, 0, G_MAXINT, G_MAXINT, EARLY);
  properties[PROP_SIDE] =
    g_param_spec_enum ("side", NULL, NULL, GTK_TYPE_PACK_TYPE, GTK_PACK_END, EARLY);
  properties[PROP_EDGE_LABEL] =
    g_param_spec_string ("edge-label", NULL, NULL, NULL, G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_EDGE] = g_param_spec_boolean ("has-edge", NULL, NULL, TRUE, LATER);
  properties[PROP_IS_FIRM] = g_param_spec_boolean ("is-firm", NULL, NULL, FALSE, LATER);
  properties[PROP_CHILD] = g_param_spec_object ("child", NULL, NULL, GTK_TYPE_WIDGET, LATER);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_pane_init (ShipPane *self)
{
  self->width = 300;
  self->edge = new_edge (self);
  gtk_widget_set_parent (self->edge, GTK_WIDGET (self));
}

int
ship_pane_get_width (ShipPane *self)
{
  g_return_val_if_fail (SHIP_IS_PANE (self), 0);

  return self->width;
}

void
ship_pane_set_width (ShipPane *self, int width)
{
  g_return_if_fail (SHIP_IS_PANE (self));

  width = CLAMP (width, self->narrowest, self->widest);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  if (width == self->width)
    return;
  self->width = width;
  tell_width (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_WIDTH]);
}
