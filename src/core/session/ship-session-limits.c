/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "session/ship-limits-table.h"
#include "session/ship-session-decisions.h"
#include "session/ship-session-parts-private.h"

#include <glib/gi18n-lib.h>

/*
 * What the session's sandbox may use of the machine. On disk before it holds.
 *
 *   set_limits -> stored_cb -> (told to the runtime, return)
 */

static gboolean
set_way_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  return ship_limits_table_set_way (db, data, error);
}

static void
way_noted_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipSession) self = SHIP_SESSION (user_data);
  g_autoptr (GError) error = NULL;

  if (ship_store_run_finish (SHIP_STORE (object), result, &error))
    ship_session_emit_changed (self, "limits", 0);
  else
    g_warning ("How limits are kept could not be noted: %s", error->message);
}

static void
limited_cb (ShipRuntime *runtime, const char *way, ShipSession *self)
{
  if (g_strcmp0 (self->limits->way, way) == 0)
    return;

  g_free (self->limits->way);
  self->limits->way = g_strdup (way);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_NORMAL,
                        set_way_thread,
                        g_strdup (way),
                        g_free,
                        NULL,
                        way_noted_cb,
                        g_object_ref (self));
}

static void
tell_runtime (ShipSession *self)
{
  ShipSandboxLimits limits;

  ship_sandbox_limits_read (&limits, self->settings, ship_sandbox_limits_get_machine_memory ());
  ship_sandbox_limits_override (&limits, &self->limits->own);
  ship_runtime_set_limits (self->runtime, &limits);
}

static void
setting_changed_cb (GSettings *settings, const char *key, ShipSession *self)
{
  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    if (g_str_equal (key, ship_sandbox_limit_get_setting (i)))
      tell_runtime (self);
}

void
ship_session_follow_limits (ShipSession *self, ShipLimitsRow *limits)
{
  self->limits = limits;
  tell_runtime (self);
  g_signal_connect_object (self->settings, "changed", G_CALLBACK (setting_changed_cb), self, 0);
  g_signal_connect_object (self->runtime, "limited", G_CALLBACK (limited_cb), self, 0);
}

/* --- what the user decides --- */

typedef struct
{
  gboolean          is_set[SHIP_SANDBOX_N_LIMITS];
  ShipSandboxLimits values;
} Change;

static gboolean
change_thread (sqlite3 *db, gpointer data, GCancellable *cancellable, GError **error)
{
  const Change *change = data;

  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    if (change->is_set[i] && !ship_limits_table_set (db, i, change->values.values[i], error))
      return FALSE;
  return TRUE;
}

static void
stored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipSession  *self = g_task_get_source_object (task);
  const Change *change = g_task_get_task_data (task);
  GError       *error = NULL;

  if (!ship_store_run_finish (SHIP_STORE (object), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  for (int i = 0; i < SHIP_SANDBOX_N_LIMITS; i++)
    if (change->is_set[i])
      self->limits->own.values[i] = change->values.values[i];
  tell_runtime (self);
  ship_session_emit_changed (self, "limits", 0);
  g_task_return_boolean (task, TRUE);
}

/* (transfer full) (nullable): NULL with @error when one is not known or not possible */
static Change *
read_change (GVariant *limits, GError **error)
{
  g_autofree Change *change = g_new0 (Change, 1);
  GVariantIter       iter;
  const char        *name;
  guint64            value;

  g_variant_iter_init (&iter, limits);
  while (g_variant_iter_next (&iter, "{&st}", &name, &value))
    {
      int limit = ship_sandbox_limit_from_name (name);

      if (limit < 0)
        {
          g_set_error (error,
                       G_IO_ERROR,
                       G_IO_ERROR_INVALID_ARGUMENT,
                       _ ("There is no limit “%s”"),
                       name);
          return NULL;
        }
      if (value != 0 && !ship_sandbox_limit_check (limit, value, error))
        return NULL;
      change->is_set[limit] = TRUE;
      change->values.values[limit] = value;
    }

  return g_steal_pointer (&change);
}

void
ship_session_set_limits_async (ShipSession        *self,
                               GVariant           *limits,
                               GAsyncReadyCallback callback,
                               gpointer            user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (GError) error = NULL;
  Change *change;

  g_return_if_fail (SHIP_IS_SESSION (self));

  task = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (task, ship_session_command_finish);
  change = read_change (limits, &error);
  if (change == NULL)
    {
      g_task_return_new_error (task,
                               SHIP_SESSION_ERROR,
                               SHIP_SESSION_ERROR_INVALID,
                               "%s",
                               error->message);
      return;
    }
  g_task_set_task_data (task, change, g_free);
  ship_store_run_async (self->store,
                        SHIP_STORE_DURABILITY_FULL,
                        change_thread,
                        g_memdup2 (change, sizeof *change),
                        g_free,
                        NULL,
                        stored_cb,
                        g_steal_pointer (&task));
}
