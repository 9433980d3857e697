/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-base-checkout.h"

#include "base/ship-subvolume.h"
#include "base/ship-tree-remove.h"
#include "context/ship-prepare-script.h"
#include "context/ship-use-lock.h"
#include "git/ship-git-measure.h"
#include "git/ship-git-scripts.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "sandbox/ship-sandbox-run.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/wait.h>

/*
 * Main thread; a chain:
 *
 *   checkout_async -> find_thread -> found_cb -> (there: return)
 *     -> measured_cb -> prepare_thread -> prepared_cb -> started_cb -> spawned_cb
 *     -> (read_progress, and) ended_cb -> indexed_cb -> stopped_cb -> publish_thread ->
 * published_cb
 *
 * From found_cb on the lock of the base is held alone. Whatever fails, the sandbox is stopped and
 * what was made is removed before the task returns.
 */

#define INDEX_MAX        ((gsize) 1 << 30)
#define N_STEPS          20 /* that are said, for each is kept */
#define PROGRESS_SIZE    512
#define POLL_INTERVAL_US (20 * 1000)

typedef struct
{
  ShipPaths       *paths;       /* (owned) */
  char            *mirror_path; /* (owned) */
  char            *dir;         /* (owned): of the repository's bases */
  char            *commit;      /* (owned) */
  char            *fresh;       /* (owned): where it is being made */
  ShipBaseStepFunc step_func;
  gpointer         step_data;

  char              **candidates; /* (owned): of find_thread */
  ShipUseLock        *lock;       /* (owned) (nullable): held alone */
  char               *nearest;    /* (owned) (nullable) */
  ShipBase           *below;      /* (owned) (nullable) */
  gboolean            is_copy;    /* it begins as a copy of that, and does not lie over it */
  ShipSandbox        *sandbox;    /* (owned) (nullable) */
  ShipSandboxProcess *process;    /* (owned) (nullable) */
  GString            *words;      /* (owned): what git writes */
  guint               n_said;     /* files */
  GBytes             *index;      /* (owned) (nullable) */
  ShipBase           *base;       /* (owned) (nullable): the result */
  GError             *error;      /* (owned) (nullable): why it ends */
} Checkout;

static void
checkout_free (gpointer data)
{
  Checkout *self = data;

  g_clear_pointer (&self->below, ship_base_free);
  g_clear_pointer (&self->base, ship_base_free);
  g_clear_pointer (&self->lock, ship_use_lock_free);
  g_clear_object (&self->process);
  g_clear_object (&self->sandbox);
  g_clear_pointer (&self->index, g_bytes_unref);
  g_clear_error (&self->error);
  g_string_free (self->words, TRUE);
  g_strfreev (self->candidates);
  g_free (self->nearest);
  g_free (self->fresh);
  g_free (self->commit);
  g_free (self->dir);
  g_free (self->mirror_path);
  ship_paths_unref (self->paths);
  g_free (self);
}

/* The steps on workers: their data is the operation's, which the outer task keeps. */
static void
run_step (GTask *task, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) step =
    g_task_new (NULL, g_task_get_cancellable (task), callback, g_object_ref (task));

  g_task_set_source_tag (step, func);
  g_task_set_task_data (step, g_task_get_task_data (task), NULL);
  /* What was done in spite of a late cancellation is said to be done. */
  g_task_set_check_cancellable (step, FALSE);
  g_task_run_in_thread (step, func);
}

static void
say (GTask *task, const char *step)
{
  Checkout *self = g_task_get_task_data (task);

  if (self->step_func != NULL)
    self->step_func (step, self->step_data);
}

gboolean
ship_base_checkout_parse_progress (const char *text, guint *n_done, guint *n_total)
{
  const char *found = g_strrstr (text, "Updating files:");
  const char *open = found != NULL ? strchr (found, '(') : NULL;
  char       *rest = NULL;
  guint64     done;
  guint64     total;

  if (open == NULL || !g_ascii_isdigit (open[1]))
    return FALSE;
  done = g_ascii_strtoull (open + 1, &rest, 10);
  if (rest[0] != '/' || !g_ascii_isdigit (rest[1]))
    return FALSE;
  total = g_ascii_strtoull (rest + 1, &rest, 10);
  if (rest[0] != ')' || done > total || total > G_MAXUINT)
    return FALSE;

  *n_done = (guint) done;
  *n_total = (guint) total;
  return TRUE;
}

/* --- the end --- */

static void
remove_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Checkout *self = data;

  if (!ship_tree_remove_thread (self->fresh, NULL))
    g_debug ("“%s” was not removed", self->fresh);
  g_task_return_boolean (step, TRUE);
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);

  g_task_return_error (task, g_steal_pointer (&self->error));
}

/* Takes @error. */
static void
fail (GTask *task, GError *error)
{
  Checkout *self = g_task_get_task_data (task);

  g_assert (self->error == NULL);
  self->error = error;
  if (self->lock != NULL)
    run_step (task, remove_thread, removed_cb);
  else
    g_task_return_error (task, g_steal_pointer (&self->error));
}

static void
published_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (task, error);
      return;
    }

  g_clear_pointer (&self->lock, ship_use_lock_free);
  g_task_return_pointer (task, g_steal_pointer (&self->base), (GDestroyNotify) ship_base_free);
}

static void
publish_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Checkout        *self = data;
  g_autofree char *home = g_build_filename (self->fresh, "home", NULL);
  g_autofree char *work = g_build_filename (self->fresh, "work", NULL);
  g_autofree char *state = g_build_filename (self->fresh, "state", NULL);
  g_autofree char *upper = g_build_filename (state, "upper", NULL);
  g_autofree char *tree = g_build_filename (self->fresh, "tree", NULL);
  gboolean         is_over = self->below != NULL && !self->is_copy;
  const char      *made = is_over ? upper : work;
  const char      *below = is_over ? self->nearest : NULL;
  GError          *error = NULL;

  if (g_rename (made, tree) != 0)
    g_set_error (&error,
                 G_IO_ERROR,
                 g_io_error_from_errno (errno),
                 _ ("The base checkout “%s” cannot be kept: %s"),
                 tree,
                 g_strerror (errno));
  else if (ship_tree_remove_thread (home, &error) && ship_tree_remove_thread (work, &error) &&
           ship_tree_remove_thread (state, &error) &&
           ship_base_publish_thread (self->dir,
                                     self->commit,
                                     self->fresh,
                                     self->index,
                                     below,
                                     &error) &&
           ship_use_lock_soften_thread (self->lock, NULL, &error))
    self->base = ship_base_open_thread (self->dir, self->commit, NULL, &error);

  if (error == NULL && self->base == NULL)
    error = g_error_new_literal (SHIP_SANDBOX_ERROR,
                                 SHIP_SANDBOX_ERROR_FAILED,
                                 _ ("A base checkout was removed while it was made"));
  if (error != NULL)
    g_task_return_error (step, error);
  else
    g_task_return_boolean (step, TRUE);
}

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;

  ship_sandbox_stop_finish (self->sandbox, result, NULL);
  g_clear_object (&self->sandbox);
  if (self->error == NULL)
    {
      run_step (task, publish_thread, published_cb);
      return;
    }
  error = g_steal_pointer (&self->error);
  fail (task, error);
}

/* Takes @error, which is NULL when all is well. */
static void
stop (GTask *task, GError *error)
{
  Checkout *self = g_task_get_task_data (task);

  self->error = error;
  g_clear_object (&self->process);
  ship_sandbox_stop_async (self->sandbox, stopped_cb, g_object_ref (task));
}

/* --- git at work --- */

static void
indexed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);

  if (run != NULL &&
      ship_prepare_script_check (run, _ ("The base checkout could not be made"), &error))
    self->index = g_bytes_ref (run->output);
  stop (task, error);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;
  int       status = 0;

  if (ship_sandbox_process_wait_finish (SHIP_SANDBOX_PROCESS (object), result, &status, &error) &&
      (!WIFEXITED (status) || WEXITSTATUS (status) != 0))
    {
      g_autofree char *valid = g_utf8_make_valid (self->words->str, -1);
      const char      *line = strrchr (g_strchomp (valid), '\n');

      error = g_error_new (SHIP_SANDBOX_ERROR,
                           SHIP_SANDBOX_ERROR_FAILED,
                           "%s: %s",
                           _ ("The base checkout could not be made"),
                           line != NULL ? line + 1 : valid);
    }
  if (error != NULL)
    {
      stop (task, error);
      return;
    }

  ship_sandbox_run_async (
    self->sandbox,
    ship_sandbox_command_new ("cat", SHIP_SANDBOX_WORK_DIR "/.git/index", NULL),
    NULL,
    INDEX_MAX,
    g_task_get_cancellable (task),
    indexed_cb,
    g_object_ref (task));
}

static void read_progress (GTask *task);

static void
progress_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, NULL);
  gsize            size = 0;
  const char      *data = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;
  g_autofree char *step = NULL;
  guint            n_done;
  guint            n_total;

  if (size == 0 || self->process == NULL)
    return;

  g_string_append_len (self->words, data, (gssize) size);
  if (self->words->len > PROGRESS_SIZE)
    g_string_erase (self->words, 0, (gssize) (self->words->len - PROGRESS_SIZE));
  if (ship_base_checkout_parse_progress (self->words->str, &n_done, &n_total) &&
      n_done >= self->n_said + n_total / N_STEPS)
    {
      self->n_said = n_done;
      step = g_strdup_printf (_ ("Checking out: %u of %u files"), n_done, n_total);
      say (task, step);
    }
  read_progress (task);
}

static void
read_progress (GTask *task)
{
  Checkout *self = g_task_get_task_data (task);

  g_input_stream_read_bytes_async (ship_sandbox_process_get_stderr (self->process),
                                   PROGRESS_SIZE,
                                   G_PRIORITY_DEFAULT,
                                   NULL,
                                   progress_cb,
                                   g_object_ref (task));
}

static void
spawned_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;

  self->process = ship_sandbox_spawn_finish (self->sandbox, result, &error);
  if (self->process == NULL)
    {
      stop (task, error);
      return;
    }

  read_progress (task);
  ship_sandbox_process_wait_async (self->process,
                                   g_task_get_cancellable (task),
                                   ended_cb,
                                   g_object_ref (task));
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout           *self = g_task_get_task_data (task);
  ShipSandboxCommand *command;
  GError             *error = NULL;

  if (!ship_sandbox_start_finish (self->sandbox, result, &error))
    {
      stop (task, error);
      return;
    }

  say (task, _ ("Checking out the files"));
  command =
    ship_sandbox_command_new ("/bin/sh", "-c", ship_git_script_base (), "base", self->commit, NULL);
  ship_sandbox_spawn_async (self->sandbox,
                            command,
                            g_task_get_cancellable (task),
                            spawned_cb,
                            g_object_ref (task));
}

/* --- getting ready --- */

static gboolean
prepare (Checkout *self, GError **error)
{
  g_autofree char *home = g_build_filename (self->fresh, "home", NULL);
  g_autofree char *work = g_build_filename (self->fresh, "work", NULL);
  g_autofree char *state = g_build_filename (self->fresh, "state", NULL);

  if (!ship_tree_remove_thread (self->fresh, error) || !ship_local_sandbox_make_dir (home, error))
    return FALSE;

  if (self->nearest != NULL)
    self->below = ship_base_try_open_thread (self->dir, self->nearest);
  if (self->below != NULL && ship_base_is_volume_thread (self->below))
    {
      self->is_copy = TRUE;
      return ship_subvolume_copy_thread (self->below->layers[0], work, error);
    }
  if (self->below != NULL && g_strv_length (self->below->layers) >= SHIP_BASE_MAX_LAYERS)
    g_clear_pointer (&self->below, ship_base_free);
  if (self->below == NULL)
    /* Also where it cannot be a subvolume it can be lain over. */
    return ship_local_sandbox_make_volume (work, NULL) || ship_local_sandbox_make_dir (work, error);

  return ship_local_sandbox_make_dir (work, error) &&
         ship_local_sandbox_make_overlay_dir (state, error);
}

static void
prepare_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (prepare (data, &error))
    g_task_return_boolean (step, TRUE);
  else
    g_task_return_error (step, error);
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout        *self = g_task_get_task_data (task);
  g_autofree char *home = g_build_filename (self->fresh, "home", NULL);
  g_autofree char *work = g_build_filename (self->fresh, "work", NULL);
  g_autofree char *state = g_build_filename (self->fresh, "state", NULL);
  g_autofree char *objects = g_build_filename (self->mirror_path, "objects", NULL);
  GError          *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      fail (task, error);
      return;
    }

  self->sandbox =
    SHIP_SANDBOX (ship_local_sandbox_new (self->paths, work, home, objects, NULL, -1));
  if (self->is_copy)
    ship_local_sandbox_set_index (SHIP_LOCAL_SANDBOX (self->sandbox), self->below->index_file);
  else if (self->below != NULL)
    ship_local_sandbox_set_overlay (SHIP_LOCAL_SANDBOX (self->sandbox),
                                    state,
                                    (const char *const *) self->below->layers,
                                    self->below->index_file);
  ship_sandbox_start_async (self->sandbox,
                            g_task_get_cancellable (task),
                            started_cb,
                            g_object_ref (task));
}

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;
  g_autoptr (ShipGitMeasure) measure = ship_git_measure_finish (result, &error);

  if (measure == NULL)
    {
      fail (task, error);
      return;
    }

  /* Over another only if little differs: else each file of that is looked at twice. */
  if (g_strcmp0 (measure->nearest, self->commit) != 0 && measure->nearest != NULL &&
      measure->n_changed <= measure->n_files / 4)
    self->nearest = g_steal_pointer (&measure->nearest);
  run_step (task, prepare_thread, prepared_cb);
}

/* Opens it, or gets the right to make it. Who made it goes on using it, so that right is not waited
 * for: either it comes at once, or there will be something to open. */
static gboolean
find (Checkout *self, GCancellable *cancellable, GError **error)
{
  g_autofree char *lock_path = ship_base_dup_lock_path (self->dir, self->commit);

  if (!ship_paths_make_private_dir (self->dir, error))
    return FALSE;
  for (guint i = 0; !g_cancellable_set_error_if_cancelled (cancellable, error); i++)
    {
      g_autoptr (GError) open_error = NULL;

      self->base = ship_base_open_thread (self->dir, self->commit, cancellable, &open_error);
      if (open_error != NULL)
        g_propagate_error (error, g_steal_pointer (&open_error));
      if (self->base != NULL || (error != NULL && *error != NULL))
        return self->base != NULL;

      self->lock = ship_use_lock_try_seize_thread (lock_path);
      if (self->lock != NULL)
        {
          g_strfreev (self->candidates);
          self->candidates = ship_base_list_thread (self->dir);
          /* It was made in between; or one of those below it is gone for good. */
          if (i > 2 || !g_strv_contains ((const char *const *) self->candidates, self->commit))
            return TRUE;
          g_clear_pointer (&self->lock, ship_use_lock_free);
        }
      g_usleep (POLL_INTERVAL_US);
    }

  return FALSE;
}

static void
find_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (find (data, cancellable, &error))
    g_task_return_boolean (step, TRUE);
  else
    g_task_return_error (step, error);
}

static void
settle_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Checkout *self = data;

  ship_base_settle_thread (self->dir, self->commit);
  ship_base_prune_thread (self->dir);
  g_task_return_boolean (step, TRUE);
}

static void
settled_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_object_unref (user_data); /* the task, which has long returned */
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Checkout *self = g_task_get_task_data (task);
  GError   *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    fail (task, error);
  else if (self->base != NULL)
    {
      g_task_return_pointer (task, g_steal_pointer (&self->base), (GDestroyNotify) ship_base_free);
      run_step (task, settle_thread, settled_cb); /* nobody waits for it */
    }
  else
    ship_git_measure_async (self->mirror_path,
                            self->commit,
                            (const char *const *) self->candidates,
                            g_task_get_cancellable (task),
                            measured_cb,
                            g_object_ref (task));
}

void
ship_base_checkout_async (ShipPaths          *paths,
                          const char         *repository,
                          const char         *commit,
                          ShipBaseStepFunc    step_func,
                          gpointer            step_data,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Checkout        *self = g_new0 (Checkout, 1);
  g_autofree char *path = NULL;

  g_task_set_source_tag (task, ship_base_checkout_async);
  g_task_set_check_cancellable (task, FALSE);
  self->paths = ship_paths_ref (paths);
  self->mirror_path = ship_paths_dup_mirror (paths, repository);
  self->dir = ship_paths_dup_bases (paths, repository);
  self->commit = g_strdup (commit);
  path = ship_base_dup_path (self->dir, commit);
  self->fresh = g_strconcat (path, ".new", NULL);
  self->step_func = step_func;
  self->step_data = step_data;
  self->words = g_string_new (NULL);
  g_task_set_task_data (task, self, checkout_free);
  run_step (task, find_thread, found_cb);
}

ShipBase *
ship_base_checkout_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_base_checkout_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
