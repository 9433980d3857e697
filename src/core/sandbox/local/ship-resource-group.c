/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-resource-group.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sandbox/local/ship-control-group.h"

/*
 * Whether a group may be made, and processes moved there, is found by doing it: first below the
 * group that we are in, then below each above it. Only in our own are controllers switched on, if
 * they are not (the kernel allows that where the group is a root of the hierarchy, or empty);
 * others' groups are used as they are. Files are written on a worker: the kernel may take its time
 * to shrink a group.
 *
 *   attach_async -> attach_thread -> made_cb -> watched_cb -> (return)
 *   killed_cb -> "exceeded"
 *   update -> update_thread -> updated_cb (-> update_thread, if it was told more meanwhile)
 *   explain_async -> ended_cb -> remove_thread -> (return)
 *
 * What an owner that was killed left behind, the next one removes.
 */

#define NAME_PREFIX "ship-sandbox-"
/* The launcher and its helpers, which the guest's own limit does not count. */
#define TASKS_RESERVE 32
/* What has ended is in its group until the kernel has put it away: 200 times 5 ms at most. */
#define REMOVE_TRIES   200
#define REMOVE_WAIT_US 5000

struct _ShipResourceGroup
{
  ShipResourceControl parent_instance;

  char             *cgroups; /* (owned) */
  char             *proc;    /* (owned) */
  ShipControlGroup *group;   /* (owned) (nullable): once it is made */
  ShipSandboxLimits limits;
  gboolean          is_updating;
  gboolean          is_stale; /* other limits came while the last ones are written */
};

G_DEFINE_FINAL_TYPE (ShipResourceGroup, ship_resource_group, SHIP_TYPE_RESOURCE_CONTROL)

/* What a worker gets. */
typedef struct
{
  char             *cgroups; /* (owned) (nullable) */
  char             *proc;    /* (owned) (nullable) */
  char             *path;    /* (owned) (nullable): of a group that is there */
  ShipSandboxLimits limits;
  pid_t             pids[2];
} Job;

static void
job_free (Job *job)
{
  g_free (job->cgroups);
  g_free (job->proc);
  g_free (job->path);
  g_free (job);
}

/* --- on a worker --- */

static gboolean
write_thread (const char *group, const char *name, const char *text, GError **error)
{
  g_autofree char *path = g_build_filename (group, name, NULL);
  FILE            *file = g_fopen (path, "we");

  /* The kernel answers when the text gets there: at the latest when the file is closed. */
  if (file != NULL)
    fputs (text, file);
  if (file != NULL && fclose (file) == 0)
    return TRUE;
  g_set_error (error,
               G_IO_ERROR,
               g_io_error_from_errno (errno),
               "The control group does not take %s: %s",
               name,
               g_strerror (errno));
  return FALSE;
}

static gboolean
write_number_thread (const char *group, const char *name, guint64 value, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, value);

  return write_thread (group, name, text, error);
}

static gboolean
write_limits_thread (const char *group, const ShipSandboxLimits *limits, GError **error)
{
  g_autofree char *weight =
    g_strdup_printf ("default %" G_GUINT64_FORMAT, limits->values[SHIP_SANDBOX_LIMIT_CPU_WEIGHT]);

  if (!write_number_thread (group, "memory.max", limits->values[SHIP_SANDBOX_LIMIT_MEMORY], error))
    return FALSE;

  /* The rest as far as the kernel was built with it and its controllers are switched on. */
  write_number_thread (group, "memory.swap.max", 0, NULL);
  write_number_thread (group, "memory.oom.group", 1, NULL);
  write_number_thread (group,
                       "pids.max",
                       limits->values[SHIP_SANDBOX_LIMIT_PROCESSES] + TASKS_RESERVE,
                       NULL);
  write_number_thread (group, "cpu.weight", limits->values[SHIP_SANDBOX_LIMIT_CPU_WEIGHT], NULL);
  write_thread (group, "io.weight", weight, NULL);
  return TRUE;
}

/* Our own group, from its line in /proc/self/cgroup; NULL where there is no version 2 with
 * controllers. */
static char *
find_own_thread (const Job *job, GError **error)
{
  g_autofree char *list = g_build_filename (job->proc, "self", "cgroup", NULL);
  g_autofree char *controllers = g_build_filename (job->cgroups, "cgroup.controllers", NULL);
  g_autofree char *text = NULL;
  g_auto (GStrv) lines = NULL;

  if (g_access (controllers, F_OK) == 0 && !g_file_get_contents (list, &text, NULL, error))
    return NULL;
  lines = g_strsplit (text != NULL ? text : "", "\n", 0);
  for (guint i = 0; lines[i] != NULL; i++)
    if (g_str_has_prefix (lines[i], "0::/") && strstr (lines[i], "/..") == NULL)
      return g_canonicalize_filename (lines[i] + strlen ("0::/"), job->cgroups);

  g_set_error_literal (error,
                       G_IO_ERROR,
                       G_IO_ERROR_NOT_SUPPORTED,
                       "There are no control groups of version 2");
  return NULL;
}

/* The groups of owners that are gone; the kernel keeps those that are not empty. */
static void
remove_left_thread (const Job *job, const char *parent)
{
  g_autoptr (GDir) directory = g_dir_open (parent, 0, NULL);
  const char *name;

  while (directory != NULL && (name = g_dir_read_name (directory)) != NULL)
    {
      g_autofree char *path = g_build_filename (parent, name, NULL);
      g_autofree char *owner = NULL;
      guint64          pid;

      if (!g_str_has_prefix (name, NAME_PREFIX))
        continue;
      pid = g_ascii_strtoull (name + strlen (NAME_PREFIX), NULL, 10);
      owner = g_strdup_printf ("%s/%" G_GUINT64_FORMAT, job->proc, pid);
      if (pid != 0 && g_access (owner, F_OK) != 0)
        g_rmdir (path);
    }
}

/* (nullable) (transfer full): the path of what was made below @parent */
static char *
make_below_thread (const Job *job, const char *parent, GError **error)
{
  g_autofree char *id = g_uuid_string_random ();
  g_autofree char *name = g_strdup_printf (NAME_PREFIX "%d-%s", (int) getpid (), id);
  g_autofree char *path = g_build_filename (parent, name, NULL);

  if (mkdir (path, 0700) != 0)
    {
      g_set_error (error,
                   G_IO_ERROR,
                   g_io_error_from_errno (errno),
                   "No control group can be made: %s",
                   g_strerror (errno));
      return NULL;
    }
  for (guint i = 0; i < G_N_ELEMENTS (job->pids); i++)
    if ((i == 0 && !write_limits_thread (path, &job->limits, error)) ||
        !write_number_thread (path, "cgroup.procs", (guint64) job->pids[i], error))
      {
        /* What had been moved goes back, or the group could not be removed. */
        while (i-- > 0)
          write_number_thread (parent, "cgroup.procs", (guint64) job->pids[i], NULL);
        g_rmdir (path);
        return NULL;
      }

  return g_steal_pointer (&path);
}

static void
attach_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job       *job = data;
  g_autofree char *root = g_canonicalize_filename (job->cgroups, NULL);
  GError          *error = NULL;
  g_autofree char *parent = find_own_thread (job, &error);
  char            *made = NULL;

  if (parent != NULL)
    write_thread (parent, "cgroup.subtree_control", "+memory +pids +cpu", NULL);
  while (parent != NULL && made == NULL)
    {
      char *above = g_str_equal (parent, root) ? NULL : g_path_get_dirname (parent);

      g_clear_error (&error);
      remove_left_thread (job, parent);
      made = make_below_thread (job, parent, &error);
      g_free (parent);
      parent = above;
    }
  if (made != NULL)
    g_task_return_pointer (task, made, g_free);
  else
    g_task_return_error (task, error);
}

static void
update_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;
  GError    *error = NULL;

  if (write_limits_thread (job->path, &job->limits, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
remove_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Job *job = data;

  for (guint i = 0; i < REMOVE_TRIES && g_rmdir (job->path) != 0 && errno == EBUSY; i++)
    g_usleep (REMOVE_WAIT_US);
  g_task_return_boolean (task, TRUE);
}

/* --- attaching --- */

static void
run_job (ShipResourceGroup  *self,
         Job                *job,
         GTaskThreadFunc     function,
         GAsyncReadyCallback callback,
         gpointer            user_data)
{
  /* Without a source: the worker may be the last to let go of the task. */
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, run_job);
  if (self->group != NULL)
    job->path = g_strdup (ship_control_group_get_path (self->group));
  job->limits = self->limits;
  g_task_set_task_data (task, job, (GDestroyNotify) job_free);
  g_task_run_in_thread (task, function);
}

static void
killed_cb (ShipControlGroup *group, ShipResourceGroup *self)
{
  ship_resource_control_emit_exceeded (SHIP_RESOURCE_CONTROL (self),
                                       SHIP_SANDBOX_LIMIT_MEMORY,
                                       self->limits.values[SHIP_SANDBOX_LIMIT_MEMORY]);
}

static void
watched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  GError *error = NULL;

  if (ship_control_group_watch_finish (SHIP_CONTROL_GROUP (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
made_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipResourceGroup *self = g_task_get_source_object (task);
  GCancellable      *cancellable = g_task_get_cancellable (task);
  GError            *error = NULL;
  g_autofree char   *path = g_task_propagate_pointer (G_TASK (result), &error);

  if (path == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->group = ship_control_group_new (path);
  g_signal_connect_object (self->group, "killed", G_CALLBACK (killed_cb), self, 0);
  ship_control_group_watch_async (self->group,
                                  self->limits.values[SHIP_SANDBOX_LIMIT_MEMORY],
                                  cancellable,
                                  watched_cb,
                                  g_steal_pointer (&task));
}

static void
ship_resource_group_attach_async (ShipResourceControl     *control,
                                  const ShipSandboxLimits *limits,
                                  const pid_t              pids[2],
                                  GCancellable            *cancellable,
                                  GAsyncReadyCallback      callback,
                                  gpointer                 user_data)
{
  ShipResourceGroup *self = SHIP_RESOURCE_GROUP (control);
  GTask             *task = g_task_new (self, cancellable, callback, user_data);
  Job               *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, ship_resource_control_attach_async);
  self->limits = *limits;
  job->cgroups = g_strdup (self->cgroups);
  job->proc = g_strdup (self->proc);
  job->pids[0] = pids[0];
  job->pids[1] = pids[1];
  run_job (self, job, attach_thread, made_cb, task);
}

/* --- while it runs, and afterwards --- */

static void
updated_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipResourceGroup) self = SHIP_RESOURCE_GROUP (user_data);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_debug ("Limits are not changed: %s", error->message);
  self->is_updating = FALSE;
  if (self->is_stale)
    ship_resource_control_update (SHIP_RESOURCE_CONTROL (self), &self->limits);
}

static void
ship_resource_group_update (ShipResourceControl *control, const ShipSandboxLimits *limits)
{
  ShipResourceGroup *self = SHIP_RESOURCE_GROUP (control);

  if (limits != &self->limits)
    self->limits = *limits;
  self->is_stale = self->is_updating;
  if (self->is_updating)
    return;
  self->is_updating = TRUE;
  run_job (self, g_new0 (Job, 1), update_thread, updated_cb, g_object_ref (self));
}

static void
removed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);

  g_task_return_int (task, GPOINTER_TO_INT (g_task_get_task_data (task)));
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask   *task = G_TASK (user_data);
  gboolean is_killed = ship_control_group_end_finish (SHIP_CONTROL_GROUP (object), result);

  g_task_set_task_data (task, GINT_TO_POINTER (is_killed ? SHIP_SANDBOX_LIMIT_MEMORY : -1), NULL);
  run_job (g_task_get_source_object (task), g_new0 (Job, 1), remove_thread, removed_cb, task);
}

static void
ship_resource_group_explain_async (ShipResourceControl *control,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  ShipResourceGroup *self = SHIP_RESOURCE_GROUP (control);
  GTask             *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_resource_control_explain_async);
  ship_control_group_end_async (self->group, ended_cb, task);
}

static void
ship_resource_group_finalize (GObject *object)
{
  ShipResourceGroup *self = SHIP_RESOURCE_GROUP (object);

  g_free (self->cgroups);
  g_free (self->proc);
  g_clear_object (&self->group);

  G_OBJECT_CLASS (ship_resource_group_parent_class)->finalize (object);
}

static void
ship_resource_group_class_init (ShipResourceGroupClass *klass)
{
  ShipResourceControlClass *control_class = SHIP_RESOURCE_CONTROL_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ship_resource_group_finalize;
  control_class->name = "cgroup";
  control_class->attach_async = ship_resource_group_attach_async;
  control_class->update = ship_resource_group_update;
  control_class->explain_async = ship_resource_group_explain_async;
}

static void
ship_resource_group_init (ShipResourceGroup *self)
{
}

ShipResourceControl *
ship_resource_group_new (const char *cgroups, const char *proc)
{
  ShipResourceGroup *self = g_object_new (SHIP_TYPE_RESOURCE_GROUP, NULL);

  self->cgroups = g_strdup (cgroups);
  self->proc = g_strdup (proc);

  return SHIP_RESOURCE_CONTROL (self);
}
