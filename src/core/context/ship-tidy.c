/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-tidy.h"

#include "client/ship-spare.h"
#include "context/ship-base-refresh.h"
#include "context/ship-cache-prune.h"
#include "context/ship-use-lock.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

/*
 * tidy_async -> lock_thread -> locked_cb -> [ refreshed_cb ] -> swept_cb -> [ pruned_cb ]
 *            -> (return)
 */

#define LOCK_NAME     "tidy.lock"
#define STAMP_NAME    "tidied"
#define PRUNE_SECONDS (6 * 3600)

typedef struct
{
  ShipPaths   *paths;      /* (owned) */
  char        *repository; /* (owned) (nullable) */
  ShipUseLock *lock;       /* (owned) (nullable) */
  gboolean     is_due;     /* the cache was not looked through for a while */
} Tidy;

static void
tidy_free (Tidy *self)
{
  ship_paths_unref (self->paths);
  g_free (self->repository);
  g_clear_pointer (&self->lock, ship_use_lock_free);
  g_free (self);
}

static void
pruned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  guint n_removed = 0;

  if (!ship_cache_prune_finish (result, &n_removed, &error))
    g_debug ("The cache was not looked through: %s", error->message);
  else if (n_removed > 0)
    g_message ("%u parts of the cache that nobody used were removed", n_removed);
  g_task_return_boolean (task, TRUE);
}

static void
swept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const ShipCacheLimits limits = SHIP_CACHE_LIMITS_INIT;
  g_autoptr (GTask) task = user_data;
  Tidy *self = g_task_get_task_data (task);

  ship_spare_sweep_finish (result);
  if (self->is_due && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    ship_cache_prune_async (self->paths,
                            &limits,
                            g_task_get_cancellable (task),
                            pruned_cb,
                            g_object_ref (task));
  else
    g_task_return_boolean (task, TRUE);
}

static void
sweep (GTask *task)
{
  Tidy *self = g_task_get_task_data (task);

  ship_spare_sweep_async (self->paths,
                          g_task_get_cancellable (task),
                          swept_cb,
                          g_object_ref (task));
}

static void
refreshed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  gboolean has_made = FALSE;

  /* Whoever needs it makes it, and is told what is wrong. */
  if (!ship_base_refresh_finish (result, &has_made, &error))
    g_debug ("Nothing was prepared: %s", error->message);
  else if (has_made)
    g_message ("A base checkout was made ahead");
  sweep (task);
}

static void
locked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Tidy   *self = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (self->lock == NULL)
    g_task_return_boolean (task, TRUE);
  else if (self->repository != NULL)
    ship_base_refresh_async (self->paths,
                             self->repository,
                             g_task_get_cancellable (task),
                             refreshed_cb,
                             g_object_ref (task));
  else
    sweep (task);
}

/* Whether it is time to look through the cache; noted at once, so that nothing that goes wrong
 * there is tried again and again. */
static gboolean
take_turn (ShipPaths *paths)
{
  g_autofree char *path = g_build_filename (ship_paths_get_cache_dir (paths), STAMP_NAME, NULL);
  struct stat      status;

  if (stat (path, &status) == 0 &&
      status.st_mtim.tv_sec + PRUNE_SECONDS > g_get_real_time () / G_USEC_PER_SEC)
    return FALSE;

  return g_file_set_contents (path, "", 0, NULL);
}

static void
lock_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Tidy            *self = data;
  const char      *cache = ship_paths_get_cache_dir (self->paths);
  g_autofree char *path = g_build_filename (cache, LOCK_NAME, NULL);

  /* Without a cache there is nothing to look after. */
  if (g_file_test (cache, G_FILE_TEST_IS_DIR))
    self->lock = ship_use_lock_try_seize_thread (path);
  self->is_due = self->lock != NULL && take_turn (self->paths);
  g_task_return_boolean (step, TRUE);
}

void
ship_tidy_async (ShipPaths          *paths,
                 const char         *repository,
                 GCancellable       *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) step = NULL;
  Tidy *self = g_new0 (Tidy, 1);

  g_task_set_source_tag (task, ship_tidy_async);
  g_task_set_task_data (task, self, (GDestroyNotify) tidy_free);
  self->paths = ship_paths_ref (paths);
  self->repository = g_strdup (repository);
  step = g_task_new (NULL, cancellable, locked_cb, g_object_ref (task));
  g_task_set_source_tag (step, lock_thread);
  g_task_set_task_data (step, self, NULL);
  g_task_run_in_thread (step, lock_thread);
}

gboolean
ship_tidy_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_tidy_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
