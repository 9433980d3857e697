/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "widgets/ship-status-icon.h"

#include <glib/gi18n-lib.h>

/*
 * A timer instead of the frame clock: a dozen steps a second look calm enough, and cost a fifth of
 * what sixty do. It runs only while the icon is mapped, is of something that moves, and its window
 * is not minimized.
 */

#define STEP_MS 80
#define N_STEPS 25 /* two seconds */
#define FAINT   0.4

struct _ShipStatusIcon
{
  GtkWidget         parent_instance;
  GtkWidget        *image;  /* (unowned): the only child */
  const ShipStatus *status; /* (nullable): static */
  guint             timer;
  guint             step;
};

G_DEFINE_FINAL_TYPE (ShipStatusIcon, ship_status_icon, GTK_TYPE_WIDGET)

static gboolean
is_minimized (ShipStatusIcon *self)
{
  GtkNative  *native = gtk_widget_get_native (GTK_WIDGET (self));
  GdkSurface *surface = native != NULL ? gtk_native_get_surface (native) : NULL;

  return GDK_IS_TOPLEVEL (surface) &&
         (gdk_toplevel_get_state (GDK_TOPLEVEL (surface)) & GDK_TOPLEVEL_STATE_MINIMIZED) != 0;
}

static gboolean
step_cb (gpointer user_data)
{
  ShipStatusIcon *self = user_data;
  double          phase; /* 1 is all there, 0 is faint */

  if (is_minimized (self))
    return G_SOURCE_CONTINUE;
  self->step = (self->step + 1) % N_STEPS;
  phase = ABS (1 - 2.0 * self->step / N_STEPS);
  phase = phase * phase * (3 - 2 * phase);
  gtk_widget_set_opacity (self->image, FAINT + (1 - FAINT) * phase);

  return G_SOURCE_CONTINUE;
}

static void
update_animation (ShipStatusIcon *self)
{
  gboolean is_wanted = TRUE;

  g_object_get (gtk_widget_get_settings (GTK_WIDGET (self)),
                "gtk-enable-animations",
                &is_wanted,
                NULL);
  is_wanted = is_wanted && gtk_widget_get_mapped (GTK_WIDGET (self)) && self->status != NULL &&
              self->status->is_moving;
  if (is_wanted && self->timer == 0)
    self->timer = g_timeout_add (STEP_MS, step_cb, self);
  else if (!is_wanted && self->timer != 0)
    {
      g_clear_handle_id (&self->timer, g_source_remove);
      self->step = 0;
      gtk_widget_set_opacity (self->image, 1);
    }
}

static void
ship_status_icon_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (ship_status_icon_parent_class)->map (widget);
  g_signal_connect_object (gtk_widget_get_settings (widget),
                           "notify::gtk-enable-animations",
                           G_CALLBACK (update_animation),
                           widget,
                           G_CONNECT_SWAPPED);
  update_animation (SHIP_STATUS_ICON (widget));
}

static void
ship_status_icon_unmap (GtkWidget *widget)
{
  g_signal_handlers_disconnect_by_func (gtk_widget_get_settings (widget), update_animation, widget);
  GTK_WIDGET_CLASS (ship_status_icon_parent_class)->unmap (widget);
  update_animation (SHIP_STATUS_ICON (widget));
}

static void
ship_status_icon_dispose (GObject *object)
{
  ShipStatusIcon *self = SHIP_STATUS_ICON (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->image, gtk_widget_unparent);

  G_OBJECT_CLASS (ship_status_icon_parent_class)->dispose (object);
}

static void
ship_status_icon_class_init (ShipStatusIconClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_status_icon_dispose;
  widget_class->map = ship_status_icon_map;
  widget_class->unmap = ship_status_icon_unmap;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "statusicon");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
}

static void
ship_status_icon_init (ShipStatusIcon *self)
{
  self->image = gtk_image_new ();
  gtk_widget_set_parent (self->image, GTK_WIDGET (self));
}

GtkWidget *
ship_status_icon_new (void)
{
  return g_object_new (SHIP_TYPE_STATUS_ICON, NULL);
}

void
ship_status_icon_set_status (ShipStatusIcon *self, const ShipStatus *status)
{
  g_return_if_fail (SHIP_IS_STATUS_ICON (self));
  g_return_if_fail (status != NULL);

  if (self->status == status)
    return;
  self->status = status;
  gtk_image_set_from_icon_name (GTK_IMAGE (self->image), status->icon);
  gtk_widget_set_css_classes (self->image, (const char *[]){ status->css_class, NULL });
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), _ (status->label));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ (status->label),
                                  -1);
  update_animation (self);
}
