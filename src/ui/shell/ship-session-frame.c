/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-frame.h"

#include "shell/ship-session-header.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

struct _ShipSessionFrame
{
  GtkWidget  parent_instance;
  GtkWidget *box;        /* (unowned): the only child */
  GtkWidget *header_bar; /* (unowned) */
  GtkWidget *header;     /* (unowned) */
  GtkWidget *page;       /* (unowned) */
  gboolean   is_folded;
};

typedef enum
{
  PROP_IS_FOLDED = 1,
} ShipSessionFrameProperty;

static GParamSpec *properties[PROP_IS_FOLDED + 1];

G_DEFINE_FINAL_TYPE (ShipSessionFrame, ship_session_frame, GTK_TYPE_WIDGET)

static void
ship_session_frame_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((ShipSessionFrameProperty) id)
    {
    case PROP_IS_FOLDED:
      g_value_set_boolean (value, SHIP_SESSION_FRAME (object)->is_folded);
      break;
    }
}

static void
ship_session_frame_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  switch ((ShipSessionFrameProperty) id)
    {
    case PROP_IS_FOLDED:
      SHIP_SESSION_FRAME (object)->is_folded = g_value_get_boolean (value);
      g_object_notify_by_pspec (object, pspec);
      break;
    }
}

static void
ship_session_frame_dispose (GObject *object)
{
  g_clear_pointer (&SHIP_SESSION_FRAME (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_session_frame_parent_class)->dispose (object);
}

static void
ship_session_frame_class_init (ShipSessionFrameClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_session_frame_get_property;
  object_class->set_property = ship_session_frame_set_property;
  object_class->dispose = ship_session_frame_dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BIN_LAYOUT);

  properties[PROP_IS_FOLDED] =
    g_param_spec_boolean ("is-folded",
                          NULL,
                          NULL,
                          FALSE,
                          G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static GtkWidget *
new_header_bar (ShipSessionFrame *self)
{
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *back = gtk_button_new_from_icon_name ("go-previous-symbolic");

  gtk_widget_set_tooltip_text (back, _ ("Back to the Sessions"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (back),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Back to the Sessions"),
                                  -1);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (back), "win.back");
  g_object_bind_property (self, "is-folded", back, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (self,
                          "is-folded",
                          bar,
                          "show-start-title-buttons",
                          G_BINDING_SYNC_CREATE);
  gtk_widget_set_hexpand (self->header, TRUE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), back);
  adw_header_bar_set_title_widget (ADW_HEADER_BAR (bar), self->header);

  return bar;
}

static void
ship_session_frame_init (ShipSessionFrame *self)
{
  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
ship_session_frame_new (ShipPaths     *paths,
                        ShipModelList *models,
                        GSettings     *settings,
                        const char    *session_id)
{
  ShipSessionFrame  *self = g_object_new (SHIP_TYPE_SESSION_FRAME, NULL);
  ShipSessionHandle *handle;

  self->page = ship_session_page_new (paths, session_id);
  handle = ship_session_page_get_handle (SHIP_SESSION_PAGE (self->page));
  self->header = ship_session_header_new (handle, models);
  self->header_bar = new_header_bar (self);
  gtk_widget_set_vexpand (self->page, TRUE);
  gtk_box_append (GTK_BOX (self->box), self->header_bar);
  gtk_box_append (GTK_BOX (self->box), self->page);

  return GTK_WIDGET (self);
}

const char *
ship_session_frame_get_id (ShipSessionFrame *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_FRAME (self), NULL);

  return ship_session_page_get_id (SHIP_SESSION_PAGE (self->page));
}

ShipSessionPage *
ship_session_frame_get_page (ShipSessionFrame *self)
{
  g_return_val_if_fail (SHIP_IS_SESSION_FRAME (self), NULL);

  return SHIP_SESSION_PAGE (self->page);
}

void
ship_session_frame_set_item (ShipSessionFrame *self, ShipSessionItem *item)
{
  g_return_if_fail (SHIP_IS_SESSION_FRAME (self));

  ship_session_page_set_item (SHIP_SESSION_PAGE (self->page), item);
  ship_session_header_set_item (SHIP_SESSION_HEADER (self->header), item);
}

void
ship_session_frame_rename (ShipSessionFrame *self)
{
  g_return_if_fail (SHIP_IS_SESSION_FRAME (self));

  ship_session_header_rename (SHIP_SESSION_HEADER (self->header));
}
