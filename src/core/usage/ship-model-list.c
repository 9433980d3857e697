/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *   load_async -> surveyed_cb (the keys) -> found_cb (the servers) -> replace -> (return)
 *
 * Everything is collected first and shown at once.
 */
#include "config.h"

#include "usage/ship-model-list.h"

#include <glib/gi18n-lib.h>

#include "auth/ship-key-survey.h"
#include "base/ship-nearest.h"
#include "usage/ship-local-models.h"

#define MOST_SUGGESTIONS 3

struct _ShipModelList
{
  GObject                parent;
  ShipModelCatalog      *catalog;   /* (owned) */
  ShipLlmKeys           *keys;      /* (owned) */
  ShipProviderAddresses *addresses; /* (owned) */
  GPtrArray             *items;     /* (owned) (element-type ShipModelItem) */
  GPtrArray             *sources;   /* (owned) (element-type ShipModelSource) */
};

static void ship_model_list_init_interface (GListModelInterface *iface);

G_DEFINE_QUARK (ship_model_error, ship_model_error)
G_DEFINE_FINAL_TYPE_WITH_CODE (ShipModelList,
                               ship_model_list,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL,
                                                      ship_model_list_init_interface))

ShipErrorClass
ship_model_error_classify (const GError *error)
{
  g_return_val_if_fail (error != NULL, SHIP_ERROR_CLASS_BUG);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return SHIP_ERROR_CLASS_CANCELLED;
  return error->domain == SHIP_MODEL_ERROR ? SHIP_ERROR_CLASS_USER : SHIP_ERROR_CLASS_BUG;
}

static void
source_free (gpointer data)
{
  ShipModelSource *self = data;

  g_free (self->id);
  g_free (self->name);
  g_free (self->variable);
  g_free (self->hint);
  g_free (self->address);
  g_free (self->trouble);
  g_free (self);
}

static GType
ship_model_list_get_item_type (GListModel *model)
{
  return SHIP_TYPE_MODEL_ITEM;
}

static guint
ship_model_list_get_n_items (GListModel *model)
{
  return SHIP_MODEL_LIST (model)->items->len;
}

static gpointer
ship_model_list_get_item (GListModel *model, guint position)
{
  ShipModelList *self = SHIP_MODEL_LIST (model);

  return position < self->items->len ? g_object_ref (self->items->pdata[position]) : NULL;
}

static void
ship_model_list_init_interface (GListModelInterface *iface)
{
  iface->get_item_type = ship_model_list_get_item_type;
  iface->get_n_items = ship_model_list_get_n_items;
  iface->get_item = ship_model_list_get_item;
}

static void
ship_model_list_dispose (GObject *object)
{
  ShipModelList *self = SHIP_MODEL_LIST (object);

  g_clear_object (&self->catalog);
  g_clear_object (&self->keys);
  g_clear_object (&self->addresses);

  G_OBJECT_CLASS (ship_model_list_parent_class)->dispose (object);
}

static void
ship_model_list_finalize (GObject *object)
{
  ShipModelList *self = SHIP_MODEL_LIST (object);

  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->sources);

  G_OBJECT_CLASS (ship_model_list_parent_class)->finalize (object);
}

static void
ship_model_list_class_init (ShipModelListClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_model_list_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_model_list_finalize;
}

static void
ship_model_list_init (ShipModelList *self)
{
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->sources = g_ptr_array_new_with_free_func (source_free);
}

ShipModelList *
ship_model_list_new (ShipModelCatalog *catalog, ShipLlmKeys *keys, ShipProviderAddresses *addresses)
{
  ShipModelList *self = g_object_new (SHIP_TYPE_MODEL_LIST, NULL);

  self->catalog = g_object_ref (catalog);
  self->keys = g_object_ref (keys);
  self->addresses = g_object_ref (addresses);
  return self;
}

ShipLlmKeys *
ship_model_list_get_keys (ShipModelList *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_LIST (self), NULL);

  return self->keys;
}

ShipProviderAddresses *
ship_model_list_get_addresses (ShipModelList *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_LIST (self), NULL);

  return self->addresses;
}

/* --- load --- */

/* What a load has found so far; data of its task. */
typedef struct
{
  GPtrArray *sources; /* (owned) (element-type ShipModelSource) */
  GPtrArray *items;   /* (owned) (element-type ShipModelItem) */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_ptr_array_unref (load->sources);
  g_ptr_array_unref (load->items);
  g_free (load);
}

static ShipModelSource *
find_source (GPtrArray *sources, const char *id)
{
  for (guint i = 0; i < sources->len; i++)
    {
      ShipModelSource *source = sources->pdata[i];

      if (g_str_equal (source->id, id))
        return source;
    }
  return NULL;
}

/* Where it is; what is wrong with that is told before a missing key. */
static ShipModelSource *
add_source (ShipModelList *self, Load *load, const char *id)
{
  const ShipProvider *known = ship_provider_find (id);
  ShipModelSource    *source = g_new0 (ShipModelSource, 1);
  g_autoptr (GError) error = NULL;

  source->id = g_strdup (id);
  source->name = g_strdup (known != NULL ? known->name : id);
  source->is_local = known == NULL || known->credential_field == NULL;
  source->address = ship_provider_addresses_dup (self->addresses, id, NULL, &error);
  if (error != NULL)
    source->trouble = g_strdup (error->message);
  g_ptr_array_add (load->sources, source);
  return source;
}

static void
add_catalog (ShipModelList *self, Load *load)
{
  GPtrArray *providers = ship_model_catalog_get_providers (self->catalog);

  for (guint i = 0; i < providers->len; i++)
    {
      const ShipModelProvider *provider = providers->pdata[i];
      ShipModelSource         *source = find_source (load->sources, provider->id);

      if (source == NULL) /* it has no address, because it is part of Ship */
        {
          source = g_new0 (ShipModelSource, 1);
          source->id = g_strdup (provider->id);
          source->name = g_strdup (provider->name);
          g_ptr_array_add (load->sources, source);
        }
      for (guint j = 0; j < provider->models->len; j++)
        g_ptr_array_add (
          load->items,
          ship_model_item_new (provider->models->pdata[j], source->name, FALSE, source->trouble));
    }
}

/* @found: "provider/model" */
static void
add_local (Load *load, const char *found)
{
  g_autofree char *provider = g_strndup (found, strcspn (found, "/"));
  ShipModelSource *source = find_source (load->sources, provider);
  const ShipPrice  unknown = { -1, -1, -1, -1 };
  ShipModel        model = { .provider = provider, .price = unknown };

  model.id = (char *) found + strlen (provider) + 1;
  g_ptr_array_add (load->items, ship_model_item_new (&model, source->name, source->is_local, NULL));
}

static gboolean
has_models (GPtrArray *items, const char *provider)
{
  for (guint i = 0; i < items->len; i++)
    if (g_str_equal (ship_model_item_get_provider (items->pdata[i]), provider))
      return TRUE;
  return FALSE;
}

static void
tell_silent_servers (Load *load)
{
  for (guint i = 0; i < load->sources->len; i++)
    {
      ShipModelSource    *source = load->sources->pdata[i];
      const ShipProvider *known = ship_provider_find (source->id);

      if (!source->is_local || source->trouble != NULL || has_models (load->items, source->id))
        continue;
      source->trouble =
        known != NULL && known->base_variable != NULL
          ? g_strdup_printf (
              _ ("No server with a model answers at %s. Start it, or say where it is "
                 "(%s, or shipctl config set base-uris)."),
              source->address,
              known->base_variable)
          : g_strdup_printf (
              _ ("No server with a model answers at %s. Start it, or say where it is "
                 "(shipctl config set base-uris)."),
              source->address);
    }
}

static void
replace (ShipModelList *self, Load *load)
{
  guint n_before = self->items->len;

  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->sources);
  self->items = g_ptr_array_ref (load->items);
  self->sources = g_ptr_array_ref (load->sources);
  g_list_model_items_changed (G_LIST_MODEL (self), 0, n_before, self->items->len);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Load   *load = g_task_get_task_data (task);
  GError *error = NULL;
  g_auto (GStrv) found = ship_local_models_find_finish (result, &error);

  if (found == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  add_catalog (g_task_get_source_object (task), load);
  for (guint i = 0; found[i] != NULL; i++)
    add_local (load, found[i]);
  tell_silent_servers (load);
  replace (g_task_get_source_object (task), load);
  g_task_return_boolean (task, TRUE);
}

static void
take_keys (Load *load, GPtrArray *states)
{
  for (guint i = 0; i < states->len; i++)
    {
      const ShipKeyState *state = states->pdata[i];
      ShipModelSource    *source = find_source (load->sources, state->provider->id);

      source->source = state->source;
      source->variable = g_strdup (state->variable);
      source->hint = g_strdup (state->hint);
      source->is_locked = state->is_locked;
      if (source->trouble == NULL)
        source->trouble = g_strdup (state->trouble);
    }
}

static void
surveyed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) states = NULL;
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_free);
  ShipModelList *self = g_task_get_source_object (task);
  Load          *load = g_task_get_task_data (task);
  GError        *error = NULL;
  g_auto (GStrv) ids = ship_provider_addresses_list (self->addresses);

  states = ship_key_survey_finish (result, &error);
  if (states == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  for (guint i = 0; ids[i] != NULL; i++)
    {
      ShipModelSource *source = add_source (self, load, ids[i]);

      if (source->is_local && source->address != NULL)
        g_ptr_array_add (servers, g_strconcat (source->id, "=", source->address, NULL));
    }
  take_keys (load, states);
  g_ptr_array_add (servers, NULL);
  ship_local_models_find_async ((const char *const *) servers->pdata,
                                g_task_get_cancellable (task),
                                found_cb,
                                g_object_ref (task));
}

void
ship_model_list_load_async (ShipModelList      *self,
                            GCancellable       *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Load *load;

  g_return_if_fail (SHIP_IS_MODEL_LIST (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_model_list_load_async);
  load = g_new0 (Load, 1);
  load->sources = g_ptr_array_new_with_free_func (source_free);
  load->items = g_ptr_array_new_with_free_func (g_object_unref);
  g_task_set_task_data (task, load, load_free);
  ship_key_survey_async (self->keys, cancellable, surveyed_cb, g_steal_pointer (&task));
}

gboolean
ship_model_list_load_finish (ShipModelList *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_model_list_load_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- what is in it --- */

GPtrArray *
ship_model_list_get_sources (ShipModelList *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_LIST (self), NULL);

  return self->sources;
}

ShipModelItem *
ship_model_list_find (ShipModelList *self, const char *id)
{
  g_return_val_if_fail (SHIP_IS_MODEL_LIST (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint i = 0; i < self->items->len; i++)
    if (g_str_equal (ship_model_item_get_id (self->items->pdata[i]), id))
      return self->items->pdata[i];
  return NULL;
}

const char *
ship_model_list_get_price_date (ShipModelList *self)
{
  g_return_val_if_fail (SHIP_IS_MODEL_LIST (self), NULL);

  return ship_model_catalog_get_date (self->catalog);
}

/* --- checks --- */

/* The models probably meant by @text, in quotation marks; NULL if none. @provider: (nullable): of
 * that one only. A name without provider is compared with those of all. (transfer full) */
static char *
suggest (ShipModelList *self, const char *text, const char *provider)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree const char **near = NULL;
  GString                *line = g_string_new (NULL);

  for (guint i = 0; i < self->items->len; i++)
    {
      const char *id = ship_model_item_get_id (self->items->pdata[i]);
      const char *own = ship_model_item_get_provider (self->items->pdata[i]);

      if (provider != NULL && !g_str_equal (own, provider))
        continue;
      g_ptr_array_add (ids, (char *) id);
      g_ptr_array_add (names, (char *) id + strlen (own) + 1);
    }
  g_ptr_array_add (names, NULL);
  near = ship_nearest_find (text, (const char *const *) names->pdata, MOST_SUGGESTIONS);
  for (guint i = 0; near[i] != NULL; i++)
    for (guint j = 0; j < ids->len; j++)
      if (names->pdata[j] == near[i])
        g_string_append_printf (line, "%s“%s”", i > 0 ? ", " : "", (char *) ids->pdata[j]);
  return g_string_free (line, line->len == 0);
}

static gboolean
refuse_unknown (GError **error, const char *sentence, const char *near)
{
  g_set_error (error,
               SHIP_MODEL_ERROR,
               SHIP_MODEL_ERROR_UNKNOWN,
               "%s %s%s%s",
               sentence,
               near != NULL ? _ ("Did you mean ") : _ ("shipctl models lists them all."),
               near != NULL ? near : "",
               near != NULL ? "?" : "");
  return FALSE;
}

static gboolean
refuse_malformed (ShipModelList *self, const char *id, GError **error)
{
  g_autofree char *near = suggest (self, id, NULL);

  if (near != NULL)
    g_set_error (error,
                 SHIP_MODEL_ERROR,
                 SHIP_MODEL_ERROR_INVALID,
                 _ ("“%s” is not a model: write PROVIDER/MODEL. Did you mean %s?"),
                 id,
                 near);
  else
    g_set_error (error,
                 SHIP_MODEL_ERROR,
                 SHIP_MODEL_ERROR_INVALID,
                 _ ("“%s” is not a model: write PROVIDER/MODEL (shipctl models lists them)"),
                 id);
  return FALSE;
}

static gboolean
refuse_provider (ShipModelList *self, const char *provider, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree const char **near = NULL;
  g_autofree char *sentence = g_strdup_printf (_ ("There is no provider “%s”."), provider);
  g_autofree char *quoted = NULL;

  for (guint i = 0; i < self->sources->len; i++)
    g_ptr_array_add (names, ((ShipModelSource *) self->sources->pdata[i])->id);
  g_ptr_array_add (names, NULL);
  near = ship_nearest_find (provider, (const char *const *) names->pdata, 1);
  quoted = near[0] != NULL ? g_strdup_printf ("“%s”", near[0]) : NULL;
  return refuse_unknown (error, sentence, quoted);
}

gboolean
ship_model_list_check (ShipModelList *self, const char *id, GError **error)
{
  const char      *slash;
  g_autofree char *provider = NULL;
  g_autofree char *sentence = NULL;
  g_autofree char *near = NULL;
  ShipModelSource *source;
  gboolean         is_own;

  g_return_val_if_fail (SHIP_IS_MODEL_LIST (self), FALSE);
  g_return_val_if_fail (id != NULL, FALSE);

  slash = strchr (id, '/');
  if (slash == NULL || slash == id || slash[1] == '\0' || !g_utf8_validate (id, -1, NULL))
    return refuse_malformed (self, g_utf8_validate (id, -1, NULL) ? id : "?", error);
  provider = g_strndup (id, (gsize) (slash - id));
  source = find_source (self->sources, provider);
  if (source == NULL)
    return refuse_provider (self, provider, error);
  /* One of the settings, which need not tell what it has. */
  is_own = source->is_local && ship_provider_find (provider) == NULL && source->address != NULL;
  if (source->trouble != NULL && !is_own)
    {
      g_set_error_literal (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_UNAVAILABLE, source->trouble);
      return FALSE;
    }
  if (ship_model_list_find (self, id) != NULL || (is_own && !has_models (self->items, provider)))
    return TRUE;
  sentence = g_strdup_printf (_ ("%s has no model “%s” that Ship knows."), source->name, slash + 1);
  near = suggest (self, slash + 1, provider);
  return refuse_unknown (error, sentence, near);
}

gboolean
ship_model_list_check_variant (ShipModelList *self,
                               const char    *id,
                               const char    *variant,
                               GError       **error)
{
  ShipModelItem     *item = ship_model_list_find (self, id);
  const char *const *variants = item != NULL ? ship_model_item_get_variants (item) : NULL;
  g_autofree char   *joined = NULL;

  if (*variant == '\0' || (variants != NULL && g_strv_contains (variants, variant)))
    return TRUE;
  if (variants == NULL || variants[0] == NULL)
    g_set_error (error, SHIP_MODEL_ERROR, SHIP_MODEL_ERROR_UNKNOWN, _ ("%s has no variants."), id);
  else
    {
      joined = g_strjoinv (", ", (char **) variants);
      g_set_error (error,
                   SHIP_MODEL_ERROR,
                   SHIP_MODEL_ERROR_UNKNOWN,
                   _ ("%s has no variant “%s”; it has %s."),
                   id,
                   variant,
                   joined);
    }
  return FALSE;
}
