/* SPDX-License-Identifier: GPL-3.0-or-later */
#define G_SETTINGS_ENABLE_BACKEND
#include "config.h"

#include "base/ship-settings.h"

#include <gio/gsettingsbackend.h>
#include <glib/gi18n-lib.h>

#define ROOT_PATH  "/dev/ship/Ship/"
#define ROOT_GROUP "ship"

/* Beside our data files in an uninstalled build, else among the system's. */
static GSettingsSchema *
find_schema (ShipPaths *paths)
{
  GSettingsSchemaSource *parent = g_settings_schema_source_get_default ();
  g_autoptr (GSettingsSchemaSource) own =
    g_settings_schema_source_new_from_directory (ship_paths_get_asset_dir (paths),
                                                 parent,
                                                 TRUE,
                                                 NULL);
  GSettingsSchemaSource *source = own != NULL ? own : parent;

  return source != NULL ? g_settings_schema_source_lookup (source, SHIP_APPLICATION_ID, TRUE)
                        : NULL;
}

static GSettingsBackend *
new_backend (ShipPaths *paths)
{
  g_autofree char *file = NULL;

  if (g_strcmp0 (g_getenv ("GSETTINGS_BACKEND"), "memory") == 0)
    return g_memory_settings_backend_new ();

  file = g_build_filename (ship_paths_get_config_dir (paths), "settings.ini", NULL);
  return g_keyfile_settings_backend_new (file, ROOT_PATH, ROOT_GROUP);
}

GSettings *
ship_settings_new (ShipPaths *paths, GError **error)
{
  g_autoptr (GSettingsSchema) schema = find_schema (paths);
  g_autoptr (GSettingsBackend) backend = NULL;

  if (schema == NULL)
    {
      g_set_error_literal (error,
                           G_IO_ERROR,
                           G_IO_ERROR_NOT_FOUND,
                           _ ("Ship is not installed completely: its settings' schema is missing"));
      return NULL;
    }

  backend = new_backend (paths);
  return g_settings_new_full (schema, backend, NULL);
}
