/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "usage/ship-model-catalog.h"

G_BEGIN_DECLS

/*
 * One model that can be chosen, or why it cannot. Immutable; main thread. Properties, all
 * read-only: "id" ("anthropic/claude-sonnet-5"), "provider" ("anthropic"), "provider-name", "name",
 * "input-price", "output-price", "cache-read-price", "cache-write-price" (US dollars for a million
 * tokens, negative: unknown), "context" (tokens, 0: unknown), "variants" (GStrv, possibly none),
 * "is-local" (a server of the user's own), "is-available", "why-not" ("" when it is available).
 */
#define SHIP_TYPE_MODEL_ITEM (ship_model_item_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelItem, ship_model_item, SHIP, MODEL_ITEM, GObject)

/* @model: what is known of it; with provider and id even if nothing else is. @why_not: (nullable):
 * it is available */
ShipModelItem *ship_model_item_new (const ShipModel *model,
                                    const char      *provider_name,
                                    gboolean         is_local,
                                    const char      *why_not);

const char        *ship_model_item_get_id (ShipModelItem *self);
const char        *ship_model_item_get_provider (ShipModelItem *self);
const char        *ship_model_item_get_name (ShipModelItem *self);
const ShipPrice   *ship_model_item_get_price (ShipModelItem *self);
gint64             ship_model_item_get_context (ShipModelItem *self);
const char *const *ship_model_item_get_variants (ShipModelItem *self);
gboolean           ship_model_item_is_local (ShipModelItem *self);
gboolean           ship_model_item_is_available (ShipModelItem *self);
const char        *ship_model_item_get_why_not (ShipModelItem *self); /* "" */
/* Whether @text, in any case, is part of its id or name. "": always */
gboolean ship_model_item_matches (ShipModelItem *self, const char *text);

G_END_DECLS
