/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-working-copy.h"

#include "base/ship-subvolume.h"
#include "context/ship-base-checkout.h"
#include "context/ship-share-support.h"
#include "git/ship-git-measure.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

/*
 * Main thread; a chain. In the session's directory: "working-copy" says which kind it is, "work" is
 * the directory, the snapshot or what the overlay is mounted on, "overlay" what is written over a
 * base.
 *
 *   open_async -> read_thread -> read_cb -> (kept or wished: choose; a base is there: supported_cb)
 *     -> measured_cb -> supported_cb -> choose
 *   choose -> record_thread -> recorded_cb -> (plain, or the snapshot is there: return)
 *     -> based_cb -> (overlay: return) -> snapshot_thread -> copied_cb -> (return)
 */

#define RECORD_NAME  "working-copy"
#define RECORD_GROUP "working-copy"

static const char *const kinds[] = {
  [SHIP_WORKING_COPY_PLAIN] = "plain",
  [SHIP_WORKING_COPY_OVERLAY] = "overlay",
  [SHIP_WORKING_COPY_SNAPSHOT] = "snapshot",
};

typedef struct
{
  ShipPaths       *paths;      /* (owned) */
  char            *repository; /* (owned) */
  char            *directory;  /* (owned): the session's */
  char            *commit;     /* (owned): of the base */
  ShipBaseStepFunc step_func;
  gpointer         step_data;

  ShipWorkingCopyKind kind;
  gboolean            is_recorded;
  gboolean            has_base;   /* another session has made it */
  gboolean            needs_base; /* which is opened, or made */
  ShipWorkingCopy    *copy;       /* (owned) */
} Opening;

void
ship_working_copy_free (ShipWorkingCopy *self)
{
  g_clear_pointer (&self->base, ship_base_free);
  g_free (self->work_dir);
  g_free (self->state_dir);
  g_free (self);
}

static void
opening_free (gpointer data)
{
  Opening *self = data;

  g_clear_pointer (&self->copy, ship_working_copy_free);
  g_free (self->commit);
  g_free (self->directory);
  g_free (self->repository);
  ship_paths_unref (self->paths);
  g_free (self);
}

static void
run_step (GTask *task, GTaskThreadFunc func, GAsyncReadyCallback callback)
{
  g_autoptr (GTask) step =
    g_task_new (NULL, g_task_get_cancellable (task), callback, g_object_ref (task));

  g_task_set_source_tag (step, func);
  g_task_set_task_data (step, g_task_get_task_data (task), NULL);
  g_task_run_in_thread (step, func);
}

/* --- what is there --- */

static void
end (GTask *task, GError *error)
{
  Opening *self = g_task_get_task_data (task);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task,
                           g_steal_pointer (&self->copy),
                           (GDestroyNotify) ship_working_copy_free);
}

static void
copied_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  end (task, error);
}

/* A base from before this was btrfs is no subvolume: then all files are checked out. */
static void
snapshot_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening  *self = data;
  ShipBase *base = self->copy->base;
  GError   *error = NULL;
  gboolean  made;

  if (ship_base_is_volume_thread (base))
    made = ship_subvolume_copy_thread (base->layers[0], self->copy->work_dir, &error);
  else
    {
      g_clear_pointer (&self->copy->base, ship_base_free);
      made = ship_local_sandbox_make_dir (self->copy->work_dir, &error);
    }

  if (made)
    g_task_return_boolean (step, TRUE);
  else
    g_task_return_error (step, error);
}

static void
based_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Opening *self = g_task_get_task_data (task);
  GError  *error = NULL;

  self->copy->base = ship_base_checkout_finish (result, &error);
  if (error == NULL && self->kind == SHIP_WORKING_COPY_SNAPSHOT)
    run_step (task, snapshot_thread, copied_cb);
  else
    end (task, error);
}

static void
recorded_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Opening *self = g_task_get_task_data (task);
  GError  *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error) || !self->needs_base)
    end (task, error);
  else
    ship_base_checkout_async (self->paths,
                              self->repository,
                              self->commit,
                              self->step_func,
                              self->step_data,
                              g_task_get_cancellable (task),
                              based_cb,
                              g_object_ref (task));
}

static gboolean
write_record (Opening *self, GError **error)
{
  g_autoptr (GKeyFile) record = g_key_file_new ();
  g_autofree char *path = g_build_filename (self->directory, RECORD_NAME, NULL);

  g_key_file_set_string (record, RECORD_GROUP, "kind", kinds[self->kind]);
  g_key_file_set_string (record, RECORD_GROUP, "base", self->commit);

  return g_key_file_save_to_file (record, path, error);
}

/* A snapshot that is there is whole; of its base only the index is of use, until the first turn. */
static gboolean
make_snapshot_ready (Opening *self, GError **error)
{
  g_autofree char *bases = NULL;

  self->needs_base = !g_file_test (self->copy->work_dir, G_FILE_TEST_IS_DIR);
  if (self->needs_base)
    return TRUE;

  bases = ship_paths_dup_bases (self->paths, self->repository);
  self->copy->base = ship_base_try_open_thread (bases, self->commit);
  return TRUE;
}

static gboolean
make_ready (Opening *self, GError **error)
{
  self->copy->work_dir = g_build_filename (self->directory, "work", NULL);
  if (!self->is_recorded && !write_record (self, error))
    return FALSE;
  if (self->kind == SHIP_WORKING_COPY_SNAPSHOT)
    return make_snapshot_ready (self, error);
  if (!ship_local_sandbox_make_dir (self->copy->work_dir, error))
    return FALSE;
  if (self->kind == SHIP_WORKING_COPY_PLAIN)
    return TRUE;

  self->needs_base = TRUE;
  self->copy->state_dir = g_build_filename (self->directory, "overlay", NULL);
  return ship_local_sandbox_make_overlay_dir (self->copy->state_dir, error);
}

/* The record is written before anything that depends on it is there. */
static void
record_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (make_ready (data, &error))
    g_task_return_boolean (step, TRUE);
  else
    g_task_return_error (step, error);
}

static void
choose (GTask *task, ShipWorkingCopyKind kind)
{
  Opening *self = g_task_get_task_data (task);

  self->kind = kind;
  run_step (task, record_thread, recorded_cb);
}

/* --- what it shall be --- */

static void
supported_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  static const ShipWorkingCopyKind ways[] = {
    [SHIP_SHARE_NONE] = SHIP_WORKING_COPY_PLAIN,
    [SHIP_SHARE_OVERLAY] = SHIP_WORKING_COPY_OVERLAY,
    [SHIP_SHARE_SNAPSHOT] = SHIP_WORKING_COPY_SNAPSHOT,
  };
  g_autoptr (GTask) task = G_TASK (user_data);
  GError          *error = NULL;
  g_autofree char *reason = NULL;
  ShipShare        share = ship_share_support_finish (result, &reason, &error);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (reason != NULL)
    g_message ("This session has a whole checkout, because overlays cannot be used: %s", reason);
  choose (task, ways[share]);
}

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Opening *self = g_task_get_task_data (task);
  GError  *error = NULL;
  g_autoptr (ShipGitMeasure) measure = ship_git_measure_finish (result, &error);

  if (measure == NULL)
    g_task_return_error (task, error);
  else if (!measure->is_large)
    choose (task, SHIP_WORKING_COPY_PLAIN); /* quicker than a sandbox to make a base in */
  else
    ship_share_support_async (self->paths,
                              g_task_get_cancellable (task),
                              supported_cb,
                              g_object_ref (task));
}

static gboolean
find_kind (const char *name, ShipWorkingCopyKind *kind)
{
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (name, kinds[i]) == 0)
      {
        *kind = (ShipWorkingCopyKind) i;
        return TRUE;
      }

  return FALSE;
}

static gboolean
is_shared (ShipWorkingCopyKind kind)
{
  return kind != SHIP_WORKING_COPY_PLAIN;
}

static gboolean
is_commit (const char *text)
{
  return text != NULL && strlen (text) == 40;
}

static gboolean
has_files (const char *directory)
{
  g_autofree char *work = g_build_filename (directory, "work", NULL);
  g_autoptr (GDir) entries = g_dir_open (work, 0, NULL);

  return entries != NULL && g_dir_read_name (entries) != NULL;
}

static gboolean
has_base (Opening *self)
{
  g_autofree char *dir = ship_paths_dup_bases (self->paths, self->repository);
  g_autofree char *path = ship_base_dup_path (dir, self->commit);

  return g_file_test (path, G_FILE_TEST_IS_DIR);
}

static gboolean
set_unreadable (GError **error, const char *path)
{
  g_set_error (error,
               SHIP_SANDBOX_ERROR,
               SHIP_SANDBOX_ERROR_FAILED,
               _ ("“%s” does not say how the session's files are kept"),
               path);
  return FALSE;
}

static gboolean
read_record (Opening *self, GError **error)
{
  g_autoptr (GKeyFile) record = g_key_file_new ();
  g_autofree char *path = g_build_filename (self->directory, RECORD_NAME, NULL);
  g_autofree char *kind = NULL;
  g_autofree char *base = NULL;

  self->kind = SHIP_WORKING_COPY_PLAIN;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      self->is_recorded = has_files (self->directory); /* made before there were overlays */
      self->has_base = has_base (self);
      return TRUE;
    }

  if (!g_key_file_load_from_file (record, path, G_KEY_FILE_NONE, error))
    return FALSE;
  kind = g_key_file_get_string (record, RECORD_GROUP, "kind", NULL);
  base = g_key_file_get_string (record, RECORD_GROUP, "base", NULL);
  self->is_recorded = TRUE;
  if (!find_kind (kind, &self->kind) || (is_shared (self->kind) && !is_commit (base)))
    return set_unreadable (error, path);
  if (is_shared (self->kind))
    {
      g_free (self->commit);
      self->commit = g_steal_pointer (&base);
    }

  return TRUE;
}

static void
read_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;

  if (read_record (data, &error))
    g_task_return_boolean (step, TRUE);
  else
    g_task_return_error (step, error);
}

static void
read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Opening            *self = g_task_get_task_data (task);
  const char *const   nothing[] = { NULL };
  const char         *wish = g_getenv (SHIP_WORKING_COPY_VARIABLE);
  g_autofree char    *mirror = NULL;
  ShipWorkingCopyKind kind;
  GError             *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (self->is_recorded)
    choose (task, self->kind);
  else if (find_kind (wish, &kind))
    choose (task, kind);
  else if (self->has_base) /* so it is large */
    ship_share_support_async (self->paths,
                              g_task_get_cancellable (task),
                              supported_cb,
                              g_object_ref (task));
  else
    {
      mirror = ship_paths_dup_mirror (self->paths, self->repository);
      ship_git_measure_async (mirror,
                              self->commit,
                              nothing,
                              g_task_get_cancellable (task),
                              measured_cb,
                              g_object_ref (task));
    }
}

void
ship_working_copy_open_async (ShipPaths  *paths,
                              const char *session_id,
                              const char *repository,
                              const char *commit,
                              void (*step_func) (const char *step, gpointer user_data),
                              gpointer            step_data,
                              GCancellable       *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Opening *self = g_new0 (Opening, 1);

  g_task_set_source_tag (task, ship_working_copy_open_async);
  self->paths = ship_paths_ref (paths);
  self->repository = g_strdup (repository);
  self->directory = ship_paths_dup_session_dir (paths, session_id);
  self->commit = g_strdup (commit);
  self->step_func = step_func;
  self->step_data = step_data;
  self->copy = g_new0 (ShipWorkingCopy, 1);
  g_task_set_task_data (task, self, opening_free);
  run_step (task, read_thread, read_cb);
}

ShipWorkingCopy *
ship_working_copy_open_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_working_copy_open_async), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ship_working_copy_lay (const ShipWorkingCopy *self, ShipLocalSandbox *sandbox)
{
  if (self->base == NULL)
    return;
  if (self->state_dir == NULL)
    ship_local_sandbox_set_index (sandbox, self->base->index_file);
  else
    ship_local_sandbox_set_overlay (sandbox,
                                    self->state_dir,
                                    (const char *const *) self->base->layers,
                                    self->base->index_file);
}
