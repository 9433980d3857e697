/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "transcript/ship-block-box.h"

#include "transcript/ship-row-column.h"

/*
 * What was drawn is kept by GTK until something asks for it to be drawn again. So it is remembered
 * which blocks that were, and asked for when others have come into sight.
 */

struct _ShipBlockBox
{
  GtkBox     parent_instance;
  GtkWidget *column; /* (unowned) (nullable): what scrolls it */
  GtkWidget *first;  /* (unowned) (nullable): drawn last; only compared, it may be gone */
  GtkWidget *last;   /* (unowned) (nullable): likewise */
};

G_DEFINE_FINAL_TYPE (ShipBlockBox, ship_block_box, GTK_TYPE_BOX)

/* The part of @self that is in sight, from top to bottom, in its own pixels. */
static void
find_sight (ShipBlockBox *self, float *top, float *bottom)
{
  graphene_rect_t bounds;

  *top = 0;
  *bottom = (float) gtk_widget_get_height (GTK_WIDGET (self));
  if (self->column == NULL || !gtk_widget_compute_bounds (self->column, GTK_WIDGET (self), &bounds))
    return;
  *top = MAX (*top, bounds.origin.y);
  *bottom = MIN (*bottom, bounds.origin.y + bounds.size.height);
}

/* The blocks from @first to @last are in sight, if there are any. */
static void
find_blocks (ShipBlockBox *self, GtkWidget **first, GtkWidget **last)
{
  float top;
  float bottom;

  find_sight (self, &top, &bottom);
  *first = NULL;
  *last = NULL;
  for (GtkWidget *block = gtk_widget_get_first_child (GTK_WIDGET (self)); block != NULL;
       block = gtk_widget_get_next_sibling (block))
    {
      graphene_rect_t bounds;

      if (!gtk_widget_should_layout (block) ||
          !gtk_widget_compute_bounds (block, GTK_WIDGET (self), &bounds))
        continue;
      if (bounds.origin.y >= bottom)
        break;
      if (bounds.origin.y + bounds.size.height <= top)
        continue;
      if (*first == NULL)
        *first = block;
      *last = block;
    }
}

static void
ship_block_box_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  ShipBlockBox *self = SHIP_BLOCK_BOX (widget);
  GtkWidget    *end;

  find_blocks (self, &self->first, &self->last);
  end = self->last != NULL ? gtk_widget_get_next_sibling (self->last) : NULL;
  for (GtkWidget *block = self->first; block != end; block = gtk_widget_get_next_sibling (block))
    gtk_widget_snapshot_child (widget, block, snapshot);
}

/* In a layout, of which the drawing comes later. */
static void
moved_cb (ShipBlockBox *self)
{
  GtkWidget *first;
  GtkWidget *last;

  find_blocks (self, &first, &last);
  if (first != self->first || last != self->last)
    gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
ship_block_box_root (GtkWidget *widget)
{
  ShipBlockBox *self = SHIP_BLOCK_BOX (widget);

  GTK_WIDGET_CLASS (ship_block_box_parent_class)->root (widget);
  self->column = gtk_widget_get_ancestor (widget, SHIP_TYPE_ROW_COLUMN);
  if (self->column != NULL)
    g_signal_connect_object (self->column, "moved", G_CALLBACK (moved_cb), self, G_CONNECT_SWAPPED);
}

static void
ship_block_box_unroot (GtkWidget *widget)
{
  ShipBlockBox *self = SHIP_BLOCK_BOX (widget);

  if (self->column != NULL)
    g_signal_handlers_disconnect_by_data (self->column, self);
  self->column = NULL;
  GTK_WIDGET_CLASS (ship_block_box_parent_class)->unroot (widget);
}

static void
ship_block_box_class_init (ShipBlockBoxClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->root = ship_block_box_root;
  widget_class->unroot = ship_block_box_unroot;
  widget_class->snapshot = ship_block_box_snapshot;
}

static void
ship_block_box_init (ShipBlockBox *self)
{
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
}

GtkWidget *
ship_block_box_new (int spacing)
{
  return g_object_new (SHIP_TYPE_BLOCK_BOX, "spacing", spacing, NULL);
}
