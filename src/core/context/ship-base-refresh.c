/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-base-refresh.h"

#include "context/ship-base-checkout.h"
#include "context/ship-share-support.h"
#include "context/ship-working-copy.h"
#include "git/ship-git-measure.h"
#include "git/ship-git-mirror.h"
#include "git/ship-git-repository.h"

/*
 * Main thread; a chain:
 *
 *   refresh_async -> inspected_cb -> mirrored_cb -> [ measured_cb ] -> supported_cb -> made_cb
 *                 -> (return)
 *
 * A base is made over the nearest one (see ship-base-checkout.c), so what a pull brought costs what
 * it changed.
 */

typedef struct
{
  ShipPaths *paths;      /* (owned) */
  char      *repository; /* (owned) */
  char      *mirror;     /* (owned) (nullable) */
  char      *dir;        /* (owned) (nullable): of its bases */
  char      *commit;     /* (owned) (nullable) */
  gboolean   has_made;
} Refresh;

static void
refresh_free (Refresh *self)
{
  ship_paths_unref (self->paths);
  g_free (self->repository);
  g_free (self->mirror);
  g_free (self->dir);
  g_free (self->commit);
  g_free (self);
}

static void
end (GTask *task, GError *error)
{
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *self = g_task_get_task_data (task);
  GError  *error = NULL;
  g_autoptr (ShipBase) base = ship_base_checkout_finish (result, &error);

  self->has_made = base != NULL;
  end (task, error);
}

static void
supported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *self = g_task_get_task_data (task);
  GError  *error = NULL;

  if (ship_share_support_finish (result, NULL, &error) == SHIP_SHARE_NONE)
    end (task, error);
  else
    ship_base_checkout_async (self->paths,
                              self->repository,
                              self->commit,
                              NULL,
                              NULL,
                              g_task_get_cancellable (task),
                              made_cb,
                              g_object_ref (task));
}

static void
check_support (GTask *task)
{
  Refresh *self = g_task_get_task_data (task);

  ship_share_support_async (self->paths,
                            g_task_get_cancellable (task),
                            supported_cb,
                            g_object_ref (task));
}

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (ShipGitMeasure) measure = ship_git_measure_finish (result, &error);

  if (measure != NULL && measure->is_large)
    check_support (task);
  else
    end (task, error);
}

static gboolean
has_base (Refresh *self)
{
  g_autofree char *path = ship_base_dup_path (self->dir, self->commit);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static void
mirrored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const char *const nothing[] = { NULL };
  const char              *wish = g_getenv (SHIP_WORKING_COPY_VARIABLE);
  g_autoptr (GTask) task = user_data;
  Refresh *self = g_task_get_task_data (task);
  GError  *error = NULL;

  if (!ship_git_mirror_update_finish (result, &error) || has_base (self) ||
      g_strcmp0 (wish, "plain") == 0)
    end (task, error);
  else if (g_strcmp0 (wish, "overlay") == 0 || g_strcmp0 (wish, "snapshot") == 0)
    check_support (task);
  else
    ship_git_measure_async (self->mirror,
                            self->commit,
                            nothing,
                            g_task_get_cancellable (task),
                            measured_cb,
                            g_object_ref (task));
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Refresh *self = g_task_get_task_data (task);
  GError  *error = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = ship_git_repository_inspect_finish (result, &error);

  if (info == NULL)
    {
      end (task, error);
      return;
    }
  self->commit = g_strdup (info->commit);
  self->mirror = ship_paths_dup_mirror (self->paths, info->path);
  self->dir = ship_paths_dup_bases (self->paths, info->path);
  if (!g_file_test (self->mirror, G_FILE_TEST_IS_DIR))
    end (task, NULL);
  else
    ship_git_mirror_update_async (self->mirror,
                                  self->repository,
                                  self->commit,
                                  g_task_get_cancellable (task),
                                  mirrored_cb,
                                  g_object_ref (task));
}

void
ship_base_refresh_async (ShipPaths          *paths,
                         const char         *repository,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Refresh *self = g_new0 (Refresh, 1);

  g_task_set_source_tag (task, ship_base_refresh_async);
  g_task_set_task_data (task, self, (GDestroyNotify) refresh_free);
  self->paths = ship_paths_ref (paths);
  self->repository = g_strdup (repository);
  ship_git_repository_inspect_async (repository,
                                     NULL,
                                     cancellable,
                                     inspected_cb,
                                     g_object_ref (task));
}

gboolean
ship_base_refresh_finish (GAsyncResult *result, gboolean *has_made, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_base_refresh_async), FALSE);

  if (has_made != NULL)
    *has_made = ((Refresh *) g_task_get_task_data (G_TASK (result)))->has_made;
  return g_task_propagate_boolean (G_TASK (result), error);
}
