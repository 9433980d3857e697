/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-control-group.h"

#include <unistd.h>

/*
 * The kernel counts in memory.events what it did, and tells those who watch that file.
 *
 *   watch_async -> limit_read_cb -> (return) changed_cb -> events_read_cb -> "killed"
 *   end_async -> last_read_cb -> (return)
 */

typedef enum
{
  SIGNAL_KILLED,
  N_SIGNALS,
} ShipControlGroupSignal;

static guint signals[N_SIGNALS];

struct _ShipControlGroup
{
  GObject parent_instance;

  char         *path;        /* (owned) */
  GFile        *events;      /* (owned) */
  GFileMonitor *monitor;     /* (owned) (nullable): of the events */
  GCancellable *cancellable; /* (owned) */
  guint64       memory;      /* bytes */
  gboolean      is_killed;
};

G_DEFINE_FINAL_TYPE (ShipControlGroup, ship_control_group, G_TYPE_OBJECT)

/* The number after @key in memory.events. */
static guint64
get_event (const char *events, const char *key)
{
  g_auto (GStrv) lines = g_strsplit (events, "\n", 0);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", 2);

      if (words[0] != NULL && words[1] != NULL && g_str_equal (words[0], key))
        return g_ascii_strtoull (words[1], NULL, 10);
    }

  return 0;
}

static void
note_events (ShipControlGroup *self, GAsyncResult *result)
{
  g_autofree char *text = NULL;

  /* Gone with its last process, at the latest. */
  if (g_file_load_contents_finish (self->events, result, &text, NULL, NULL, NULL) &&
      get_event (text, "oom_kill") > 0)
    self->is_killed = TRUE;
}

static void
events_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipControlGroup) self = SHIP_CONTROL_GROUP (user_data);
  gboolean was_killed = self->is_killed;

  note_events (self, result);
  if (self->is_killed && !was_killed && self->monitor != NULL)
    g_signal_emit (self, signals[SIGNAL_KILLED], 0);
}

static void
changed_cb (GFileMonitor     *monitor,
            GFile            *file,
            GFile            *other,
            GFileMonitorEvent event,
            ShipControlGroup *self)
{
  g_file_load_contents_async (self->events, self->cancellable, events_read_cb, g_object_ref (self));
}

static void
limit_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipControlGroup *self = g_task_get_source_object (task);
  g_autofree char  *text = NULL;
  GError           *error = NULL;
  guint64           page = (guint64) sysconf (_SC_PAGESIZE);

  if (!g_file_load_contents_finish (G_FILE (object), result, &text, NULL, NULL, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (g_ascii_strtoull (text, NULL, 10) / page != self->memory / page)
    {
      g_task_return_new_error (task,
                               G_IO_ERROR,
                               G_IO_ERROR_NOT_SUPPORTED,
                               "The control group does not limit memory");
      return;
    }

  self->monitor =
    g_file_monitor_file (self->events, G_FILE_MONITOR_NONE, self->cancellable, &error);
  if (self->monitor == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  g_signal_connect_object (self->monitor, "changed", G_CALLBACK (changed_cb), self, 0);
  g_task_return_boolean (task, TRUE);
}

void
ship_control_group_watch_async (ShipControlGroup   *self,
                                guint64             memory,
                                GCancellable       *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  g_autofree char *path = NULL;
  g_autoptr (GFile) limit = NULL;
  GTask *task;

  g_return_if_fail (SHIP_IS_CONTROL_GROUP (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, ship_control_group_watch_async);
  self->memory = memory;
  path = g_build_filename (self->path, "memory.max", NULL);
  limit = g_file_new_for_path (path);
  g_file_load_contents_async (limit, cancellable, limit_read_cb, task);
}

gboolean
ship_control_group_watch_finish (ShipControlGroup *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_control_group_watch_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
last_read_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipControlGroup *self = g_task_get_source_object (task);

  note_events (self, result);
  g_task_return_boolean (task, self->is_killed);
}

void
ship_control_group_end_async (ShipControlGroup   *self,
                              GAsyncReadyCallback callback,
                              gpointer            user_data)
{
  GTask *task;

  g_return_if_fail (SHIP_IS_CONTROL_GROUP (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_control_group_end_async);
  g_clear_object (&self->monitor);
  g_file_load_contents_async (self->events, NULL, last_read_cb, task);
}

gboolean
ship_control_group_end_finish (ShipControlGroup *self, GAsyncResult *result)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_control_group_end_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), NULL);
}

const char *
ship_control_group_get_path (ShipControlGroup *self)
{
  g_return_val_if_fail (SHIP_IS_CONTROL_GROUP (self), NULL);

  return self->path;
}

static void
ship_control_group_dispose (GObject *object)
{
  ShipControlGroup *self = SHIP_CONTROL_GROUP (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->monitor);

  G_OBJECT_CLASS (ship_control_group_parent_class)->dispose (object);
}

static void
ship_control_group_finalize (GObject *object)
{
  ShipControlGroup *self = SHIP_CONTROL_GROUP (object);

  g_free (self->path);
  g_object_unref (self->events);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (ship_control_group_parent_class)->finalize (object);
}

static void
ship_control_group_class_init (ShipControlGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ship_control_group_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_control_group_finalize;

  signals[SIGNAL_KILLED] = g_signal_new ("killed",
                                         SHIP_TYPE_CONTROL_GROUP,
                                         G_SIGNAL_RUN_LAST,
                                         0,
                                         NULL,
                                         NULL,
                                         NULL,
                                         G_TYPE_NONE,
                                         0);
}

static void
ship_control_group_init (ShipControlGroup *self)
{
  self->cancellable = g_cancellable_new ();
}

ShipControlGroup *
ship_control_group_new (const char *path)
{
  ShipControlGroup *self = g_object_new (SHIP_TYPE_CONTROL_GROUP, NULL);
  g_autofree char  *events = g_build_filename (path, "memory.events", NULL);

  self->path = g_strdup (path);
  self->events = g_file_new_for_path (events);

  return self;
}
