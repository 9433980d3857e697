/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-providers.h"

/* The settings, keys and addresses of the process's own environment. Main thread. */

gboolean
ship_cli_providers_init (ShipCliProviders *self, ShipCli *cli, GError **error)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autofree char *path =
    g_build_filename (ship_paths_get_asset_dir (cli->paths), "models.json", NULL);
  g_autoptr (ShipModelCatalog) catalog = NULL;

  self->settings = ship_settings_new (cli->paths, error);
  if (self->settings != NULL)
    catalog = ship_model_catalog_new_from_file (path, error);
  if (catalog == NULL)
    return FALSE;
  self->keyring = ship_keyring_new ();
  self->keys = ship_llm_keys_new (self->keyring, (const char *const *) environment, secrets);
  self->addresses = ship_provider_addresses_new (self->settings, (const char *const *) environment);
  self->models = ship_model_list_new (catalog, self->keys, self->addresses);
  return TRUE;
}

void
ship_cli_providers_clear (ShipCliProviders *self)
{
  g_clear_object (&self->models);
  g_clear_object (&self->addresses);
  g_clear_object (&self->keys);
  g_clear_object (&self->keyring);
  g_clear_object (&self->settings);
}
