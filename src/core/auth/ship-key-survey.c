/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 *   survey_async -> ask_next -> key_cb -> ask_next … -> (all asked) (return)
 *
 * One after the other, so that a locked keyring asks for its password once. A key is looked at only
 * for its last characters, and forgotten at once.
 */
#include "auth/ship-key-survey.h"

#include "auth/ship-key-check.h"

typedef struct
{
  ShipLlmKeys *keys;   /* (owned) */
  GPtrArray   *states; /* (owned) (element-type ShipKeyState) */
  guint        next;   /* the provider that is asked for */
} Survey;

void
ship_key_state_free (ShipKeyState *self)
{
  g_free (self->hint);
  g_free (self->trouble);
  g_free (self->without);
  g_free (self->keyring_trouble);
  g_free (self);
}

static void
survey_free (Survey *survey)
{
  g_clear_object (&survey->keys);
  g_clear_pointer (&survey->states, g_ptr_array_unref);
  g_free (survey);
}

static void ask_next (GTask *task);

static void
key_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Survey       *survey = g_task_get_task_data (task);
  ShipKeyState *state;
  ShipKeySource found = SHIP_KEY_SOURCE_NONE;
  guint         n;
  char         *key = ship_llm_keys_lookup_finish (SHIP_LLM_KEYS (source), result, &found, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  state = g_new0 (ShipKeyState, 1);
  state->provider = &ship_provider_list (&n)[survey->next++];
  state->source = found;
  if (found == SHIP_KEY_SOURCE_ENVIRONMENT)
    state->variable = ship_llm_keys_get_variable (survey->keys, state->provider->id);
  if (key != NULL)
    state->hint = ship_key_check_dup_hint (key);
  else
    {
      state->trouble = g_strdup (error->message);
      ship_llm_keys_lookup_explain (result, &state->without, &state->keyring_trouble);
      state->is_locked = state->keyring_trouble != NULL;
    }
  g_clear_pointer (&key, ship_keyring_free_secret);
  g_ptr_array_add (survey->states, state);
  ask_next (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
ask_next (GTask *task)
{
  Survey             *survey = g_task_get_task_data (task);
  const ShipProvider *providers;
  guint               n;

  providers = ship_provider_list (&n);
  while (survey->next < n && providers[survey->next].credential_field == NULL)
    survey->next++;
  if (survey->next < n)
    {
      ship_llm_keys_lookup_async (survey->keys,
                                  providers[survey->next].id,
                                  g_task_get_cancellable (task),
                                  key_cb,
                                  task);
      return;
    }
  g_task_return_pointer (task,
                         g_steal_pointer (&survey->states),
                         (GDestroyNotify) g_ptr_array_unref);
  g_object_unref (task);
}

void
ship_key_survey_async (ShipLlmKeys        *keys,
                       GCancellable       *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  GTask  *task = g_task_new (NULL, cancellable, callback, user_data);
  Survey *survey = g_new0 (Survey, 1);

  g_task_set_source_tag (task, ship_key_survey_async);
  survey->keys = g_object_ref (keys);
  survey->states = g_ptr_array_new_with_free_func ((GDestroyNotify) ship_key_state_free);
  g_task_set_task_data (task, survey, (GDestroyNotify) survey_free);
  ask_next (task);
}

GPtrArray *
ship_key_survey_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_key_survey_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
