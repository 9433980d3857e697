/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-preferences-rows.h"

#include <glib/gi18n-lib.h>

GtkWidget *
ship_preferences_row_new (const char *title, const char *subtitle)
{
  return g_object_new (ADW_TYPE_ACTION_ROW,
                       "use-markup",
                       FALSE,
                       "title",
                       title,
                       "subtitle",
                       subtitle != NULL ? subtitle : "",
                       NULL);
}

void
ship_preferences_row_set_subtitle (GtkWidget *row, const char *subtitle)
{
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle != NULL ? subtitle : "");
}

static void
set_label (GtkWidget *widget, const char *label)
{
  gtk_accessible_update_property (GTK_ACCESSIBLE (widget),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  label,
                                  -1);
}

static void
add_suffix (GtkWidget *row, GtkWidget *widget)
{
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), widget);
}

GtkWidget *
ship_preferences_row_add_button (GtkWidget *row, const char *label, const char *name)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  set_label (button, name);
  add_suffix (row, button);
  return button;
}

GtkWidget *
ship_preferences_row_add_icon (GtkWidget *row, const char *icon, const char *name)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_add_css_class (button, "flat");
  gtk_widget_set_tooltip_text (button, name);
  set_label (button, name);
  add_suffix (row, button);
  return button;
}

GtkWidget *
ship_preferences_switch_row_new (GSettings  *settings,
                                 const char *key,
                                 const char *title,
                                 const char *subtitle)
{
  GtkWidget *row = ship_preferences_row_new (title, subtitle);
  GtkWidget *toggle = gtk_switch_new ();

  add_suffix (row, toggle);
  /* That names it, too. */
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  g_settings_bind (settings, key, toggle, "active", G_SETTINGS_BIND_DEFAULT);
  return row;
}

/* --- numbers --- */

static gboolean
number_from_setting (GValue *value, GVariant *variant, gpointer user_data)
{
  const ShipNumberRow *what = user_data;
  gboolean             is_double = g_variant_is_of_type (variant, G_VARIANT_TYPE_DOUBLE);
  double number = is_double ? g_variant_get_double (variant) : g_variant_get_uint32 (variant);

  g_value_set_double (value, number / what->unit);
  return TRUE;
}

static GVariant *
number_to_setting (const GValue *value, const GVariantType *type, gpointer user_data)
{
  const ShipNumberRow *what = user_data;
  double               number = g_value_get_double (value) * what->unit;

  if (g_variant_type_equal (type, G_VARIANT_TYPE_DOUBLE))
    return g_variant_new_double (number);
  return g_variant_new_uint32 ((guint32) (number + 0.5));
}

/* (transfer full) */
static char *
format_number (const ShipNumberRow *what, double number)
{
  g_auto (GStrv) parts = g_strsplit (what->format, "%s", 2);
  g_autofree char *digits = g_strdup_printf ("%.*f", (int) what->digits, number);

  if (number <= 0 && what->zero != NULL)
    return g_strdup (what->zero);
  return g_strjoinv (digits, parts);
}

static gboolean
output_cb (GtkSpinButton *spin, const ShipNumberRow *what)
{
  double           number = gtk_adjustment_get_value (gtk_spin_button_get_adjustment (spin));
  g_autofree char *text = format_number (what, number);

  if (!g_str_equal (text, gtk_editable_get_text (GTK_EDITABLE (spin))))
    gtk_editable_set_text (GTK_EDITABLE (spin), text);
  return TRUE;
}

/* Whatever stands around the number; no number at all is none. */
static int
input_cb (GtkSpinButton *spin, double *number, const ShipNumberRow *what)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (spin));

  text += strcspn (text, "0123456789.,");
  *number = g_strtod (text, NULL);
  return TRUE;
}

GtkWidget *
ship_preferences_number_row_new (GSettings *settings, const ShipNumberRow *what)
{
  ShipNumberRow *copy = g_memdup2 (what, sizeof *what); /* its texts are static */
  GtkWidget     *row = ship_preferences_row_new (what->title, what->subtitle);
  GtkWidget     *spin = gtk_spin_button_new_with_range (what->least, what->most, what->step);

  g_object_set_data_full (G_OBJECT (row), "number", copy, g_free);
  gtk_spin_button_set_digits (GTK_SPIN_BUTTON (spin), what->digits);
  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), FALSE); /* there is more than the number */
  gtk_editable_set_width_chars (GTK_EDITABLE (spin), 8);
  g_signal_connect (spin, "output", G_CALLBACK (output_cb), copy);
  g_signal_connect (spin, "input", G_CALLBACK (input_cb), copy);
  add_suffix (row, spin);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), spin);
  g_settings_bind_with_mapping (settings,
                                what->key,
                                gtk_spin_button_get_adjustment (GTK_SPIN_BUTTON (spin)),
                                "value",
                                G_SETTINGS_BIND_DEFAULT,
                                number_from_setting,
                                number_to_setting,
                                copy,
                                NULL);
  return row;
}

/* --- what is wrong --- */

GtkWidget *
ship_preferences_trouble_new (void)
{
  GtkWidget *row = ship_preferences_row_new ("", NULL);
  GtkWidget *icon = gtk_image_new_from_icon_name ("dialog-warning-symbolic");

  gtk_widget_add_css_class (row, "trouble");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  gtk_list_box_row_set_selectable (GTK_LIST_BOX_ROW (row), FALSE);
  gtk_widget_set_visible (row, FALSE);
  return row;
}

void
ship_preferences_trouble_set (GtkWidget *trouble, GtkWidget *entry, const char *sentence)
{
  gboolean is_wrong = sentence != NULL;

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (trouble), is_wrong ? sentence : "");
  gtk_widget_set_visible (trouble, is_wrong);
  if (entry == NULL)
    return;
  if (is_wrong)
    gtk_widget_add_css_class (entry, "error");
  else
    gtk_widget_remove_css_class (entry, "error");
  gtk_accessible_update_state (GTK_ACCESSIBLE (entry),
                               GTK_ACCESSIBLE_STATE_INVALID,
                               is_wrong ? GTK_ACCESSIBLE_INVALID_TRUE
                                        : GTK_ACCESSIBLE_INVALID_FALSE,
                               -1);
}

void
ship_preferences_say (GtkWidget *widget, const char *sentence)
{
  GtkRoot         *root = gtk_widget_get_root (widget);
  g_autofree char *escaped = g_markup_escape_text (sentence, -1);

  if (ADW_IS_PREFERENCES_WINDOW (root))
    adw_preferences_window_add_toast (ADW_PREFERENCES_WINDOW (root), adw_toast_new (escaped));
}
