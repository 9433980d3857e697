/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "ship-cli-doctor.h"

#include "base/ship-tree-size.h"

#include <glib/gi18n.h>

/* shipctl doctor: what is kept for sessions to come, and could be made again. */

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

  g_task_return_pointer (
    task,
    ship_cli_check_new (
      "cache",
      N_ ("cache"),
      SHIP_CLI_CHECK_GOOD,
      g_strdup_printf (_ ("%s of mirrors, %s of checkouts that sessions share"), mirrors, bases),
      NULL),
    (GDestroyNotify) ship_cli_check_free);
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
ship_cli_check_cache (ShipCli *cli, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  g_autoptr (GTask) step = g_task_new (NULL, cli->cancellable, measured_cb, task);
  Sizes *self = g_new0 (Sizes, 1);

  g_task_set_source_tag (task, ship_cli_check_finish);
  self->cache = g_strdup (ship_paths_get_cache_dir (cli->paths));
  g_task_set_source_tag (step, ship_cli_check_cache);
  g_task_set_task_data (step, self, (GDestroyNotify) sizes_free);
  g_task_run_in_thread (step, measure_thread);
}
