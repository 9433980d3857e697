/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "context/ship-agent-models.h"

#include "base/ship-settings.h"
#include "context/ship-small-model.h"

struct _ShipAgentModels
{
  ShipModelCatalog *catalog;     /* (owned) */
  GSettings        *settings;    /* (owned) */
  GPtrArray        *extra;       /* (owned) (element-type utf8): NULL-terminated */
  char             *small_model; /* (owned) (nullable) */
};

ShipAgentModels *
ship_agent_models_new (ShipModelCatalog *catalog, GSettings *settings)
{
  ShipAgentModels *self = g_new0 (ShipAgentModels, 1);

  self->catalog = g_object_ref (catalog);
  self->settings = g_object_ref (settings);
  self->extra = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (self->extra, NULL);

  return self;
}

void
ship_agent_models_free (ShipAgentModels *self)
{
  g_object_unref (self->catalog);
  g_object_unref (self->settings);
  g_ptr_array_unref (self->extra);
  g_free (self->small_model);
  g_free (self);
}

static const ShipModel *
find (ShipAgentModels *self, const char *model)
{
  g_auto (GStrv) names = g_strsplit (model, "/", 2);

  return g_strv_length (names) == 2
           ? ship_model_catalog_get_model (self->catalog, names[0], names[1])
           : NULL;
}

static gboolean
has_extra (ShipAgentModels *self, const char *model)
{
  return g_strv_contains ((const char *const *) self->extra->pdata, model);
}

static void
add_extra (ShipAgentModels *self, const char *model)
{
  if (model != NULL && !has_extra (self, model))
    g_ptr_array_insert (self->extra, 0, g_strdup (model));
}

gboolean
ship_agent_models_learn (ShipAgentModels *self, const char *model)
{
  if (strchr (model, '/') == NULL || find (self, model) != NULL || has_extra (self, model))
    return TRUE;

  add_extra (self, model);
  return FALSE;
}

gboolean
ship_agent_models_take_images (ShipAgentModels *self, const char *model)
{
  const ShipModel *known = find (self, model);

  return known != NULL && known->attachment;
}

void
ship_agent_models_fill (ShipAgentModels *self, const char *model, ShipOpencodeLaunch *launch)
{
  g_autofree char *setting = g_settings_get_string (self->settings, SHIP_SETTING_SMALL_MODEL);

  g_free (self->small_model);
  self->small_model = ship_small_model_choose (self->catalog, setting, model);
  /* Those that the catalogue has the agent knows anyway. */
  add_extra (self, model);
  add_extra (self, self->small_model);
  launch->catalog = self->catalog;
  launch->model = model;
  launch->small_model = self->small_model;
  launch->extra_models = (const char *const *) self->extra->pdata;
}
