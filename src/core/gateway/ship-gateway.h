/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "auth/ship-llm-keys.h"
#include "auth/ship-provider-addresses.h"
#include "egress/ship-egress-protocol.h"
#include "net/ship-egress-policy.h"
#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

/* One finished (or broken) model request as the gateway measured it. Boxed. */
typedef struct
{
  char       *provider;      /* (owned) */
  char       *model;         /* (owned) */
  char       *agent_session; /* (owned) (nullable): what the agent said it was for */
  const char *purpose; /* static: turn, sub-agent, or aside (without tools: a title, a summary) */
  guint       status;  /* HTTP status answered; 0: the upstream could not be reached */
  gboolean    is_estimate; /* the stream broke off before it told its usage */
  ShipUsage   usage;
  double      cost; /* US dollars; negative: unknown */
  gint64      started_ms;
  gint64      duration_ms;
} ShipGatewayExchangeRecord;

#define SHIP_TYPE_GATEWAY_EXCHANGE_RECORD (ship_gateway_exchange_record_get_type ())
GType ship_gateway_exchange_record_get_type (void);
void  ship_gateway_exchange_record_free (ShipGatewayExchangeRecord *self);

/* A host outside that a sandbox asked for. Told when it is known what became of it, and once more
 * when a connection has ended. */
typedef struct
{
  char             *host;
  guint16           port;
  ShipEgressVerdict verdict;
  gboolean          is_ended;
  ShipEgressEnd     end;
  guint64           n_up; /* bytes, when it has ended */
  guint64           n_down;
} ShipGatewayContact;

/*
 * What a sandbox sees of the host, behind ship-egress: canonical requests only come in here. Main
 * thread. /llm/PROVIDER/…   the model provider, with the real key put in and its usage metered
 *   /llm/rehearsal/…  the built-in scripted model
 * Every request must carry the grant. Nothing is retried, nothing is buffered, no redirect is
 * followed. Connections to hosts outside are made by its policy, which is offline until it is set.
 *
 * Signal "refused" (const char *sentence): the gateway itself answered a request, and why
 * Signals: "metered" (ShipGatewayExchangeRecord *): once for each request that was sent to a model
 *          "contact" (const ShipGatewayContact *): see there
 *          "settled": once for each request that the gate let go, after it was metered; it may have
 * ended without being sent
 *          "failed" (GError *): the sandbox has lost its way out, for example because ship-egress
 * was killed; the gateway has stopped by then
 */
#define SHIP_TYPE_GATEWAY (ship_gateway_get_type ())
G_DECLARE_FINAL_TYPE (ShipGateway, ship_gateway, SHIP, GATEWAY, GObject)

ShipGateway *ship_gateway_new (ShipModelCatalog *catalog, ShipLlmKeys *keys);

/* The random text a sandbox shows instead of a key; made anew for each gateway, worth nothing
 * elsewhere. */
const char *ship_gateway_get_grant (ShipGateway *self);

/* Where @provider's requests go. Default: its own service; https, or http on loopback only. Known
 * by default: anthropic, openai, google, openrouter, ollama, llama.cpp, lmstudio. Any other id
 * becomes an OpenAI-compatible server without a key. FALSE with SHIP_AUTH_ERROR_INVALID for
 * another scheme or host. */
gboolean ship_gateway_set_base_uri (ShipGateway *self,
                                    const char  *provider,
                                    const char  *base_uri,
                                    GError     **error);
/* Requests go where @addresses says, from now on and whenever that changes; to a provider whose
 * address is wrong there goes none. Main thread; the caller keeps @addresses. */
void ship_gateway_follow_addresses (ShipGateway *self, ShipProviderAddresses *addresses);

/* What may be reached outside, from the next connection on. */
void ship_gateway_set_egress_policy (ShipGateway *self, const ShipEgressPolicy *policy);
/* How many bytes may come from outside while it is there, and go a second, each way (0: any
 * number). Connections under way are held to it as well. */
void ship_gateway_set_egress_bounds (ShipGateway *self, guint64 down_total, guint64 rate);
/* Names are looked up by @resolver, and may lead where @guard lets them; else the system's, and to
 * public addresses only. */
void ship_gateway_set_resolver (ShipGateway *self,
                                GResolver   *resolver,
                                gboolean (*guard) (GInetAddress *address));
/* Hosts outside are reached through the proxy that @environment names, if it does. */
void ship_gateway_use_proxy (ShipGateway *self, const char *const *environment);

/* Starts ship-egress (@program) and serves it. finish: the descriptor to give to
 * ship_local_sandbox_new() as its connection channel (transfer full). */
void ship_gateway_start_async (ShipGateway        *self,
                               const char         *program,
                               GCancellable       *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer            user_data);
int  ship_gateway_start_finish (ShipGateway *self, GAsyncResult *result, GError **error);
/* Ends ship-egress and every exchange under way, for good: a gateway is started once. What the
 * exchanges had used is still metered after this. To be called before the last reference is
 * dropped. */
void ship_gateway_stop (ShipGateway *self);

/* Asked before each request to a model leaves. Return NULL to let it go, or a sentence that says
 * why not (transfer full): it is answered as 403 in the provider's own shape. */
typedef char *(*ShipGatewayGateFunc) (ShipGateway *self, const char *provider, gpointer user_data);
void ship_gateway_set_gate (ShipGateway *self, ShipGatewayGateFunc func, gpointer user_data);

G_END_DECLS
