/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-address-row.h"

#include "auth/ship-provider.h"
#include "base/ship-settings.h"
#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

struct _ShipAddressRow
{
  AdwEntryRow            parent_instance;
  char                  *provider;  /* (owned): its id */
  GSettings             *settings;  /* (owned) */
  ShipProviderAddresses *addresses; /* (owned) */
  GtkWidget             *trouble;   /* (unowned): the row below */
  GtkWidget             *fixed;     /* (unowned): the row that stands for it */
};

G_DEFINE_FINAL_TYPE (ShipAddressRow, ship_address_row, ADW_TYPE_ENTRY_ROW)

void
ship_address_row_write (GSettings *settings, const char *provider, const char *uri)
{
  g_autoptr (GVariant) before = g_settings_get_value (settings, SHIP_SETTING_BASE_URIS);
  GVariantIter iter;
  const char  *id;
  const char  *text;
  g_auto (GVariantBuilder) builder = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a{ss}"));

  g_variant_iter_init (&iter, before);
  while (g_variant_iter_next (&iter, "{&s&s}", &id, &text))
    if (!g_str_equal (id, provider))
      g_variant_builder_add (&builder, "{ss}", id, text);
  if (uri != NULL)
    g_variant_builder_add (&builder, "{ss}", provider, uri);
  g_settings_set_value (settings, SHIP_SETTING_BASE_URIS, g_variant_builder_end (&builder));
}

/* As it stands in the settings; "" for none. (transfer full) */
static char *
read_setting (ShipAddressRow *self)
{
  g_autoptr (GVariant) all = g_settings_get_value (self->settings, SHIP_SETTING_BASE_URIS);
  char *text = NULL;

  if (!g_variant_lookup (all, self->provider, "s", &text))
    text = g_strdup ("");
  return text;
}

/* Trimmed; whether it could be written. (transfer full) */
static char *
judge (ShipAddressRow *self, gboolean *is_good)
{
  char *text = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self))));
  g_autoptr (GError) error = NULL;

  *is_good = *text == '\0' || ship_provider_addresses_check (self->provider, text, &error);
  ship_preferences_trouble_set (self->trouble, GTK_WIDGET (self), *is_good ? NULL : error->message);
  return text;
}

static void
update (ShipAddressRow *self)
{
  const ShipProvider *known = ship_provider_find (self->provider);
  g_autofree char    *setting = read_setting (self);
  g_autofree char    *uri = NULL;
  g_autofree char    *text = NULL;
  ShipAddressSource   source = SHIP_ADDRESS_SOURCE_DEFAULT;
  g_autoptr (GError) error = NULL;
  gboolean is_fixed;

  uri = ship_provider_addresses_dup (self->addresses, self->provider, &source, &error);
  is_fixed = source == SHIP_ADDRESS_SOURCE_ENVIRONMENT;
  if (is_fixed)
    text = uri != NULL
             ? g_strdup_printf (_ ("%s, from %s in the environment"), uri, known->base_variable)
             : g_strdup (error->message);
  ship_preferences_row_set_subtitle (self->fixed, text);
  gtk_widget_set_visible (self->fixed, is_fixed);
  gtk_widget_set_visible (GTK_WIDGET (self), !is_fixed);
  if (!g_str_equal (setting, gtk_editable_get_text (GTK_EDITABLE (self))))
    gtk_editable_set_text (GTK_EDITABLE (self), setting);
}

static void
changed_cb (ShipProviderAddresses *addresses, ShipAddressRow *self)
{
  update (self);
}

static void
typed_cb (ShipAddressRow *self)
{
  gboolean         is_good;
  g_autofree char *text = judge (self, &is_good);
}

static void
apply_cb (ShipAddressRow *self)
{
  gboolean         is_good;
  g_autofree char *text = judge (self, &is_good);

  if (is_good)
    ship_address_row_write (self->settings, self->provider, *text != '\0' ? text : NULL);
}

/* --- the widget --- */

static void
ship_address_row_dispose (GObject *object)
{
  ShipAddressRow *self = SHIP_ADDRESS_ROW (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->addresses);

  G_OBJECT_CLASS (ship_address_row_parent_class)->dispose (object);
}

static void
ship_address_row_finalize (GObject *object)
{
  g_free (SHIP_ADDRESS_ROW (object)->provider);

  G_OBJECT_CLASS (ship_address_row_parent_class)->finalize (object);
}

static void
ship_address_row_class_init (ShipAddressRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_address_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_address_row_finalize;
}

static void
ship_address_row_init (ShipAddressRow *self)
{
}

void
ship_address_row_add (AdwExpanderRow        *expander,
                      const char            *provider,
                      GSettings             *settings,
                      ShipProviderAddresses *addresses)
{
  const ShipProvider *known = ship_provider_find (provider);
  g_autofree char    *title = known != NULL
                                ? g_strdup_printf (_ ("Address, If Not %s"), known->base_uri)
                                : g_strdup (_ ("Address, Empty to Forget It"));
  ShipAddressRow     *self = g_object_new (SHIP_TYPE_ADDRESS_ROW,
                                       "title",
                                       title,
                                       "show-apply-button",
                                       TRUE,
                                       "input-purpose",
                                       GTK_INPUT_PURPOSE_URL,
                                       NULL);

  self->provider = g_strdup (provider);
  self->settings = g_object_ref (settings);
  self->addresses = g_object_ref (addresses);
  self->fixed = ship_preferences_row_new (_ ("Address"), NULL);
  self->trouble = ship_preferences_trouble_new ();
  adw_expander_row_add_row (expander, self->fixed);
  adw_expander_row_add_row (expander, GTK_WIDGET (self));
  adw_expander_row_add_row (expander, self->trouble);
  g_signal_connect_object (addresses, "changed", G_CALLBACK (changed_cb), self, 0);
  g_signal_connect (self, "changed", G_CALLBACK (typed_cb), NULL);
  g_signal_connect (self, "apply", G_CALLBACK (apply_cb), NULL);
  update (self);
}
