/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-create.h"

#include "client/ship-sample-repository.h"
#include "client/ship-session-creator.h"
#include "ship-cli-providers.h"
#include "usage/ship-model-choice.h"

#include <glib/gi18n.h>

/*
 * Main thread.
 *
 *   create_async -> [ models_cb ] -> [ sample_cb ] -> created_cb -> (return)
 */

#define REHEARSAL_MODEL "rehearsal/rehearsal"

typedef struct
{
  ShipCli         *cli;       /* (unowned) */
  ShipCliWish     *wish;      /* (unowned): the caller's */
  ShipCliProviders providers; /* empty for a rehearsal */
} Creation;

static void
creation_free (Creation *self)
{
  ship_cli_providers_clear (&self->providers);
  g_free (self);
}

void
ship_cli_wish_clear (ShipCliWish *self)
{
  g_clear_pointer (&self->repository, g_free);
  g_clear_pointer (&self->model, g_free);
  g_clear_pointer (&self->why_model, g_free);
  g_clear_pointer (&self->variant, g_free);
  g_clear_pointer (&self->mode, g_free);
  g_clear_pointer (&self->branch, g_free);
  g_clear_pointer (&self->base, g_free);
  g_clear_pointer (&self->title, g_free);
  g_clear_pointer (&self->prompt, g_free);
  g_clear_pointer (&self->ask, g_strfreev);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError    *error = NULL;
  GPtrArray *notices;
  guint      n_dirty = 0;
  char      *id = ship_session_create_finish (result, &n_dirty, &error);

  if (id == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  notices = ship_session_create_get_notices (result);
  for (guint i = 0; i < notices->len; i++)
    ship_cli_complain ("%s", (const char *) notices->pdata[i]);
  if (n_dirty > 0)
    ship_cli_complain (g_dngettext (GETTEXT_PACKAGE,
                                    "the session starts from the last commit and does not see %u "
                                    "changed or new file (--include-dirty takes it along)",
                                    "the session starts from the last commit and does not see %u "
                                    "changed or new files (--include-dirty takes them along)",
                                    n_dirty),
                       n_dirty);
  g_task_return_pointer (task, id, g_free);
}

static ShipNewSession
describe (const ShipCliWish *wish)
{
  return (ShipNewSession){ .repository = wish->repository,
                           .title = wish->title,
                           .prompt = wish->prompt,
                           .base_branch = wish->base,
                           .branch = wish->branch,
                           .model = wish->model,
                           .variant = wish->variant,
                           .mode = wish->mode,
                           .ask = (const char *const *) wish->ask,
                           .session_budget = wish->budget,
                           .include_dirty = wish->include_dirty };
}

/* @task: (transfer full) */
static void
create (GTask *task)
{
  Creation      *self = g_task_get_task_data (task);
  ShipNewSession what = describe (self->wish);

  ship_session_create_async (self->cli->paths, &what, self->cli->cancellable, created_cb, task);
}

static void
sample_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Creation *self = g_task_get_task_data (task);
  GError   *error = NULL;

  self->wish->repository = ship_sample_repository_make_finish (result, &error);
  if (self->wish->repository == NULL)
    g_task_return_error (task, error);
  else
    create (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
choose_repository (GTask *owned)
{
  g_autoptr (GTask) task = owned;
  Creation      *self = g_task_get_task_data (task);
  ShipNewSession what = describe (self->wish);
  GError        *error = NULL;

  /* Before a folder is made for it. */
  if (!ship_new_session_check (&what, &error))
    g_task_return_error (task, error);
  else if (self->wish->repository == NULL && self->wish->is_rehearsal)
    ship_sample_repository_make_async (self->cli->cancellable, sample_cb, g_steal_pointer (&task));
  else
    {
      if (self->wish->repository == NULL)
        self->wish->repository = g_get_current_dir ();
      create (g_steal_pointer (&task));
    }
}

static gboolean
choose_model (Creation *self, ShipModelList *models, GError **error)
{
  g_autofree char *setting = NULL;
  ShipModelChoice  choice;

  if (self->wish->model != NULL)
    return TRUE;
  setting = g_settings_get_string (self->providers.settings, SHIP_SETTING_DEFAULT_MODEL);
  self->wish->model =
    ship_model_choice_make (models, g_getenv ("SHIP_MODEL"), setting, &choice, error);
  if (self->wish->model == NULL)
    return FALSE;
  self->wish->why_model = ship_model_choice_to_text (choice, models, self->wish->model);
  return TRUE;
}

static void
models_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Creation      *self = g_task_get_task_data (task);
  GError        *error = NULL;
  ShipModelList *models = SHIP_MODEL_LIST (object);

  if (!ship_model_list_load_finish (models, result, &error) ||
      !choose_model (self, models, &error) ||
      !ship_model_list_check (models, self->wish->model, &error) ||
      (self->wish->variant != NULL &&
       !ship_model_list_check_variant (models, self->wish->model, self->wish->variant, &error)))
    g_task_return_error (task, error);
  else
    choose_repository (g_steal_pointer (&task));
}

void
ship_cli_create_async (ShipCli            *cli,
                       ShipCliWish        *wish,
                       GAsyncReadyCallback callback,
                       gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cli->cancellable, callback, user_data);
  Creation *self = g_new0 (Creation, 1);
  GError   *error = NULL;

  g_task_set_source_tag (task, ship_cli_create_async);
  /* What was made is told, even when it was cancelled too late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) creation_free);
  self->cli = cli;
  self->wish = wish;
  if (wish->mode == NULL)
    wish->mode = g_strdup ("build");
  if (wish->is_rehearsal)
    {
      g_free (wish->model);
      wish->model = g_strdup (REHEARSAL_MODEL);
      choose_repository (g_steal_pointer (&task));
    }
  else if (ship_cli_providers_init (&self->providers, cli, &error))
    ship_model_list_load_async (self->providers.models,
                                cli->cancellable,
                                models_cb,
                                g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

char *
ship_cli_create_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_cli_create_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
