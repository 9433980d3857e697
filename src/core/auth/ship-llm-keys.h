/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-keyring.h"
#include "base/ship-secrets.h"

G_BEGIN_DECLS

typedef enum
{
  SHIP_KEY_SOURCE_NONE,
  SHIP_KEY_SOURCE_ENVIRONMENT,
  SHIP_KEY_SOURCE_KEYRING,
} ShipKeySource;

/*
 * The keys of the model providers: from the environment first, then the keyring. Every key that was
 * read is added to @secrets before it is handed out. Main thread.
 */
#define SHIP_TYPE_LLM_KEYS (ship_llm_keys_get_type ())
G_DECLARE_FINAL_TYPE (ShipLlmKeys, ship_llm_keys, SHIP, LLM_KEYS, GObject)

/* @environment: (nullable): the variables to look in, as of g_get_environ(); copied */
ShipLlmKeys *
ship_llm_keys_new (ShipKeyring *keyring, const char *const *environment, ShipSecrets *secrets);

/* @provider: "anthropic". finish: (transfer full) free with ship_keyring_free_secret();
 * SHIP_AUTH_ERROR_NO_KEY with what to do about it, _LOCKED */
void  ship_llm_keys_lookup_async (ShipLlmKeys        *self,
                                  const char         *provider,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
char *ship_llm_keys_lookup_finish (ShipLlmKeys   *self,
                                   GAsyncResult  *result,
                                   ShipKeySource *source,
                                   GError       **error);

/* Puts @key into the keyring, and nowhere else. From the environment another one still wins. */
void     ship_llm_keys_store_async (ShipLlmKeys        *self,
                                    const char         *provider,
                                    const char         *key,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ship_llm_keys_store_finish (ShipLlmKeys *self, GAsyncResult *result, GError **error);
/* Takes @provider's key out of the keyring. That there was none is no error. */
void     ship_llm_keys_delete_async (ShipLlmKeys        *self,
                                     const char         *provider,
                                     GCancellable       *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer            user_data);
gboolean ship_llm_keys_delete_finish (ShipLlmKeys *self, GAsyncResult *result, GError **error);
/* The two halves of what a lookup that found nothing says, for who asks for many: that there is no
 * key, and what is wrong with the keyring, which is the same for all. (out) (transfer full)
 * (nullable) */
void ship_llm_keys_lookup_explain (GAsyncResult *result, char **without, char **trouble);

/* The variable @provider's key comes from now; NULL when none is set. Static. */
const char *ship_llm_keys_get_variable (ShipLlmKeys *self, const char *provider);

G_END_DECLS
