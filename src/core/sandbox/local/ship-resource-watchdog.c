/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-resource-watchdog.h"

#include <errno.h>
#include <fts.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "sandbox/local/ship-resource-policy.h"
#include "sandbox/local/ship-resource-proc.h"

/*
 * The way that needs nothing of the machine: a look now and then. Each look is a short job on a
 * worker thread; the next is planned when it is back, so that there is never more than one.
 *
 *   attach -> look -> looked_cb -> (timer) -> look …
 *
 * Nothing runs before it is attached and after it was let go. Main thread.
 */

#define PROCESSES_MAX 4096
#define BLOCK_SIZE    512
#define INODE_SIZE    1024 /* what a file takes at least */

typedef struct _Look Look;

/* What a look knows and what it finds; goes to the worker and comes back. */
struct _Look
{
  void (*look) (Look *self, GCancellable *cancellable);
  char   *proc;        /* (owned) */
  char  **directories; /* (owned) (nullable) */
  pid_t   root;
  guint64 limit;

  guint64               used;
  guint64               bound; /* 0: the limit */
  ShipResourceDiskCount count;
  guint                 pause;
};

struct _ShipResourceWatchdog
{
  ShipResourceControl parent_instance;

  ShipSandboxLimit limit;
  Look            *look;        /* (owned) (nullable): on its way to the worker and back */
  guint64          new_limit;   /* of the looks to come */
  GCancellable    *cancellable; /* (owned) */
  guint            timer;
};

G_DEFINE_FINAL_TYPE (ShipResourceWatchdog, ship_resource_watchdog, SHIP_TYPE_RESOURCE_CONTROL)

static void
look_free (Look *look)
{
  g_free (look->proc);
  g_strfreev (look->directories);
  g_free (look);
}

/* --- on the worker --- */

static void
look_at_memory (Look *self, GCancellable *cancellable)
{
  gint64 begin = g_get_monotonic_time ();
  g_autoptr (GArray) pids = ship_resource_proc_list_thread (self->proc, self->root, PROCESSES_MAX);

  self->used = ship_resource_proc_estimate_thread (self->proc, pids);
  if (self->used > self->limit)
    self->used = ship_resource_proc_measure_thread (self->proc, pids);
  self->pause =
    ship_resource_policy_get_pause (self->used, self->limit, g_get_monotonic_time () - begin);
}

/* What a directory takes; not further than @bound. */
static guint64
count_tree (char *path, guint64 bound, GCancellable *cancellable)
{
  char   *paths[] = { path, NULL };
  FTS    *tree = fts_open (paths, FTS_PHYSICAL | FTS_NOCHDIR | FTS_XDEV, NULL);
  FTSENT *entry;
  guint64 size = 0;

  if (tree == NULL)
    return 0;
  /* Read once at least: glibc's fts_close() frees nothing of a walk that did not begin. */
  while ((entry = fts_read (tree)) != NULL && size <= bound &&
         !g_cancellable_is_cancelled (cancellable))
    if (entry->fts_info != FTS_DP && entry->fts_info != FTS_NS && entry->fts_info != FTS_ERR)
      size += MAX ((guint64) entry->fts_statp->st_blocks * BLOCK_SIZE, INODE_SIZE);
  fts_close (tree);

  return size;
}

static guint64
count_nameless (Look *self)
{
  g_autoptr (GArray) pids = NULL;
  struct stat status;

  if (stat (self->directories[0], &status) != 0)
    return 0;
  pids = ship_resource_proc_list_thread (self->proc, self->root, PROCESSES_MAX);
  return ship_resource_proc_nameless_thread (self->proc, pids, status.st_dev);
}

static void
count_disk (Look *self, const struct statvfs *disk, GCancellable *cancellable)
{
  guint64 bound = self->bound != 0 ? self->bound : self->limit;
  gint64  begin = g_get_monotonic_time ();
  guint64 used = count_nameless (self);

  for (guint i = 0; self->directories[i] != NULL && used <= bound; i++)
    used += count_tree (self->directories[i], bound - used, cancellable);

  self->count.used = used;
  self->count.free = (guint64) disk->f_bavail * disk->f_frsize;
  self->count.free_inodes = disk->f_favail;
  self->count.at_us = g_get_monotonic_time ();
  self->count.cost_us = self->count.at_us - begin;
  if (self->bound == 0)
    self->bound = ship_resource_policy_get_disk_bound (self->limit, &self->count);
}

static void
look_at_disk (Look *self, GCancellable *cancellable)
{
  struct statvfs disk;
  gint64         now = g_get_monotonic_time ();

  if (statvfs (self->directories[0], &disk) != 0)
    {
      self->pause = ship_resource_policy_get_pause (0, G_MAXUINT64, 0);
      return;
    }
  if (ship_resource_policy_wants_count (&self->count,
                                        (guint64) disk.f_bavail * disk.f_frsize,
                                        disk.f_favail,
                                        self->bound,
                                        now))
    count_disk (self, &disk, cancellable);
  self->used = self->count.used;
  self->pause = ship_resource_policy_get_pause (self->used, self->bound, 0);
}

static void
look_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Look *look = task_data;

  look->look (look, cancellable);
  g_task_return_boolean (task, TRUE);
}

/* --- on the main thread --- */

static void start_look (ShipResourceWatchdog *self);

static gboolean
due_cb (gpointer user_data)
{
  ShipResourceWatchdog *self = SHIP_RESOURCE_WATCHDOG (user_data);

  self->timer = 0;
  start_look (self);

  return G_SOURCE_REMOVE;
}

static void
looked_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GWeakRef *ref = user_data;
  g_autoptr (ShipResourceWatchdog) self = g_weak_ref_get (ref);
  Look   *look = g_task_get_task_data (G_TASK (result));
  guint64 bound = look->bound != 0 ? look->bound : look->limit;

  g_weak_ref_clear (ref);
  g_free (ref);
  if (self == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      look_free (look);
      return;
    }

  self->look = look;
  /* More was allowed while it was looked: that counts. */
  if (look->used > bound && self->new_limit == look->limit)
    {
      ship_resource_control_emit_exceeded (SHIP_RESOURCE_CONTROL (self), self->limit, bound);
      return;
    }
  self->timer = g_timeout_add (look->pause, due_cb, self);
}

static void
start_look (ShipResourceWatchdog *self)
{
  g_autoptr (GTask) task = NULL;
  GWeakRef *ref = g_new0 (GWeakRef, 1);
  Look     *look = g_steal_pointer (&self->look);

  if (look->limit != self->new_limit)
    look->bound = 0;
  if (look->limit != self->new_limit)
    look->count.at_us = 0;
  look->limit = self->new_limit;
  g_weak_ref_init (ref, self);
  /* Not its source: the thread must not drop the last reference. */
  task = g_task_new (NULL, self->cancellable, looked_cb, ref);
  g_task_set_source_tag (task, start_look);
  g_task_set_task_data (task, look, NULL);
  g_task_set_check_cancellable (task, FALSE);
  g_task_run_in_thread (task, look_thread);
}

static void
ship_resource_watchdog_attach_async (ShipResourceControl     *control,
                                     const ShipSandboxLimits *limits,
                                     const pid_t              pids[2],
                                     GCancellable            *cancellable,
                                     GAsyncReadyCallback      callback,
                                     gpointer                 user_data)
{
  ShipResourceWatchdog *self = SHIP_RESOURCE_WATCHDOG (control);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, ship_resource_control_attach_async);
  self->new_limit = limits->values[self->limit];
  self->look->root = pids[1];
  self->look->limit = self->new_limit;
  start_look (self);
  g_task_return_boolean (task, TRUE);
}

/* From the next look on, which is not far off. */
static void
ship_resource_watchdog_update (ShipResourceControl *control, const ShipSandboxLimits *limits)
{
  ShipResourceWatchdog *self = SHIP_RESOURCE_WATCHDOG (control);

  self->new_limit = limits->values[self->limit];
}

static void
ship_resource_watchdog_dispose (GObject *object)
{
  ShipResourceWatchdog *self = SHIP_RESOURCE_WATCHDOG (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_pointer (&self->look, look_free);

  G_OBJECT_CLASS (ship_resource_watchdog_parent_class)->dispose (object);
}

static void
ship_resource_watchdog_finalize (GObject *object)
{
  g_object_unref (SHIP_RESOURCE_WATCHDOG (object)->cancellable);

  G_OBJECT_CLASS (ship_resource_watchdog_parent_class)->finalize (object);
}

static void
ship_resource_watchdog_class_init (ShipResourceWatchdogClass *klass)
{
  ShipResourceControlClass *control_class = SHIP_RESOURCE_CONTROL_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_resource_watchdog_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_resource_watchdog_finalize;
  control_class->name = "watchdog";
  control_class->attach_async = ship_resource_watchdog_attach_async;
  control_class->update = ship_resource_watchdog_update;
}

static void
ship_resource_watchdog_init (ShipResourceWatchdog *self)
{
  self->cancellable = g_cancellable_new ();
  self->look = g_new0 (Look, 1);
}

ShipResourceControl *
ship_resource_watchdog_new_memory (const char *proc)
{
  ShipResourceWatchdog *self = g_object_new (SHIP_TYPE_RESOURCE_WATCHDOG, NULL);

  self->limit = SHIP_SANDBOX_LIMIT_MEMORY;
  self->look->look = look_at_memory;
  self->look->proc = g_strdup (proc);

  return SHIP_RESOURCE_CONTROL (self);
}

ShipResourceControl *
ship_resource_watchdog_new_disk (const char *proc, const char *const *directories)
{
  ShipResourceWatchdog *self = g_object_new (SHIP_TYPE_RESOURCE_WATCHDOG, NULL);

  self->limit = SHIP_SANDBOX_LIMIT_DISK;
  self->look->look = look_at_disk;
  self->look->proc = g_strdup (proc);
  self->look->directories = g_strdupv ((char **) directories);

  return SHIP_RESOURCE_CONTROL (self);
}
