/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "onboarding/ship-session-starter.h"

#include "client/ship-sample-repository.h"
#include "client/ship-session-creator.h"

/*
 *   start_async -> [ sample_cb ] -> created_cb -> (return)
 */

typedef struct
{
  ShipPaths *paths;      /* (owned) */
  char      *repository; /* (owned) (nullable) */
  char      *model;      /* (owned) */
  char      *mode;       /* (owned) */
  char      *prompt;     /* (owned) */
  char      *base;       /* (owned) (nullable) */
  char      *branch;     /* (owned) (nullable) */
  double     budget;
  gboolean   include_dirty;
  guint      n_dirty;
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  ship_paths_unref (start->paths);
  g_free (start->repository);
  g_free (start->model);
  g_free (start->mode);
  g_free (start->prompt);
  g_free (start->base);
  g_free (start->branch);
  g_free (start);
}

static void
created_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Start  *start = g_task_get_task_data (task);
  GError *error = NULL;
  char   *id = ship_session_create_finish (result, &start->n_dirty, &error);

  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else
    g_task_return_error (task, error);
}

/* @task: (transfer full) */
static void
create (GTask *task)
{
  Start         *start = g_task_get_task_data (task);
  ShipNewSession what = { .repository = start->repository,
                          .prompt = start->prompt,
                          .model = start->model,
                          .mode = start->mode,
                          .base_branch = start->base,
                          .branch = start->branch,
                          .session_budget = start->budget,
                          .include_dirty = start->include_dirty };

  ship_session_create_async (start->paths, &what, g_task_get_cancellable (task), created_cb, task);
}

static void
sample_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Start  *start = g_task_get_task_data (task);
  GError *error = NULL;

  start->repository = ship_sample_repository_make_finish (result, &error);
  if (start->repository != NULL)
    create (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

void
ship_session_start_async (ShipPaths              *paths,
                          const ShipSessionStart *what,
                          GCancellable           *cancellable,
                          GAsyncReadyCallback     callback,
                          gpointer                user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Start *start = g_new0 (Start, 1);

  g_task_set_source_tag (task, ship_session_start_async);
  start->paths = ship_paths_ref (paths);
  start->repository = g_strdup (what->repository);
  start->model = g_strdup (what->model);
  start->mode = g_strdup (what->mode);
  start->prompt = g_strdup (what->prompt);
  start->base = g_strdup (what->base_branch);
  start->branch = g_strdup (what->branch);
  start->budget = what->budget;
  start->include_dirty = what->include_dirty;
  g_task_set_task_data (task, start, start_free);
  if (start->repository == NULL)
    ship_sample_repository_make_async (cancellable, sample_cb, g_steal_pointer (&task));
  else
    create (g_steal_pointer (&task));
}

char *
ship_session_start_finish (GAsyncResult *result, guint *n_dirty, GError **error)
{
  Start *start;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_start_async), NULL);

  start = g_task_get_task_data (G_TASK (result));
  *n_dirty = start->n_dirty;

  return g_task_propagate_pointer (G_TASK (result), error);
}
