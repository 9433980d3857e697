/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-choice.h"

#include "client/ship-session-client.h"
#include "gateway/ship-local-models.h"

#include <glib/gi18n.h>

/*
 * Main thread.
 *
 *   find_async -> ask_next -> key_cb -> ask_next … -> (all asked) local_cb -> (return)
 *
 * A key is looked up only to see whether it is there, and forgotten at once.
 */

/* The order in which keys are looked for, and what each provider does best for coding. When the
 * catalogue no longer has it, the provider's first model that can use tools is taken. */
/* clang-format off */
static const struct
{
  const char *provider;
  const char *model;
} usual[] = {
  { "anthropic",  "claude-sonnet-5" },
  { "openai",     "gpt-6-sol" },
  { "google",     "gemini-3.8-flash" },
  { "openrouter", "anthropic/claude-sonnet-5" },
};
/* clang-format on */

typedef struct
{
  ShipCliModels *models; /* (owned) */
  ShipLlmKeys   *keys;   /* (owned) */
  guint          next;   /* the provider that is asked for */
} Search;

void
ship_cli_models_free (ShipCliModels *self)
{
  if (self == NULL)
    return;
  g_clear_object (&self->catalog);
  g_hash_table_unref (self->sources);
  g_hash_table_unref (self->reasons);
  g_strfreev (self->local);
  g_free (self);
}

static void
search_free (Search *self)
{
  ship_cli_models_free (self->models);
  g_object_unref (self->keys);
  g_free (self);
}

static void ask_next (GTask *task);

static void
local_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->models->local = ship_local_models_find_finish (result, &error);
  if (self->models->local == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task,
                           g_steal_pointer (&self->models),
                           (GDestroyNotify) ship_cli_models_free);
}

static void
key_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Search                  *self = g_task_get_task_data (task);
  const ShipModelProvider *provider =
    ship_model_catalog_get_providers (self->models->catalog)->pdata[self->next];
  ShipKeySource source = SHIP_KEY_SOURCE_NONE;
  g_autoptr (GError) error = NULL;
  char *key = ship_llm_keys_lookup_finish (SHIP_LLM_KEYS (object), result, &source, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (key != NULL)
    g_hash_table_insert (self->models->sources, g_strdup (provider->id), GINT_TO_POINTER (source));
  else
    g_hash_table_insert (self->models->reasons, g_strdup (provider->id), g_strdup (error->message));
  g_clear_pointer (&key, ship_keyring_free_secret);
  self->next++;
  ask_next (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
ask_next (GTask *task)
{
  Search    *self = g_task_get_task_data (task);
  GPtrArray *providers = ship_model_catalog_get_providers (self->models->catalog);

  while (self->next < providers->len &&
         ((ShipModelProvider *) providers->pdata[self->next])->variable == NULL)
    self->next++; /* it needs no key */
  if (self->next < providers->len)
    {
      const ShipModelProvider *provider = providers->pdata[self->next];

      ship_llm_keys_lookup_async (self->keys,
                                  provider->id,
                                  g_task_get_cancellable (task),
                                  key_cb,
                                  task);
    }
  else
    ship_local_models_find_async (NULL, g_task_get_cancellable (task), local_cb, task);
}

void
ship_cli_models_find_async (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cli->cancellable, callback, user_data);
  g_autoptr (ShipKeyring) keyring = ship_keyring_new ();
  g_autoptr (ShipSecrets) secrets = ship_secrets_new ();
  g_auto (GStrv) environment = g_get_environ ();
  g_autofree char *path =
    g_build_filename (ship_paths_get_asset_dir (cli->paths), "models.json", NULL);
  Search *self = g_new0 (Search, 1);
  GError *error = NULL;

  g_task_set_source_tag (task, ship_cli_models_find_async);
  g_task_set_task_data (task, self, (GDestroyNotify) search_free);
  self->models = g_new0 (ShipCliModels, 1);
  self->models->sources = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->models->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->keys = ship_llm_keys_new (keyring, (const char *const *) environment, secrets);
  self->models->catalog = ship_model_catalog_new_from_file (path, &error);
  if (self->models->catalog == NULL)
    g_task_return_error (task, error);
  else
    ask_next (g_steal_pointer (&task));
}

ShipCliModels *
ship_cli_models_find_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_models_find_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
ship_cli_models_is_usable (ShipCliModels *self, const char *provider)
{
  const ShipModelProvider *known = ship_model_catalog_get_provider (self->catalog, provider);

  return known == NULL || known->variable == NULL ||
         g_hash_table_contains (self->sources, provider);
}

static const ShipModel *
usual_model (ShipCliModels *self, const char *provider_id, const char *model_id)
{
  const ShipModelProvider *provider = ship_model_catalog_get_provider (self->catalog, provider_id);
  const ShipModel *model = ship_model_catalog_get_model (self->catalog, provider_id, model_id);

  if (model != NULL || provider == NULL)
    return model;
  for (guint i = 0; i < provider->models->len; i++)
    {
      model = provider->models->pdata[i];
      if (model->tool_call)
        return model;
    }
  return NULL;
}

char *
ship_cli_models_choose (ShipCliModels *self, GError **error)
{
  const char *wished = g_getenv ("SHIP_MODEL");

  if (wished != NULL && *wished != '\0')
    return g_strdup (wished);
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      const ShipModel *model;

      if (!g_hash_table_contains (self->sources, usual[i].provider))
        continue;
      model = usual_model (self, usual[i].provider, usual[i].model);
      if (model != NULL)
        return g_strconcat (model->provider, "/", model->id, NULL);
    }
  if (self->local[0] != NULL)
    return g_strdup (self->local[0]);
  g_set_error_literal (
    error,
    SHIP_AUTH_ERROR,
    SHIP_AUTH_ERROR_NO_KEY,
    _ ("There is no model to work with. Set a key (ANTHROPIC_API_KEY, OPENAI_API_KEY, "
       "GEMINI_API_KEY "
       "or OPENROUTER_API_KEY), start a local server (Ollama, llama.cpp or LM Studio), or try "
       "shipctl run --rehearsal, which needs neither."));
  return NULL;
}

gboolean
ship_cli_models_check (ShipCliModels *self, const char *model, GError **error)
{
  const char      *slash = strchr (model, '/');
  g_autofree char *provider_id = slash != NULL ? g_strndup (model, (gsize) (slash - model)) : NULL;
  const ShipModelProvider *provider;

  if (slash == NULL || slash == model || slash[1] == '\0')
    {
      g_set_error (error,
                   SHIP_CLIENT_ERROR,
                   SHIP_CLIENT_ERROR_INVALID,
                   _ ("“%s” is not a model: write PROVIDER/MODEL (shipctl models lists them)"),
                   model);
      return FALSE;
    }
  provider = ship_model_catalog_get_provider (self->catalog, provider_id);
  if (provider == NULL || provider->variable == NULL)
    return TRUE; /* a server of the user's own; what it has is its affair */
  if (!ship_cli_models_is_usable (self, provider_id))
    {
      g_set_error (error,
                   SHIP_AUTH_ERROR,
                   SHIP_AUTH_ERROR_NO_KEY,
                   _ ("There is no key for %s: set %s"),
                   provider->name,
                   provider->variable);
      return FALSE;
    }
  if (ship_model_catalog_get_model (self->catalog, provider_id, slash + 1) == NULL)
    {
      g_set_error (error,
                   SHIP_CLIENT_ERROR,
                   SHIP_CLIENT_ERROR_INVALID,
                   _ ("%s has no model “%s” that Ship knows (shipctl models lists them)"),
                   provider->name,
                   slash + 1);
      return FALSE;
    }
  return TRUE;
}
