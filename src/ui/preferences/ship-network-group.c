/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-network-group.h"

#include "base/ship-settings.h"
#include "client/ship-contacts.h"
#include "net/ship-egress-policy.h"
#include "preferences/ship-preferences-rows.h"
#include "preferences/ship-setting-rows.h"
#include "widgets/ship-field-row.h"

#include <glib/gi18n-lib.h>

struct _ShipNetworkGroup
{
  AdwPreferencesGroup parent_instance;
  GSettings          *settings; /* (owned) */
  GtkWidget          *mode;     /* (unowned): a combo row */
  GtkWidget          *field;    /* (unowned): where a host is written */
  GtkWidget          *trouble;  /* (unowned): below it */
};

G_DEFINE_FINAL_TYPE (ShipNetworkGroup, ship_network_group, ADW_TYPE_PREFERENCES_GROUP)

/* clang-format off */
static const struct { ShipEgressMode mode; const char *label; const char *hint; } modes[] = {
  { SHIP_EGRESS_MODE_OFFLINE,   N_ ("Nothing"),
    N_ ("Only the model is asked, by Ship itself") },
  { SHIP_EGRESS_MODE_ALLOWLIST, N_ ("What Is Allowed"),
    N_ ("Package registries, the repository’s own host, and the hosts below") },
  { SHIP_EGRESS_MODE_OPEN,      N_ ("Everything Public"),
    N_ ("Your own network stays out of reach; what the agent reads there may mislead it") },
};
/* clang-format on */

/* --- how much --- */

static void
show_hint (ShipNetworkGroup *self)
{
  guint i = adw_combo_row_get_selected (ADW_COMBO_ROW (self->mode));

  if (i < G_N_ELEMENTS (modes))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (self->mode), _ (modes[i].hint));
}

static void
selected_cb (ShipNetworkGroup *self)
{
  show_hint (self);
}

static gboolean
mode_from_setting (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    if (g_str_equal (ship_egress_mode_to_string (modes[i].mode),
                     g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
mode_to_setting (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint i = g_value_get_uint (value);

  return i < G_N_ELEMENTS (modes)
           ? g_variant_new_string (ship_egress_mode_to_string (modes[i].mode))
           : NULL;
}

static GtkWidget *
new_mode_row (ShipNetworkGroup *self)
{
  const char *names[G_N_ELEMENTS (modes) + 1] = { NULL };
  g_autoptr (GtkStringList) list = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (modes); i++)
    names[i] = _ (modes[i].label);
  list = gtk_string_list_new (names);
  self->mode =
    g_object_new (ADW_TYPE_COMBO_ROW, "title", _ ("Sandboxes May Reach"), "model", list, NULL);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self->mode), 0);
  g_signal_connect_object (self->mode,
                           "notify::selected",
                           G_CALLBACK (selected_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_settings_bind_with_mapping (self->settings,
                                SHIP_SETTING_EGRESS_MODE,
                                self->mode,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                mode_from_setting,
                                mode_to_setting,
                                NULL,
                                NULL);
  show_hint (self);

  return self->mode;
}

/* --- hosts --- */

static void
typed_cb (ShipNetworkGroup *self)
{
  ship_preferences_trouble_set (self->trouble, self->field, NULL);
}

static void
allow_cb (ShipNetworkGroup *self)
{
  GtkEditable     *entry = GTK_EDITABLE (ship_field_row_get_entry (SHIP_FIELD_ROW (self->field)));
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  g_autoptr (GError) error = NULL;

  if (*text == '\0')
    return;
  if (ship_contacts_allow_always (self->settings, text, &error))
    gtk_editable_set_text (entry, "");
  else
    ship_preferences_trouble_set (self->trouble, self->field, error->message);
}

static void
add_field (ShipNetworkGroup *self)
{
  GtkWidget *button = gtk_button_new_with_label (_ ("Allow"));
  GtkEntry  *entry;

  self->field = ship_field_row_new (_ ("Allow a Host"), NULL);
  self->trouble = ship_preferences_trouble_new ();
  entry = ship_field_row_get_entry (SHIP_FIELD_ROW (self->field));
  gtk_entry_set_placeholder_text (entry, _ ("host.example, *.example or host.example:8080"));
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  ship_field_row_add_suffix (SHIP_FIELD_ROW (self->field), button);
  g_signal_connect_object (entry, "activate", G_CALLBACK (allow_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (entry, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (button, "clicked", G_CALLBACK (allow_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->field);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), self->trouble);
}

/* --- the widget --- */

static void
ship_network_group_dispose (GObject *object)
{
  g_clear_object (&SHIP_NETWORK_GROUP (object)->settings);

  G_OBJECT_CLASS (ship_network_group_parent_class)->dispose (object);
}

static void
ship_network_group_class_init (ShipNetworkGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_network_group_dispose;
}

static void
ship_network_group_init (ShipNetworkGroup *self)
{
}

GtkWidget *
ship_network_group_new (GSettings *settings)
{
  ShipNetworkGroup *self = g_object_new (SHIP_TYPE_NETWORK_GROUP, "title", _ ("Network"), NULL);

  self->settings = g_object_ref (settings);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), new_mode_row (self));
  add_field (self);
  ship_setting_rows_add (ADW_PREFERENCES_GROUP (self),
                         settings,
                         SHIP_SETTING_EGRESS_HOSTS,
                         _ ("No longer allow “%s”"),
                         NULL,
                         NULL);

  return GTK_WIDGET (self);
}
