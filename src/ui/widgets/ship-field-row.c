/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "widgets/ship-field-row.h"

struct _ShipFieldRow
{
  AdwPreferencesRow parent_instance;
  GtkWidget        *box;      /* (unowned): the only child */
  GtkWidget        *suffixes; /* (unowned) */
  GtkWidget        *title;    /* (unowned) */
  GtkWidget        *entry;    /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipFieldRow, ship_field_row, ADW_TYPE_PREFERENCES_ROW)

static gboolean
ship_field_row_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (SHIP_FIELD_ROW (widget)->entry);
}

/* A row of a list takes the focus itself when Shift+Tab leaves what it holds: it would give it back
 * at once. */
static gboolean
ship_field_row_focus (GtkWidget *widget, GtkDirectionType direction)
{
  return gtk_widget_child_focus (SHIP_FIELD_ROW (widget)->box, direction);
}

static void
ship_field_row_class_init (ShipFieldRowClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = ship_field_row_focus;
  GTK_WIDGET_CLASS (klass)->grab_focus = ship_field_row_grab_focus;
}

static void
ship_field_row_init (ShipFieldRow *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->suffixes = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  self->title = gtk_label_new (NULL);
  self->entry = gtk_entry_new ();
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_widget_add_css_class (self->title, "caption");
  gtk_widget_add_css_class (self->title, "dim-label");
  gtk_widget_set_hexpand (column, TRUE);
  /* Both parts are as high as the row: Tab goes by the middle of things, from top to bottom. */
  gtk_widget_set_vexpand (self->title, TRUE);
  gtk_widget_set_valign (self->title, GTK_ALIGN_END);
  gtk_widget_set_vexpand (self->entry, TRUE);
  gtk_widget_set_valign (self->entry, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (column), self->title);
  gtk_box_append (GTK_BOX (column), self->entry);
  gtk_box_append (GTK_BOX (self->box), column);
  gtk_box_append (GTK_BOX (self->box), self->suffixes);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (self), self->box);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), FALSE);
  gtk_widget_set_focusable (GTK_WIDGET (self), FALSE);
  gtk_widget_add_css_class (GTK_WIDGET (self), "field-row");
}

GtkWidget *
ship_field_row_new (const char *title, const char *icon)
{
  ShipFieldRow *self = g_object_new (SHIP_TYPE_FIELD_ROW, "title", title, NULL);

  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->entry),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  title,
                                  -1);
  if (icon != NULL)
    {
      GtkWidget *image = gtk_image_new_from_icon_name (icon);

      gtk_widget_set_margin_end (image, 6);
      gtk_box_prepend (GTK_BOX (self->box), image);
    }

  return GTK_WIDGET (self);
}

GtkEntry *
ship_field_row_get_entry (ShipFieldRow *self)
{
  g_return_val_if_fail (SHIP_IS_FIELD_ROW (self), NULL);

  return GTK_ENTRY (self->entry);
}

void
ship_field_row_add_suffix (ShipFieldRow *self, GtkWidget *widget)
{
  g_return_if_fail (SHIP_IS_FIELD_ROW (self));

  gtk_box_append (GTK_BOX (self->suffixes), widget);
}
