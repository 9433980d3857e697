/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "ship-cli.h"
#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

/* Which providers can be used now, and which model to take when none was named. */
typedef struct
{
  ShipModelCatalog *catalog; /* (owned) */
  GHashTable       *sources; /* (owned) (element-type utf8 ShipKeySource): by provider */
  GHashTable       *reasons; /* (owned) (element-type utf8 utf8): why a provider cannot be used */
  GStrv             local;   /* (owned): "provider/model" of the servers found */
} ShipCliModels;

void ship_cli_models_free (ShipCliModels *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipCliModels, ship_cli_models_free)

/* Looks for the key of every provider, and for servers on this machine. finish: (transfer full) */
void ship_cli_models_find_async (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
ShipCliModels *ship_cli_models_find_finish (GAsyncResult *result, GError **error);

/* Whether requests to @provider can be made: it has a key, or needs none. */
gboolean ship_cli_models_is_usable (ShipCliModels *self, const char *provider);

/* $SHIP_MODEL; else the usual model of the first provider with a key; else one of this machine.
 * (transfer full) (nullable): NULL with SHIP_AUTH_ERROR_NO_KEY and a sentence that says what can be
 * done */
char *ship_cli_models_choose (ShipCliModels *self, GError **error);

/* Whether @model ("provider/id") can be used: SHIP_CLIENT_ERROR_INVALID, or SHIP_AUTH_ERROR_NO_KEY
 * with the remedy. */
gboolean ship_cli_models_check (ShipCliModels *self, const char *model, GError **error);

G_END_DECLS
