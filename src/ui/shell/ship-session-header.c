/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-header.h"

#include "shell/ship-context-meter.h"
#include "shell/ship-session-details.h"
#include "usage/ship-usage.h"
#include "widgets/ship-fit-box.h"
#include "widgets/ship-say.h"
#include "widgets/ship-status.h"
#include "widgets/ship-title-label.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _ShipSessionHeader
{
  GtkWidget          parent_instance;
  ShipSessionHandle *handle;  /* (owned) */
  ShipModelList     *models;  /* (owned) */
  ShipSessionItem   *item;    /* (owned) (nullable) */
  GtkWidget         *box;     /* (unowned): the only child */
  GtkWidget         *icon;    /* (unowned): of the state */
  GtkWidget         *title;   /* (unowned) */
  GtkWidget         *where;   /* (unowned): repository and branch */
  GtkWidget         *details; /* (unowned): the popover behind that */
  GtkWidget         *model;   /* (unowned) */
  GtkWidget         *meter;   /* (unowned) */
  GtkWidget         *cost;    /* (unowned) */
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

/* The model as it is called. (transfer none) */
static const char *
get_model_name (ShipSessionHeader *self, const char *id, gint64 *context)
{
  ShipModelItem *model = ship_model_list_find (self->models, id);

  *context = model != NULL ? ship_model_item_get_context (model) : 0;

  return model != NULL ? ship_model_item_get_name (model) : id;
}

static void
update_facts (ShipSessionHeader *self)
{
  const ShipSessionSnapshot *snapshot = ship_session_handle_get_snapshot (self->handle);
  const ShipStatus *status = ship_status_lookup (ship_session_handle_get_state (self->handle),
                                                 ship_session_handle_get_activity (self->handle));
  ShipContextUse    use = { .tokens = -1 };
  const char       *model = "";
  gint64            context = 0;
  g_autofree char  *filled = NULL;

  if (snapshot != NULL)
    {
      model = get_model_name (self, snapshot->session->model, &context);
      use = ship_context_use_of (snapshot, context);
    }
  filled = ship_context_use_format (&use);
  gtk_label_set_text (GTK_LABEL (self->model), model);
  gtk_widget_set_tooltip_text (self->model, snapshot != NULL ? snapshot->session->model : NULL);
  ship_context_meter_set (SHIP_CONTEXT_METER (self->meter), &use);
  ship_session_details_set (SHIP_SESSION_DETAILS (self->details),
                            snapshot != NULL ? snapshot->session : NULL,
                            _ (status->label),
                            model,
                            filled,
                            gtk_label_get_text (GTK_LABEL (self->cost)));
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
  cost = row->cost > 0 ? ship_usage_format_short (row->cost, row->is_cost_known) : g_strdup ("");
  ship_title_label_set_text (SHIP_TITLE_LABEL (self->title), row->title);
  gtk_label_set_text (GTK_LABEL (self->where), where);
  gtk_label_set_text (GTK_LABEL (self->cost), cost);
  gtk_widget_set_visible (self->cost, cost[0] != '\0');
  update_facts (self);
}

static void
snapshot_cb (GObject *object, GParamSpec *pspec, ShipSessionHeader *self)
{
  update_facts (self);
}

static void
models_cb (GListModel *models, guint position, guint removed, guint added, ShipSessionHeader *self)
{
  update_facts (self);
}

static void
state_cb (GObject *object, GParamSpec *pspec, ShipSessionHeader *self)
{
  update_state (self);
  update_facts (self);
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
  if (self->handle != NULL)
    g_signal_handlers_disconnect_by_data (self->handle, self);
  if (self->models != NULL)
    g_signal_handlers_disconnect_by_data (self->models, self);
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
new_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_single_line_mode (GTK_LABEL (label), TRUE);
  gtk_widget_add_css_class (label, "caption");
  gtk_widget_add_css_class (label, "dim-label");
  if (css_class != NULL)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static GtkWidget *
new_where (ShipSessionHeader *self)
{
  GtkWidget *button = gtk_menu_button_new ();

  self->where = new_label (NULL);
  self->details = ship_session_details_new ();
  gtk_label_set_ellipsize (GTK_LABEL (self->where), PANGO_ELLIPSIZE_MIDDLE);
  gtk_menu_button_set_child (GTK_MENU_BUTTON (button), self->where);
  gtk_menu_button_set_popover (GTK_MENU_BUTTON (button), self->details);
  gtk_menu_button_set_has_frame (GTK_MENU_BUTTON (button), FALSE);
  gtk_widget_set_halign (button, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (button, _ ("Where This Session Works"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Where This Session Works"),
                                  -1);

  return button;
}

static GtkWidget *
new_titles (ShipSessionHeader *self)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 4);
  GtkWidget *lines = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->icon = gtk_image_new ();
  self->title = ship_title_label_new ();
  g_signal_connect_object (self->title, "renamed", G_CALLBACK (renamed_cb), self, 0);
  gtk_box_append (GTK_BOX (lines), self->title);
  gtk_box_append (GTK_BOX (lines), new_where (self));
  gtk_widget_set_hexpand (lines, TRUE);
  gtk_widget_set_valign (lines, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (row), self->icon);
  gtk_box_append (GTK_BOX (row), lines);

  return row;
}

static void
ship_session_header_init (ShipSessionHeader *self)
{
  self->box = ship_fit_box_new (14);
  self->model = new_label (NULL);
  self->meter = ship_context_meter_new ();
  self->cost = new_label ("numeric");
  gtk_widget_set_tooltip_text (self->cost, _ ("What This Session Has Cost"));
  ship_fit_box_append (SHIP_FIT_BOX (self->box), new_titles (self));
  ship_fit_box_append (SHIP_FIT_BOX (self->box), self->model);
  ship_fit_box_append (SHIP_FIT_BOX (self->box), self->meter);
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
  g_signal_connect_object (handle, "notify::snapshot", G_CALLBACK (snapshot_cb), self, 0);
  g_signal_connect_object (models, "items-changed", G_CALLBACK (models_cb), self, 0);
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
