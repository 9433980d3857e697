/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-session-client.h"
#include "client/ship-transcript.h"
#include "ship-cli.h"

G_BEGIN_DECLS

/*
 * The session a command is about. finish: TRUE with what was asked for in the fields.
 * Plain struct, made by the command on its stack; cleared by it after ship_cli_wait().
 */
typedef struct
{
  ShipCli             *cli;
  char                *id;       /* (owned) */
  ShipSessionClient   *client;   /* (owned) (nullable): after ship_cli_target_connect */
  ShipSessionSnapshot *snapshot; /* (owned) (nullable): after ship_cli_target_read */
} ShipCliTarget;

void ship_cli_target_clear (ShipCliTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (ShipCliTarget, ship_cli_target_clear)

/* Resolves @text and reads the session's rows. A failure is said and ends the command; otherwise
 * @then is called. */
typedef void (*ShipCliTargetFunc) (ShipCliTarget *self, gpointer user_data);
void ship_cli_target_read (ShipCliTarget    *self,
                           const char       *text,
                           ShipCliTargetFunc then,
                           gpointer          user_data);
/* Resolves @text and connects to its process. @start: wakes it up; otherwise one that sleeps leaves
 * @client NULL. */
void ship_cli_target_connect (ShipCliTarget    *self,
                              const char       *text,
                              gboolean          start,
                              ShipCliTargetFunc then,
                              gpointer          user_data);
/* Calls a method that answers nothing (see ship_session_client_call_async()). */
void ship_cli_target_call (ShipCliTarget    *self,
                           const char       *method,
                           GVariant         *arguments,
                           ShipCliTargetFunc then,
                           gpointer          user_data);

G_END_DECLS
