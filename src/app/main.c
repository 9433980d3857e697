/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider-addresses.h"
#include "base/ship-secrets.h"
#include "base/ship-settings.h"
#include "ship-application.h"
#include "ship-ui-resources.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <stdlib.h>

static void
closed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!ship_application_close_finish (SHIP_APPLICATION (object), result, &error))
    g_warning ("The list of sessions was not closed well: %s", error->message);
  g_main_loop_quit (user_data);
}

/* What models there are, as every program of ours finds out. */
static ShipModelList *
new_models (ShipPaths *paths, GSettings *settings, GError **error)
{
  g_autofree char *path = g_build_filename (ship_paths_get_asset_dir (paths), "models.json", NULL);
  g_auto (GStrv) environment = g_get_environ ();
  g_autoptr (ShipModelCatalog) catalog = ship_model_catalog_new_from_file (path, error);
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();
  g_autoptr (ShipLlmKeys) keys = NULL;
  g_autoptr (ShipProviderAddresses) addresses = NULL;

  if (catalog == NULL)
    return NULL;

  keys = ship_llm_keys_new (keyring, (const char *const *) environment, secrets);
  addresses = ship_provider_addresses_new (settings, (const char *const *) environment);

  return ship_model_list_new (catalog, keys, addresses);
}

int
main (int argc, char *argv[])
{
  g_autoptr (ShipPaths) paths = NULL;
  g_autoptr (GSettings) settings = NULL;
  g_autoptr (ShipModelList) models = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipApplication) application = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  int status;

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHIP_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);

  /* In a static library nothing else holds on to it. */
  g_resources_register (ship_ui_get_resource ());
  paths = ship_paths_new ();
  settings = ship_settings_new (paths, &error);
  models = settings != NULL ? new_models (paths, settings, &error) : NULL;
  if (models == NULL)
    {
      g_printerr ("ship: %s\n", error->message);
      return EXIT_FAILURE;
    }
  application = ship_application_new (paths, models, settings);

  status = g_application_run (G_APPLICATION (application), argc, argv);
  ship_application_close_async (application, closed_cb, loop);
  g_main_loop_run (loop);

  return status;
}
