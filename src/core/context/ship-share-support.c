/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-share-support.h"

#include "base/ship-subvolume.h"
#include "sandbox/local/ship-local-sandbox.h"

#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Main thread; a chain:
 *
 *   support_async -> try_thread -> tried_cb -> (snapshots, or overlays are known: return)
 *     -> probed_cb -> (return)
 *
 * That overlays can be used is kept in a small key file in the cache. It counts for one start of
 * the machine, one user and one pair of file systems. That they cannot is tried again each time: it
 * may have been mended. Snapshots are tried each time, which where there are none is one look.
 */

#define FILE_NAME    "overlay"
#define GROUP        "overlay"
#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"

typedef struct
{
  ShipPaths *paths;  /* (owned) */
  char      *path;   /* (owned): of the key file */
  char      *layers; /* (owned): where bases are */
  char      *state;  /* (owned): on the file system of sessions */
  char      *place;  /* (owned): what it counts for */
  ShipShare  share;
  char      *reason; /* (owned) (nullable) */
} Support;

static void
support_free (gpointer data)
{
  Support *self = data;

  ship_paths_unref (self->paths);
  g_free (self->reason);
  g_free (self->path);
  g_free (self->layers);
  g_free (self->state);
  g_free (self->place);
  g_free (self);
}

static guint64
get_device (const char *path)
{
  struct stat status = { 0 };

  return stat (path, &status) == 0 ? (guint64) status.st_dev : 0;
}

static char *
dup_place (const char *layers, const char *state)
{
  g_autofree char *boot = NULL;

  g_file_get_contents (BOOT_ID_FILE, &boot, NULL, NULL);
  return g_strdup_printf ("%s %u %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                          boot != NULL ? g_strstrip (boot) : "",
                          (guint) geteuid (),
                          get_device (layers),
                          get_device (state));
}

static void
keep (Support *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autoptr (GError) error = NULL;

  g_key_file_set_string (file, GROUP, "place", self->place);
  if (!g_key_file_save_to_file (file, self->path, &error))
    g_debug ("What is known of overlays was not kept: %s", error->message);
}

static gboolean
is_known (Support *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *place = NULL;

  if (!g_key_file_load_from_file (file, self->path, G_KEY_FILE_NONE, NULL))
    return FALSE;
  place = g_key_file_get_string (file, GROUP, "place", NULL);

  return g_strcmp0 (place, self->place) == 0;
}

static void
probed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Support *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!ship_local_sandbox_probe_overlay_finish (result, &error) &&
      g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  if (error == NULL)
    keep (self);
  g_message ("Working copies of large repositories: %s",
             error != NULL ? error->message : "overlay");
  self->share = error != NULL ? SHIP_SHARE_NONE : SHIP_SHARE_OVERLAY;
  self->reason = error != NULL ? g_strdup (error->message) : NULL;
  g_task_return_boolean (task, TRUE);
}

static void
tried_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  Support *self = g_task_get_task_data (task);
  GError  *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_error (task, error);
  else if (self->share != SHIP_SHARE_NONE)
    g_task_return_boolean (task, TRUE);
  else
    ship_local_sandbox_probe_overlay_async (self->paths,
                                            self->layers,
                                            self->state,
                                            g_task_get_cancellable (task),
                                            probed_cb,
                                            g_object_ref (task));
}

static void
try_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Support *self = data;

  if (ship_paths_make_private_dir (self->layers, NULL) &&
      ship_subvolume_can_copy_thread (self->layers, self->state))
    self->share = SHIP_SHARE_SNAPSHOT;
  else if (is_known (self))
    self->share = SHIP_SHARE_OVERLAY;
  g_task_return_boolean (step, TRUE);
}

void
ship_share_support_async (ShipPaths          *paths,
                          GCancellable       *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autoptr (GTask) step = g_task_new (NULL, cancellable, tried_cb, g_object_ref (task));
  Support *self = g_new0 (Support, 1);

  g_task_set_source_tag (task, ship_share_support_async);
  self->paths = ship_paths_ref (paths);
  self->path = g_build_filename (ship_paths_get_cache_dir (paths), FILE_NAME, NULL);
  self->layers = g_build_filename (ship_paths_get_cache_dir (paths), "bases", NULL);
  self->state = g_strdup (ship_paths_get_data_dir (paths));
  self->place = dup_place (ship_paths_get_cache_dir (paths), ship_paths_get_data_dir (paths));
  g_task_set_task_data (task, self, support_free);
  g_task_set_source_tag (step, try_thread);
  g_task_set_task_data (step, self, NULL);
  g_task_run_in_thread (step, try_thread);
}

ShipShare
ship_share_support_finish (GAsyncResult *result, char **reason, GError **error)
{
  Support *self;

  g_return_val_if_fail (g_task_is_valid (result, NULL), SHIP_SHARE_NONE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_share_support_async),
                        SHIP_SHARE_NONE);

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return SHIP_SHARE_NONE;
  self = g_task_get_task_data (G_TASK (result));
  if (reason != NULL)
    *reason = g_steal_pointer (&self->reason);
  return self->share;
}
