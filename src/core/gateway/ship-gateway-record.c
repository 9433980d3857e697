/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gateway/ship-gateway.h"

/* The record of one model request, as a boxed type for the signal that carries it. Any thread. */

static ShipGatewayExchangeRecord *
ship_gateway_exchange_record_copy (const ShipGatewayExchangeRecord *self)
{
  ShipGatewayExchangeRecord *copy = g_memdup2 (self, sizeof *self);

  copy->provider = g_strdup (self->provider);
  copy->model = g_strdup (self->model);
  copy->agent_session = g_strdup (self->agent_session);
  return copy;
}

void
ship_gateway_exchange_record_free (ShipGatewayExchangeRecord *self)
{
  g_free (self->provider);
  g_free (self->model);
  g_free (self->agent_session);
  g_free (self);
}

G_DEFINE_BOXED_TYPE (ShipGatewayExchangeRecord,
                     ship_gateway_exchange_record,
                     ship_gateway_exchange_record_copy,
                     ship_gateway_exchange_record_free)
