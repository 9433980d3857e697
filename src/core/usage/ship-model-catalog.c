/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads data/models.json: which models the providers have, what they can do and what they cost. The
 * file is the one OpenCode is given (OPENCODE_MODELS_PATH), so that both show the same prices. Its
 * date stands in the file models.date beside it, because OpenCode takes every top-level member of
 * models.json for a provider. Owned by whoever made it; immutable, so any thread may read it.
 */
#include "usage/ship-model-catalog.h"

#include "base/ship-json.h"

#define DATE_FILE "models.date"

struct _ShipModelCatalog
{
  GObject    parent;
  GPtrArray *providers; /* (owned) (element-type ShipModelProvider) */
  char      *date;      /* (owned) */
};

G_DEFINE_FINAL_TYPE (ShipModelCatalog, ship_model_catalog, G_TYPE_OBJECT)

void
ship_model_free (ShipModel *self)
{
  if (self == NULL)
    return;
  g_free (self->provider);
  g_free (self->id);
  g_free (self->name);
  g_free (self->release_date);
  g_strfreev (self->variants);
  g_free (self);
}

static void
provider_free (ShipModelProvider *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->variable);
  g_free (self->package);
  g_clear_pointer (&self->models, g_ptr_array_unref);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShipModelProvider, provider_free)

const ShipPrice *
ship_model_get_price (const ShipModel *self, const ShipUsage *usage)
{
  gint64 input;

  g_return_val_if_fail (self != NULL, NULL);
  g_return_val_if_fail (usage != NULL, NULL);

  /* What was read from or written to a cache was input all the same. */
  input = MAX (usage->input, 0) + MAX (usage->cache_read, 0) + MAX (usage->cache_write, 0);
  return self->long_context > 0 && input > self->long_context ? &self->long_price : &self->price;
}

static void
read_price (ShipPrice *price, JsonObject *cost)
{
  price->input = ship_json_get_double (cost, "input", -1);
  price->output = ship_json_get_double (cost, "output", -1);
  price->cache_read = ship_json_get_double (cost, "cache_read", -1);
  price->cache_write = ship_json_get_double (cost, "cache_write", -1);
}

static void
read_cost (ShipModel *model, JsonObject *object)
{
  g_autoptr (JsonObject) none = json_object_new ();
  JsonObject *cost = ship_json_get_object (object, "cost");
  JsonArray  *tiers;
  JsonNode   *tier;

  read_price (&model->price, cost != NULL ? cost : none);
  tiers = cost != NULL ? ship_json_get_array (cost, "tiers") : NULL;
  if (tiers == NULL || json_array_get_length (tiers) == 0)
    return;
  tier = json_array_get_element (tiers, 0);
  if (!JSON_NODE_HOLDS_OBJECT (tier))
    return;
  model->long_context = ship_json_get_int (json_node_get_object (tier), "tier.size", 0);
  read_price (&model->long_price, json_node_get_object (tier));
}

static gboolean
is_string (JsonNode *node)
{
  return JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING;
}

/* As OpenCode derives them, which ignores a variant it does not know: the efforts that are listed;
 * without any, two for a model that is told how many tokens to think. (transfer full) */
static GStrv
read_variants (JsonObject *object)
{
  g_autoptr (GStrvBuilder) variants = g_strv_builder_new ();
  JsonArray *options = ship_json_get_array (object, "reasoning_options");
  gboolean   has_efforts = FALSE;
  gboolean   has_budget = FALSE;

  for (guint i = 0; options != NULL && i < json_array_get_length (options); i++)
    {
      JsonNode   *node = json_array_get_element (options, i);
      JsonObject *option = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
      const char *type = option != NULL ? ship_json_get_string (option, "type", "") : "";
      JsonArray  *values =
        g_str_equal (type, "effort") ? ship_json_get_array (option, "values") : NULL;

      has_budget |= g_str_equal (type, "budget_tokens");
      for (guint j = 0; values != NULL && j < json_array_get_length (values); j++)
        if (is_string (json_array_get_element (values, j)))
          {
            g_strv_builder_add (variants, json_array_get_string_element (values, j));
            has_efforts = TRUE;
          }
    }
  if (has_budget && !has_efforts)
    g_strv_builder_add_many (variants, "high", "max", NULL);
  return g_strv_builder_end (variants);
}

static ShipModel *
read_model (const char *provider, JsonObject *object, GError **error)
{
  g_autoptr (ShipModel) model = g_new0 (ShipModel, 1);
  const char *id = ship_json_require_string (object, "id", error);
  const char *name = id != NULL ? ship_json_require_string (object, "name", error) : NULL;

  if (name == NULL)
    return NULL;
  model->provider = g_strdup (provider);
  model->id = g_strdup (id);
  model->name = g_strdup (name);
  model->context = ship_json_get_int (object, "limit.context", 0);
  model->output_limit = ship_json_get_int (object, "limit.output", 0);
  model->reasoning = ship_json_get_boolean (object, "reasoning", FALSE);
  model->attachment = ship_json_get_boolean (object, "attachment", FALSE);
  model->tool_call = ship_json_get_boolean (object, "tool_call", FALSE);
  read_cost (model, object);
  model->variants = read_variants (object);
  model->release_date = g_strdup (ship_json_get_string (object, "release_date", NULL));
  return g_steal_pointer (&model);
}

static char *
dup_first_variable (JsonObject *object)
{
  JsonArray *variables = ship_json_get_array (object, "env");
  JsonNode  *first;

  if (variables == NULL || json_array_get_length (variables) == 0)
    return NULL;
  first = json_array_get_element (variables, 0);
  if (!is_string (first))
    return NULL;
  return json_node_dup_string (first);
}

static gboolean
read_models (ShipModelProvider *provider, JsonObject *models, GError **error)
{
  JsonObjectIter iter;
  const char    *id; /* json-glib 1.6 writes it without asking whether anyone wants it */
  JsonNode      *node;

  json_object_iter_init_ordered (&iter, models);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      ShipModel *model;

      if (!JSON_NODE_HOLDS_OBJECT (node))
        {
          g_set_error (error,
                       SHIP_JSON_ERROR,
                       SHIP_JSON_ERROR_TYPE,
                       "a model of “%s” is not an object",
                       provider->id);
          return FALSE;
        }
      model = read_model (provider->id, json_node_get_object (node), error);
      if (model == NULL)
        return FALSE;
      g_ptr_array_add (provider->models, model);
    }
  return TRUE;
}

static ShipModelProvider *
read_provider (const char *id, JsonNode *node, GError **error)
{
  g_autoptr (ShipModelProvider) provider = g_new0 (ShipModelProvider, 1);
  JsonObject *object;
  JsonObject *models;
  const char *name;
  const char *package;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    {
      g_set_error (error, SHIP_JSON_ERROR, SHIP_JSON_ERROR_TYPE, "“%s” is not an object", id);
      return NULL;
    }
  object = json_node_get_object (node);
  provider->id = g_strdup (id);
  provider->models = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_model_free);
  if ((name = ship_json_require_string (object, "name", error)) == NULL ||
      (package = ship_json_require_string (object, "npm", error)) == NULL ||
      (models = ship_json_require_object (object, "models", error)) == NULL)
    {
      g_prefix_error (error, "%s: ", id);
      return NULL;
    }
  provider->name = g_strdup (name);
  provider->package = g_strdup (package);
  provider->variable = dup_first_variable (object);
  if (!read_models (provider, models, error))
    {
      g_prefix_error (error, "%s: ", id);
      return NULL;
    }
  return g_steal_pointer (&provider);
}

static gboolean
read_providers (ShipModelCatalog *self, JsonObject *root, GError **error)
{
  JsonObjectIter iter;
  const char    *id;
  JsonNode      *node;

  json_object_iter_init_ordered (&iter, root);
  while (json_object_iter_next_ordered (&iter, &id, &node))
    {
      ShipModelProvider *provider = read_provider (id, node, error);

      if (provider == NULL)
        return FALSE;
      g_ptr_array_add (self->providers, provider);
    }
  return TRUE;
}

static char *
read_date (const char *models_path, GError **error)
{
  g_autofree char *dir = g_path_get_dirname (models_path);
  g_autofree char *path = g_build_filename (dir, DATE_FILE, NULL);
  g_autofree char *date = NULL;

  if (!g_file_get_contents (path, &date, NULL, error))
    return NULL;
  return g_steal_pointer (&date);
}

static void
ship_model_catalog_finalize (GObject *object)
{
  ShipModelCatalog *self = SHIP_MODEL_CATALOG (object);

  g_clear_pointer (&self->providers, g_ptr_array_unref);
  g_clear_pointer (&self->date, g_free);
  G_OBJECT_CLASS (ship_model_catalog_parent_class)->finalize (object);
}

static void
ship_model_catalog_class_init (ShipModelCatalogClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ship_model_catalog_finalize;
}

static void
ship_model_catalog_init (ShipModelCatalog *self)
{
  self->providers = g_ptr_array_new_with_free_func ((GDestroyNotify) provider_free);
}

/* Reads a small local file that is ours, once at start: the one call here that touches the disk. */
ShipModelCatalog *
ship_model_catalog_new_from_file (const char *path, GError **error)
{
  g_autoptr (ShipModelCatalog) self = NULL;
  g_autoptr (JsonObject) root = NULL;
  g_autofree char *text = NULL;
  gsize            length;

  g_return_val_if_fail (path != NULL, NULL);

  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  root = ship_json_parse_object (text, (gssize) length, error);
  if (root == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  self = g_object_new (SHIP_TYPE_MODEL_CATALOG, NULL);
  self->date = read_date (path, error);
  if (self->date == NULL)
    return NULL;
  g_strstrip (self->date);
  if (!read_providers (self, root, error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return g_steal_pointer (&self);
}

GPtrArray *
ship_model_catalog_get_providers (ShipModelCatalog *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_CATALOG (self), NULL);
  return self->providers;
}

const ShipModelProvider *
ship_model_catalog_get_provider (ShipModelCatalog *self, const char *id)
{
  g_return_val_if_fail (SHIP_IS_MODEL_CATALOG (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->providers->len; i++)
    {
      const ShipModelProvider *provider = self->providers->pdata[i];

      if (g_str_equal (provider->id, id))
        return provider;
    }
  return NULL;
}

const ShipModel *
ship_model_catalog_get_model (ShipModelCatalog *self, const char *provider_id, const char *id)
{
  const ShipModelProvider *provider;

  g_return_val_if_fail (provider_id != NULL, NULL);
  g_return_val_if_fail (id != NULL, NULL);

  provider = ship_model_catalog_get_provider (self, provider_id);
  for (guint i = 0; provider != NULL && i < provider->models->len; i++)
    {
      const ShipModel *model = provider->models->pdata[i];

      if (g_str_equal (model->id, id))
        return model;
    }
  return NULL;
}

const char *
ship_model_catalog_get_date (ShipModelCatalog *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_CATALOG (self), NULL);
  return self->date;
}
