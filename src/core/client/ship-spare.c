/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-spare-private.h"

#include "base/ship-names.h"
#include "client/ship-session-client.h"
#include "client/ship-session-maker-private.h"
#include "git/ship-git-repository.h"

#include <glib/gi18n-lib.h>
#include <unistd.h>

/*
 * Making a spare. Main thread.
 *
 *   prepare_async -> inspected_cb -> locked_cb -> listed_cb -> (for each that goes: retired_cb)
 *     -> [ made_cb ] -> connected_cb -> woken_cb -> (return)
 *
 * The lock is held from locked_cb to the end: until its process has it, a new spare looks like one
 * that has ended.
 */

#define PATIENCE_MS 5000

typedef struct
{
  /* Input. */
  ShipPaths *paths;       /* (owned) */
  char      *repository;  /* (owned) */
  char      *base_branch; /* (owned) (nullable) */
  char      *model;       /* (owned) */

  /* In progress. */
  ShipGitRepositoryInfo *info;  /* (owned) (nullable) */
  GPtrArray             *going; /* (owned) (element-type utf8): to be ended */
  char                  *id;    /* (owned) (nullable): the one that fits */
  ShipSessionRow        *row;   /* (owned) (nullable): of the one that is made */
  int                    lock;
} Preparing;

static void
preparing_free (Preparing *self)
{
  ship_paths_unref (self->paths);
  g_free (self->repository);
  g_free (self->base_branch);
  g_free (self->model);
  g_clear_pointer (&self->info, ship_git_repository_info_free);
  g_ptr_array_unref (self->going);
  g_free (self->id);
  g_clear_pointer (&self->row, ship_session_row_free);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

static void
woken_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (ship_session_client_call_finish (SHIP_SESSION_CLIENT (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  ShipSessionClient *client = SHIP_SESSION_CLIENT (object);
  GError            *error = NULL;

  if (ship_session_client_connect_finish (client, result, &error))
    ship_session_client_call_async (client,
                                    "Wake",
                                    NULL,
                                    g_task_get_cancellable (task),
                                    woken_cb,
                                    g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
wake (GTask *task)
{
  Preparing *self = g_task_get_task_data (task);
  g_autoptr (ShipSessionClient) client = ship_session_client_new (self->paths, self->id);

  ship_session_client_connect_async (client,
                                     TRUE,
                                     g_task_get_cancellable (task),
                                     connected_cb,
                                     g_object_ref (task));
}

/* --- a new one --- */

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Preparing *self = g_task_get_task_data (task);
  GError    *error = NULL;

  if (!ship_session_make_finish (result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->id = g_strdup (self->row->id);
  wake (task);
}

/* What it is called nobody sees; the branch is a place holder that is in no repository. */
static ShipSessionRow *
make_row (Preparing *self)
{
  const ShipGitRepositoryInfo *info = self->info;
  ShipSessionRow              *row = g_new0 (ShipSessionRow, 1);

  row->id = ship_names_new_session_id ();
  row->title = g_strdup ("");
  row->title_source = g_strdup ("prompt");
  row->repository = g_strdup (info->path);
  row->repository_name = g_strdup (info->name);
  row->base_branch = g_strdup (self->base_branch != NULL ? self->base_branch : info->branch);
  row->base_commit = g_strdup (info->commit);
  row->branch = g_strconcat ("ship-spare-", row->id, NULL);
  row->head_commit = g_strdup (info->commit);
  row->sandbox = g_strdup ("local");
  row->model = g_strdup (self->model);
  row->mode = g_strdup ("build");
  row->state = g_strdup ("hibernated");
  row->user_name = g_strdup (info->user_name != NULL ? info->user_name : "");
  row->user_email = g_strdup (info->user_email != NULL ? info->user_email : "");
  row->is_spare = TRUE;
  row->created_at = g_get_real_time () / 1000;
  row->updated_at = row->created_at;
  return row;
}

static void
make (GTask *task)
{
  Preparing *self = g_task_get_task_data (task);

  self->row = make_row (self);
  ship_session_make_async (self->paths,
                           self->row,
                           NULL,
                           g_task_get_cancellable (task),
                           made_cb,
                           g_object_ref (task));
}

/* --- those that are there --- */

static void go_on (GTask *task);

static void
retired_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!ship_spare_retire_finish (result, &error))
    g_debug ("A spare is left for the next time: %s", error->message);
  go_on (task);
}

static void
go_on (GTask *task)
{
  Preparing       *self = g_task_get_task_data (task);
  g_autofree char *id = NULL;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->going->len > 0)
    {
      id = g_ptr_array_steal_index (self->going, 0);
      ship_spare_retire_async (self->paths,
                               id,
                               g_task_get_cancellable (task),
                               retired_cb,
                               g_object_ref (task));
    }
  else if (self->id != NULL)
    wake (task);
  else
    make (task);
}

/* One stays for this repository, and of the others the newest. */
static void
choose (Preparing *self, GPtrArray *spares)
{
  guint n_others = 0;

  for (guint i = spares->len; i > 0; i--)
    {
      const ShipSpare      *spare = spares->pdata[i - 1];
      const ShipSessionRow *row = spare->row;

      if (self->id == NULL &&
          ship_spare_fits (spare, self->info->path, self->info->commit, self->model))
        self->id = g_strdup (row->id);
      else if (!spare->is_alive || g_str_equal (row->repository, self->info->path) ||
               ++n_others >= SHIP_SPARE_MAX)
        g_ptr_array_add (self->going, g_strdup (row->id));
    }
}

static void
listed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  g_autoptr (GPtrArray) spares = ship_spare_list_finish (result, &error);

  if (spares == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  choose (g_task_get_task_data (task), spares);
  go_on (task);
}

static void
locked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Preparing *self = g_task_get_task_data (task);
  GError    *error = NULL;

  self->lock = ship_spare_lock_finish (result, &error);
  if (self->lock >= 0)
    ship_spare_list_async (self->paths,
                           g_task_get_cancellable (task),
                           listed_cb,
                           g_object_ref (task));
  else
    g_task_return_error (task, error);
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Preparing *self = g_task_get_task_data (task);
  GError    *error = NULL;

  self->info = ship_git_repository_inspect_finish (result, &error);
  if (self->info == NULL)
    g_task_return_error (task, error);
  else if (!g_utf8_validate (self->info->path, -1, NULL))
    g_task_return_new_error (task,
                             SHIP_CLIENT_ERROR,
                             SHIP_CLIENT_ERROR_INVALID,
                             _ ("The path of the repository is not UTF-8"));
  else
    ship_spare_lock_async (self->paths,
                           PATIENCE_MS,
                           g_task_get_cancellable (task),
                           locked_cb,
                           g_object_ref (task));
}

void
ship_spare_prepare_async (ShipPaths          *paths,
                          const char         *repository,
                          const char         *base_branch,
                          const char         *model,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  Preparing *self;

  g_return_if_fail (paths != NULL && repository != NULL && model != NULL);

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_spare_prepare_async);
  self = g_new0 (Preparing, 1);
  g_task_set_task_data (task, self, (GDestroyNotify) preparing_free);
  self->paths = ship_paths_ref (paths);
  self->repository = g_strdup (repository);
  self->base_branch = g_strdup (base_branch);
  self->model = g_strdup (model);
  self->going = g_ptr_array_new_with_free_func (g_free);
  self->lock = -1;
  ship_git_repository_inspect_async (repository,
                                     base_branch,
                                     cancellable,
                                     inspected_cb,
                                     g_object_ref (task));
}

gboolean
ship_spare_prepare_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_spare_prepare_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
