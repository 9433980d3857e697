/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "sandbox/local/ship-resource-scope.h"

#include <glib/gstdio.h>

#include "sandbox/local/ship-control-group.h"

/*
 * systemd takes properties that it cannot keep (a controller that was not delegated to the user)
 * without a word: so the limit is read back from the control group, and where it is not there this
 * is not a way. The first process that the kernel kills for memory ends the sandbox. The scope is
 * asked too, in case it was all of them.
 *
 *   attach_async -> connected_cb -> started_cb, job_removed_cb -> unit_cb -> found_cb ->
 *     watched_cb -> (return)
 *   killed_cb -> "exceeded"
 *   explain_async -> ended_cb -> result_cb -> (return)
 */

#define BUS_NAME             "org.freedesktop.systemd1"
#define MANAGER_PATH         "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE    "org.freedesktop.systemd1.Manager"
#define SCOPE_INTERFACE      "org.freedesktop.systemd1.Scope"
#define PROPERTIES_INTERFACE "org.freedesktop.DBus.Properties"

#define TIMEOUT_MS 3000
/* The launcher and its helpers, which the guest's own limit does not count. */
#define TASKS_RESERVE 32

struct _ShipResourceScope
{
  ShipResourceControl parent_instance;

  char             *cgroups;     /* (owned) */
  char             *name;        /* (owned): of the unit */
  char             *path;        /* (owned) (nullable): of the unit, on the bus */
  char             *job;         /* (owned) (nullable): what starts it */
  GDBusConnection  *bus;         /* (owned) (nullable) */
  ShipControlGroup *group;       /* (owned) (nullable): where it is */
  GTask            *task;        /* (owned) (nullable): attaching, waits for the job */
  GHashTable       *done;        /* (owned) (element-type utf8 utf8): jobs that ended, and how */
  GCancellable     *cancellable; /* (owned) */
  ShipSandboxLimits limits;
  pid_t             pids[2];
  guint             subscription;
  guint             timer;
};

G_DEFINE_FINAL_TYPE (ShipResourceScope, ship_resource_scope, SHIP_TYPE_RESOURCE_CONTROL)

/* --- what is said to systemd --- */

static void
add_limits (GVariantBuilder *builder, const ShipSandboxLimits *limits)
{
  g_variant_builder_add (builder,
                         "(sv)",
                         "MemoryMax",
                         g_variant_new_uint64 (limits->values[SHIP_SANDBOX_LIMIT_MEMORY]));
  g_variant_builder_add (builder, "(sv)", "MemorySwapMax", g_variant_new_uint64 (0));
  g_variant_builder_add (
    builder,
    "(sv)",
    "TasksMax",
    g_variant_new_uint64 (limits->values[SHIP_SANDBOX_LIMIT_PROCESSES] + TASKS_RESERVE));
  g_variant_builder_add (builder,
                         "(sv)",
                         "CPUWeight",
                         g_variant_new_uint64 (limits->values[SHIP_SANDBOX_LIMIT_CPU_WEIGHT]));
  g_variant_builder_add (builder,
                         "(sv)",
                         "IOWeight",
                         g_variant_new_uint64 (limits->values[SHIP_SANDBOX_LIMIT_CPU_WEIGHT]));
}

static GVariant *
new_start_arguments (ShipResourceScope *self)
{
  GVariantBuilder builder;
  guint32         pids[2] = { (guint32) self->pids[0], (guint32) self->pids[1] };

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(ssa(sv)a(sa(sv)))"));
  g_variant_builder_add (&builder, "s", self->name);
  g_variant_builder_add (&builder, "s", "fail");
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(sv)"));
  g_variant_builder_add (&builder, "(sv)", "Description", g_variant_new_string ("Ship sandbox"));
  g_variant_builder_add (
    &builder,
    "(sv)",
    "PIDs",
    g_variant_new_fixed_array (G_VARIANT_TYPE_UINT32, pids, G_N_ELEMENTS (pids), sizeof *pids));
  add_limits (&builder, &self->limits);
  g_variant_builder_close (&builder);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(sa(sv))"));
  g_variant_builder_close (&builder);

  return g_variant_builder_end (&builder);
}

static void
call (ShipResourceScope  *self,
      const char         *path,
      const char         *interface,
      const char         *method,
      GVariant           *arguments,
      GAsyncReadyCallback callback,
      gpointer            user_data)
{
  g_dbus_connection_call (self->bus,
                          BUS_NAME,
                          path,
                          interface,
                          method,
                          arguments,
                          NULL,
                          G_DBUS_CALL_FLAGS_NO_AUTO_START,
                          TIMEOUT_MS,
                          callback == NULL ? NULL : self->cancellable,
                          callback,
                          user_data);
}

/* --- attaching --- */

/* Ends the attaching, once. Takes @error. */
static void
finish_attach (ShipResourceScope *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  if (task == NULL)
    g_clear_error (&error);
  else if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
killed_cb (ShipControlGroup *group, ShipResourceScope *self)
{
  ship_resource_control_emit_exceeded (SHIP_RESOURCE_CONTROL (self),
                                       SHIP_SANDBOX_LIMIT_MEMORY,
                                       self->limits.values[SHIP_SANDBOX_LIMIT_MEMORY]);
}

static void
watched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipResourceScope) self = SHIP_RESOURCE_SCOPE (user_data);
  GError *error = NULL;

  ship_control_group_watch_finish (SHIP_CONTROL_GROUP (object), result, &error);
  finish_attach (self, error);
}

static void
found_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipResourceScope) self = SHIP_RESOURCE_SCOPE (user_data);
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) value = NULL;
  g_autofree char *path = NULL;
  GError          *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer == NULL)
    {
      finish_attach (self, error);
      return;
    }
  if (g_variant_is_of_type (answer, G_VARIANT_TYPE ("(v)")))
    g_variant_get (answer, "(v)", &value);
  if (value == NULL || !g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) ||
      g_variant_get_string (value, NULL)[0] != '/')
    {
      finish_attach (self,
                     g_error_new_literal (G_IO_ERROR,
                                          G_IO_ERROR_INVALID_DATA,
                                          "systemd does not say where the scope is"));
      return;
    }

  path = g_build_filename (self->cgroups, g_variant_get_string (value, NULL), NULL);
  self->group = ship_control_group_new (path);
  g_signal_connect_object (self->group, "killed", G_CALLBACK (killed_cb), self, 0);
  ship_control_group_watch_async (self->group,
                                  self->limits.values[SHIP_SANDBOX_LIMIT_MEMORY],
                                  self->cancellable,
                                  watched_cb,
                                  g_object_ref (self));
}

static void
unit_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipResourceScope) self = SHIP_RESOURCE_SCOPE (user_data);
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer != NULL && g_variant_is_of_type (answer, G_VARIANT_TYPE ("(o)")))
    {
      g_variant_get (answer, "(o)", &self->path);
      call (self,
            self->path,
            PROPERTIES_INTERFACE,
            "Get",
            g_variant_new ("(ss)", SCOPE_INTERFACE, "ControlGroup"),
            found_cb,
            g_object_ref (self));
      return;
    }
  if (error == NULL)
    error =
      g_error_new_literal (G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "systemd does not know the scope");
  finish_attach (self, error);
}

/* Once both are known: which job it is, and that it has ended. */
static void
check_job (ShipResourceScope *self)
{
  const char *how = self->job != NULL ? g_hash_table_lookup (self->done, self->job) : NULL;

  if (how == NULL || self->task == NULL)
    return;
  if (!g_str_equal (how, "done"))
    finish_attach (
      self,
      g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED, "systemd did not start the scope: %s", how));
  else
    call (self,
          MANAGER_PATH,
          MANAGER_INTERFACE,
          "GetUnit",
          g_variant_new ("(s)", self->name),
          unit_cb,
          g_object_ref (self));
}

static void
job_removed_cb (GDBusConnection *bus,
                const char      *sender,
                const char      *path,
                const char      *interface,
                const char      *signal,
                GVariant        *parameters,
                gpointer         user_data)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (user_data);
  const char        *job;
  const char        *unit;
  const char        *how;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(uoss)")))
    return;
  g_variant_get (parameters, "(u&o&s&s)", NULL, &job, &unit, &how);
  if (!g_str_equal (unit, self->name))
    return;
  g_hash_table_insert (self->done, g_strdup (job), g_strdup (how));
  check_job (self);
}

static void
started_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipResourceScope) self = SHIP_RESOURCE_SCOPE (user_data);
  g_autoptr (GVariant) answer = NULL;
  GError *error = NULL;

  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, &error);
  if (answer == NULL)
    {
      finish_attach (self, error);
      return;
    }
  if (g_variant_is_of_type (answer, G_VARIANT_TYPE ("(o)")))
    g_variant_get (answer, "(o)", &self->job);
  check_job (self);
}

static gboolean
late_cb (gpointer user_data)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (user_data);

  self->timer = 0;
  finish_attach (self,
                 g_error_new_literal (G_IO_ERROR,
                                      G_IO_ERROR_TIMED_OUT,
                                      "systemd took too long to start the scope"));
  return G_SOURCE_REMOVE;
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipResourceScope) self = SHIP_RESOURCE_SCOPE (user_data);
  GError *error = NULL;

  self->bus = g_bus_get_finish (result, &error);
  if (self->bus == NULL || self->task == NULL)
    {
      finish_attach (self, error);
      return;
    }

  /* A session outlives its bus. */
  g_dbus_connection_set_exit_on_close (self->bus, FALSE);
  self->subscription = g_dbus_connection_signal_subscribe (self->bus,
                                                           BUS_NAME,
                                                           MANAGER_INTERFACE,
                                                           "JobRemoved",
                                                           MANAGER_PATH,
                                                           NULL,
                                                           G_DBUS_SIGNAL_FLAGS_NONE,
                                                           job_removed_cb,
                                                           self,
                                                           NULL);
  call (self,
        MANAGER_PATH,
        MANAGER_INTERFACE,
        "StartTransientUnit",
        new_start_arguments (self),
        started_cb,
        g_object_ref (self));
}

/* Asking GLib for a session bus that nobody announces would start one where there is a display. */
static gboolean
has_session_bus (void)
{
  g_autofree char *socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);

  return g_getenv ("DBUS_SESSION_BUS_ADDRESS") != NULL || g_access (socket, F_OK) == 0;
}

static void
ship_resource_scope_attach_async (ShipResourceControl     *control,
                                  const ShipSandboxLimits *limits,
                                  const pid_t              pids[2],
                                  GCancellable            *cancellable,
                                  GAsyncReadyCallback      callback,
                                  gpointer                 user_data)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (control);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, ship_resource_control_attach_async);
  if (!has_session_bus ())
    {
      finish_attach (
        self,
        g_error_new_literal (G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "There is no session bus"));
      return;
    }
  self->limits = *limits;
  self->pids[0] = pids[0];
  self->pids[1] = pids[1];
  self->timer = g_timeout_add (TIMEOUT_MS, late_cb, self);
  g_bus_get (G_BUS_TYPE_SESSION, self->cancellable, connected_cb, g_object_ref (self));
}

/* --- while it runs, and afterwards --- */

static void
ship_resource_scope_update (ShipResourceControl *control, const ShipSandboxLimits *limits)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (control);
  GVariantBuilder    builder;

  self->limits = *limits;
  g_variant_builder_init (&builder, G_VARIANT_TYPE ("(sba(sv))"));
  g_variant_builder_add (&builder, "s", self->name);
  g_variant_builder_add (&builder, "b", TRUE);
  g_variant_builder_open (&builder, G_VARIANT_TYPE ("a(sv)"));
  add_limits (&builder, limits);
  g_variant_builder_close (&builder);
  call (self,
        MANAGER_PATH,
        MANAGER_INTERFACE,
        "SetUnitProperties",
        g_variant_builder_end (&builder),
        NULL,
        NULL);
}

static void
result_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = G_TASK (user_data);
  ShipResourceScope *self = g_task_get_source_object (task);
  gboolean           is_killed = GPOINTER_TO_INT (g_task_get_task_data (task));
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) value = NULL;

  /* A scope that ended well is forgotten by then: an error, which says as much. */
  answer = g_dbus_connection_call_finish (G_DBUS_CONNECTION (object), result, NULL);
  if (answer != NULL && g_variant_is_of_type (answer, G_VARIANT_TYPE ("(v)")))
    g_variant_get (answer, "(v)", &value);
  if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE_STRING) &&
      g_str_equal (g_variant_get_string (value, NULL), "oom-kill"))
    is_killed = TRUE;
  if (answer != NULL)
    call (self,
          MANAGER_PATH,
          MANAGER_INTERFACE,
          "ResetFailedUnit",
          g_variant_new ("(s)", self->name),
          NULL,
          NULL);
  g_task_return_int (task, is_killed ? SHIP_SANDBOX_LIMIT_MEMORY : -1);
}

static void
ended_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  GTask             *task = G_TASK (user_data);
  ShipResourceScope *self = g_task_get_source_object (task);
  gboolean           is_killed;

  is_killed = ship_control_group_end_finish (SHIP_CONTROL_GROUP (object), result);
  g_task_set_task_data (task, GINT_TO_POINTER (is_killed), NULL);
  call (self,
        self->path,
        PROPERTIES_INTERFACE,
        "Get",
        g_variant_new ("(ss)", SCOPE_INTERFACE, "Result"),
        result_cb,
        task);
}

static void
ship_resource_scope_explain_async (ShipResourceControl *control,
                                   GAsyncReadyCallback  callback,
                                   gpointer             user_data)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (control);
  GTask             *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_resource_control_explain_async);
  ship_control_group_end_async (self->group, ended_cb, task);
}

static void
ship_resource_scope_dispose (GObject *object)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->subscription != 0)
    g_dbus_connection_signal_unsubscribe (self->bus, self->subscription);
  self->subscription = 0;
  g_clear_object (&self->group);
  g_clear_object (&self->bus);

  G_OBJECT_CLASS (ship_resource_scope_parent_class)->dispose (object);
}

static void
ship_resource_scope_finalize (GObject *object)
{
  ShipResourceScope *self = SHIP_RESOURCE_SCOPE (object);

  g_free (self->cgroups);
  g_free (self->name);
  g_free (self->path);
  g_free (self->job);
  g_hash_table_unref (self->done);
  g_object_unref (self->cancellable);

  G_OBJECT_CLASS (ship_resource_scope_parent_class)->finalize (object);
}

static void
ship_resource_scope_class_init (ShipResourceScopeClass *klass)
{
  ShipResourceControlClass *control_class = SHIP_RESOURCE_CONTROL_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_resource_scope_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_resource_scope_finalize;
  control_class->name = "systemd";
  control_class->attach_async = ship_resource_scope_attach_async;
  control_class->update = ship_resource_scope_update;
  control_class->explain_async = ship_resource_scope_explain_async;
}

static void
ship_resource_scope_init (ShipResourceScope *self)
{
  g_autofree char *id = g_uuid_string_random ();

  self->name = g_strdup_printf ("ship-sandbox-%s.scope", id);
  self->cancellable = g_cancellable_new ();
  self->done = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

ShipResourceControl *
ship_resource_scope_new (const char *cgroups)
{
  ShipResourceScope *self = g_object_new (SHIP_TYPE_RESOURCE_SCOPE, NULL);

  self->cgroups = g_strdup (cgroups);
  return SHIP_RESOURCE_CONTROL (self);
}
