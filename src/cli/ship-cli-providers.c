/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-providers.h"

/* The settings, keys and addresses of the process's own environment. Main thread. */

gboolean
ship_cli_providers_init (ShipCliProviders *self, ShipCli *cli)
{
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (GError) error = NULL;

  self->settings = ship_settings_new (cli->paths, &error);
  if (self->settings == NULL)
    {
      ship_cli_complain ("%s", error->message);
      return FALSE;
    }
  self->keyring = ship_keyring_new ();
  self->keys = ship_llm_keys_new (self->keyring, (const char *const *) environment, secrets);
  self->addresses = ship_provider_addresses_new (self->settings, (const char *const *) environment);
  return TRUE;
}

void
ship_cli_providers_clear (ShipCliProviders *self)
{
  g_clear_object (&self->addresses);
  g_clear_object (&self->keys);
  g_clear_object (&self->keyring);
  g_clear_object (&self->settings);
}
