/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The model nobody named. Pure, over a list that was loaded.
 */
#include "config.h"

#include "usage/ship-model-choice.h"

#include <glib/gi18n-lib.h>

/* The order in which keys are looked for, and what each provider does best for coding. When the
 * catalogue no longer has it, the provider's first model is taken. */
/* clang-format off */
static const struct
{
  const char *provider;
  const char *model;
} usual[] = {
  { "anthropic",  "anthropic/claude-sonnet-5" },
  { "openai",     "openai/gpt-6-sol" },
  { "google",     "google/gemini-3.8-flash" },
  { "openrouter", "openrouter/anthropic/claude-sonnet-5" },
};
/* clang-format on */

/* The first that can be used, of @provider, or (NULL) of the user's own servers. */
static const char *
find_first (ShipModelList *list, const char *provider)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (list));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (ShipModelItem) item = g_list_model_get_item (G_LIST_MODEL (list), i);
      gboolean is_it = provider != NULL
                         ? g_str_equal (ship_model_item_get_provider (item), provider)
                         : ship_model_item_is_local (item);

      if (is_it && ship_model_item_is_available (item))
        return ship_model_item_get_id (item); /* the list holds it */
    }
  return NULL;
}

static const char *
find_usual (ShipModelList *list)
{
  for (guint i = 0; i < G_N_ELEMENTS (usual); i++)
    {
      ShipModelItem *item = ship_model_list_find (list, usual[i].model);
      const char    *first = find_first (list, usual[i].provider);

      if (item != NULL && ship_model_item_is_available (item))
        return ship_model_item_get_id (item);
      if (first != NULL)
        return first;
    }
  return NULL;
}

char *
ship_model_choice_make (ShipModelList   *list,
                        const char      *environment,
                        const char      *setting,
                        ShipModelChoice *choice,
                        GError         **error)
{
  const char *id;

  g_return_val_if_fail (SHIP_IS_MODEL_LIST (list), NULL);
  g_return_val_if_fail (setting != NULL && choice != NULL, NULL);

  if (environment != NULL && *environment != '\0')
    {
      *choice = SHIP_MODEL_CHOICE_ENVIRONMENT;
      return g_strdup (environment);
    }
  *choice = SHIP_MODEL_CHOICE_SETTING;
  if (*setting != '\0')
    return g_strdup (setting);
  *choice = SHIP_MODEL_CHOICE_FIRST_KEY;
  if ((id = find_usual (list)) != NULL)
    return g_strdup (id);
  *choice = SHIP_MODEL_CHOICE_FIRST_LOCAL;
  if ((id = find_first (list, NULL)) != NULL)
    return g_strdup (id);
  g_set_error_literal (
    error,
    SHIP_MODEL_ERROR,
    SHIP_MODEL_ERROR_UNAVAILABLE,
    _ ("There is no model to work with. Keep a key in the keyring (shipctl keys set anthropic, "
       "openai, google or openrouter), set one in the environment (ANTHROPIC_API_KEY, "
       "OPENAI_API_KEY, GEMINI_API_KEY or OPENROUTER_API_KEY), start a local server (Ollama, "
       "llama.cpp or LM Studio), or try shipctl run --rehearsal, which needs neither."));
  return NULL;
}

char *
ship_model_choice_to_text (ShipModelChoice choice, ShipModelList *list, const char *model)
{
  GPtrArray *sources = ship_model_list_get_sources (list);

  switch (choice)
    {
    case SHIP_MODEL_CHOICE_ENVIRONMENT:
      return g_strdup (_ ("as SHIP_MODEL says"));
    case SHIP_MODEL_CHOICE_SETTING:
      return g_strdup (_ ("the default of your settings"));
    case SHIP_MODEL_CHOICE_FIRST_LOCAL:
      return g_strdup (_ ("found on this machine"));
    case SHIP_MODEL_CHOICE_FIRST_KEY:
      break;
    }
  for (guint i = 0; i < sources->len; i++)
    {
      const ShipModelSource *source = sources->pdata[i];

      if (strncmp (model, source->id, strlen (source->id)) != 0 ||
          model[strlen (source->id)] != '/')
        continue;
      return g_strdup_printf (_ ("the first with a key: %s"),
                              source->variable != NULL ? source->variable : _ ("keyring"));
    }
  return g_strdup (_ ("the first with a key"));
}
