/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "base/ship-error-class.h"

G_BEGIN_DECLS

#define SHIP_AUTH_ERROR (ship_auth_error_quark ())
GQuark ship_auth_error_quark (void);

typedef enum
{
  SHIP_AUTH_ERROR_FAILED,
  SHIP_AUTH_ERROR_NO_KEYRING, /* no Secret Service on the bus, or no bus */
  SHIP_AUTH_ERROR_LOCKED,     /* the keyring is locked and was not unlocked */
  SHIP_AUTH_ERROR_NO_KEY,     /* nothing stored under that name, nothing in the environment */
  SHIP_AUTH_ERROR_INVALID,    /* what was given cannot be a key or an address */
  SHIP_AUTH_ERROR_NO_ADDRESS, /* a provider nobody said where it is */
} ShipAuthError;

ShipErrorClass ship_auth_error_classify (const GError *error);

/* The system keyring (Secret Service, by libsecret). Nothing else ever holds a secret at rest. */
#define SHIP_TYPE_KEYRING (ship_keyring_get_type ())
G_DECLARE_FINAL_TYPE (ShipKeyring, ship_keyring, SHIP, KEYRING, GObject)

ShipKeyring *ship_keyring_new (void);

/* @name: for example "llm/anthropic". @label: what the keyring's own window shows. */
void     ship_keyring_store_async (ShipKeyring        *self,
                                   const char         *name,
                                   const char         *label,
                                   const char         *secret,
                                   GCancellable       *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer            user_data);
gboolean ship_keyring_store_finish (ShipKeyring *self, GAsyncResult *result, GError **error);
/* (transfer full): free with ship_keyring_free_secret(); SHIP_AUTH_ERROR_NO_KEY if there is none */
void     ship_keyring_lookup_async (ShipKeyring        *self,
                                    const char         *name,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
char    *ship_keyring_lookup_finish (ShipKeyring *self, GAsyncResult *result, GError **error);
void     ship_keyring_delete_async (ShipKeyring        *self,
                                    const char         *name,
                                    GCancellable       *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data);
gboolean ship_keyring_delete_finish (ShipKeyring *self, GAsyncResult *result, GError **error);

void ship_keyring_free_secret (char *secret);

G_END_DECLS
