/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-model.h"

#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * Changing what the next turns work with.
 *
 *   set_…_async -> look -> looked_cb (keys and servers as they are now) -> judge -> store ->
 * stored_cb -> (return)
 *
 * The row in memory follows the store, so that what is not on disk is not used.
 */

#define MAX_MODEL_BYTES 300

/* A change on its way; data of its task. */
typedef struct
{
  char    *model;    /* (owned) (nullable): as it is */
  char    *variant;  /* (owned) (nullable): as it is; "": the model's default */
  char    *mode;     /* (owned) (nullable): as it is */
  gboolean is_check; /* nothing is changed */
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_free (change->model);
  g_free (change->variant);
  g_free (change->mode);
  g_free (change);
}

/* Takes @error. */
static GError *
convert_error (GError *error)
{
  if (error->domain != SHIP_MODEL_ERROR)
    return error;
  error->domain = SHIP_SESSION_ERROR;
  switch ((ShipModelError) error->code)
    {
    case SHIP_MODEL_ERROR_INVALID:
      error->code = SHIP_SESSION_ERROR_INVALID;
      break;
    case SHIP_MODEL_ERROR_UNKNOWN:
      error->code = SHIP_SESSION_ERROR_NOT_FOUND;
      break;
    case SHIP_MODEL_ERROR_UNAVAILABLE:
      error->code = SHIP_SESSION_ERROR_NEEDS_USER;
      break;
    }
  return error;
}

static char *
describe (ShipSession *self)
{
  if (self->row->variant == NULL)
    return g_strdup_printf (_ ("The model is %s from the next turn on"), self->row->model);
  return g_strdup_printf (_ ("The model is %s, variant %s, from the next turn on"),
                          self->row->model,
                          self->row->variant);
}

/* The jobs of both kinds, with the task that waits for it. */
typedef struct
{
  GTask          *task; /* (owned) */
  ShipSessionJob *job;  /* (owned) */
} Storing;

static void
storing_free (Storing *storing)
{
  g_clear_object (&storing->task);
  g_clear_pointer (&storing->job, ship_session_job_unref);
  g_free (storing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Storing, storing_free)

static void
take (ShipSession *self, const ShipSessionJob *job)
{
  g_autofree char *note = NULL;

  if (job->kind == SHIP_SESSION_JOB_SET_MODE)
    {
      g_free (self->row->mode);
      self->row->mode = g_strdup (job->mode);
      note = g_strdup (g_str_equal (job->mode, "plan")
                         ? _ ("Prompts to come are planned, not carried out")
                         : _ ("Prompts to come are carried out"));
    }
  else
    {
      g_free (self->row->model);
      g_free (self->row->variant);
      self->row->model = g_strdup (job->model);
      self->row->variant = g_strdup (job->variant);
      note = describe (self);
    }
  ship_transcript_writer_note (self->writer, "notice", note);
  ship_transcript_writer_flush (self->writer);
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Storing) storing = user_data;
  ShipSession *self = g_task_get_source_object (storing->task);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (storing->task, g_steal_pointer (&error));
      return;
    }
  take (self, storing->job);
  ship_session_emit_changed (self, "session", 0);
  if (storing->job->kind == SHIP_SESSION_JOB_SET_MODEL)
    ship_session_emit_changed (self, "task", 0);
  ship_index_writer_touch (self->index, self->store);
  g_task_return_boolean (storing->task, TRUE);
}

/* Takes @job. */
static void
store (GTask *task, ShipSessionJob *job)
{
  Storing *storing = g_new0 (Storing, 1);

  storing->task = g_object_ref (task);
  storing->job = ship_session_job_ref (job);
  ship_session_run_job (g_task_get_source_object (task), job, stored_cb, storing);
}

/* The model and variant that @change leads to; FALSE with @error when they do not go together.
 * @variant: (out) (transfer full) (nullable) */
static gboolean
judge (ShipSession *self, const Change *change, char **variant, GError **error)
{
  const char *model = change->model != NULL ? change->model : self->row->model;
  const char *wanted = change->variant != NULL ? change->variant : self->row->variant;

  *variant = NULL;
  if (change->model != NULL && self->models != NULL &&
      !ship_model_list_check (self->models, model, error))
    return FALSE;
  if (wanted == NULL || *wanted == '\0')
    return TRUE;
  if (self->models == NULL ||
      ship_model_list_check_variant (self->models,
                                     model,
                                     wanted,
                                     change->variant != NULL ? error : NULL))
    *variant = g_strdup (wanted);
  else if (change->variant != NULL)
    return FALSE; /* what was asked for; one that was there before is only dropped */
  return TRUE;
}

static void
decide (GTask *task)
{
  ShipSession     *self = g_task_get_source_object (task);
  Change          *change = g_task_get_task_data (task);
  g_autofree char *variant = NULL;
  GError          *error = NULL;
  ShipSessionJob  *job;
  const char      *model = change->model != NULL ? change->model : self->row->model;

  if (self->is_closing && !change->is_check)
    g_task_return_new_error (task,
                             SHIP_SESSION_ERROR,
                             SHIP_SESSION_ERROR_CLOSING,
                             _ ("The session is just going to sleep: try again in a moment"));
  else if (!judge (self, change, &variant, &error))
    g_task_return_error (task, convert_error (error));
  else if (change->is_check ||
           (g_str_equal (model, self->row->model) && g_strcmp0 (variant, self->row->variant) == 0))
    g_task_return_boolean (task, TRUE);
  else
    {
      job = ship_session_job_new (SHIP_SESSION_JOB_SET_MODEL);
      job->model = g_strdup (model);
      job->variant = g_steal_pointer (&variant);
      store (task, job);
    }
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_model_list_load_finish (SHIP_MODEL_LIST (object), result, &error))
    decide (task);
  else
    g_task_return_error (task, error);
}

/* Keys and servers come and go: what was true at the last change need not be now. */
static void
look (GTask *task)
{
  ShipSession *self = g_task_get_source_object (task);

  if (self->models != NULL)
    ship_model_list_load_async (self->models, NULL, looked_cb, g_object_ref (task));
  else
    decide (task);
}

static GTask *
new_change (ShipSession *self, Change change, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_session_command_finish);
  g_task_set_task_data (task, g_memdup2 (&change, sizeof change), change_free);
  return task;
}

/* What can be said without looking anything up. */
static gboolean
is_model (const char *model)
{
  const char *slash = strchr (model, '/');

  return slash != NULL && slash != model && slash[1] != '\0' && strlen (model) <= MAX_MODEL_BYTES &&
         g_utf8_validate (model, -1, NULL);
}

/* With a list of models the answer holds a suggestion. */
static gboolean
refuse_malformed (ShipSession *self, GTask *task, const char *model)
{
  if (is_model (model) || (self->models != NULL && strlen (model) <= MAX_MODEL_BYTES &&
                           g_utf8_validate (model, -1, NULL)))
    return FALSE;
  g_task_return_new_error (task,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_INVALID,
                           _ ("That is not a model: write PROVIDER/MODEL"));
  return TRUE;
}

void
ship_session_set_models (ShipSession *self, ShipModelList *models)
{
  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (SHIP_IS_MODEL_LIST (models));

  g_set_object (&self->models, models);
}

void
ship_session_set_model_async (ShipSession        *self,
                              const char         *model,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (model != NULL);

  task = new_change (self, (Change){ .model = g_strdup (model) }, callback, user_data);
  if (!refuse_malformed (self, task, model))
    look (task);
}

void
ship_session_set_variant_async (ShipSession        *self,
                                const char         *variant,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (variant != NULL);

  task = new_change (self, (Change){ .variant = g_strdup (variant) }, callback, user_data);
  look (task);
}

void
ship_session_set_mode_async (ShipSession        *self,
                             const char         *mode,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  ShipSessionJob *job;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (mode != NULL);

  task = new_change (self, (Change){ .mode = g_strdup (mode) }, callback, user_data);
  if (!g_str_equal (mode, "build") && !g_str_equal (mode, "plan"))
    g_task_return_new_error (task,
                             SHIP_SESSION_ERROR,
                             SHIP_SESSION_ERROR_INVALID,
                             _ ("There is no mode “%s”: use build or plan"),
                             mode);
  else if (g_str_equal (mode, self->row->mode))
    g_task_return_boolean (task, TRUE);
  else
    {
      job = ship_session_job_new (SHIP_SESSION_JOB_SET_MODE);
      job->mode = g_strdup (mode);
      store (task, job);
    }
}

void
ship_session_check_model_async (ShipSession        *self,
                                const char         *model,
                                const char         *variant,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = new_change (
    self,
    (Change){ .model = g_strdup (model), .variant = g_strdup (variant), .is_check = TRUE },
    callback,
    user_data);
  if (model == NULL || !refuse_malformed (self, task, model))
    look (task);
}
