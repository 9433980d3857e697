/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tasks/ship-task-state.h"

#include <glib/gi18n-lib.h>

/* clang-format off */
static const ShipTaskState tasks[] = {
  { "pending",     N_ ("Waiting"),   "document-open-recent-symbolic", "dim-label", FALSE },
  { "sending",     N_ ("Starting"),  "media-playback-start-symbolic", "accent",    FALSE },
  { "running",     N_ ("Running"),   "media-playback-start-symbolic", "accent",    FALSE },
  { "complete",    N_ ("Done"),      "object-select-symbolic",        "success",   TRUE },
  { "failed",      N_ ("Failed"),    "dialog-error-symbolic",         "error",     TRUE },
  { "cancelled",   N_ ("Cancelled"), "process-stop-symbolic",         "dim-label", TRUE },
};

static const ShipTaskState todos[] = {
  { "pending",     N_ ("To Do"),     "checkbox-symbolic",             "dim-label", FALSE },
  { "in_progress", N_ ("Under Way"), "media-playback-start-symbolic", "accent",    FALSE },
  { "completed",   N_ ("Done"),      "checkbox-checked-symbolic",     "success",   TRUE },
  { "cancelled",   N_ ("Dropped"),   "process-stop-symbolic",         "dim-label", TRUE },
  { "removed",     N_ ("Removed"),   "process-stop-symbolic",         "dim-label", TRUE },
};

static const ShipTaskState unknown =
  { "",            N_ ("Unknown"),   "dialog-question-symbolic",      "dim-label", FALSE };
/* clang-format on */

static const ShipTaskState *
find (const ShipTaskState *table, gsize n, const char *name)
{
  for (gsize i = 0; i < n; i++)
    if (g_strcmp0 (table[i].name, name) == 0)
      return &table[i];

  return &unknown;
}

const ShipTaskState *
ship_task_state_lookup (const char *state)
{
  return find (tasks, G_N_ELEMENTS (tasks), state);
}

const ShipTaskState *
ship_todo_state_lookup (const char *status)
{
  return find (todos, G_N_ELEMENTS (todos), status);
}
