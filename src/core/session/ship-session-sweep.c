/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-session-parts-private.h"

#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>

/*
 * After a stop: the agent gives a command that will not end three more seconds, in which it would
 * write into the next turn. It is ended here, before the task is.
 *
 *   sweep -> swept_cb -> (end_task)
 */

#define SWEEP_MS          1000
#define MAX_SCRIPT_OUTPUT 4096

/* Each process group whose leader was started by another program than process 1, and has no
 * terminal: the agent's commands. The agent itself, the user's terminals and what they run, and
 * what a command that has ended left behind on purpose are not that. */
static const char script[] =
  "for directory in /proc/[0-9]*; do\n"
  "  read -r line 2>/dev/null < \"$directory/stat\" || continue\n"
  "  pid=${directory#/proc/}\n"
  "  set -- ${line##*) }\n"
  "  if [ \"$pid\" = \"$3\" ] && [ \"$2\" -gt 1 ] && [ \"$5\" = 0 ]; then\n"
  "    kill -KILL \"-$pid\" 2>/dev/null\n"
  "  fi\n"
  "done\n"
  "exit 0\n";

typedef struct
{
  ShipSession  *self;        /* (owned) */
  GCancellable *cancellable; /* (owned) */
  guint         timer;
} Sweep;

static void
sweep_free (Sweep *sweep)
{
  g_clear_handle_id (&sweep->timer, g_source_remove);
  g_clear_object (&sweep->cancellable);
  g_clear_object (&sweep->self);
  g_free (sweep);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Sweep, sweep_free)

static gboolean
over_cb (gpointer user_data)
{
  Sweep *sweep = user_data;

  sweep->timer = 0;
  g_cancellable_cancel (sweep->cancellable);

  return G_SOURCE_REMOVE;
}

static void
swept_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Sweep) sweep = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);

  if (run == NULL || run->wait_status != 0)
    {
      g_clear_error (&error);
      error = g_error_new_literal (SHIP_SANDBOX_ERROR,
                                   SHIP_SANDBOX_ERROR_FAILED,
                                   _ ("A command of the agent could not be stopped by itself"));
      ship_session_bring_down (sweep->self, error);
    }
  ship_session_end_task (sweep->self, "cancelled", NULL, NULL, -1);
}

void
ship_session_sweep (ShipSession *self)
{
  ShipSandbox *sandbox = ship_runtime_get_sandbox (self->runtime);
  Sweep       *sweep;

  if (sandbox == NULL || self->down != NULL)
    {
      ship_session_end_task (self, "cancelled", NULL, NULL, -1);
      return;
    }

  sweep = g_new0 (Sweep, 1);
  sweep->self = g_object_ref (self);
  sweep->cancellable = g_cancellable_new ();
  sweep->timer = g_timeout_add (SWEEP_MS, over_cb, sweep);
  ship_sandbox_run_async (sandbox,
                          ship_sandbox_command_new ("/bin/sh", "-c", script, "sweep", NULL),
                          NULL,
                          MAX_SCRIPT_OUTPUT,
                          sweep->cancellable,
                          swept_cb,
                          sweep);
}
