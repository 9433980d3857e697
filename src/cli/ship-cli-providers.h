/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider-addresses.h"
#include "base/ship-settings.h"
#include "ship-cli.h"
#include "usage/ship-model-list.h"

G_BEGIN_DECLS

/* What is needed to know about model providers. Made by the commands that do. */
typedef struct
{
  GSettings             *settings;  /* (owned) */
  ShipKeyring           *keyring;   /* (owned) */
  ShipLlmKeys           *keys;      /* (owned) */
  ShipProviderAddresses *addresses; /* (owned) */
  ShipModelList         *models;    /* (owned): to be loaded */
} ShipCliProviders;

/* FALSE with @error when Ship's own data files are missing. */
gboolean ship_cli_providers_init (ShipCliProviders *self, ShipCli *cli, GError **error);
void     ship_cli_providers_clear (ShipCliProviders *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShipCliProviders, ship_cli_providers_clear)

G_END_DECLS
