/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-sidebar-row.h"

#include "widgets/ship-status.h"

#include <glib/gi18n-lib.h>

struct _ShipSidebarRow
{
  GtkWidget        parent_instance;
  ShipSessionItem *item;   /* (owned) (nullable) */
  GtkWidget       *box;    /* (unowned): the only child */
  GtkWidget       *icon;   /* (unowned) */
  GtkWidget       *title;  /* (unowned) */
  GtkWidget       *time;   /* (unowned) */
  GtkWidget       *detail; /* (unowned) */
  GtkWidget       *cost;   /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipSidebarRow, ship_sidebar_row, GTK_TYPE_WIDGET)

static char *
format_age (gint64 ms)
{
  gint64 minutes = (g_get_real_time () / 1000 - ms) / 60000;

  if (minutes < 1)
    return g_strdup (_ ("now"));
  if (minutes < 60)
    return g_strdup_printf (_ ("%d min"), (int) minutes);
  if (minutes < 24 * 60)
    return g_strdup_printf (_ ("%d h"), (int) (minutes / 60));

  return g_strdup_printf (_ ("%d d"), (int) (minutes / (24 * 60)));
}

static char *
format_cost (const ShipIndexRow *row)
{
  if (row->cost <= 0)
    return g_strdup (row->is_cost_known ? "" : "—");

  return g_strdup_printf ("%s$%.2f", row->is_cost_known ? "" : "≥ ", row->cost);
}

static void
update (ShipSidebarRow *self)
{
  const ShipIndexRow *row = ship_session_item_get_row (self->item);
  const ShipStatus   *status = ship_status_lookup (row->state, NULL);
  g_autofree char    *age = format_age (row->updated_at);
  g_autofree char    *cost = format_cost (row);
  g_autofree char    *detail = NULL;
  g_autofree char    *name = NULL;

  detail = status->attention == SHIP_ATTENTION_NONE
             ? g_strdup (row->repository_name)
             : g_strdup_printf ("%s · %s", _ (status->label), row->repository_name);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), status->icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]){ status->css_class, NULL });
  gtk_widget_set_tooltip_text (self->icon, _ (status->label));
  gtk_label_set_text (GTK_LABEL (self->title), row->title);
  gtk_label_set_text (GTK_LABEL (self->time), age);
  gtk_label_set_text (GTK_LABEL (self->detail), detail);
  gtk_label_set_text (GTK_LABEL (self->cost), cost);

  name = g_strdup_printf ("%s, %s, %s", row->title, _ (status->label), row->repository_name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipSidebarRow *self)
{
  update (self);
}

void
ship_sidebar_row_set_item (ShipSidebarRow *self, ShipSessionItem *item)
{
  g_return_if_fail (SHIP_IS_SIDEBAR_ROW (self));

  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;

  g_signal_connect_object (item, "notify", G_CALLBACK (changed_cb), self, 0);
  update (self);
}

static GtkWidget *
new_label (const char *first_class, const char *second_class, gboolean is_wide)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), is_wide ? 0 : 1);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_set_hexpand (label, is_wide);
  if (is_wide)
    gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  if (first_class != NULL)
    gtk_widget_add_css_class (label, first_class);
  if (second_class != NULL)
    gtk_widget_add_css_class (label, second_class);

  return label;
}

static void
ship_sidebar_row_dispose (GObject *object)
{
  ShipSidebarRow *self = SHIP_SIDEBAR_ROW (object);

  ship_sidebar_row_set_item (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_sidebar_row_parent_class)->dispose (object);
}

static void
ship_sidebar_row_class_init (ShipSidebarRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_sidebar_row_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "sessionrow");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ship_sidebar_row_init (ShipSidebarRow *self)
{
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  GtkWidget *first = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *second = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 10);
  self->icon = gtk_image_new ();
  self->title = new_label (NULL, NULL, TRUE);
  self->time = new_label ("caption", "dim-label", FALSE);
  self->detail = new_label ("caption", "dim-label", TRUE);
  self->cost = new_label ("caption", "dim-label", FALSE);
  gtk_widget_add_css_class (self->cost, "numeric");
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->icon, 1);
  gtk_box_append (GTK_BOX (first), self->title);
  gtk_box_append (GTK_BOX (first), self->time);
  gtk_box_append (GTK_BOX (second), self->detail);
  gtk_box_append (GTK_BOX (second), self->cost);
  gtk_box_append (GTK_BOX (lines), first);
  gtk_box_append (GTK_BOX (lines), second);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->icon);
  gtk_box_append (GTK_BOX (self->box), lines);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_sidebar_row_new (void)
{
  return g_object_new (SHIP_TYPE_SIDEBAR_ROW, NULL);
}
