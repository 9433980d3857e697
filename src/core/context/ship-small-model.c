/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context/ship-small-model.h"

#include <string.h>

/* See the header. */

/* What a title costs, in proportion: some hundred tokens in, a dozen or two out. */
#define INPUT_WEIGHT  10.0
#define OUTPUT_WEIGHT 1.0

static gboolean
is_model_name (const char *text)
{
  const char *slash = text != NULL ? strchr (text, '/') : NULL;

  return slash != NULL && slash != text && slash[1] != '\0';
}

/* Negative: not known. */
static double
get_weight (const ShipModel *model)
{
  if (model->price.input < 0 || model->price.output < 0)
    return -1.0;

  return model->price.input * INPUT_WEIGHT + model->price.output * OUTPUT_WEIGHT;
}

/* Of two that cost the same the younger one. */
static gboolean
is_better (const ShipModel *model, const ShipModel *best)
{
  double difference = best != NULL ? get_weight (model) - get_weight (best) : -1.0;

  if (get_weight (model) < 0)
    return FALSE;
  if (best == NULL || difference < 0)
    return TRUE;

  return difference <= 0 && g_strcmp0 (model->release_date, best->release_date) > 0;
}

char *
ship_small_model_choose (ShipModelCatalog *catalog, const char *setting, const char *model)
{
  const ShipModelProvider *provider;
  const ShipModel         *best = NULL;
  g_autofree char         *id = NULL;

  g_return_val_if_fail (SHIP_IS_MODEL_CATALOG (catalog), NULL);
  g_return_val_if_fail (model != NULL, NULL);

  if (is_model_name (setting))
    return g_strdup (setting);
  if (!is_model_name (model))
    return g_strdup (model);

  id = g_strndup (model, strchr (model, '/') - model);
  provider = ship_model_catalog_get_provider (catalog, id);
  for (guint i = 0; provider != NULL && i < provider->models->len; i++)
    {
      const ShipModel *candidate = g_ptr_array_index (provider->models, i);

      if (is_better (candidate, best))
        best = candidate;
    }

  return best != NULL ? g_strconcat (best->provider, "/", best->id, NULL) : g_strdup (model);
}
