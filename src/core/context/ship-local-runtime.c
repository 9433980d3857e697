/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "context/ship-local-runtime.h"

#include "agent/opencode/ship-opencode-agent.h"
#include "agent/opencode/ship-opencode-launch.h"
#include "context/ship-agent-models.h"
#include "context/ship-opencode-process.h"
#include "context/ship-prepare-script.h"
#include "context/ship-wake-private.h"
#include "context/ship-working-copy.h"
#include "git/ship-git-mirror.h"
#include "sandbox/local/ship-local-sandbox.h"
#include "sandbox/ship-sandbox-run.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sys/wait.h>

/*
 * Brings up what a session needs, in the order that it happens:
 *
 *   wake_async -> mirrored_cb -> opened_cb -> (read-only: writer_cb -> written_cb -> sealed_cb)
 *              -> gateway_cb -> sandbox_cb -> checked_out_cb -> prepared_cb -> launched_cb
 *              -> connected_cb -> (return)
 *
 * What shall be read-only for the agent is made in a sandbox before the agent's.
 * Whatever fails, everything that is up comes down before the wake returns: sleep is the one way
 * down. A wake that is asked for during a sleep waits for it.
 */

#define MAX_SCRIPT_OUTPUT (64 * 1024)
#define CONNECT_MS        60000

struct _ShipLocalRuntime
{
  ShipRuntime      parent_instance;
  ShipPaths       *paths;       /* (owned) */
  char            *session_id;  /* (owned) */
  char            *mirror_path; /* (owned) (nullable): NULL before the first wake */
  ShipAgentModels *models;      /* (owned) */
  ShipGateway     *gateway;     /* (owned) */
  GSettings       *settings;    /* (owned) */
  guint            silence_ms;

  /* What is up. */
  ShipWorkingCopy       *working_copy; /* (owned) (nullable) */
  ShipSandbox           *sandbox;      /* (owned) (nullable) */
  ShipOpencodeProcess   *process;      /* (owned) (nullable) */
  ShipSandboxPortSocket *port;         /* (owned) (nullable) */
  ShipAgent             *agent;        /* (owned) (nullable) */
  gboolean               is_awake;
  gboolean               is_read_only;

  /* In progress. */
  GTask     *waking;     /* (owned) (nullable) */
  GError    *wake_error; /* (owned) (nullable): why it comes down again */
  GPtrArray *sleepers;   /* (owned) (element-type GTask): who waits for the sleep under way */
  gboolean   is_sleeping;
};

G_DEFINE_FINAL_TYPE (ShipLocalRuntime, ship_local_runtime, SHIP_TYPE_RUNTIME)

/* --- down --- */

static void
forget_agent (ShipLocalRuntime *self)
{
  if (self->agent != NULL)
    ship_agent_disconnect (self->agent);
  g_clear_object (&self->agent);
  g_clear_object (&self->port);
  if (self->process != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->process, self);
      ship_opencode_process_stop (self->process);
    }
  g_clear_object (&self->process);
}

static void
forget_parts (ShipLocalRuntime *self)
{
  self->is_awake = FALSE;
  forget_agent (self);
  if (self->sandbox != NULL)
    g_signal_handlers_disconnect_by_data (self->sandbox, self);
  ship_gateway_stop (self->gateway);
}

static void start_wake (ShipLocalRuntime *self);

static void
stopped_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  g_autoptr (GPtrArray) sleepers = g_steal_pointer (&self->sleepers);
  g_autoptr (GError) error = NULL;
  gboolean has_waited = self->waking != NULL;

  if (object != NULL && !ship_sandbox_stop_finish (SHIP_SANDBOX (object), result, &error))
    g_warning ("A sandbox did not stop well: %s", error->message);

  g_clear_object (&self->sandbox);
  g_clear_pointer (&self->working_copy, ship_working_copy_free);
  self->is_sleeping = FALSE;
  self->sleepers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < sleepers->len; i++)
    g_task_return_boolean (g_ptr_array_index (sleepers, i), TRUE);

  /* A sleeper may ask for a wake as soon as it hears of this: that one has begun already. */
  if (!has_waited)
    return;
  if (self->wake_error == NULL)
    {
      start_wake (self);
    }
  else
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->waking);

      ship_runtime_set_step (SHIP_RUNTIME (self), "");
      g_task_return_error (task, g_steal_pointer (&self->wake_error));
    }
}

/* Everything comes down; stopped_cb() tells whoever waits. */
static void
come_down (ShipLocalRuntime *self)
{
  if (self->is_sleeping)
    return;

  self->is_sleeping = TRUE;
  forget_parts (self);
  if (self->sandbox != NULL)
    ship_sandbox_stop_async (self->sandbox, stopped_cb, g_object_ref (self));
  else
    stopped_cb (NULL, NULL, g_object_ref (self));
}

static void
ship_local_runtime_sleep_async (ShipRuntime        *runtime,
                                GAsyncReadyCallback callback,
                                gpointer            user_data)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (runtime);
  GTask            *task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, ship_local_runtime_sleep_async);
  g_assert (self->waking == NULL || self->is_sleeping); /* a wake is cancelled, not slept away */
  g_ptr_array_add (self->sleepers, task);
  come_down (self);
}

static gboolean
ship_local_runtime_sleep_finish (ShipRuntime *runtime, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, runtime), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_runtime_sleep_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- it ends by itself --- */

/* Something that a wake has brought up is gone before it is through: its step under way ends now,
 * and with this error. FALSE: there is no wake that could fail. */
static gboolean
fail_wake (ShipLocalRuntime *self, const GError *error)
{
  if (self->waking == NULL || self->is_sleeping)
    return FALSE;

  if (self->wake_error == NULL)
    self->wake_error = g_error_copy (error);
  g_cancellable_cancel (g_task_get_cancellable (self->waking));

  return TRUE;
}

static void
sandbox_died_cb (ShipSandbox *sandbox, const GError *error, ShipLocalRuntime *self)
{
  if (fail_wake (self, error) || !self->is_awake)
    return;

  come_down (self);
  ship_runtime_emit_died (SHIP_RUNTIME (self), error);
}

/* The sandbox stays until it is put to sleep; or it is ending too, and says why in a moment. */
static void
lose_agent (ShipLocalRuntime *self, const GError *error)
{
  if (fail_wake (self, error) || !self->is_awake || self->agent == NULL ||
      !ship_sandbox_is_running (self->sandbox))
    return;

  forget_agent (self);
  ship_runtime_emit_agent_died (SHIP_RUNTIME (self), error);
}

static void
gateway_failed_cb (ShipGateway *gateway, const GError *error, ShipLocalRuntime *self)
{
  g_autoptr (GError) gone =
    g_error_new_literal (SHIP_SANDBOX_ERROR, SHIP_SANDBOX_ERROR_GONE, error->message);

  lose_agent (self, gone);
}

static void
process_ended_cb (ShipOpencodeProcess *process, const char *last_words, ShipLocalRuntime *self)
{
  g_autoptr (GError) error = g_error_new_literal (SHIP_AGENT_ERROR,
                                                  SHIP_AGENT_ERROR_LOST,
                                                  _ ("OpenCode ended unexpectedly"));

  lose_agent (self, error);
}

static void
metered_cb (ShipGateway *gateway, const ShipGatewayExchangeRecord *record, ShipLocalRuntime *self)
{
  ShipExchangeRow row = { 0 };

  row.provider = record->provider;
  row.model = record->model;
  row.agent_session = record->agent_session;
  row.purpose = (char *) record->purpose;
  row.status = (int) record->status;
  row.is_estimate = record->is_estimate;
  row.usage = record->usage;
  row.cost = record->cost;
  row.started_at = record->started_ms;
  row.duration_ms = record->duration_ms;
  ship_runtime_emit_metered (SHIP_RUNTIME (self), &row);
}

static void
refused_cb (ShipGateway *gateway, const char *sentence, ShipLocalRuntime *self)
{
  ship_runtime_emit_refused (SHIP_RUNTIME (self), sentence);
}

static void
settled_cb (ShipGateway *gateway, ShipLocalRuntime *self)
{
  ship_runtime_emit_settled (SHIP_RUNTIME (self));
}

static char *
gate_cb (ShipGateway *gateway, const char *provider, gpointer user_data)
{
  return ship_runtime_ask_gate (SHIP_RUNTIME (user_data), provider);
}

/* --- up --- */

/* Takes @error. TRUE when the wake has failed or was cancelled meanwhile; it is then on its way
 * down. */
static gboolean
has_failed (ShipLocalRuntime *self, GError *error)
{
  if (error == NULL && self->waking != NULL)
    g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->waking), &error);
  if (error == NULL && self->wake_error == NULL)
    return FALSE;

  if (self->wake_error == NULL)
    self->wake_error = error;
  else
    g_clear_error (&error);
  come_down (self);

  return TRUE;
}

static void
step (ShipLocalRuntime *self, const char *text)
{
  ship_runtime_set_step (SHIP_RUNTIME (self), text);
}

static void
connected_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;

  ship_agent_connect_finish (SHIP_AGENT (object), result, &error);
  if (has_failed (self, error))
    return;

  self->is_awake = TRUE;
  step (self, "");
  task = g_steal_pointer (&self->waking);
  g_task_return_boolean (task, TRUE);
}

static void
launched_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  g_autofree char *directory = ship_paths_dup_session_runtime (self->paths, self->session_id);
  g_autofree char *path = g_build_filename (directory, "agent", NULL);
  GError          *error = NULL;
  ShipWake        *wake;

  ship_opencode_process_start_finish (SHIP_OPENCODE_PROCESS (object), result, &error);
  if (has_failed (self, error))
    return;

  self->port = ship_sandbox_port_socket_new (self->sandbox, SHIP_OPENCODE_PORT, path, &error);
  if (has_failed (self, error))
    return;

  step (self, _ ("Connecting to the agent"));
  wake = g_task_get_task_data (self->waking);
  self->agent = ship_opencode_agent_new (path, wake->password, SHIP_SANDBOX_WORK_DIR);
  ship_opencode_agent_set_limits (self->agent, CONNECT_MS, self->silence_ms);
  ship_agent_connect_async (self->agent,
                            g_task_get_cancellable (self->waking),
                            connected_cb,
                            g_object_ref (self));
}

static gboolean
ship_local_runtime_learn_model (ShipRuntime *runtime, const char *model)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (runtime);

  return ship_agent_models_learn (self->models, model) || !self->is_awake;
}

static void
prepared_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  g_autoptr (ShipSandboxRunResult) run = NULL;
  g_auto (GStrv) argv = NULL;
  g_auto (GStrv) env = NULL;
  ShipOpencodeLaunch launch = { 0 };
  GError            *error = NULL;
  ShipWake          *wake;

  run = ship_sandbox_run_finish (SHIP_SANDBOX (object), result, &error);
  if (run != NULL)
    ship_prepare_script_check (run, _ ("The agent's home could not be prepared"), &error);
  if (has_failed (self, error))
    return;

  step (self, _ ("Starting the agent"));
  wake = g_task_get_task_data (self->waking);
  ship_wake_fill_launch (wake, &launch);
  ship_agent_models_fill (self->models, wake->model, &launch);
  launch.grant = ship_gateway_get_grant (self->gateway);
  launch.permissions = ship_runtime_get_permissions (SHIP_RUNTIME (self));
  argv = ship_opencode_launch_get_argv (&launch);
  env = ship_opencode_launch_get_env (&launch);
  self->process = ship_opencode_process_new (self->sandbox);
  g_signal_connect (self->process, "ended", G_CALLBACK (process_ended_cb), self);
  ship_opencode_process_start_async (self->process,
                                     (const char *const *) argv,
                                     (const char *const *) env,
                                     g_task_get_cancellable (self->waking),
                                     launched_cb,
                                     g_object_ref (self));
}

static void
prepare_home (ShipLocalRuntime *self)
{
  GError *error = NULL;
  g_autoptr (GBytes) script = ship_prepare_script_new (self->paths, &error);

  if (!has_failed (self, error))
    ship_sandbox_run_async (self->sandbox,
                            ship_sandbox_command_new ("/bin/sh", "-s", NULL),
                            script,
                            MAX_SCRIPT_OUTPUT,
                            g_task_get_cancellable (self->waking),
                            prepared_cb,
                            g_object_ref (self));
}

/* Whether it is there now; else the wake is on its way down. */
static gboolean
finish_check_out (ShipLocalRuntime *self, GObject *sandbox, GAsyncResult *result)
{
  GError *error = NULL;
  g_autoptr (ShipSandboxRunResult) run =
    ship_sandbox_run_finish (SHIP_SANDBOX (sandbox), result, &error);

  if (run != NULL)
    ship_prepare_script_check (run, _ ("The working copy could not be made"), &error);

  return !has_failed (self, error);
}

static void
checked_out_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);

  if (finish_check_out (self, object, result))
    prepare_home (self);
}

static void
check_out (ShipLocalRuntime *self, GAsyncReadyCallback callback)
{
  ShipWake           *wake = g_task_get_task_data (self->waking);
  ShipBase           *base = self->working_copy->base;
  ShipSandboxCommand *command = ship_wake_new_checkout (wake, base != NULL ? base->commit : NULL);

  step (self, _ ("Making the working copy"));
  ship_sandbox_run_async (self->sandbox,
                          command,
                          NULL,
                          MAX_SCRIPT_OUTPUT,
                          g_task_get_cancellable (self->waking),
                          callback,
                          g_object_ref (self));
}

static void
sandbox_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  GError *error = NULL;

  ship_sandbox_start_finish (SHIP_SANDBOX (object), result, &error);
  if (has_failed (self, error))
    return;

  ship_runtime_emit_limited (SHIP_RUNTIME (self),
                             ship_local_sandbox_get_way (SHIP_LOCAL_SANDBOX (object)));
  if (self->is_read_only) /* its working copy was made before */
    prepare_home (self);
  else
    check_out (self, checked_out_cb);
}

/* The directories that appear inside, and the sandbox over them. */
static ShipSandbox *
make_sandbox (ShipLocalRuntime *self, int channel, gboolean is_read_only, GError **error)
{
  g_autofree char *directory = ship_paths_dup_session_dir (self->paths, self->session_id);
  g_autofree char *home = g_build_filename (directory, "home", NULL);
  g_autofree char *objects = g_build_filename (self->mirror_path, "objects", NULL);
  g_autofree char *agent_dir = ship_wake_dup_agent_dir (self->paths, error);
  g_autofree char *runtime = ship_paths_dup_session_runtime (self->paths, self->session_id);

  if (agent_dir != NULL && ship_paths_make_private_dir (runtime, error) &&
      ship_local_sandbox_make_dir (home, error))
    {
      ShipLocalSandbox *sandbox = ship_local_sandbox_new (self->paths,
                                                          self->working_copy->work_dir,
                                                          home,
                                                          objects,
                                                          agent_dir,
                                                          channel);

      ship_working_copy_lay (self->working_copy, sandbox);
      ship_wake_equip (SHIP_RUNTIME (self), self->settings, sandbox);
      if (is_read_only)
        ship_local_sandbox_set_read_only (sandbox);
      return SHIP_SANDBOX (sandbox);
    }

  if (channel >= 0)
    g_close (channel, NULL);
  return NULL;
}

static void
gateway_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  GError *error = NULL;
  int     channel = ship_gateway_start_finish (SHIP_GATEWAY (object), result, &error);

  if (has_failed (self, error))
    {
      if (channel >= 0)
        g_close (channel, NULL);
      return;
    }

  step (self, _ ("Starting the sandbox"));
  self->sandbox = make_sandbox (self, channel, self->is_read_only, &error);
  if (has_failed (self, error))
    return;

  g_signal_connect (self->sandbox, "died", G_CALLBACK (sandbox_died_cb), self);
  ship_sandbox_start_async (self->sandbox,
                            g_task_get_cancellable (self->waking),
                            sandbox_cb,
                            g_object_ref (self));
}

static void
start_gateway (ShipLocalRuntime *self)
{
  g_autofree char *program = ship_paths_dup_program (self->paths, "ship-egress");

  step (self, _ ("Starting the gateway"));
  ship_gateway_start_async (self->gateway,
                            program,
                            g_task_get_cancellable (self->waking),
                            gateway_cb,
                            g_object_ref (self));
}

static void
sealed_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  GError *error = NULL;

  ship_sandbox_stop_finish (SHIP_SANDBOX (object), result, &error);
  g_clear_object (&self->sandbox);
  if (!has_failed (self, error))
    start_gateway (self);
}

static void
written_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);

  if (finish_check_out (self, object, result))
    ship_sandbox_stop_async (self->sandbox, sealed_cb, g_object_ref (self));
}

static void
writer_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  GError *error = NULL;

  ship_sandbox_start_finish (SHIP_SANDBOX (object), result, &error);
  if (!has_failed (self, error))
    check_out (self, written_cb);
}

static void
opened_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  GError *error = NULL;

  self->working_copy = ship_working_copy_open_finish (result, &error);
  if (has_failed (self, error))
    return;
  if (!self->is_read_only)
    {
      start_gateway (self);
      return;
    }

  self->sandbox = make_sandbox (self, -1, FALSE, &error);
  if (!has_failed (self, error))
    ship_sandbox_start_async (self->sandbox,
                              g_task_get_cancellable (self->waking),
                              writer_cb,
                              g_object_ref (self));
}

static void
step_cb (const char *text, gpointer user_data)
{
  step (SHIP_LOCAL_RUNTIME (user_data), text);
}

static void
mirrored_cb (GObject *object, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShipLocalRuntime) self = SHIP_LOCAL_RUNTIME (user_data);
  GError   *error = NULL;
  ShipWake *wake;

  ship_git_mirror_update_finish (result, &error);
  if (has_failed (self, error))
    return;

  step (self, _ ("Making the working copy"));
  wake = g_task_get_task_data (self->waking);
  self->is_read_only = wake->is_read_only;
  ship_working_copy_open_async (self->paths,
                                self->session_id,
                                wake->repository,
                                wake->base_commit,
                                step_cb,
                                self,
                                g_task_get_cancellable (self->waking),
                                opened_cb,
                                g_object_ref (self));
}

static void
start_wake (ShipLocalRuntime *self)
{
  ShipWake *wake = g_task_get_task_data (self->waking);

  step (self, _ ("Reading the repository"));
  ship_git_mirror_update_async (self->mirror_path,
                                wake->repository,
                                wake->base_commit,
                                g_task_get_cancellable (self->waking),
                                mirrored_cb,
                                g_object_ref (self));
}

static void
ship_local_runtime_wake_async (ShipRuntime          *runtime,
                               const ShipSessionRow *session,
                               gboolean              is_read_only,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (runtime);
  g_autoptr (GCancellable) inner = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, inner, callback, user_data);

  g_task_set_source_tag (task, ship_local_runtime_wake_async);
  g_task_set_check_cancellable (task, FALSE); /* why it was cancelled is what counts */
  if (self->is_awake && self->agent != NULL && self->is_read_only == is_read_only)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (cancellable != NULL)
    g_signal_connect_object (cancellable,
                             "cancelled",
                             G_CALLBACK (g_cancellable_cancel),
                             inner,
                             G_CONNECT_SWAPPED);
  if (g_cancellable_is_cancelled (cancellable))
    g_cancellable_cancel (inner);

  g_assert (self->waking == NULL); /* a session wakes once at a time */
  g_task_set_task_data (task,
                        ship_wake_new (session, is_read_only),
                        (GDestroyNotify) ship_wake_free);
  g_free (self->mirror_path);
  self->mirror_path = ship_paths_dup_mirror (self->paths, session->repository);
  self->waking = g_steal_pointer (&task);
  if (self->is_awake) /* without its agent, or in the other way: it comes up anew */
    come_down (self);
  else if (!self->is_sleeping)
    start_wake (self);
}

static gboolean
ship_local_runtime_wake_finish (ShipRuntime *runtime, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, runtime), FALSE);
  g_return_val_if_fail (g_async_result_is_tagged (result, ship_local_runtime_wake_async), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* --- the object --- */

static ShipSandbox *
ship_local_runtime_get_sandbox (ShipRuntime *runtime)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (runtime);

  return self->is_awake ? self->sandbox : NULL;
}

static ShipAgent *
ship_local_runtime_get_agent (ShipRuntime *runtime)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (runtime);

  return self->is_awake ? self->agent : NULL;
}

static const char *
ship_local_runtime_get_mirror_path (ShipRuntime *runtime)
{
  return SHIP_LOCAL_RUNTIME (runtime)->mirror_path;
}

static gboolean
ship_local_runtime_takes_images (ShipRuntime *runtime, const char *model)
{
  return ship_agent_models_take_images (SHIP_LOCAL_RUNTIME (runtime)->models, model);
}

static const char *const *
ship_local_runtime_get_commands (ShipRuntime *runtime)
{
  return ship_opencode_launch_get_commands ();
}

static void
ship_local_runtime_dispose (GObject *object)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (object);

  g_assert (self->waking == NULL && !self->is_sleeping);
  if (self->gateway != NULL)
    {
      ship_gateway_set_gate (self->gateway, NULL, NULL);
      forget_parts (self);
    }
  g_clear_object (&self->sandbox);
  g_clear_pointer (&self->working_copy, ship_working_copy_free);
  g_clear_object (&self->gateway);
  g_clear_pointer (&self->models, ship_agent_models_free);
  g_clear_pointer (&self->paths, ship_paths_unref);
  g_clear_pointer (&self->sleepers, g_ptr_array_unref);

  G_OBJECT_CLASS (ship_local_runtime_parent_class)->dispose (object);
}

static void
ship_local_runtime_finalize (GObject *object)
{
  ShipLocalRuntime *self = SHIP_LOCAL_RUNTIME (object);

  g_object_unref (self->settings);
  g_free (self->session_id);
  g_free (self->mirror_path);

  G_OBJECT_CLASS (ship_local_runtime_parent_class)->finalize (object);
}

static void
ship_local_runtime_class_init (ShipLocalRuntimeClass *klass)
{
  ShipRuntimeClass *runtime_class = SHIP_RUNTIME_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ship_local_runtime_dispose;
  G_OBJECT_CLASS (klass)->finalize = ship_local_runtime_finalize;
  runtime_class->wake_async = ship_local_runtime_wake_async;
  runtime_class->wake_finish = ship_local_runtime_wake_finish;
  runtime_class->sleep_async = ship_local_runtime_sleep_async;
  runtime_class->sleep_finish = ship_local_runtime_sleep_finish;
  runtime_class->get_sandbox = ship_local_runtime_get_sandbox;
  runtime_class->get_agent = ship_local_runtime_get_agent;
  runtime_class->get_mirror_path = ship_local_runtime_get_mirror_path;
  runtime_class->learn_model = ship_local_runtime_learn_model;
  runtime_class->takes_images = ship_local_runtime_takes_images;
  runtime_class->get_commands = ship_local_runtime_get_commands;
}

static void
ship_local_runtime_init (ShipLocalRuntime *self)
{
  self->sleepers = g_ptr_array_new_with_free_func (g_object_unref);
  self->silence_ms = SHIP_LOCAL_RUNTIME_SILENCE_MS;
}

void
ship_local_runtime_set_silence (ShipLocalRuntime *self, guint silence_ms)
{
  g_return_if_fail (SHIP_IS_LOCAL_RUNTIME (self));

  self->silence_ms = silence_ms;
}

ShipRuntime *
ship_local_runtime_new (ShipPaths        *paths,
                        const char       *session_id,
                        ShipModelCatalog *catalog,
                        ShipGateway      *gateway,
                        GSettings        *settings)
{
  ShipLocalRuntime *self = g_object_new (SHIP_TYPE_LOCAL_RUNTIME, NULL);

  self->paths = ship_paths_ref (paths);
  self->session_id = g_strdup (session_id);
  self->models = ship_agent_models_new (catalog, settings);
  self->gateway = g_object_ref (gateway);
  self->settings = g_object_ref (settings);
  g_signal_connect_object (gateway, "metered", G_CALLBACK (metered_cb), self, 0);
  g_signal_connect_object (gateway, "refused", G_CALLBACK (refused_cb), self, 0);
  g_signal_connect_object (gateway, "settled", G_CALLBACK (settled_cb), self, 0);
  g_signal_connect_object (gateway, "failed", G_CALLBACK (gateway_failed_cb), self, 0);

  ship_gateway_set_gate (gateway, gate_cb, self);

  return SHIP_RUNTIME (self);
}
