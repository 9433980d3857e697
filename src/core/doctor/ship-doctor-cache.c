/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "doctor/ship-doctor-private.h"

#include "base/ship-tree-size.h"

#include <glib/gi18n-lib.h>

/* What is kept for sessions to come, and could be made again. */

typedef struct
{
  char   *cache; /* (owned) */
  guint64 mirrors;
  guint64 bases;
} Sizes;

static void
sizes_free (Sizes *self)
{
  g_free (self->cache);
  g_free (self);
}

static void
measured_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  const Sizes     *self = g_task_get_task_data (G_TASK (result));
  g_autofree char *mirrors = g_format_size (self->mirrors);
  g_autofree char *bases = g_format_size (self->bases);

  ship_doctor_end (
    task,
    ship_doctor_finding_new (
      "cache",
      N_ ("cache"),
      SHIP_DOCTOR_GOOD,
      g_strdup_printf (_ ("%s of mirrors, %s of checkouts that sessions share"), mirrors, bases),
      NULL));
}

static void
measure_thread (GTask *step, gpointer source, gpointer data, GCancellable *cancellable)
{
  Sizes           *self = data;
  g_autofree char *mirrors = g_build_filename (self->cache, "mirrors", NULL);
  g_autofree char *bases = g_build_filename (self->cache, "bases", NULL);

  self->mirrors = ship_tree_size_thread (mirrors, cancellable);
  self->bases = ship_tree_size_thread (bases, cancellable);
  g_task_return_boolean (step, TRUE);
}

void
ship_doctor_check_cache (ShipPaths          *paths,
                         GCancellable       *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer            user_data)
{
  GTask *task = ship_doctor_task_new (callback, user_data);
  g_autoptr (GTask) step = g_task_new (NULL, cancellable, measured_cb, task);
  Sizes *self = g_new0 (Sizes, 1);

  self->cache = g_strdup (ship_paths_get_cache_dir (paths));
  g_task_set_source_tag (step, ship_doctor_check_cache);
  g_task_set_task_data (step, self, (GDestroyNotify) sizes_free);
  g_task_run_in_thread (step, measure_thread);
}
