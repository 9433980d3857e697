/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"
#include "session/ship-session-shelf-table.h"
#include "session/ship-session-shelf.h"

#include "base/ship-names.h"
#include "git/ship-git-branch.h"
#include "git/ship-git-scripts.h"
#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>

/*
 * The session's branch under another name.
 *
 *   set_branch -> checked_cb -> marked_cb -> renamed_cb -> (return), and the working copy follows
 *   complete_rename -> loaded_cb -> completed_cb -> unmarked_cb -> (return)
 *
 * The store says both names before git is asked for anything; from then on the session works on the
 * new one. What is interrupted is completed by the next load, since the renaming can be done again.
 */

#define MAX_SCRIPT_OUTPUT (64 * 1024)

/* A renaming under way; its task's data. The jobs read it on the store's thread while nothing else
 * touches it. */
typedef struct
{
  char   *from; /* (owned) */
  char   *to;   /* (owned) */
  gint64  now_ms;
  GError *failure; /* (owned) (nullable): what git said */
} Renaming;

static void
renaming_free (gpointer data)
{
  Renaming *renaming = data;

  g_free (renaming->from);
  g_free (renaming->to);
  g_clear_error (&renaming->failure);
  g_free (renaming);
}

static gboolean
mark_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Renaming *renaming = data;

  return ship_session_shelf_table_set_branch (db,
                                              renaming->to,
                                              renaming->from,
                                              renaming->now_ms,
                                              error);
}

static gboolean
complete_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Renaming *renaming = data;

  return ship_session_shelf_table_set_branch (db, renaming->to, NULL, renaming->now_ms, error);
}

static gboolean
revert_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  Renaming *renaming = data;

  return ship_session_shelf_table_set_branch (db, renaming->from, NULL, renaming->now_ms, error);
}

/* @task's data is the job's; the task is the callback's. */
static void
run_job (ShipSession *self, GTask *task, ShipStoreFunc func, GAsyncReadyCallback callback)
{
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        func,
                        g_task_get_task_data (task),
                        NULL,
                        NULL,
                        callback,
                        g_object_ref (task));
}

static void
set_name (ShipSession *self, const char *name)
{
  g_free (self->row->branch);
  self->row->branch = g_strdup (name);
}

/* --- the working copy --- */

static void
followed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);

  if (run == NULL || run->wait_status != 0)
    g_warning ("The agent's branch did not follow: %s",
               run != NULL ? run->error_text : error->message);
}

/* Not under the feet of an agent at work: the commit of its turn brings it there. */
static void
follow_inside (ShipSession *self)
{
  ShipSandbox *sandbox = ship_runtime_get_sandbox (self->runtime);

  if (sandbox != NULL && self->state == SHIP_SESSION_STATE_IDLE)
    ship_sandbox_run_async (sandbox,
                            ship_sandbox_command_new ("/bin/sh",
                                                      "-c",
                                                      ship_git_script_checkout (),
                                                      "checkout",
                                                      self->row->head_commit,
                                                      self->row->branch,
                                                      self->row->user_name,
                                                      self->row->user_email,
                                                      NULL),
                            NULL,
                            MAX_SCRIPT_OUTPUT,
                            NULL,
                            followed_cb,
                            NULL);
}

/* --- asked for by the user --- */

static void
settled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  Renaming    *renaming = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  /* The next load does what could not be noted now. */
  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("The end of a renaming could not be noted: %s", error->message);
  ship_session_emit_changed (self, "session", 0);
  if (!self->is_closing)
    ship_index_writer_touch (self->index, self->store);
  if (renaming->failure != NULL)
    g_task_return_error (task, g_steal_pointer (&renaming->failure));
  else
    g_task_return_boolean (task, TRUE);
}

static void
renamed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession     *self = g_task_get_source_object (task);
  Renaming        *renaming = g_task_get_task_data (task);
  g_autofree char *note = NULL;

  if (!ship_git_branch_rename_finish (result, &renaming->failure))
    {
      set_name (self, renaming->from);
      run_job (self, task, revert_thread, settled_cb);
      return;
    }

  note = g_strdup_printf (_ ("The branch is called %s now"), renaming->to);
  ship_transcript_writer_note (self->writer, "notice", note);
  run_job (self, task, complete_thread, settled_cb);
  follow_inside (self);
}

static void
rename_in_git (ShipSession *self, GTask *task, GAsyncReadyCallback callback)
{
  Renaming        *renaming = g_task_get_task_data (task);
  g_autofree char *mirror = ship_paths_dup_mirror (self->paths, self->row->repository);

  ship_git_branch_rename_async (mirror,
                                self->row->repository,
                                renaming->from,
                                renaming->to,
                                NULL,
                                callback,
                                g_object_ref (task));
}

static void
marked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  Renaming    *renaming = g_task_get_task_data (task);
  GError      *error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      rename_in_git (self, task, renamed_cb);
      return;
    }
  set_name (self, renaming->from);
  g_task_return_error (task, error);
}

static gboolean
refuse_while_committing (ShipSession *self, GTask *task)
{
  if (self->commit_cancellable == NULL && self->wake_cancellable == NULL && !self->is_closing)
    return FALSE;

  g_task_return_new_error (task,
                           SHIP_SESSION_ERROR,
                           SHIP_SESSION_ERROR_CONFLICT,
                           _ ("The session is just using its branch: try again in a moment"));
  return TRUE;
}

static void
checked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  Renaming    *renaming = g_task_get_task_data (task);
  GError      *error = NULL;

  if (!ship_git_branch_check_finish (result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (refuse_while_committing (self, task))
    return;

  /* Two at once: the second one was checked against a name that is gone. */
  if (!g_str_equal (self->row->branch, renaming->from))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_CONFLICT,
                               _ ("The branch was just given another name"));
      return;
    }
  set_name (self, renaming->to);
  run_job (self, task, mark_thread, marked_cb);
}

void
ship_session_set_branch_async (ShipSession        *self,
                               const char         *branch,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *mirror = NULL;
  Renaming        *renaming;

  g_return_if_fail (SHIP_IS_SESSION (self));
  g_return_if_fail (branch != NULL);

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_command_finish);
  if (!ship_names_is_branch (branch))
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               _ ("“%s” cannot be the name of a branch"),
                               branch);
      return;
    }
  if (g_str_equal (branch, self->row->branch))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (refuse_while_committing (self, task))
    return;

  renaming = g_new0 (Renaming, 1);
  renaming->from = g_strdup (self->row->branch);
  renaming->to = g_strdup (branch);
  renaming->now_ms = g_get_real_time () / 1000;
  g_task_set_task_data (task, renaming, renaming_free);
  mirror = ship_paths_dup_mirror (self->paths, self->row->repository);
  ship_git_branch_check_async (mirror,
                               self->row->repository,
                               renaming->from,
                               renaming->to,
                               NULL,
                               checked_cb,
                               g_steal_pointer (&task));
}

/* --- interrupted --- */

static void
unmarked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  g_autoptr (GError) error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    g_warning ("The end of a renaming could not be noted: %s", error->message);
  g_task_return_boolean (task, TRUE);
}

static void
completed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession     *self = g_task_get_source_object (task);
  Renaming        *renaming = g_task_get_task_data (task);
  g_autofree char *note = NULL;
  g_autoptr (GError) error = NULL;
  gboolean ok = ship_git_branch_rename_finish (result, &error);

  if (!ok)
    set_name (self, renaming->from);
  note = ok ? g_strdup_printf (_ ("The branch is called %s now"), renaming->to)
            : g_strdup_printf (_ ("The branch could not be renamed: %s"), error->message);
  ship_transcript_writer_note (self->writer, "notice", note);
  run_job (self, task, ok ? complete_thread : revert_thread, unmarked_cb);
}

static gboolean
load_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_session_shelf_table_load_old_branch (db, &((Renaming *) data)->from, error);
}

static void
loaded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession *self = g_task_get_source_object (task);
  Renaming    *renaming = g_task_get_task_data (task);

  if (ship_store_run_finish (SHIP_STORE (object), result, NULL) && renaming->from != NULL)
    rename_in_git (self, task, completed_cb);
  else
    g_task_return_boolean (task, TRUE);
}

void
ship_session_complete_rename_async (ShipSession        *self,
                                    GAsyncReadyCallback callback,
                                    gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  Renaming *renaming = g_new0 (Renaming, 1);

  renaming->to = g_strdup (self->row->branch);
  renaming->now_ms = g_get_real_time () / 1000;
  g_task_set_source_tag (task, ship_session_complete_rename_async);
  g_task_set_task_data (task, renaming, renaming_free);
  run_job (self, task, load_thread, loaded_cb);
}

void
ship_session_complete_rename_finish (ShipSession *self, GAsyncResult *result)
{
  g_return_if_fail (g_task_is_valid (result, self));
  g_return_if_fail (g_async_result_is_tagged (result, ship_session_complete_rename_async));

  g_task_propagate_boolean (G_TASK (result), NULL);
}
