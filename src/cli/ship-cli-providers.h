/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider-addresses.h"
#include "base/ship-settings.h"
#include "ship-cli.h"

G_BEGIN_DECLS

/* What is needed to know about model providers. Made by the commands that do. */
typedef struct
{
  GSettings             *settings;  /* (owned) */
  ShipKeyring           *keyring;   /* (owned) */
  ShipLlmKeys           *keys;      /* (owned) */
  ShipProviderAddresses *addresses; /* (owned) */
} ShipCliProviders;

/* FALSE after a sentence was printed: return SHIP_CLI_FAILED. */
gboolean ship_cli_providers_init (ShipCliProviders *self, ShipCli *cli);
void     ship_cli_providers_clear (ShipCliProviders *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShipCliProviders, ship_cli_providers_clear)

G_END_DECLS
