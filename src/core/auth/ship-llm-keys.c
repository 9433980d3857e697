/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the key of a model provider comes from: a variable of the environment, else the keyring.
 * One per process, owned by the composition root; main thread. The key itself is not kept, so that
 * one that is set or deleted counts for the next request of every process: only ShipSecrets
 * remembers it, so that it can be taken out of what is stored or shown.
 */
#include "config.h"

#include "auth/ship-llm-keys.h"

#include <glib/gi18n-lib.h>
#include <libsecret/secret.h>

#include "auth/ship-provider.h"

struct _ShipLlmKeys
{
  GObject      parent;
  ShipKeyring *keyring;     /* (owned) */
  GStrv        environment; /* (owned) */
  ShipSecrets *secrets;     /* (owned) */
};

typedef struct
{
  char               *id;       /* (owned) */
  const ShipProvider *provider; /* (nullable): one that is not known has no variable */
  ShipKeySource       source;
  char               *without; /* (owned) (nullable): that there is none, and nothing else */
  char               *trouble; /* (owned) (nullable): why the keyring could not be asked */
} Lookup;

G_DEFINE_FINAL_TYPE (ShipLlmKeys, ship_llm_keys, G_TYPE_OBJECT)

static void
lookup_free (Lookup *lookup)
{
  g_free (lookup->id);
  g_free (lookup->without);
  g_free (lookup->trouble);
  g_free (lookup);
}

static void
ship_llm_keys_finalize (GObject *object)
{
  ShipLlmKeys *self = SHIP_LLM_KEYS (object);

  g_clear_object (&self->keyring);
  g_clear_pointer (&self->environment, g_strfreev);
  g_clear_pointer (&self->secrets, ship_secrets_unref);
  G_OBJECT_CLASS (ship_llm_keys_parent_class)->finalize (object);
}

static void
ship_llm_keys_class_init (ShipLlmKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_llm_keys_finalize;
}

static void
ship_llm_keys_init (ShipLlmKeys *self)
{
}

ShipLlmKeys *
ship_llm_keys_new (ShipKeyring *keyring, const char *const *environment, ShipSecrets *secrets)
{
  ShipLlmKeys *self;

  g_return_val_if_fail (SHIP_IS_KEYRING (keyring), NULL);
  g_return_val_if_fail (secrets != NULL, NULL);

  self = g_object_new (SHIP_TYPE_LLM_KEYS, NULL);
  self->keyring = g_object_ref (keyring);
  self->environment = g_strdupv ((char **) environment);
  self->secrets = ship_secrets_ref (secrets);
  return self;
}

/* Takes @key, which is in libsecret's memory, and hands it out. */
static void
return_key (GTask *task, char *key, ShipKeySource source)
{
  ShipLlmKeys *self = g_task_get_source_object (task);
  Lookup      *lookup = g_task_get_task_data (task);

  lookup->source = source;
  ship_secrets_add (self->secrets, key);
  g_task_return_pointer (task, key, (GDestroyNotify) ship_keyring_free_secret);
}

/* What the user can do about it; @has_keyring: also there. (transfer full) */
static char *
describe_no_key (const Lookup *lookup, gboolean has_keyring)
{
  const char *name = lookup->provider != NULL ? lookup->provider->name : lookup->id;
  const char *variable = lookup->provider != NULL ? lookup->provider->variables[0] : NULL;

  if (variable == NULL)
    variable = "…";
  if (has_keyring)
    return g_strdup_printf (_ ("There is no key for %s. Keep one in the keyring with shipctl keys "
                               "set %s, or set %s in the environment that Ship is started from."),
                            name,
                            lookup->id,
                            variable);

  return g_strdup_printf (
    _ ("There is no key for %s. Set %s in the environment that Ship is started "
       "from."),
    name,
    variable);
}

/* Takes @error: why the keyring gave none. */
static void
return_no_key (GTask *task, GError *error)
{
  Lookup *lookup = g_task_get_task_data (task);
  g_autoptr (GError) cause = error;

  if (g_error_matches (cause, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEY))
    {
      lookup->without = describe_no_key (lookup, TRUE);
      g_task_return_new_error (task,
                               SHIP_AUTH_ERROR,
                               SHIP_AUTH_ERROR_NO_KEY,
                               "%s",
                               lookup->without);
      return;
    }

  lookup->trouble = g_strdup (cause->message);
  if (!g_error_matches (cause, SHIP_AUTH_ERROR, SHIP_AUTH_ERROR_NO_KEYRING))
    {
      g_task_return_error (task, g_steal_pointer (&cause));
      return;
    }
  lookup->without = describe_no_key (lookup, FALSE);
  g_task_return_new_error (task,
                           SHIP_AUTH_ERROR,
                           SHIP_AUTH_ERROR_NO_KEY,
                           "%s %s",
                           lookup->without,
                           lookup->trouble);
}

static void
keyring_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char   *key = ship_keyring_lookup_finish (SHIP_KEYRING (source), result, &error);

  if (key != NULL)
    return_key (task, key, SHIP_KEY_SOURCE_KEYRING);
  else
    return_no_key (task, error);
}

/* Copied into memory that is not paged out, so that every key is freed in the same way. */
static char *
dup_secret (const char *text)
{
  return secret_value_unref_to_password (secret_value_new (text, -1, "text/plain"), NULL);
}

const char *
ship_llm_keys_get_variable (ShipLlmKeys *self, const char *provider)
{
  const ShipProvider *known;

  g_return_val_if_fail (SHIP_IS_LLM_KEYS (self), NULL);
  g_return_val_if_fail (provider != NULL, NULL);

  known = ship_provider_find (provider);
  for (guint i = 0; known != NULL && self->environment != NULL && known->variables[i] != NULL; i++)
    {
      const char *value = g_environ_getenv (self->environment, known->variables[i]);

      /* An empty variable is how a shell says "not this one". */
      if (value != NULL && *value != '\0')
        return known->variables[i];
    }
  return NULL;
}

void
ship_llm_keys_lookup_async (ShipLlmKeys        *self,
                            const char         *provider,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *name = NULL;
  const char      *variable;
  Lookup          *lookup;

  g_return_if_fail (SHIP_IS_LLM_KEYS (self));
  g_return_if_fail (provider != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_llm_keys_lookup_async);
  lookup = g_new0 (Lookup, 1);
  lookup->id = g_strdup (provider);
  lookup->provider = ship_provider_find (provider);
  g_task_set_task_data (task, lookup, (GDestroyNotify) lookup_free);

  variable = ship_llm_keys_get_variable (self, provider);
  if (variable != NULL)
    {
      return_key (task,
                  dup_secret (g_environ_getenv (self->environment, variable)),
                  SHIP_KEY_SOURCE_ENVIRONMENT);
      return;
    }
  name = ship_provider_dup_keyring_name (provider);
  ship_keyring_lookup_async (self->keyring, name, cancellable, keyring_cb, g_steal_pointer (&task));
}

char *
ship_llm_keys_lookup_finish (ShipLlmKeys   *self,
                             GAsyncResult  *result,
                             ShipKeySource *source,
                             GError       **error)
{
  char *key;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_llm_keys_lookup_async), NULL);

  key = g_task_propagate_pointer (G_TASK (result), error);
  if (source != NULL)
    *source = key != NULL ? ((Lookup *) g_task_get_task_data (G_TASK (result)))->source
                          : SHIP_KEY_SOURCE_NONE;
  return key;
}

/* --- the keyring's share --- */

static void
stored_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_keyring_store_finish (SHIP_KEYRING (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_llm_keys_store_async (ShipLlmKeys        *self,
                           const char         *provider,
                           const char         *key,
                           GCancellable       *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer            user_data)
{
  const ShipProvider *known;
  g_autofree char    *name = NULL;
  g_autofree char    *label = NULL;
  GTask              *task;

  g_return_if_fail (SHIP_IS_LLM_KEYS (self));
  g_return_if_fail (provider != NULL && key != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_llm_keys_store_async);
  known = ship_provider_find (provider);
  name = ship_provider_dup_keyring_name (provider);
  label = g_strdup_printf (_ ("Ship: key for %s"), known != NULL ? known->name : provider);
  ship_secrets_add (self->secrets, key);
  ship_keyring_store_async (self->keyring, name, label, key, cancellable, stored_cb, task);
}

gboolean
ship_llm_keys_store_finish (ShipLlmKeys *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_llm_keys_store_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
deleted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_keyring_delete_finish (SHIP_KEYRING (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
ship_llm_keys_delete_async (ShipLlmKeys        *self,
                            const char         *provider,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autofree char *name = NULL;
  GTask           *task;

  g_return_if_fail (SHIP_IS_LLM_KEYS (self));
  g_return_if_fail (provider != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_llm_keys_delete_async);
  name = ship_provider_dup_keyring_name (provider);
  ship_keyring_delete_async (self->keyring, name, cancellable, deleted_cb, task);
}

gboolean
ship_llm_keys_delete_finish (ShipLlmKeys *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_llm_keys_delete_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

void
ship_llm_keys_lookup_explain (GAsyncResult *result, char **without, char **trouble)
{
  const Lookup *lookup;

  g_return_if_fail (g_async_result_is_tagged (result, ship_llm_keys_lookup_async));

  lookup = g_task_get_task_data (G_TASK (result));
  *without = g_strdup (lookup->without);
  *trouble = g_strdup (lookup->trouble);
}
