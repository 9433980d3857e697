/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-general-page.h"

#include "base/ship-settings.h"
#include "preferences/ship-editor-choice.h"
#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

struct _ShipGeneralPage
{
  AdwPreferencesPage parent_instance;
  GSettings         *settings; /* (owned) */
  GtkWidget         *font;     /* (unowned): the button */
  GtkWidget         *reset;    /* (unowned) */
  GtkWidget         *font_row; /* (unowned) */
};

G_DEFINE_FINAL_TYPE (ShipGeneralPage, ship_general_page, ADW_TYPE_PREFERENCES_PAGE)

/* --- the theme: the items stand in the order of the setting's nicks --- */

static const char *const nicks[] = { "light", "dark", "system" };

static gboolean
theme_from_setting (GValue *value, GVariant *variant, gpointer user_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (nicks); i++)
    if (g_str_equal (nicks[i], g_variant_get_string (variant, NULL)))
      g_value_set_uint (value, i);
  return TRUE;
}

static GVariant *
theme_to_setting (const GValue *value, const GVariantType *type, gpointer user_data)
{
  guint i = g_value_get_uint (value);

  return i < G_N_ELEMENTS (nicks) ? g_variant_new_string (nicks[i]) : NULL;
}

static GtkWidget *
new_theme_row (GSettings *settings)
{
  const char *const names[] = { _ ("Light"), _ ("Dark"), _ ("As the System"), NULL };
  g_autoptr (GtkStringList) list = gtk_string_list_new (names);
  GtkWidget *row = g_object_new (ADW_TYPE_COMBO_ROW, "title", _ ("Theme"), "model", list, NULL);

  if (!adw_style_manager_get_system_supports_color_schemes (adw_style_manager_get_default ()))
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                                 _ ("This desktop does not say whether it is dark"));
  g_settings_bind_with_mapping (settings,
                                SHIP_SETTING_THEME,
                                row,
                                "selected",
                                G_SETTINGS_BIND_DEFAULT,
                                theme_from_setting,
                                theme_to_setting,
                                NULL,
                                NULL);
  return row;
}

/* --- the font of terminals --- */

static gboolean
is_monospace (const PangoFontFamily *family, const PangoFontFace *face, gpointer data)
{
  return pango_font_family_is_monospace ((PangoFontFamily *) family);
}

static void
update_font (ShipGeneralPage *self)
{
  g_autofree char *font = g_settings_get_string (self->settings, SHIP_SETTING_TERMINAL_FONT);
  gboolean         is_set = *font != '\0';

  gtk_font_chooser_set_font (GTK_FONT_CHOOSER (self->font), is_set ? font : "Monospace 11");
  gtk_widget_set_sensitive (self->reset, is_set);
  ship_preferences_row_set_subtitle (self->font_row, is_set ? "" : _ ("The system’s"));
}

static void
font_setting_cb (GSettings *settings, const char *key, ShipGeneralPage *self)
{
  update_font (self);
}

static void
font_set_cb (GtkFontButton *button, ShipGeneralPage *self)
{
  g_autofree char *font = gtk_font_chooser_get_font (GTK_FONT_CHOOSER (button));

  g_settings_set_string (self->settings, SHIP_SETTING_TERMINAL_FONT, font != NULL ? font : "");
}

static void
reset_cb (GtkButton *button, ShipGeneralPage *self)
{
  g_settings_reset (self->settings, SHIP_SETTING_TERMINAL_FONT);
}

static GtkWidget *
new_font_row (ShipGeneralPage *self)
{
  GtkWidget *row = ship_preferences_row_new (_ ("Terminal Font"), NULL);

  self->font_row = row;
  self->font = gtk_font_button_new ();
  gtk_font_button_set_title (GTK_FONT_BUTTON (self->font), _ ("Terminal Font"));
  gtk_font_chooser_set_filter_func (GTK_FONT_CHOOSER (self->font), is_monospace, NULL, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_widget_get_first_child (self->font)),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Terminal Font"),
                                  -1);
  gtk_widget_set_valign (self->font, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), self->font);
  self->reset = ship_preferences_row_add_icon (row,
                                               "edit-undo-symbolic",
                                               _ ("Use the System’s Monospace Font"));
  g_signal_connect_object (self->font, "font-set", G_CALLBACK (font_set_cb), self, 0);
  g_signal_connect_object (self->reset, "clicked", G_CALLBACK (reset_cb), self, 0);
  g_signal_connect_object (self->settings,
                           "changed::" SHIP_SETTING_TERMINAL_FONT,
                           G_CALLBACK (font_setting_cb),
                           self,
                           0);
  update_font (self);
  return row;
}

/* --- the widget --- */

static void
ship_general_page_dispose (GObject *object)
{
  g_clear_object (&SHIP_GENERAL_PAGE (object)->settings);

  G_OBJECT_CLASS (ship_general_page_parent_class)->dispose (object);
}

static void
ship_general_page_class_init (ShipGeneralPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_general_page_dispose;
}

static void
ship_general_page_init (ShipGeneralPage *self)
{
}

static AdwPreferencesGroup *
add_group (ShipGeneralPage *self, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), title);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (self), ADW_PREFERENCES_GROUP (group));
  return ADW_PREFERENCES_GROUP (group);
}

GtkWidget *
ship_general_page_new (GSettings *settings)
{
  ShipGeneralPage     *self = g_object_new (SHIP_TYPE_GENERAL_PAGE,
                                        "title",
                                        _ ("General"),
                                        "icon-name",
                                        "preferences-system-symbolic",
                                        NULL);
  AdwPreferencesGroup *group;

  self->settings = g_object_ref (settings);
  group = add_group (self, _ ("Appearance"));
  adw_preferences_group_add (group, new_theme_row (settings));
  group = add_group (self, _ ("Attention"));
  adw_preferences_group_add (
    group,
    ship_preferences_switch_row_new (settings,
                                     SHIP_SETTING_NOTIFICATIONS,
                                     _ ("Notifications"),
                                     _ ("When a session needs you or is done")));
  group = add_group (self, _ ("Tools"));
  ship_editor_choice_add (group, settings);
  adw_preferences_group_add (group, new_font_row (self));
  return GTK_WIDGET (self);
}
