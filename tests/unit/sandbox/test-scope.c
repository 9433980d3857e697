/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include <gio/gio.h>
#include <glib/gstdio.h>

#include "sandbox/local/ship-resource-scope.h"

/* Against a systemd of our own on a private bus, and a directory for the control groups. */

#define UNIT_PATH "/org/freedesktop/systemd1/unit/scope"
#define JOB_PATH  "/org/freedesktop/systemd1/job/1"
#define GIB       (G_GUINT64_CONSTANT (1) << 30)

static const char manager_xml[] =
  "<node><interface name='org.freedesktop.systemd1.Manager'>"
  "<method name='StartTransientUnit'><arg type='s' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='a(sv)' direction='in'/><arg type='a(sa(sv))' direction='in'/>"
  "<arg type='o' direction='out'/></method>"
  "<method name='GetUnit'><arg type='s' direction='in'/><arg type='o' direction='out'/></method>"
  "<method name='SetUnitProperties'><arg type='s' direction='in'/><arg type='b' direction='in'/>"
  "<arg type='a(sv)' direction='in'/></method>"
  "<method name='ResetFailedUnit'><arg type='s' direction='in'/></method>"
  "</interface></node>";
static const char scope_xml[] = "<node><interface name='org.freedesktop.systemd1.Scope'>"
                                "<property name='ControlGroup' type='s' access='read'/>"
                                "<property name='Result' type='s' access='read'/>"
                                "</interface></node>";

typedef struct
{
  GDBusConnection     *bus;
  guint                name;
  guint                objects[2];
  GHashTable          *properties; /* of the unit: what it was last told */
  char                *unit;
  char                *root;
  char                *group;
  const char          *job_result;
  const char          *result;
  gboolean             is_first; /* the job ends before the answer is out */
  gboolean             keeps;    /* it may limit memory */
  gboolean             was_reset;
  ShipResourceControl *control;
  GAsyncResult        *answer;
  guint                n_exceeded;
  guint                hit;
  guint64              bound;
} Fixture;

static void
write_group (Fixture *self, const char *name, const char *text)
{
  g_autofree char *path = g_build_filename (self->group, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0600, &error);
  g_assert_no_error (error);
}

static void
take_properties (Fixture *self, GVariant *properties)
{
  GVariantIter iter;
  const char  *name;
  GVariant    *value;

  g_variant_iter_init (&iter, properties);
  while (g_variant_iter_next (&iter, "(&sv)", &name, &value))
    g_hash_table_replace (self->properties, g_strdup (name), value);
}

static guint64
get_told (Fixture *self, const char *name)
{
  GVariant *value = g_hash_table_lookup (self->properties, name);

  g_assert_nonnull (value);
  return g_variant_get_uint64 (value);
}

static void
end_job (Fixture *self)
{
  g_dbus_connection_emit_signal (
    self->bus,
    NULL,
    "/org/freedesktop/systemd1",
    "org.freedesktop.systemd1.Manager",
    "JobRemoved",
    g_variant_new ("(uoss)", 1, JOB_PATH, self->unit, self->job_result),
    NULL);
}

static void
start_unit (Fixture *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) properties = g_variant_get_child_value (parameters, 2);
  g_autofree char *limit = NULL;

  g_clear_pointer (&self->unit, g_free);
  g_variant_get_child (parameters, 0, "s", &self->unit);
  take_properties (self, properties);
  limit = g_strdup_printf ("%" G_GUINT64_FORMAT "\n", get_told (self, "MemoryMax") / 4096 * 4096);
  write_group (self, "memory.max", self->keeps ? limit : "max\n");
  write_group (self, "memory.events", "low 0\nmax 0\noom 0\noom_kill 0\n");
  if (self->is_first)
    end_job (self);
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", JOB_PATH));
  if (!self->is_first)
    end_job (self);
}

static void
manager_cb (GDBusConnection       *bus,
            const char            *sender,
            const char            *path,
            const char            *interface,
            const char            *method,
            GVariant              *parameters,
            GDBusMethodInvocation *invocation,
            gpointer               user_data)
{
  Fixture *self = user_data;

  if (g_str_equal (method, "StartTransientUnit"))
    {
      start_unit (self, parameters, invocation);
      return;
    }
  if (g_str_equal (method, "GetUnit"))
    {
      g_dbus_method_invocation_return_value (invocation, g_variant_new ("(o)", UNIT_PATH));
      return;
    }
  if (g_str_equal (method, "SetUnitProperties"))
    {
      g_autoptr (GVariant) properties = g_variant_get_child_value (parameters, 2);

      take_properties (self, properties);
    }
  else
    self->was_reset = TRUE;
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static GVariant *
scope_cb (GDBusConnection *bus,
          const char      *sender,
          const char      *path,
          const char      *interface,
          const char      *property,
          GError         **error,
          gpointer         user_data)
{
  Fixture *self = user_data;

  if (g_str_equal (property, "ControlGroup"))
    return g_variant_new_string ("/user.slice/scope");
  if (self->result != NULL)
    return g_variant_new_string (self->result);
  g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_OBJECT, "it is gone");
  return NULL;
}

static const GDBusInterfaceVTable manager_vtable = { .method_call = manager_cb };
static const GDBusInterfaceVTable scope_vtable = { .get_property = scope_cb };

static guint export(Fixture                    *self,
                    const char                 *path,
                    const char                 *xml,
                    const GDBusInterfaceVTable *vtable)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (xml, &error);
  guint id;

  g_assert_no_error (error);
  id = g_dbus_connection_register_object (self->bus,
                                          path,
                                          node->interfaces[0],
                                          vtable,
                                          self,
                                          NULL,
                                          &error);
  g_assert_no_error (error);
  return id;
}

static void
named_cb (GDBusConnection *bus, const char *name, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
}

static void
setup (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean is_named = FALSE;

  self->root = g_dir_make_tmp ("ship-scope-XXXXXX", &error);
  g_assert_no_error (error);
  self->group = g_build_filename (self->root, "user.slice", "scope", NULL);
  g_assert_cmpint (g_mkdir_with_parents (self->group, 0700), ==, 0);
  self->properties =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  self->job_result = "done";
  self->keeps = TRUE;
  self->bus = g_dbus_connection_new_for_address_sync (
    g_getenv ("DBUS_SESSION_BUS_ADDRESS"),
    G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
    NULL,
    NULL,
    &error);
  g_assert_no_error (error);
  self->objects[0] = export(self, "/org/freedesktop/systemd1", manager_xml, &manager_vtable);
  self->objects[1] = export(self, UNIT_PATH, scope_xml, &scope_vtable);
  self->name = g_bus_own_name_on_connection (self->bus,
                                             "org.freedesktop.systemd1",
                                             G_BUS_NAME_OWNER_FLAGS_NONE,
                                             named_cb,
                                             NULL,
                                             &is_named,
                                             NULL);
  while (!is_named)
    g_main_context_iteration (NULL, TRUE);
  self->control = ship_resource_scope_new (self->root);
}

static void
teardown (Fixture *self, gconstpointer data)
{
  g_autofree char *slice = g_path_get_dirname (self->group);
  const char      *files[] = { "memory.max", "memory.events" };
  GWeakRef         weak;

  g_weak_ref_init (&weak, self->control);
  g_clear_object (&self->control);
  for (;;)
    {
      g_autoptr (GObject) left = g_weak_ref_get (&weak);

      if (left == NULL)
        break;
      g_clear_object (&left);
      g_main_context_iteration (NULL, TRUE);
    }
  g_weak_ref_clear (&weak);
  g_bus_unown_name (self->name);
  for (guint i = 0; i < G_N_ELEMENTS (self->objects); i++)
    g_dbus_connection_unregister_object (self->bus, self->objects[i]);
  g_dbus_connection_close_sync (self->bus, NULL, NULL);
  g_object_unref (self->bus);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++)
    {
      g_autofree char *path = g_build_filename (self->group, files[i], NULL);

      g_unlink (path);
    }
  g_rmdir (self->group);
  g_rmdir (slice);
  g_rmdir (self->root);
  g_hash_table_unref (self->properties);
  g_free (self->unit);
  g_free (self->group);
  g_free (self->root);
}

static void
answered_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  Fixture *self = user_data;

  self->answer = g_object_ref (result);
}

static void
exceeded_cb (ShipResourceControl *control, guint hit, guint64 bound, Fixture *self)
{
  self->n_exceeded++;
  self->hit = hit;
  self->bound = bound;
}

static GAsyncResult *
wait_answer (Fixture *self)
{
  while (self->answer == NULL)
    g_main_context_iteration (NULL, TRUE);
  return g_steal_pointer (&self->answer);
}

static const ShipSandboxLimits *
get_limits (guint64 memory)
{
  static const ShipSandboxLimits one = { { GIB, GIB, GIB, 100, 100, 50 } };
  static const ShipSandboxLimits two = { { 2 * GIB + 5000, GIB, GIB, 200, 100, 70 } };

  return memory == 1 ? &one : &two;
}

static gboolean
attach (Fixture *self, GError **error)
{
  const pid_t pids[2] = { 4711, 4712 };
  g_autoptr (GAsyncResult) answer = NULL;

  g_signal_connect (self->control, "exceeded", G_CALLBACK (exceeded_cb), self);
  ship_resource_control_attach_async (self->control, get_limits (2), pids, NULL, answered_cb, self);
  answer = wait_answer (self);
  return ship_resource_control_attach_finish (self->control, answer, error);
}

static int
explain (Fixture *self)
{
  g_autoptr (GAsyncResult) answer = NULL;

  ship_resource_control_explain_async (self->control, answered_cb, self);
  answer = wait_answer (self);
  return ship_resource_control_explain_finish (self->control, answer);
}

static void
test_attach (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const guint32 *pids;
  gsize          n_pids;

  self->is_first = GPOINTER_TO_INT (data);
  g_assert_true (attach (self, &error));
  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (self->unit, "ship-sandbox-"));
  g_assert_true (g_str_has_suffix (self->unit, ".scope"));
  pids = g_variant_get_fixed_array (g_hash_table_lookup (self->properties, "PIDs"),
                                    &n_pids,
                                    sizeof *pids);
  g_assert_cmpuint (n_pids, ==, 2);
  g_assert_cmpuint (pids[0], ==, 4711);
  g_assert_cmpuint (pids[1], ==, 4712);
  g_assert_cmpuint (get_told (self, "MemoryMax"), ==, 2 * GIB + 5000);
  g_assert_cmpuint (get_told (self, "MemorySwapMax"), ==, 0);
  g_assert_cmpuint (get_told (self, "TasksMax"), ==, 232);
  g_assert_cmpuint (get_told (self, "CPUWeight"), ==, 70);
  g_assert_cmpint (explain (self), ==, -1);
  g_assert_cmpuint (self->n_exceeded, ==, 0);
}

static void
test_update (Fixture *self, gconstpointer data)
{
  g_assert_true (attach (self, NULL));
  ship_resource_control_update (self->control, get_limits (1));
  while (get_told (self, "MemoryMax") != GIB)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (get_told (self, "TasksMax"), ==, 132);
  g_assert_cmpuint (get_told (self, "CPUWeight"), ==, 50);
}

/* systemd says yes and does nothing: so the next way is to be tried. */
static void
test_not_kept (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->keeps = FALSE;
  g_assert_false (attach (self, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
}

static void
test_job_failed (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->job_result = "failed";
  g_assert_false (attach (self, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

static void
test_no_systemd (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_bus_unown_name (self->name);
  self->name = g_bus_own_name_on_connection (self->bus,
                                             "org.example.Other",
                                             G_BUS_NAME_OWNER_FLAGS_NONE,
                                             NULL,
                                             NULL,
                                             NULL,
                                             NULL);
  g_assert_false (attach (self, &error));
  g_assert_error (error, G_DBUS_ERROR, G_DBUS_ERROR_NAME_HAS_NO_OWNER);
}

/* One process was killed: the sandbox is over its limit, said once. */
static void
test_killed_one (Fixture *self, gconstpointer data)
{
  g_assert_true (attach (self, NULL));
  write_group (self, "memory.events", "low 0\nmax 9\noom 1\noom_kill 1\n");
  while (self->n_exceeded == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (self->hit, ==, SHIP_SANDBOX_LIMIT_MEMORY);
  g_assert_cmpuint (self->bound, ==, 2 * GIB + 5000);
  g_assert_cmpint (explain (self), ==, SHIP_SANDBOX_LIMIT_MEMORY);
  g_assert_cmpuint (self->n_exceeded, ==, 1);
}

/* All were, and the control group went with them: systemd knows. */
static void
test_killed_all (Fixture *self, gconstpointer data)
{
  g_autofree char *events = g_build_filename (self->group, "memory.events", NULL);

  g_assert_true (attach (self, NULL));
  self->result = "oom-kill";
  g_unlink (events);
  g_assert_cmpint (explain (self), ==, SHIP_SANDBOX_LIMIT_MEMORY);
  while (!self->was_reset)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  g_autoptr (GTestDBus) bus = NULL;
  g_autofree char *program = g_find_program_in_path ("dbus-daemon");
  int              status;

  g_test_init (&argc, &argv, NULL);
  if (program == NULL)
    {
      g_print ("1..0 # SKIP dbus-daemon is not installed\n");
      return 0;
    }
  bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (bus);

#define ADD(path, data, function)                                                                  \
  g_test_add ("/sandbox/scope/" path, Fixture, data, setup, function, teardown)
  ADD ("attach", GINT_TO_POINTER (FALSE), test_attach);
  ADD ("attach-at-once", GINT_TO_POINTER (TRUE), test_attach);
  ADD ("update", NULL, test_update);
  ADD ("not-kept", NULL, test_not_kept);
  ADD ("job-failed", NULL, test_job_failed);
  ADD ("no-systemd", NULL, test_no_systemd);
  ADD ("killed-one", NULL, test_killed_one);
  ADD ("killed-all", NULL, test_killed_all);
#undef ADD

  status = g_test_run ();
  g_test_dbus_stop (bus);
  return status;
}
