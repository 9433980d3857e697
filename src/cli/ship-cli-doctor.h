/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ship-cli.h"

G_BEGIN_DECLS

typedef enum
{
  SHIP_CLI_CHECK_GOOD,
  SHIP_CLI_CHECK_BETTER, /* it works without */
  SHIP_CLI_CHECK_BAD,
} ShipCliCheckResult;

/* One thing that was looked at. */
typedef struct
{
  const char        *id;   /* static; stable, for scripts */
  const char        *name; /* static */
  ShipCliCheckResult result;
  char              *detail; /* (owned): what was found */
  char              *remedy; /* (owned) (nullable) */
} ShipCliCheck;

void ship_cli_check_free (ShipCliCheck *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipCliCheck, ship_cli_check_free)

/* @detail, @remedy: (transfer full) */
ShipCliCheck *ship_cli_check_new (const char        *id,
                                  const char        *name,
                                  ShipCliCheckResult result,
                                  char              *detail,
                                  char              *remedy);

/* Each looks at one thing and never fails. finish: (transfer full) */
typedef void (*ShipCliCheckFunc) (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
ShipCliCheck *ship_cli_check_finish (GAsyncResult *result);

void ship_cli_check_bubblewrap (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_sandbox (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_working_copies (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_opencode (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_ripgrep (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_git (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_identity (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_keyring (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_data_disk (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_cache_disk (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);
void ship_cli_check_cache (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
