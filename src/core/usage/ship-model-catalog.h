/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "usage/ship-usage.h"

G_BEGIN_DECLS

typedef struct
{
  char     *provider;     /* (owned) "anthropic" */
  char     *id;           /* (owned) "claude-sonnet-4-5" */
  char     *name;         /* (owned) "Claude Sonnet 4.5" */
  gint64    context;      /* tokens; 0: unknown */
  gint64    output_limit; /* tokens; 0: unknown */
  gboolean  reasoning;
  gboolean  attachment;
  gboolean  tool_call;
  ShipPrice price;
  gint64    long_context; /* input tokens beyond which long_price holds; 0: never */
  ShipPrice long_price;
  char     *release_date; /* (owned) (nullable) */
  GStrv     variants;     /* (owned): how hard it can think, "low", "high"; possibly none */
} ShipModel;

/* The price of a request that used this much: some models cost more once their input is long.
 * (transfer none) */
const ShipPrice *ship_model_get_price (const ShipModel *self, const ShipUsage *usage);

void ship_model_free (ShipModel *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipModel, ship_model_free)

typedef struct
{
  char *id;          /* (owned) */
  char *name;        /* (owned) */
  char *variable;    /* (owned) (nullable): the environment variable of its key */
  char *package;     /* (owned): the npm name OpenCode knows its protocol by, for example
                        "@ai-sdk/anthropic" */
  GPtrArray *models; /* (owned) (element-type ShipModel) */
} ShipModelProvider;

/* The committed list of models with prices (data/models.json, in the form OpenCode reads),
 * immutable. Any thread. */
#define SHIP_TYPE_MODEL_CATALOG (ship_model_catalog_get_type ())
G_DECLARE_FINAL_TYPE (ShipModelCatalog, ship_model_catalog, SHIP, MODEL_CATALOG, GObject)

ShipModelCatalog *ship_model_catalog_new_from_file (const char *path, GError **error);

GPtrArray *
ship_model_catalog_get_providers (ShipModelCatalog *self); /* (element-type ShipModelProvider) */
const ShipModelProvider *ship_model_catalog_get_provider (ShipModelCatalog *self,
                                                          const char       *id); /* (nullable) */
const ShipModel         *ship_model_catalog_get_model (ShipModelCatalog *self,
                                                       const char       *provider,
                                                       const char       *id); /* (nullable) */
/* The day the prices were taken, "2026-09-30". */
const char *ship_model_catalog_get_date (ShipModelCatalog *self);

G_END_DECLS
