/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "client/ship-transcript.h"

G_BEGIN_DECLS

/* How much of its model's context a conversation fills, as of the agent's last model request.
 * Values without a clock or a store; any thread. */
typedef struct
{
  gint64   tokens; /* read and written by that request; -1: unknown */
  gint64   size;   /* of the model's context; 0: unknown */
  gboolean is_estimate;
} ShipContextUse;

/* @size: of the model's context, 0: unknown. What sub-agents and requests beside the work used is
 * not in it. */
ShipContextUse ship_context_use_of (const ShipSessionSnapshot *snapshot, gint64 size);
/* From 0 to 1; negative: unknown. */
double ship_context_use_get_fraction (const ShipContextUse *self);
/* "42 % of 200k", "84k" while the size is not known, "—". (transfer full) */
char *ship_context_use_format (const ShipContextUse *self);
/* "950", "84k", "1.05M". (transfer full) */
char *ship_context_use_format_tokens (gint64 tokens);

G_END_DECLS
