/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "client/ship-session-creator.h"

#include "base/ship-names.h"
#include "client/ship-session-client.h"
#include "client/ship-session-maker-private.h"
#include "client/ship-spare-private.h"
#include "git/ship-git-repository.h"
#include "git/ship-git-working-tree.h"

#include <glib/gi18n-lib.h>

/*
 * A new session: a spare that fits, or one made from nothing. Main thread.
 *
 *   create_async -> [ branch_cb ] -> inspected_cb -> [ committed_cb ] -> claimed_cb -> (return)
 *                                                                          \-> made_cb -> (return)
 *
 * That no spare could be claimed is never a reason to fail.
 */

#define TITLE_CHARS 60

typedef struct
{
  /* Input. */
  ShipPaths *paths;       /* (owned) */
  char      *repository;  /* (owned) */
  char      *title;       /* (owned) (nullable) */
  char      *prompt;      /* (owned) (nullable) */
  char      *base_branch; /* (owned) (nullable) */
  char      *branch;      /* (owned) (nullable) */
  char      *model;       /* (owned) */
  char      *variant;     /* (owned) (nullable) */
  char      *mode;        /* (owned) */
  GStrv      ask;         /* (owned) (nullable) */
  double     session_budget;
  gboolean   include_dirty;

  /* In progress. */
  ShipSessionRow *row; /* (owned) (nullable) */

  /* Result. */
  guint      n_dirty;
  GPtrArray *notices; /* (owned) (element-type utf8) */
} Creation;

static void
creation_free (Creation *self)
{
  ship_paths_unref (self->paths);
  g_free (self->repository);
  g_free (self->title);
  g_free (self->prompt);
  g_free (self->base_branch);
  g_free (self->branch);
  g_free (self->model);
  g_free (self->variant);
  g_free (self->mode);
  g_strfreev (self->ask);
  ship_session_row_free (self->row);
  g_ptr_array_unref (self->notices);
  g_free (self);
}

static char *
choose_title (Creation *self, const ShipGitRepositoryInfo *info)
{
  if (self->title != NULL)
    return ship_names_title (self->title, TITLE_CHARS);
  if (self->prompt != NULL)
    return ship_names_title (self->prompt, TITLE_CHARS);
  return g_strdup (info->name);
}

static ShipSessionRow *
make_row (Creation *self, const ShipGitRepositoryInfo *info)
{
  g_autoptr (GDateTime) today = g_date_time_new_now_local ();
  ShipSessionRow *row = g_new0 (ShipSessionRow, 1);

  row->id = ship_names_new_session_id ();
  row->title = choose_title (self, info);
  row->title_source = g_strdup (self->title != NULL ? "user" : "prompt");
  row->repository = g_strdup (info->path);
  row->repository_name = g_strdup (info->name);
  row->base_branch = g_strdup (self->base_branch != NULL ? self->base_branch : info->branch);
  row->base_commit = g_strdup (info->commit);
  row->branch =
    self->branch != NULL ? g_strdup (self->branch) : ship_names_branch (row->title, today, row->id);
  row->head_commit = g_strdup (info->commit);
  row->sandbox = g_strdup ("local");
  row->model = g_strdup (self->model);
  row->variant = g_strdup (self->variant);
  row->mode = g_strdup (self->mode);
  row->session_budget = self->session_budget;
  row->state = g_strdup ("hibernated");
  row->user_name = g_strdup (info->user_name);
  row->user_email = g_strdup (info->user_email);
  row->created_at = g_get_real_time () / 1000;
  row->updated_at = row->created_at;
  return row;
}

/* What is good to know of the repository and no reason not to begin. */
static void
add_notices (Creation *self, const ShipGitRepositoryInfo *info)
{
  if (info->branch == NULL)
    g_ptr_array_add (self->notices,
                     g_strdup_printf (_ ("no branch is checked out in “%s”: the session starts "
                                         "from commit %.10s"),
                                      info->name,
                                      info->commit));
  if (info->has_submodules)
    g_ptr_array_add (self->notices,
                     g_strdup (_ ("the repository has submodules: their folders are empty in the "
                                  "session")));
  if (info->has_lfs)
    g_ptr_array_add (self->notices,
                     g_strdup (_ ("the repository uses Git LFS: the session sees its large files "
                                  "as pointers")));
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Creation *self = g_task_get_task_data (task);
  GError   *error = NULL;

  if (ship_session_make_finish (result, &error))
    g_task_return_pointer (task, g_strdup (self->row->id), g_free);
  else
    g_task_return_error (task, error);
}

static void
make (GTask *task)
{
  Creation *self = g_task_get_task_data (task);

  ship_session_make_async (self->paths,
                           self->row,
                           (const char *const *) self->ask,
                           g_task_get_cancellable (task),
                           made_cb,
                           g_object_ref (task));
}

static void
claimed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  char *id = ship_spare_claim_finish (result, &error);

  if (id != NULL)
    g_task_return_pointer (task, id, g_free);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    make (task);
}

/* A spare is awake to build, with nothing to ask for: in any other way it would have to be started
 * anew, which takes as long as a new one. */
static gboolean
may_claim (Creation *self)
{
  return g_str_equal (self->mode, "build") && (self->ask == NULL || self->ask[0] == NULL);
}

/* @task: (transfer full) */
static void
claim_or_make (GTask *task)
{
  Creation *self = g_task_get_task_data (task);

  if (may_claim (self))
    ship_spare_claim_async (self->paths,
                            self->row,
                            self->branch,
                            g_task_get_cancellable (task),
                            claimed_cb,
                            task);
  else
    {
      make (task);
      g_object_unref (task);
    }
}

static void
committed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Creation        *self = g_task_get_task_data (task);
  GError          *error = NULL;
  g_autofree char *commit = ship_git_working_tree_commit_finish (result, &error);

  if (commit == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_ptr_array_add (self->notices,
                   g_strdup_printf (g_dngettext (GETTEXT_PACKAGE,
                                                 "the session begins with a commit of %u changed "
                                                 "or new file",
                                                 "the session begins with a commit of %u changed "
                                                 "or new files",
                                                 self->n_dirty),
                                    self->n_dirty));
  self->n_dirty = 0;
  g_free (self->row->base_commit);
  self->row->base_commit = g_strdup (commit);
  g_free (self->row->head_commit);
  self->row->head_commit = g_steal_pointer (&commit);
  claim_or_make (g_steal_pointer (&task));
}

static void
inspected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Creation *self = g_task_get_task_data (task);
  GError   *error = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = ship_git_repository_inspect_finish (result, &error);

  if (info == NULL || !ship_new_session_check_repository (info, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->n_dirty = info->n_dirty;
  add_notices (self, info);
  self->row = make_row (self, info);
  if (self->include_dirty && self->n_dirty > 0)
    ship_git_working_tree_commit_async (info->path,
                                        info->commit,
                                        info->user_name,
                                        info->user_email,
                                        g_task_get_cancellable (task),
                                        committed_cb,
                                        g_object_ref (task));
  else
    claim_or_make (g_steal_pointer (&task));
}

/* @task: (transfer full) */
static void
inspect (GTask *task)
{
  Creation *self = g_task_get_task_data (task);

  ship_git_repository_inspect_async (self->repository,
                                     self->base_branch,
                                     g_task_get_cancellable (task),
                                     inspected_cb,
                                     task);
}

/* A branch of the user's own must not be there: the session's commits could never be brought to it.
 */
static void
branch_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Creation *self = g_task_get_task_data (task);
  GError   *error = NULL;
  g_autoptr (ShipGitRepositoryInfo) info = ship_git_repository_inspect_finish (result, &error);

  if (info != NULL)
    g_task_return_new_error (task,
                             SHIP_GIT_ERROR,
                             SHIP_GIT_ERROR_CONFLICT,
                             _ ("“%s” already has a branch “%s”"),
                             info->path,
                             self->branch);
  else if (!g_error_matches (error, SHIP_GIT_ERROR, SHIP_GIT_ERROR_NOT_FOUND))
    g_task_return_error (task, error);
  else
    {
      g_clear_error (&error);
      inspect (g_steal_pointer (&task));
    }
}

void
ship_session_create_async (ShipPaths            *paths,
                           const ShipNewSession *what,
                           GCancellable         *cancellable,
                           GAsyncReadyCallback   callback,
                           gpointer              user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Creation *self = g_new0 (Creation, 1);
  GError   *error = NULL;

  g_task_set_source_tag (task, ship_session_create_async);
  /* What was made is told, even when it was cancelled too late. */
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, self, (GDestroyNotify) creation_free);
  self->notices = g_ptr_array_new_with_free_func (g_free);
  self->paths = ship_paths_ref (paths);
  self->repository = g_strdup (what->repository);
  self->title = g_strdup (what->title);
  self->prompt = g_strdup (what->prompt);
  self->base_branch = g_strdup (what->base_branch);
  self->branch = g_strdup (what->branch);
  self->model = g_strdup (what->model);
  self->variant = g_strdup (what->variant);
  self->mode = g_strdup (what->mode);
  self->ask = g_strdupv ((char **) what->ask);
  self->session_budget = what->session_budget;
  self->include_dirty = what->include_dirty;

  if (!ship_new_session_check (what, &error))
    g_task_return_error (task, error);
  else if (self->branch != NULL)
    ship_git_repository_inspect_async (self->repository,
                                       self->branch,
                                       cancellable,
                                       branch_cb,
                                       g_steal_pointer (&task));
  else
    inspect (g_steal_pointer (&task));
}

char *
ship_session_create_finish (GAsyncResult *result, guint *n_dirty, GError **error)
{
  Creation *self;

  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_create_async), NULL);

  self = g_task_get_task_data (G_TASK (result));
  if (n_dirty != NULL)
    *n_dirty = self->n_dirty;
  return g_task_propagate_pointer (G_TASK (result), error);
}

GPtrArray *
ship_session_create_get_notices (GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_session_create_async), NULL);

  return ((Creation *) g_task_get_task_data (G_TASK (result)))->notices;
}
