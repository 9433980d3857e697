/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "preferences/ship-setting-rows.h"

#include "preferences/ship-preferences-rows.h"

#define ENTRY_KEY "ship-entry"

typedef struct
{
  AdwPreferencesGroup *group;    /* (unowned): owns this */
  GSettings           *settings; /* (owned) */
  gulong               handler;
  char                *key;    /* (owned) */
  char                *remove; /* (owned) */
  GPtrArray           *rows;   /* (owned) (element-type GtkWidget, unowned) */
  ShipSettingRowFunc   func;   /* (nullable) */
  gpointer             user_data;
} SettingRows;

static void
setting_rows_free (gpointer data)
{
  SettingRows *self = data;

  g_signal_handler_disconnect (self->settings, self->handler);
  g_object_unref (self->settings);
  g_free (self->key);
  g_free (self->remove);
  g_ptr_array_unref (self->rows);
  g_free (self);
}

static void
remove_cb (GtkButton *button, SettingRows *self)
{
  const char *entry = g_object_get_data (G_OBJECT (button), ENTRY_KEY);
  g_auto (GStrv) before = g_settings_get_strv (self->settings, self->key);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) after = NULL;

  for (guint i = 0; before[i] != NULL; i++)
    if (!g_str_equal (before[i], entry))
      g_strv_builder_add (builder, before[i]);
  after = g_strv_builder_end (builder);
  g_settings_set_strv (self->settings, self->key, (const char *const *) after);
}

static void
add_row (SettingRows *self, const char *entry)
{
  g_auto (GStrv) words = g_strsplit (self->remove, "%s", 2);
  g_autofree char *name = g_strjoinv (entry, words);
  GtkWidget       *row = ship_preferences_row_new (entry, NULL);
  GtkWidget       *button = ship_preferences_row_add_icon (row, "user-trash-symbolic", name);

  g_object_set_data_full (G_OBJECT (button), ENTRY_KEY, g_strdup (entry), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (remove_cb), self);
  adw_preferences_group_add (self->group, row);
  g_ptr_array_add (self->rows, row);
  if (self->func != NULL)
    self->func (row, entry, self->user_data);
}

static void
changed_cb (SettingRows *self)
{
  g_auto (GStrv) entries = g_settings_get_strv (self->settings, self->key);

  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  for (guint i = 0; entries[i] != NULL; i++)
    add_row (self, entries[i]);
}

void
ship_setting_rows_add (AdwPreferencesGroup *group,
                       GSettings           *settings,
                       const char          *key,
                       const char          *remove,
                       ShipSettingRowFunc   func,
                       gpointer             user_data)
{
  SettingRows     *self = g_new0 (SettingRows, 1);
  g_autofree char *signal = g_strconcat ("changed::", key, NULL);

  self->group = group;
  self->settings = g_object_ref (settings);
  self->key = g_strdup (key);
  self->remove = g_strdup (remove);
  self->rows = g_ptr_array_new ();
  self->func = func;
  self->user_data = user_data;
  self->handler = g_signal_connect_swapped (settings, signal, G_CALLBACK (changed_cb), self);
  g_object_set_data_full (G_OBJECT (group), key, self, setting_rows_free);
  changed_cb (self);
}
