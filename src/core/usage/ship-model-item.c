/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A value with properties, so that a list of them can be shown. Owned by ShipModelList.
 */
#include "usage/ship-model-item.h"

struct _ShipModelItem
{
  GObject   parent;
  char     *id;            /* (owned) */
  char     *provider;      /* (owned) */
  char     *provider_name; /* (owned) */
  char     *name;          /* (owned) */
  GStrv     variants;      /* (owned) */
  char     *why_not;       /* (owned): "" */
  ShipPrice price;
  gint64    context;
  gboolean  is_local;
};

typedef enum
{
  PROP_ID = 1,
  PROP_PROVIDER,
  PROP_PROVIDER_NAME,
  PROP_NAME,
  PROP_INPUT_PRICE,
  PROP_OUTPUT_PRICE,
  PROP_CACHE_READ_PRICE,
  PROP_CACHE_WRITE_PRICE,
  PROP_CONTEXT,
  PROP_VARIANTS,
  PROP_IS_LOCAL,
  PROP_IS_AVAILABLE,
  PROP_WHY_NOT,
} ShipModelItemProperty;

static GParamSpec *properties[PROP_WHY_NOT + 1];

G_DEFINE_FINAL_TYPE (ShipModelItem, ship_model_item, G_TYPE_OBJECT)

static void
get_text_property (ShipModelItem *self, ShipModelItemProperty property, GValue *value)
{
  const char *const texts[] = {
    [PROP_ID] = self->id,
    [PROP_PROVIDER] = self->provider,
    [PROP_PROVIDER_NAME] = self->provider_name,
    [PROP_NAME] = self->name,
    [PROP_WHY_NOT] = self->why_not,
  };

  g_value_set_string (value, texts[property]);
}

static void
ship_model_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShipModelItem *self = SHIP_MODEL_ITEM (object);

  switch ((ShipModelItemProperty) prop_id)
    {
    case PROP_ID:
    case PROP_PROVIDER:
    case PROP_PROVIDER_NAME:
    case PROP_NAME:
    case PROP_WHY_NOT:
      get_text_property (self, (ShipModelItemProperty) prop_id, value);
      break;
    case PROP_INPUT_PRICE:
      g_value_set_double (value, self->price.input);
      break;
    case PROP_OUTPUT_PRICE:
      g_value_set_double (value, self->price.output);
      break;
    case PROP_CACHE_READ_PRICE:
      g_value_set_double (value, self->price.cache_read);
      break;
    case PROP_CACHE_WRITE_PRICE:
      g_value_set_double (value, self->price.cache_write);
      break;
    case PROP_CONTEXT:
      g_value_set_int64 (value, self->context);
      break;
    case PROP_VARIANTS:
      g_value_set_boxed (value, self->variants);
      break;
    case PROP_IS_LOCAL:
      g_value_set_boolean (value, self->is_local);
      break;
    case PROP_IS_AVAILABLE:
      g_value_set_boolean (value, ship_model_item_is_available (self));
      break;
    }
}

static void
ship_model_item_finalize (GObject *object)
{
  ShipModelItem *self = SHIP_MODEL_ITEM (object);

  g_free (self->id);
  g_free (self->provider);
  g_free (self->provider_name);
  g_free (self->name);
  g_free (self->why_not);
  g_strfreev (self->variants);

  G_OBJECT_CLASS (ship_model_item_parent_class)->finalize (object);
}

static void
ship_model_item_class_init (ShipModelItemClass *klass)
{
  static const struct
  {
    ShipModelItemProperty id;
    const char           *name;
  } texts[] = { { PROP_ID, "id" },
                { PROP_PROVIDER, "provider" },
                { PROP_PROVIDER_NAME, "provider-name" },
                { PROP_NAME, "name" },
                { PROP_WHY_NOT, "why-not" } },
    prices[] = { { PROP_INPUT_PRICE, "input-price" },
                 { PROP_OUTPUT_PRICE, "output-price" },
                 { PROP_CACHE_READ_PRICE, "cache-read-price" },
                 { PROP_CACHE_WRITE_PRICE, "cache-write-price" } },
    flags[] = { { PROP_IS_LOCAL, "is-local" }, { PROP_IS_AVAILABLE, "is-available" } };
  const GParamFlags access = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  GObjectClass     *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ship_model_item_get_property;
  object_class->finalize = ship_model_item_finalize;

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    properties[texts[i].id] = g_param_spec_string (texts[i].name, NULL, NULL, "", access);
  for (guint i = 0; i < G_N_ELEMENTS (prices); i++)
    properties[prices[i].id] =
      g_param_spec_double (prices[i].name, NULL, NULL, -G_MAXDOUBLE, G_MAXDOUBLE, -1, access);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    properties[flags[i].id] = g_param_spec_boolean (flags[i].name, NULL, NULL, FALSE, access);
  properties[PROP_CONTEXT] = g_param_spec_int64 ("context", NULL, NULL, 0, G_MAXINT64, 0, access);
  properties[PROP_VARIANTS] = g_param_spec_boxed ("variants", NULL, NULL, G_TYPE_STRV, access);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);
}

static void
ship_model_item_init (ShipModelItem *self)
{
}

ShipModelItem *
ship_model_item_new (const ShipModel *model,
                     const char      *provider_name,
                     gboolean         is_local,
                     const char      *why_not)
{
  static const char *const none[] = { NULL };
  ShipModelItem           *self = g_object_new (SHIP_TYPE_MODEL_ITEM, NULL);

  self->id = g_strconcat (model->provider, "/", model->id, NULL);
  self->provider = g_strdup (model->provider);
  self->provider_name = g_strdup (provider_name);
  self->name = g_strdup (model->name != NULL ? model->name : model->id);
  self->variants = g_strdupv (model->variants != NULL ? model->variants : (GStrv) none);
  self->price = model->price;
  self->context = model->context;
  self->is_local = is_local;
  self->why_not = g_strdup (why_not != NULL ? why_not : "");
  return self;
}

const char *
ship_model_item_get_id (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), NULL);
  return self->id;
}

const char *
ship_model_item_get_provider (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), NULL);
  return self->provider;
}

const char *
ship_model_item_get_name (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), NULL);
  return self->name;
}

const ShipPrice *
ship_model_item_get_price (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), NULL);
  return &self->price;
}

gint64
ship_model_item_get_context (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), 0);
  return self->context;
}

const char *const *
ship_model_item_get_variants (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), NULL);
  return (const char *const *) self->variants;
}

gboolean
ship_model_item_is_local (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), FALSE);
  return self->is_local;
}

gboolean
ship_model_item_is_available (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), FALSE);
  return *self->why_not == '\0';
}

const char *
ship_model_item_get_why_not (ShipModelItem *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_ITEM (self), NULL);
  return self->why_not;
}

gboolean
ship_model_item_matches (ShipModelItem *self, const char *text)
{
  g_autofree char *wanted = g_utf8_casefold (text, -1);
  g_autofree char *id = g_utf8_casefold (self->id, -1);
  g_autofree char *name = g_utf8_casefold (self->name, -1);

  return strstr (id, wanted) != NULL || strstr (name, wanted) != NULL;
}
