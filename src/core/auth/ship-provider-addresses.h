/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef enum
{
  SHIP_ADDRESS_SOURCE_DEFAULT,
  SHIP_ADDRESS_SOURCE_ENVIRONMENT,
  SHIP_ADDRESS_SOURCE_SETTINGS,
} ShipAddressSource;

/*
 * Where the model providers are: by the variable their own clients know, else by the settings
 * ("base-uris"), else their own service or the usual port of this machine. Main thread.
 *
 * Signal "changed": the settings say something else; ask again.
 */
#define SHIP_TYPE_PROVIDER_ADDRESSES (ship_provider_addresses_get_type ())
G_DECLARE_FINAL_TYPE (ShipProviderAddresses,
                      ship_provider_addresses,
                      SHIP,
                      PROVIDER_ADDRESSES,
                      GObject)

/* @settings: (nullable). @environment: (nullable): as of g_get_environ(); copied */
ShipProviderAddresses *ship_provider_addresses_new (GSettings         *settings,
                                                    const char *const *environment);

/* The ids of all that have an address: the known ones, then those of the settings. (transfer full)
 */
GStrv ship_provider_addresses_list (ShipProviderAddresses *self);

/* Without a slash or a version at the end. @source: (out) (nullable). NULL with
 * SHIP_AUTH_ERROR_INVALID and a sentence that names the variable or the setting to mend, or
 * SHIP_AUTH_ERROR_NO_ADDRESS. (transfer full) */
char *ship_provider_addresses_dup (ShipProviderAddresses *self,
                                   const char            *provider,
                                   ShipAddressSource     *source,
                                   GError               **error);

/* Whether @base_uri could be @provider's in the settings; SHIP_AUTH_ERROR_INVALID. */
gboolean ship_provider_addresses_check (const char *provider, const char *base_uri, GError **error);

G_END_DECLS
