/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "auth/ship-provider-addresses.h"
#include "gateway/ship-usage-meter-private.h"

G_BEGIN_DECLS

/* Whose protocol a provider speaks: its endpoints and the shape of its errors. */
typedef enum
{
  SHIP_GATEWAY_FAMILY_OPENAI,
  SHIP_GATEWAY_FAMILY_ANTHROPIC,
  SHIP_GATEWAY_FAMILY_GOOGLE,
  SHIP_GATEWAY_FAMILY_OPENROUTER,
} ShipGatewayFamily;

/* One provider: what is known about it, and where its requests go. Immutable, reference-counted. */
typedef struct
{
  char             *provider; /* (owned) */
  char             *name;     /* (owned): as shown to the user */
  ShipGatewayFamily family;
  GUri             *base_uri;         /* (owned) (nullable): NULL with trouble */
  char             *trouble;          /* (owned) (nullable): why nothing can be sent there */
  const char       *credential_field; /* static (nullable): NULL for a server without a key */
  const char       *credential_prefix;
  const char       *variable; /* static (nullable): the one its key is usually in */
  gboolean          is_free;
  gboolean          is_loopback;
} ShipGatewayRoute;

ShipGatewayRoute *ship_gateway_route_ref (ShipGatewayRoute *self);
void              ship_gateway_route_unref (ShipGatewayRoute *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGatewayRoute, ship_gateway_route_unref)

/* The providers that are known without being told. (element-type utf8 ShipGatewayRoute) (transfer
 * full) */
GHashTable *ship_gateway_routes_new (void);
gboolean    ship_gateway_routes_set_base_uri (GHashTable *routes,
                                              const char *provider,
                                              const char *base_uri,
                                              GError    **error);
/* Requests to @provider are refused with @sentence until it has an address again. */
void ship_gateway_routes_close (GHashTable *routes, const char *provider, const char *sentence);

/* Every route as @addresses says it; those it does not know any more are closed. */
void ship_gateway_routes_follow (GHashTable *routes, ShipProviderAddresses *addresses);

/* Where one request goes. */
typedef struct
{
  GUri    *uri;   /* (owned) */
  ShipWire wire;  /* NONE: nothing is generated */
  char    *model; /* (owned) (nullable): if the path names it */
} ShipGatewayTarget;

void ship_gateway_target_free (ShipGatewayTarget *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipGatewayTarget, ship_gateway_target_free)

/* "/llm/PROVIDER/REST" taken apart; FALSE if it is not that. @rest: (out) (borrowed), without the
 * slash */
gboolean ship_gateway_path_split (const char *path, char **provider, const char **rest);

/* (transfer full) (nullable): NULL if this is not one of the endpoints that are let through.
 * @rest: still percent-encoded; @query: (nullable) */
ShipGatewayTarget *ship_gateway_route_resolve (const ShipGatewayRoute *self,
                                               const char             *method,
                                               const char             *rest,
                                               const char             *query);

G_END_DECLS
