/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-context.h"

#include "auth/ship-llm-keys.h"
#include "base/ship-secrets.h"
#include "context/ship-local-runtime.h"
#include "gateway/ship-gateway.h"
#include "usage/ship-model-catalog.h"

/*
 * Builds an actor from its parts and hands each the collaborators it uses. Nothing else happens
 * here.
 */

struct _ShipContext
{
  GObject             parent_instance;
  ShipSession        *session; /* (owned) */
  ShipSessionService *service; /* (owned) */
  ShipSecrets        *secrets; /* (owned) */
};

/* Where a provider's requests go instead, by the variable its own client knows. Some of those
 * addresses end in the version that our routes have in their path. */
static const struct
{
  const char *variable;
  const char *provider;
  const char *version;
} base_uris[] = {
  { "ANTHROPIC_BASE_URL", "anthropic", "/v1" },
  { "OPENAI_BASE_URL", "openai", "/v1" },
  { "GOOGLE_GEMINI_BASE_URL", "google", "/v1beta" },
  { "OPENROUTER_BASE_URL", "openrouter", "/v1" },
  { "OLLAMA_HOST", "ollama", "/v1" },
};

G_DEFINE_FINAL_TYPE (ShipContext, ship_context, G_TYPE_OBJECT)

static void
ship_context_dispose (GObject *object)
{
  ShipContext *self = SHIP_CONTEXT (object);

  g_clear_object (&self->service);
  g_clear_object (&self->session);
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

static gboolean
set_base_uris (ShipGateway *gateway, const char *const *environment, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (base_uris); i++)
    {
      const char      *value = g_environ_getenv ((char **) environment, base_uris[i].variable);
      g_autofree char *uri = NULL;

      if (value == NULL || value[0] == '\0')
        continue;

      uri = strstr (value, "://") != NULL ? g_strdup (value) : g_strconcat ("http://", value, NULL);
      while (g_str_has_suffix (uri, "/"))
        uri[strlen (uri) - 1] = '\0';
      if (g_str_has_suffix (uri, base_uris[i].version))
        uri[strlen (uri) - strlen (base_uris[i].version)] = '\0';
      if (!ship_gateway_set_base_uri (gateway, base_uris[i].provider, uri, error))
        {
          g_prefix_error (error, "%s: ", base_uris[i].variable);
          return FALSE;
        }
    }

  return TRUE;
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
  ShipContext *self;

  if (settings == NULL)
    return NULL;
  catalog = ship_model_catalog_new_from_file (catalogue_path, error);
  if (catalog == NULL)
    return NULL;

  gateway = ship_gateway_new (catalog, keys);
  if (!set_base_uris (gateway, environment, error))
    return NULL;

  runtime = ship_local_runtime_new (paths, session_id, catalog, gateway, settings);
  self = g_object_new (SHIP_TYPE_CONTEXT, NULL);
  self->session = ship_session_new (paths, session_id, runtime, settings, secrets);
  self->service = ship_session_service_new (self->session);
  self->secrets = g_steal_pointer (&secrets);

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
