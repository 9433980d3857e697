/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider.h"

G_BEGIN_DECLS

/* Where the key of one provider comes from; never the key. */
typedef struct
{
  const ShipProvider *provider;
  ShipKeySource       source;
  const char         *variable;        /* (nullable): the one it comes from; static */
  char               *hint;            /* (owned) (nullable): "…7f3a" */
  char               *trouble;         /* (owned) (nullable): why there is none, and what to do */
  char               *without;         /* (owned) (nullable): the same without the keyring's part */
  char               *keyring_trouble; /* (owned) (nullable): that part; the same for all */
  gboolean            is_locked;       /* the keyring may have one, but is locked or in disorder */
} ShipKeyState;

void ship_key_state_free (ShipKeyState *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipKeyState, ship_key_state_free)

/* Looks for the key of every provider that needs one, in the order they are shown. Main thread. A
 * key that is missing is no error. finish: (transfer full) (element-type ShipKeyState) */
void       ship_key_survey_async (ShipLlmKeys        *keys,
                                  GCancellable       *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer            user_data);
GPtrArray *ship_key_survey_finish (GAsyncResult *result, GError **error);

G_END_DECLS
