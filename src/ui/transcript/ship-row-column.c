/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-row-column.h"

/*
 * The rows are the children. A layout measures them all, which GTK has in its caches for those that
 * did not change, finds where the place of the reader is now, and sets the adjustment before it
 * allocates: so a new height above is never seen to push the text away.
 */

#define MAX_WIDTH       760
#define SPACING         14
#define SIDE            20
#define TOP             18
#define BOTTOM          28
#define NEAR_PIXELS     24
#define NEAR_START      400
#define SCROLL_TO_SPACE 12

/* Where a row is in the content. */
typedef struct
{
  GtkWidget *row; /* (unowned) */
  int        y;
  int        height;
} Place;

struct _ShipRowColumn
{
  GtkWidget           parent_instance;
  GtkAdjustment      *hadjustment; /* (owned) (nullable) */
  GtkAdjustment      *vadjustment; /* (owned) (nullable) */
  GtkScrollablePolicy hpolicy;
  GtkScrollablePolicy vpolicy;
  GArray             *places; /* (owned) (element-type Place): by the last layout */
  GtkWidget *anchor; /* (unowned) (nullable): what is read; NULL: the end, or nothing yet */
  double     offset; /* of its top from the top of the view */
  gboolean   is_at_end;
  gboolean   is_in_layout;
};

typedef enum
{
  PROP_HADJUSTMENT = 1,
  PROP_VADJUSTMENT,
  PROP_HSCROLL_POLICY,
  PROP_VSCROLL_POLICY,
} ShipRowColumnProperty;

enum
{
  MOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE_WITH_CODE (ShipRowColumn,
                               ship_row_column,
                               GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SCROLLABLE, NULL))

static double
get_value (ShipRowColumn *self)
{
  return self->vadjustment != NULL ? gtk_adjustment_get_value (self->vadjustment) : 0;
}

static double
get_page (ShipRowColumn *self)
{
  return self->vadjustment != NULL ? gtk_adjustment_get_page_size (self->vadjustment) : 0;
}

static double
get_end (ShipRowColumn *self)
{
  if (self->vadjustment == NULL)
    return 0;
  return gtk_adjustment_get_upper (self->vadjustment) - get_page (self);
}

static const Place *
find_place (ShipRowColumn *self, GtkWidget *row)
{
  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (place->row == row)
        return place;
    }

  return NULL;
}

/* The reader is where the view is now: at the end, or at the first row that is in sight. */
static void
take_anchor (ShipRowColumn *self, gboolean may_be_end)
{
  double value = get_value (self);

  self->anchor = NULL;
  self->is_at_end = may_be_end && value >= get_end (self) - NEAR_PIXELS;
  for (guint i = 0; i < self->places->len && !self->is_at_end && self->anchor == NULL; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (place->y + place->height <= value)
        continue;
      self->anchor = place->row;
      self->offset = place->y - value;
    }
}

static void
value_changed_cb (GtkAdjustment *adjustment, ShipRowColumn *self)
{
  if (self->is_in_layout)
    return;
  take_anchor (self, TRUE);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

static void
set_adjustment (ShipRowColumn *self, GtkAdjustment **place, GtkAdjustment *adjustment)
{
  if (*place != NULL)
    g_signal_handlers_disconnect_by_data (*place, self);
  g_set_object (place, adjustment);
  if (adjustment != NULL && place == &self->vadjustment)
    g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (value_changed_cb), self, 0);
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/* --- layout --- */

static int
measure_rows (ShipRowColumn *self, int width)
{
  int y = TOP;

  g_array_set_size (self->places, 0);
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      Place place = { row, y, 0 };

      if (!gtk_widget_should_layout (row))
        continue;
      gtk_widget_measure (row, GTK_ORIENTATION_VERTICAL, width, NULL, &place.height, NULL, NULL);
      y += place.height + SPACING;
      g_array_append_val (self->places, place);
    }

  return y - (self->places->len > 0 ? SPACING : 0) + BOTTOM;
}

static double
find_value (ShipRowColumn *self, int total, int height)
{
  double       end = MAX (total - height, 0);
  const Place *place = self->anchor != NULL ? find_place (self, self->anchor) : NULL;

  if (self->is_at_end || place == NULL)
    return end;
  return CLAMP (place->y - self->offset, 0, end);
}

static void
ship_row_column_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  ShipRowColumn *self = SHIP_ROW_COLUMN (widget);
  int            minimum = 0;
  int            row_width;
  int            total;
  double         value;

  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);
  row_width = MAX (MIN (width - 2 * SIDE, MAX_WIDTH), minimum - 2 * SIDE);
  total = measure_rows (self, row_width);
  value = find_value (self, total, height);

  self->is_in_layout = TRUE;
  if (self->vadjustment != NULL)
    gtk_adjustment_configure (self->vadjustment,
                              value,
                              0,
                              MAX (total, height),
                              40,
                              height * 0.9,
                              height);
  if (self->hadjustment != NULL)
    gtk_adjustment_configure (self->hadjustment, 0, 0, width, 10, width, width);
  self->is_in_layout = FALSE;
  /* What shrank may have brought the end to the reader. */
  if (!self->is_at_end && value >= get_end (self) - 1)
    take_anchor (self, TRUE);

  for (guint i = 0; i < self->places->len; i++)
    {
      const Place  *place = &g_array_index (self->places, Place, i);
      GskTransform *transform = gsk_transform_translate (
        NULL,
        &GRAPHENE_POINT_INIT ((float) ((width - row_width) / 2), (float) (place->y - (int) value)));

      gtk_widget_allocate (place->row, row_width, place->height, -1, transform);
    }
  g_signal_emit (self, signals[MOVED], 0);
}

static void
ship_row_column_measure (GtkWidget     *widget,
                         GtkOrientation orientation,
                         int            for_size,
                         int           *minimum,
                         int           *natural,
                         int           *minimum_baseline,
                         int           *natural_baseline)
{
  *minimum = 0;
  *natural = 0;
  if (orientation == GTK_ORIENTATION_VERTICAL)
    return;
  for (GtkWidget *row = gtk_widget_get_first_child (widget); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      int row_minimum = 0;

      if (!gtk_widget_should_layout (row))
        continue;
      gtk_widget_measure (row, orientation, -1, &row_minimum, NULL, NULL, NULL);
      *minimum = MAX (*minimum, row_minimum);
    }
  *minimum += 2 * SIDE;
  *natural = MAX (*minimum, MAX_WIDTH + 2 * SIDE);
}

static gboolean
is_place_in_sight (ShipRowColumn *self, const Place *place)
{
  double top = place->y - get_value (self);

  return top < get_page (self) && top + place->height > 0;
}

static void
ship_row_column_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShipRowColumn *self = SHIP_ROW_COLUMN (widget);

  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      if (is_place_in_sight (self, place))
        gtk_widget_snapshot_child (widget, place->row, snapshot);
    }
}

static GtkSizeRequestMode
ship_row_column_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_CONSTANT_SIZE;
}

/* --- the focus is never out of sight --- */

static void
focus_cb (GObject *root, GParamSpec *pspec, ShipRowColumn *self)
{
  GtkWidget      *focus = gtk_root_get_focus (GTK_ROOT (root));
  graphene_rect_t bounds;
  double          top;
  double          bottom;
  double          page = get_page (self);

  if (focus == NULL || focus == GTK_WIDGET (self) || self->vadjustment == NULL ||
      !gtk_widget_is_ancestor (focus, GTK_WIDGET (self)) ||
      !gtk_widget_compute_bounds (focus, GTK_WIDGET (self), &bounds))
    return;

  top = bounds.origin.y;
  bottom = top + bounds.size.height;
  if (top < 0 || bounds.size.height > page)
    gtk_adjustment_set_value (self->vadjustment,
                              get_value (self) +
                                (bottom > 0 && top < 0 && bottom > page ? 0 : top));
  else if (bottom > page)
    gtk_adjustment_set_value (self->vadjustment, get_value (self) + bottom - page);
}

static void
ship_row_column_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_row_column_parent_class)->root (widget);
  g_signal_connect_object (gtk_widget_get_root (widget),
                           "notify::focus-widget",
                           G_CALLBACK (focus_cb),
                           widget,
                           0);
}

static GtkWidget *
step (GtkWidget *row, gboolean is_back)
{
  return is_back ? gtk_widget_get_prev_sibling (row) : gtk_widget_get_next_sibling (row);
}

/* Up and down go from row to row, Tab to what can be used in them; see ship_entry_row_focus(). */
static gboolean
ship_row_column_focus (GtkWidget *widget, GtkDirectionType direction)
{
  GtkWidget *row = gtk_widget_get_focus_child (widget);
  gboolean   is_tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;
  gboolean   is_back = direction == GTK_DIR_TAB_BACKWARD || direction == GTK_DIR_UP;

  if (direction == GTK_DIR_LEFT || direction == GTK_DIR_RIGHT)
    return row != NULL && gtk_widget_child_focus (row, direction);
  if (row == NULL)
    row = is_back ? gtk_widget_get_last_child (widget) : gtk_widget_get_first_child (widget);
  for (; row != NULL; row = step (row, is_back))
    if (gtk_widget_child_focus (row, direction))
      return TRUE;

  /* The arrows stay in the conversation. */
  return !is_tab && gtk_widget_get_focus_child (widget) != NULL;
}

static void
ship_row_column_unroot (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_data (gtk_widget_get_root (widget), widget);
  GTK_WIDGET_CLASS (ship_row_column_parent_class)->unroot (widget);
}

/* --- the widget --- */

static void
ship_row_column_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  ShipRowColumn *self = SHIP_ROW_COLUMN (object);

  switch ((ShipRowColumnProperty) id)
    {
    case PROP_HADJUSTMENT:
      set_adjustment (self, &self->hadjustment, g_value_get_object (value));
      break;
    case PROP_VADJUSTMENT:
      set_adjustment (self, &self->vadjustment, g_value_get_object (value));
      break;
    case PROP_HSCROLL_POLICY:
      self->hpolicy = g_value_get_enum (value);
      break;
    case PROP_VSCROLL_POLICY:
      self->vpolicy = g_value_get_enum (value);
      break;
    }
}

static void
ship_row_column_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  ShipRowColumn *self = SHIP_ROW_COLUMN (object);

  switch ((ShipRowColumnProperty) id)
    {
    case PROP_HADJUSTMENT:
      g_value_set_object (value, self->hadjustment);
      break;
    case PROP_VADJUSTMENT:
      g_value_set_object (value, self->vadjustment);
      break;
    case PROP_HSCROLL_POLICY:
      g_value_set_enum (value, self->hpolicy);
      break;
    case PROP_VSCROLL_POLICY:
      g_value_set_enum (value, self->vpolicy);
      break;
    }
}

static void
ship_row_column_dispose (GObject *object)
{
  ShipRowColumn *self = SHIP_ROW_COLUMN (object);
  GtkWidget     *row;

  while ((row = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    ship_row_column_remove (self, row);
  set_adjustment (self, &self->hadjustment, NULL);
  set_adjustment (self, &self->vadjustment, NULL);

  G_OBJECT_CLASS (ship_row_column_parent_class)->dispose (object);
}

static void
ship_row_column_finalize (GObject *object)
{
  g_array_unref (SHIP_ROW_COLUMN (object)->places);

  G_OBJECT_CLASS (ship_row_column_parent_class)->finalize (object);
}

static void
ship_row_column_class_init (ShipRowColumnClass *klass)
{
  GObjectClass   *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->set_property = ship_row_column_set_property;
  object_class->get_property = ship_row_column_get_property;
  object_class->dispose = ship_row_column_dispose;
  object_class->finalize = ship_row_column_finalize;
  widget_class->measure = ship_row_column_measure;
  widget_class->size_allocate = ship_row_column_size_allocate;
  widget_class->snapshot = ship_row_column_snapshot;
  widget_class->get_request_mode = ship_row_column_get_request_mode;
  widget_class->focus = ship_row_column_focus;
  widget_class->root = ship_row_column_root;
  widget_class->unroot = ship_row_column_unroot;
  g_object_class_override_property (object_class, PROP_HADJUSTMENT, "hadjustment");
  g_object_class_override_property (object_class, PROP_VADJUSTMENT, "vadjustment");
  g_object_class_override_property (object_class, PROP_HSCROLL_POLICY, "hscroll-policy");
  g_object_class_override_property (object_class, PROP_VSCROLL_POLICY, "vscroll-policy");
  gtk_widget_class_set_css_name (widget_class, "rowcolumn");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_LIST);

  signals[MOVED] = g_signal_new ("moved",
                                 SHIP_TYPE_ROW_COLUMN,
                                 G_SIGNAL_RUN_LAST,
                                 0,
                                 NULL,
                                 NULL,
                                 NULL,
                                 G_TYPE_NONE,
                                 0);
}

static void
ship_row_column_init (ShipRowColumn *self)
{
  self->places = g_array_new (FALSE, FALSE, sizeof (Place));
  self->is_at_end = TRUE;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
ship_row_column_new (void)
{
  return g_object_new (SHIP_TYPE_ROW_COLUMN, NULL);
}

void
ship_row_column_insert (ShipRowColumn *self, GtkWidget *row, GtkWidget *after)
{
  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));

  gtk_widget_insert_after (row, GTK_WIDGET (self), after);
}

void
ship_row_column_remove (ShipRowColumn *self, GtkWidget *row)
{
  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));
  g_return_if_fail (gtk_widget_get_parent (row) == GTK_WIDGET (self));

  if (self->anchor == row)
    {
      const Place *next;

      self->anchor = gtk_widget_get_next_sibling (row);
      next = self->anchor != NULL ? find_place (self, self->anchor) : NULL;
      self->offset = next != NULL ? next->y - get_value (self) : 0;
    }
  for (guint i = 0; i < self->places->len; i++)
    if (g_array_index (self->places, Place, i).row == row)
      g_array_remove_index (self->places, i--);
  gtk_widget_unparent (row);
}

gboolean
ship_row_column_is_at_end (ShipRowColumn *self)
{
  g_return_val_if_fail (SHIP_IS_ROW_COLUMN (self), TRUE);

  return self->is_at_end;
}

gboolean
ship_row_column_is_at_start (ShipRowColumn *self)
{
  g_return_val_if_fail (SHIP_IS_ROW_COLUMN (self), TRUE);

  return get_value (self) < NEAR_START;
}

gboolean
ship_row_column_is_in_sight (ShipRowColumn *self, GtkWidget *row)
{
  const Place *place;

  g_return_val_if_fail (SHIP_IS_ROW_COLUMN (self), FALSE);

  place = find_place (self, row);
  return place != NULL && is_place_in_sight (self, place);
}

void
ship_row_column_scroll_to_end (ShipRowColumn *self)
{
  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));

  self->is_at_end = TRUE;
  self->anchor = NULL;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ship_row_column_scroll_to (ShipRowColumn *self, GtkWidget *row)
{
  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));
  g_return_if_fail (gtk_widget_get_parent (row) == GTK_WIDGET (self));

  self->is_at_end = FALSE;
  self->anchor = row;
  self->offset = SCROLL_TO_SPACE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

void
ship_row_column_hold (ShipRowColumn *self, GtkWidget *row)
{
  const Place *place;

  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));

  place = find_place (self, row);
  if (place == NULL)
    return;
  self->is_at_end = FALSE;
  self->anchor = row;
  self->offset = place->y - get_value (self);
}

void
ship_row_column_stay (ShipRowColumn *self)
{
  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));

  take_anchor (self, FALSE);
}

void
ship_row_column_foreach (ShipRowColumn *self, ShipRowFunc func, gpointer user_data)
{
  g_return_if_fail (SHIP_IS_ROW_COLUMN (self));

  for (guint i = 0; i < self->places->len; i++)
    {
      const Place *place = &g_array_index (self->places, Place, i);

      func (place->row, is_place_in_sight (self, place), user_data);
    }
}
