/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-context.h"

#include "auth/ship-llm-keys.h"
#include "base/ship-secrets.h"
#include "context/ship-egress-rules.h"
#include "context/ship-local-runtime.h"
#include "gateway/ship-gateway.h"
#include "session/ship-session-model.h"
#include "usage/ship-model-catalog.h"

/*
 * Builds an actor from its parts and hands each the collaborators it uses. Nothing else happens
 * here.
 */

#define HEARTBEAT_SECONDS 10 /* of OpenCode's event stream */

struct _ShipContext
{
  GObject             parent_instance;
  ShipSession        *session;     /* (owned) */
  ShipSessionService *service;     /* (owned) */
  ShipSecrets        *secrets;     /* (owned) */
  GSettings          *settings;    /* (owned) */
  ShipHousekeeper    *housekeeper; /* (owned) */

  ShipProviderAddresses *addresses; /* (owned): the gateway follows them */
  ShipEgressRules       *egress;    /* (owned): the gateway follows them */
};

G_DEFINE_FINAL_TYPE (ShipContext, ship_context, G_TYPE_OBJECT)

static void
ship_context_dispose (GObject *object)
{
  ShipContext *self = SHIP_CONTEXT (object);

  g_clear_object (&self->housekeeper);
  g_clear_object (&self->service);
  g_clear_object (&self->session);
  g_clear_object (&self->addresses);
  g_clear_object (&self->egress);
  g_clear_object (&self->settings);
  g_clear_pointer (&self->secrets, ship_secrets_unref);

  G_OBJECT_CLASS (ship_context_parent_class)->dispose (object);
}

static void
ship_context_class_init (ShipContextClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_context_dispose;
}

static void
ship_context_init (ShipContext *self)
{
}

/* A number of seconds in the environment, in milliseconds. */
static guint
read_seconds (const char *const *environment, const char *variable, guint64 least, guint preset_ms)
{
  const char *text = g_environ_getenv ((char **) environment, variable);
  guint64     seconds = 0;

  if (text == NULL)
    return preset_ms;
  if (!g_ascii_string_to_unsigned (text, 10, least, 24 * 3600, &seconds, NULL))
    {
      g_warning ("%s is not a number from %u on: left as it is", variable, (guint) least);
      return preset_ms;
    }

  return (guint) seconds * 1000;
}

ShipContext *
ship_context_new (ShipPaths         *paths,
                  const char        *session_id,
                  const char *const *environment,
                  GError           **error)
{
  g_autofree char *catalogue_path =
    g_build_filename (ship_paths_get_asset_dir (paths), "models.json", NULL);
  g_autoptr (ShipModelCatalog) catalog = NULL;
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();
  g_autoptr (ShipLlmKeys) keys = ship_llm_keys_new (keyring, environment, secrets);
  g_autoptr (ShipGateway) gateway = NULL;
  g_autoptr (ShipRuntime) runtime = NULL;
  g_autoptr (GSettings) settings = ship_settings_new (paths, error);
  g_autoptr (ShipProviderAddresses) addresses = NULL;
  g_autoptr (ShipModelList) models = NULL;
  ShipPatience patience = SHIP_PATIENCE_INIT;
  ShipContext *self;

  if (settings == NULL)
    return NULL;
  catalog = ship_model_catalog_new_from_file (catalogue_path, error);
  if (catalog == NULL)
    return NULL;

  gateway = ship_gateway_new (catalog, keys);
  ship_gateway_use_proxy (gateway, environment);
  addresses = ship_provider_addresses_new (settings, environment);
  ship_gateway_follow_addresses (gateway, addresses);
  models = ship_model_list_new (catalog, keys, addresses);

  runtime = ship_local_runtime_new (paths, session_id, catalog, gateway, settings);
  ship_local_runtime_set_silence (SHIP_LOCAL_RUNTIME (runtime),
                                  read_seconds (environment,
                                                "SHIP_SILENCE_SECONDS",
                                                HEARTBEAT_SECONDS + 2,
                                                SHIP_LOCAL_RUNTIME_SILENCE_MS));
  patience.stuck_ms = read_seconds (environment, "SHIP_STUCK_SECONDS", 1, patience.stuck_ms);
  self = g_object_new (SHIP_TYPE_CONTEXT, NULL);
  self->session = ship_session_new (paths, session_id, runtime, settings, secrets);
  ship_session_set_models (self->session, models);
  ship_session_set_patience (self->session, &patience);
  self->service = ship_session_service_new (self->session);
  self->housekeeper = ship_housekeeper_new (paths, self->session, settings);
  self->secrets = g_steal_pointer (&secrets);
  self->settings = g_steal_pointer (&settings);
  self->addresses = g_steal_pointer (&addresses);
  self->egress = ship_egress_rules_new (paths, gateway, runtime, self->settings, environment);

  return self;
}

ShipSession *
ship_context_get_session (ShipContext *self)
{
  g_return_val_if_fail (SHIP_IS_CONTEXT (self), NULL);

  return self->session;
}

ShipSessionService *
ship_context_get_service (ShipContext *self)
{
  g_return_val_if_fail (SHIP_IS_CONTEXT (self), NULL);

  return self->service;
}

ShipSecrets *
ship_context_get_secrets (ShipContext *self)
{
  g_return_val_if_fail (SHIP_IS_CONTEXT (self), NULL);

  return self->secrets;
}

GSettings *
ship_context_get_settings (ShipContext *self)
{
  g_return_val_if_fail (SHIP_IS_CONTEXT (self), NULL);

  return self->settings;
}

ShipHousekeeper *
ship_context_get_housekeeper (ShipContext *self)
{
  g_return_val_if_fail (SHIP_IS_CONTEXT (self), NULL);

  return self->housekeeper;
}
