/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-session-frame.h"

#include "base/ship-settings.h"
#include "shell/ship-session-header.h"
#include "shell/ship-session-panel.h"
#include "widgets/ship-pane.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

/* The panel is beside the page as long as both have room; else it lies over it, and only for as
 * long as the user wants it. */

struct _ShipSessionFrame
{
  GtkWidget  parent_instance;
  GSettings *settings;  /* (owned) */
  GtkWidget *box;       /* (unowned): the only child */
  GtkWidget *header;    /* (unowned) */
  GtkWidget *flap;      /* (unowned): page and panel */
  GtkWidget *page;      /* (unowned) */
  gboolean   is_folded; /* the frame, not the flap */
};

typedef enum
{
  PROP_IS_FOLDED = 1,
} ShipSessionFrameProperty;

static GParamSpec *properties[PROP_IS_FOLDED + 1];

G_DEFINE_FINAL_TYPE (ShipSessionFrame, ship_session_frame, GTK_TYPE_WIDGET)

static gboolean
is_over (ShipSessionFrame *self)
{
  return adw_flap_get_folded (ADW_FLAP (self->flap));
}

static void
flap_folded_cb (GObject *object, GParamSpec *pspec, ShipSessionFrame *self)
{
  gboolean is_shown =
    !is_over (self) && g_settings_get_boolean (self->settings, SHIP_SETTING_PANEL_SHOWN);

  adw_flap_set_reveal_flap (ADW_FLAP (self->flap), is_shown);
}

/* The flap only stops drawing its panel, which stays there for who reads the window. */
static void
tell_hidden (ShipSessionFrame *self)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (adw_flap_get_flap (ADW_FLAP (self->flap))),
                               GTK_ACCESSIBLE_STATE_HIDDEN,
                               !adw_flap_get_reveal_flap (ADW_FLAP (self->flap)),
                               -1);
}

static void
flap_revealed_cb (GObject *object, GParamSpec *pspec, ShipSessionFrame *self)
{
  tell_hidden (self);
  if (!is_over (self))
    g_settings_set_boolean (self->settings,
                            SHIP_SETTING_PANEL_SHOWN,
                            adw_flap_get_reveal_flap (ADW_FLAP (self->flap)));
}

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
  ShipSessionFrame *self = SHIP_SESSION_FRAME (object);

  if (self->flap != NULL)
    g_signal_handlers_disconnect_by_data (self->flap, self);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->settings);

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
new_flap (ShipSessionFrame *self, ShipPaths *paths)
{
  GtkWidget *flap = adw_flap_new ();
  GtkWidget *panel = ship_session_panel_new (paths, self->settings, SHIP_SESSION_PAGE (self->page));
  GtkWidget *pane = g_object_new (SHIP_TYPE_PANE,
                                  "side",
                                  GTK_PACK_START,
                                  "narrowest",
                                  240,
                                  "widest",
                                  1200,
                                  "edge-label",
                                  _ ("Width of the Panel"),
                                  "child",
                                  panel,
                                  NULL);

  gtk_widget_set_hexpand (self->page, TRUE);
  gtk_widget_set_hexpand (pane, FALSE); /* whatever is in it */
  gtk_widget_set_vexpand (flap, TRUE);
  adw_flap_set_flap_position (ADW_FLAP (flap), GTK_PACK_END);
  /* By what they wish for: the panel its width, the page what it needs to be read. */
  adw_flap_set_fold_threshold_policy (ADW_FLAP (flap), ADW_FOLD_THRESHOLD_POLICY_NATURAL);
  adw_flap_set_locked (ADW_FLAP (flap), TRUE);
  adw_flap_set_swipe_to_open (ADW_FLAP (flap), FALSE);
  adw_flap_set_content (ADW_FLAP (flap), self->page);
  adw_flap_set_separator (ADW_FLAP (flap), gtk_separator_new (GTK_ORIENTATION_VERTICAL));
  adw_flap_set_flap (ADW_FLAP (flap), pane);
  g_object_bind_property (flap,
                          "folded",
                          pane,
                          "has-edge",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  /* A flap that is beside its content is given the least it asks for. */
  g_object_bind_property (flap,
                          "folded",
                          pane,
                          "is-firm",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  g_settings_bind (self->settings,
                   SHIP_SETTING_PANEL_WIDTH,
                   pane,
                   "width",
                   G_SETTINGS_BIND_DEFAULT);

  return flap;
}

static GtkWidget *
new_panel_button (ShipSessionFrame *self)
{
  GtkWidget *button = gtk_toggle_button_new ();

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_button_set_icon_name (GTK_BUTTON (button), "sidebar-show-right-symbolic");
  gtk_widget_set_tooltip_text (button, _ ("Side Panel"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Side Panel"),
                                  -1);
  g_object_bind_property (self->flap,
                          "reveal-flap",
                          button,
                          "active",
                          G_BINDING_SYNC_CREATE | G_BINDING_BIDIRECTIONAL);

  return button;
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
  adw_header_bar_set_centering_policy (ADW_HEADER_BAR (bar), ADW_CENTERING_POLICY_LOOSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), back);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), new_panel_button (self));
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
                        ShipDrafts    *drafts,
                        GSettings     *settings,
                        ShipClosing   *closing,
                        const char    *session_id)
{
  ShipSessionFrame  *self = g_object_new (SHIP_TYPE_SESSION_FRAME, NULL);
  ShipSessionHandle *handle;

  self->page = ship_session_page_new (paths, closing, models, drafts, session_id);
  handle = ship_session_page_get_handle (SHIP_SESSION_PAGE (self->page));
  self->header = ship_session_header_new (handle, models);
  self->settings = g_object_ref (settings);
  self->flap = new_flap (self, paths);
  gtk_box_append (GTK_BOX (self->box), new_header_bar (self));
  gtk_box_append (GTK_BOX (self->box), self->flap);
  flap_folded_cb (NULL, NULL, self);
  tell_hidden (self);
  g_signal_connect_object (self->flap, "notify::folded", G_CALLBACK (flap_folded_cb), self, 0);
  g_signal_connect_object (self->flap,
                           "notify::reveal-flap",
                           G_CALLBACK (flap_revealed_cb),
                           self,
                           0);

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
ship_session_frame_toggle_panel (ShipSessionFrame *self)
{
  g_return_if_fail (SHIP_IS_SESSION_FRAME (self));

  adw_flap_set_reveal_flap (ADW_FLAP (self->flap),
                            !adw_flap_get_reveal_flap (ADW_FLAP (self->flap)));
}

void
ship_session_frame_rename (ShipSessionFrame *self)
{
  g_return_if_fail (SHIP_IS_SESSION_FRAME (self));

  ship_session_header_rename (SHIP_SESSION_HEADER (self->header));
}
