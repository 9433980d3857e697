/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-header.h"

#include "widgets/ship-fit-box.h"
#include "widgets/ship-say.h"
#include "widgets/ship-status.h"
#include "widgets/ship-title-label.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _ShipSessionHeader
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle; /* (owned) */
  ShipModelList     *models; /* (owned) */
  ShipSessionItem   *item;   /* (owned) (nullable) */
  GtkWidget         *box;    /* (unowned): the only child */
  GtkWidget         *icon;   /* (unowned): of the state */
  GtkWidget         *title;  /* (unowned) */
  GtkWidget         *where;  /* (unowned): repository and branch */
  GtkWidget         *cost;   /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipSessionHeader, ship_session_header, GTK_TYPE_WIDGET)

/* --- what is shown --- */

static void
update_state (ShipSessionHeader *self)
{
  const ShipStatus *status = ship_status_lookup (ship_session_handle_get_state (self->handle),
                                                 ship_session_handle_get_activity (self->handle));

  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), status->icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]){ status->css_class, NULL });
  gtk_widget_set_tooltip_text (self->icon, _ (status->label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->icon),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (status->label),
                                  -1);
}

static void
update_item (ShipSessionHeader *self)
{
  const ShipIndexRow *row = self->item != NULL ? ship_session_item_get_row (self->item) : NULL;
  g_autofree char    *where = NULL;
  g_autofree char    *cost = NULL;

  if (row == NULL)
    return;
  where = g_strdup_printf ("%s · %s", row->repository_name, row->branch);
  cost = row->cost > 0 ? g_strdup_printf ("%s$%.4f", row->is_cost_known ? "" : "≥ ", row->cost)
                       : g_strdup ("");
  ship_title_label_set_text (SHIP_TITLE_LABEL (self->title), row->title);
  gtk_label_set_text (GTK_LABEL (self->where), where);
  gtk_label_set_text (GTK_LABEL (self->cost), cost);
}

static void
state_cb (GObject *object, GParamSpec *pspec, ShipSessionHeader *self)
{
  update_state (self);
}

static void
item_changed_cb (ShipSessionItem *item, GParamSpec *pspec, ShipSessionHeader *self)
{
  update_item (self);
}

/* --- what the user does --- */

static void
titled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSessionHeader) self = SHIP_SESSION_HEADER (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_session_handle_call_finish (SHIP_SESSION_HANDLE (object), result, &error))
    ship_say_error (GTK_WIDGET (self), error);
}

static void
renamed_cb (ShipTitleLabel *title, const char *text, ShipSessionHeader *self)
{
  ship_session_handle_call_async (self->handle,
                                  "SetTitle",
                                  g_variant_new ("(s)", text),
                                  NULL,
                                  titled_cb,
                                  g_object_ref (self));
}

/* --- the widget --- */

static void
ship_session_header_dispose (GObject *object)
{
  ShipSessionHeader *self = SHIP_SESSION_HEADER (object);

  ship_session_header_set_item (self, NULL);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->handle);
  g_clear_object (&self->models);

  G_OBJECT_CLASS (ship_session_header_parent_class)->dispose (object);
}

static void
ship_session_header_class_init (ShipSessionHeaderClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_session_header_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "sessionheader");
}

static GtkWidget *
new_titles (ShipSessionHeader *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->icon = gtk_image_new ();
  self->title = ship_title_label_new ();
  self->where = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->where), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->where), PANGO_ELLIPSIZE_MIDDLE);
  gtk_widget_add_css_class (self->where, "caption");
  gtk_widget_add_css_class (self->where, "dim-label");
  g_signal_connect_object (self->title, "renamed", G_CALLBACK (renamed_cb), self, 0);
  gtk_box_append (GTK_BOX (lines), self->title);
  gtk_box_append (GTK_BOX (lines), self->where);
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), self->icon);
  gtk_box_append (GTK_BOX (row), lines);

  return row;
}

static void
ship_session_header_init (ShipSessionHeader *self)
{
  self->box = ship_fit_box_new (12);
  self->cost = gtk_label_new (NULL);
  gtk_widget_add_css_class (self->cost, "caption");
  gtk_widget_add_css_class (self->cost, "dim-label");
  gtk_widget_add_css_class (self->cost, "numeric");
  ship_fit_box_append (SHIP_FIT_BOX (self->box), new_titles (self));
  ship_fit_box_append (SHIP_FIT_BOX (self->box), self->cost);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_session_header_new (ShipSessionHandle *handle, ShipModelList *models)
{
  ShipSessionHeader *self = g_object_new (SHIP_TYPE_SESSION_HEADER, NULL);

  self->handle = g_object_ref (handle);
  self->models = g_object_ref (models);
  g_signal_connect_object (handle, "notify::activity", G_CALLBACK (state_cb), self, 0);
  update_state (self);

  return GTK_WIDGET (self);
}

void
ship_session_header_set_item (ShipSessionHeader *self, ShipSessionItem *item)
{
  g_return_if_fail (SHIP_IS_SESSION_HEADER (self));

  if (self->item == item)
    return;
  if (self->item != NULL)
    g_signal_handlers_disconnect_by_data (self->item, self);
  g_set_object (&self->item, item);
  if (item == NULL)
    return;
  g_signal_connect_object (item, "notify", G_CALLBACK (item_changed_cb), self, 0);
  update_item (self);
}

void
ship_session_header_rename (ShipSessionHeader *self)
{
  g_return_if_fail (SHIP_IS_SESSION_HEADER (self));

  ship_title_label_edit (SHIP_TITLE_LABEL (self->title));
}
