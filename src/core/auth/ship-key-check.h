/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider-addresses.h"
#include "auth/ship-provider.h"

G_BEGIN_DECLS

/* What @text, as it was typed or pasted, is as a key: without white space around it. NULL with
 * SHIP_AUTH_ERROR_INVALID and a sentence that does not repeat it. (transfer full): free with
 * ship_keyring_free_secret() */
char *ship_key_check_clean (const char *text, GError **error);

/* The last characters by which a user tells one key from another, "…7f3a"; NULL when it is too
 * short to show any of it. (transfer full) */
char *ship_key_check_dup_hint (const char *key);

typedef enum
{
  SHIP_KEY_VERDICT_VALID,
  SHIP_KEY_VERDICT_REFUSED,     /* the provider does not take it */
  SHIP_KEY_VERDICT_UNREACHABLE, /* nobody said anything about it */
} ShipKeyVerdict;

/* Asks @provider, at the address in force, with the key in force, for something that costs nothing.
 * Nothing is tried twice. Main thread. finish: @sentence: (out) (transfer full): the verdict in
 * words. FALSE with @error (SHIP_AUTH_ERROR) when there is no key, no address, or no such provider;
 * a provider that needs no key gives SHIP_AUTH_ERROR_INVALID. */
void     ship_key_check_async (ShipLlmKeys           *keys,
                               ShipProviderAddresses *addresses,
                               const char            *provider,
                               GCancellable          *cancellable,
                               GAsyncReadyCallback    callback,
                               gpointer               user_data);
gboolean ship_key_check_finish (GAsyncResult   *result,
                                ShipKeyVerdict *verdict,
                                char          **sentence,
                                GError        **error);

/* The one provider that @id names, and has a key: SHIP_AUTH_ERROR_INVALID with the nearest name. */
const ShipProvider *ship_key_check_provider (const char *id, GError **error);

G_END_DECLS
