/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "shell/ship-palette-host.h"

#include "base/ship-settings.h"
#include "shell/ship-palette.h"

#define PALETTE_KEY "ship-palette"

/* What an open palette needs; it goes with the palette. */
typedef struct
{
  GtkOverlay *overlay;  /* (unowned): it holds the palette */
  GSettings  *settings; /* (owned) */
  GtkWidget  *focus;    /* (weak) (nullable): what had it */
} Host;

static void
host_free (gpointer data, GClosure *closure)
{
  Host *host = data;

  g_object_unref (host->settings);
  g_clear_weak_pointer (&host->focus);
  g_free (host);
}

static void
closed_cb (ShipPalette *palette, Host *host)
{
  GtkWidget *focus = host->focus;

  g_object_set_data (G_OBJECT (host->overlay), PALETTE_KEY, NULL);
  if (focus != NULL && gtk_widget_get_mapped (focus))
    gtk_widget_grab_focus (focus);
  gtk_overlay_remove_overlay (host->overlay, GTK_WIDGET (palette));
}

static void
chosen_cb (ShipPalette *palette, ShipPaletteItem *item, Host *host)
{
  g_auto (GStrv) recent = g_settings_get_strv (host->settings, SHIP_SETTING_PALETTE_RECENT);
  g_auto (GStrv) now =
    ship_palette_remember ((const char *const *) recent, ship_palette_item_get_key (item));

  g_settings_set_strv (host->settings, SHIP_SETTING_PALETTE_RECENT, (const char *const *) now);
  gtk_widget_activate_action_variant (GTK_WIDGET (host->overlay),
                                      ship_palette_item_get_action (item),
                                      ship_palette_item_get_target (item));
}

void
ship_palette_host_toggle (GtkOverlay *overlay, GPtrArray *items, GSettings *settings)
{
  GtkWidget *palette = g_object_get_data (G_OBJECT (overlay), PALETTE_KEY);
  GtkRoot   *root = gtk_widget_get_root (GTK_WIDGET (overlay));
  g_auto (GStrv) recent = g_settings_get_strv (settings, SHIP_SETTING_PALETTE_RECENT);
  g_autoptr (ShipPaletteModel) model = NULL;
  Host *host;

  if (palette != NULL)
    {
      g_ptr_array_unref (items);
      g_signal_emit_by_name (palette, "closed");
      return;
    }

  model = ship_palette_model_new (items, (const char *const *) recent);
  palette = ship_palette_new (model);
  host = g_new0 (Host, 1);
  host->overlay = overlay;
  host->settings = g_object_ref (settings);
  g_set_weak_pointer (&host->focus, gtk_root_get_focus (root));
  g_object_set_data (G_OBJECT (overlay), PALETTE_KEY, palette);
  g_signal_connect (palette, "closed", G_CALLBACK (closed_cb), host);
  g_signal_connect_data (palette, "chosen", G_CALLBACK (chosen_cb), host, host_free, 0);
  gtk_overlay_add_overlay (overlay, palette);
  ship_palette_focus (SHIP_PALETTE (palette));
}
